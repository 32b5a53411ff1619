-- +goose Up

-- bulk: one thing to be done with many cases, put off a little so that it can
-- be undone.
CREATE TABLE bulks (
	id      TEXT NOT NULL PRIMARY KEY,
	by_id   TEXT NOT NULL,                -- a staff id
	at      BIGINT NOT NULL,
	due     BIGINT NOT NULL,              -- not before
	action  TEXT NOT NULL,
	note    TEXT NOT NULL,
	state   TEXT NOT NULL,                -- waiting, undone, running, done
	items   JSONB NOT NULL                -- the cases as they were seen, and how it went with each
);
CREATE INDEX bulks_by ON bulks (by_id, at);
