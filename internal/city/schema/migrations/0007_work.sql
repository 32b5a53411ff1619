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

-- triage: the cases that went out without a person, and what came of looking
-- at a sample of them.
CREATE TABLE automatics (
	case_id    TEXT NOT NULL PRIMARY KEY,
	request    TEXT NOT NULL,
	at         BIGINT NOT NULL,
	day        TEXT NOT NULL,             -- YYYY-MM-DD in the city
	draw       BIGINT NOT NULL,           -- the lowest of a day are its sample
	unit       TEXT NOT NULL,
	category   TEXT NOT NULL,
	prob       DOUBLE PRECISION NOT NULL,
	threshold  BIGINT NOT NULL,           -- percent, of the category on that day
	asked      BOOLEAN NOT NULL,          -- the resident wants a person to look
	checked_at BIGINT NOT NULL,           -- 0 before
	checked_by TEXT NOT NULL,
	fit        BOOLEAN NOT NULL           -- what the person found
);
CREATE INDEX automatics_day ON automatics (day, draw);
CREATE INDEX automatics_asked ON automatics (day) WHERE asked;

-- cases: who has the page of a case open.
CREATE TABLE presences (
	case_id TEXT NOT NULL,
	staff   TEXT NOT NULL,
	at      BIGINT NOT NULL,              -- when the page last said so
	writing BOOLEAN NOT NULL,
	PRIMARY KEY (case_id, staff)
);
CREATE INDEX presences_at ON presences (at);
