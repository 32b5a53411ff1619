-- +goose Up

-- calls: what the city's telephone system tells of calls to the hotline.
CREATE TABLE calls (
	id        TEXT NOT NULL PRIMARY KEY,  -- the telephone system's
	began     BIGINT NOT NULL,
	ended     BIGINT NOT NULL,            -- 0 while it lasts
	state     TEXT NOT NULL,              -- ringing, answered, ended, missed
	caller    BYTEA NOT NULL,             -- the number, encrypted
	caller_id TEXT NOT NULL,              -- a MAC of the number, '' where it is withheld
	line      TEXT NOT NULL,
	agent     TEXT NOT NULL,              -- a staff id, or ''
	recording TEXT NOT NULL,              -- where the telephone system keeps it
	request   TEXT NOT NULL,              -- what was written down, or ''
	settled   BIGINT NOT NULL,            -- when a missed call needs no more calling back
	next_try  BIGINT NOT NULL             -- not before
);
CREATE INDEX calls_agent ON calls (agent, began);
CREATE INDEX calls_caller ON calls (caller_id, began) WHERE caller_id <> '';
CREATE INDEX calls_missed ON calls (next_try, id) WHERE state = 'missed' AND settled = 0;

-- calls: each time somebody rang back. Append-only; to see the number is to try.
CREATE TABLE call_tries (
	call    TEXT NOT NULL REFERENCES calls (id),
	n       BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	by_id   TEXT NOT NULL,
	reached BIGINT NOT NULL,              -- 1 yes, -1 no, 0 not yet said
	PRIMARY KEY (call, n)
);
