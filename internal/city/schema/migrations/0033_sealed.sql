-- +goose Up

-- intake: the report that a request's words were sealed in for a body outside,
-- or ''. Such a row keeps when it came, by which door, and its receipt.
ALTER TABLE requests ADD COLUMN sealed TEXT NOT NULL DEFAULT '';

-- sealed: reports that a body outside alone can read.
CREATE TABLE sealed_reports (
	id          TEXT NOT NULL PRIMARY KEY,
	case_id     TEXT NOT NULL,
	number      TEXT NOT NULL,            -- of the case
	route       TEXT NOT NULL,            -- of the catalogue: the body
	fingerprint TEXT NOT NULL,            -- of the key it was sealed for
	at          BIGINT NOT NULL,          -- when it was sealed
	by_id       TEXT NOT NULL,            -- who decided so
	digest      TEXT NOT NULL,            -- SHA-256 of body
	size        BIGINT NOT NULL,          -- of body
	body        BYTEA NOT NULL,           -- encrypted for the receiver's key; nobody here has what opens it
	handed_at   BIGINT NOT NULL,          -- when the words were gone from here, 0 before
	taken_at    BIGINT NOT NULL,          -- when the receiver fetched it first, else 0
	received_at BIGINT NOT NULL,          -- when they confirmed it, else 0
	received_by TEXT NOT NULL,
	receipt     TEXT NOT NULL             -- the receiver's own number, or ''
);
CREATE INDEX sealed_reports_at ON sealed_reports (at, id) WHERE handed_at > 0;
CREATE INDEX sealed_reports_case ON sealed_reports (case_id);
