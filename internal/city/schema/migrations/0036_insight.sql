-- +goose Up

-- cases: answers by when they were given, newest first.
CREATE INDEX answers_released ON answers (released, id) WHERE released > 0;

-- insight: what was found before is found anew, with where its lines come from.
DELETE FROM digests;

-- insight: what was done about a topic. Topics are found anew again and again;
-- a step stays with a case of it.
CREATE TABLE topic_steps (
	id     TEXT NOT NULL PRIMARY KEY,
	number TEXT NOT NULL,                 -- of the case
	at     BIGINT NOT NULL,
	by_id  TEXT NOT NULL,                 -- a staff id
	what   TEXT NOT NULL,                 -- grouped, ordered, programme
	ref    TEXT NOT NULL                  -- the case, the order or the programme
);
CREATE INDEX topic_steps_number ON topic_steps (number, at);

-- insight: how answers that residents were given read. No words of anybody.
CREATE TABLE answer_readings (
	answer    TEXT NOT NULL PRIMARY KEY,  -- the id of the answer
	number    TEXT NOT NULL,              -- of its case
	unit      TEXT NOT NULL,              -- that led
	at        BIGINT NOT NULL,            -- when residents were given it
	look      BOOLEAN NOT NULL,           -- it is worth a look
	late      BOOLEAN NOT NULL,
	verdict   TEXT NOT NULL,              -- what who looked says: right, wrong, or ''
	judged_by TEXT NOT NULL,
	judged_at BIGINT NOT NULL,
	note      TEXT NOT NULL,
	body      JSONB NOT NULL
);
CREATE INDEX answer_readings_at ON answer_readings (at, answer);
CREATE INDEX answer_readings_look ON answer_readings (verdict, at, answer) WHERE look;
