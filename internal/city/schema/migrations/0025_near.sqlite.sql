-- +goose Up

-- intake: what says nearly the same, as base/near finds it. Made of requests.
CREATE TABLE request_bands (
	band BIGINT NOT NULL,
	seq  BIGINT NOT NULL,
	PRIMARY KEY (band, seq)
) WITHOUT ROWID, STRICT;
CREATE TABLE request_sketches (
	seq    BIGINT NOT NULL PRIMARY KEY,
	sketch BYTEA NOT NULL
);
