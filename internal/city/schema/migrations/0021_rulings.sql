-- +goose Up

-- cases: what goes on beside the state: disputes, tasks of helpers, what was
-- asked for and is not decided yet.
ALTER TABLE cases ADD COLUMN beside JSONB NOT NULL DEFAULT '{}';

-- cases: what of that somebody has to do, so that it is found. Rows are made
-- of the case and say nothing that it does not say.
CREATE TABLE case_todos (
	case_id TEXT NOT NULL REFERENCES cases (id),
	kind    TEXT NOT NULL,
	unit    TEXT NOT NULL,                -- whose turn it is, '' for the hotline
	due     BIGINT NOT NULL,              -- the earliest of those it has, 0 for none
	PRIMARY KEY (case_id, kind, unit)
);
CREATE INDEX case_todos_kind ON case_todos (kind, unit, due);

-- cases: rulings on whose a matter is. Append-only. Those on reports and on
-- complaints about a unit stand in their case alone.
CREATE TABLE rulings (
	id       TEXT NOT NULL PRIMARY KEY,
	case_id  TEXT NOT NULL REFERENCES cases (id),
	at       BIGINT NOT NULL,
	by_id    TEXT NOT NULL,               -- a staff id
	category TEXT NOT NULL,
	area     TEXT NOT NULL,
	lead     TEXT NOT NULL,
	helpers  TEXT NOT NULL,               -- separated by commas
	parties  TEXT NOT NULL,               -- separated by commas
	duty     TEXT NOT NULL,               -- the duty it cites, or ''
	basis    TEXT NOT NULL,               -- what else it rests on, or ''
	matter   TEXT NOT NULL,               -- what it was about, in a few words
	text     TEXT NOT NULL,               -- why
	words    TEXT NOT NULL                -- what it is found by: matter, text and basis, normalised
);
CREATE INDEX rulings_at ON rulings (at, id);
CREATE INDEX rulings_category ON rulings (category, at, id);
CREATE INDEX rulings_case ON rulings (case_id);
