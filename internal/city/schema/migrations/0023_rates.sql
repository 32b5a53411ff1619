-- +goose Up

-- cases: by which door it came, and how many units have led it, one after the
-- other: what cases are like that rates are compared by.
ALTER TABLE cases ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN hops BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET
	channel = coalesce((SELECT requests.channel FROM parts JOIN requests ON requests.id = parts.request WHERE parts.case_id = cases.id ORDER BY parts.at, parts.id LIMIT 1), ''),
	hops = CASE WHEN dispatched_at = 0 THEN 0 ELSE (SELECT count(*) FROM case_units WHERE case_units.case_id = cases.id AND case_units.role = 'lead') END;

-- counts has two more kinds of names: of = 'area' and of = 'hops'.
ALTER TABLE counts ADD COLUMN joined BIGINT NOT NULL DEFAULT 0;  -- answered cases that somebody else spoke of within a week
ALTER TABLE counts ADD COLUMN exposed BIGINT NOT NULL DEFAULT 0; -- how many minutes of that week those cases were open
DELETE FROM counts;
DELETE FROM counted;

-- cases: what was counted of the days of counted, by who led and what the
-- cases are like.
CREATE TABLE strata (
	since     BIGINT NOT NULL,
	unit      TEXT NOT NULL,              -- the lead, or ''
	category  TEXT NOT NULL,
	urgency   BIGINT NOT NULL,
	channel   TEXT NOT NULL,
	received  BIGINT NOT NULL,
	limited   BIGINT NOT NULL,            -- answered, and there was a limit
	kept      BIGINT NOT NULL,            -- within it
	brink     BIGINT NOT NULL,            -- in the last minutes of it
	judged    BIGINT NOT NULL,
	solved    BIGINT NOT NULL,
	rated     BIGINT NOT NULL,
	satisfied BIGINT NOT NULL,
	PRIMARY KEY (since, unit, category, urgency, channel)
);

-- cases: that a case is left out of a rate was asked for, and ruled on.
CREATE TABLE exclusions (
	id       TEXT NOT NULL PRIMARY KEY,
	case_id  TEXT NOT NULL REFERENCES cases (id),
	unit     TEXT NOT NULL,               -- that led it when it was asked for
	category TEXT NOT NULL,               -- of the case, then
	rates    TEXT NOT NULL,               -- response, resolution, satisfaction; separated by commas
	ground   TEXT NOT NULL,
	reason   TEXT NOT NULL,               -- of who asks; not published
	asked_by TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	state    TEXT NOT NULL,               -- asked, granted, refused
	ruling   TEXT NOT NULL,               -- published
	ruled_by TEXT NOT NULL,
	ruled_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX exclusions_once ON exclusions (case_id) WHERE state <> 'refused';
CREATE INDEX exclusions_state ON exclusions (state, asked_at);
CREATE INDEX exclusions_ruled ON exclusions (ruled_at, id) WHERE ruled_at > 0;

-- cases: the samples of solved cases that are looked at again, one a month.
CREATE TABLE audits (
	month   TEXT NOT NULL PRIMARY KEY,    -- YYYY-MM
	at      BIGINT NOT NULL,              -- when it was drawn
	figures TEXT NOT NULL,                -- as they were published
	public  TEXT NOT NULL,                -- the words that the seed is made of besides
	seed    TEXT NOT NULL,
	size    BIGINT NOT NULL,              -- how many were drawn
	marks   BIGINT NOT NULL,              -- how many they were drawn from
	list    BYTEA NOT NULL                -- the marks, 32 bytes each, in order
);
CREATE TABLE audit_items (
	month   TEXT NOT NULL,
	rank    BIGINT NOT NULL,              -- in the order of the draw, from 1
	mark    TEXT NOT NULL,
	case_id TEXT NOT NULL,
	unit    TEXT NOT NULL,                -- that led it
	finding TEXT NOT NULL,                -- '', solved, not_solved, unknown
	means   TEXT NOT NULL,                -- phone, photo, visit
	note    TEXT NOT NULL,
	by_id   TEXT NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (month, rank)
);

-- What patterns are looked for in: decisions of the hotline, and one place
-- coming back with one matter.
CREATE INDEX case_events_ruled ON case_events (kind, at) WHERE kind IN ('return_upheld', 'return_refused', 'reopened', 'kept_closed', 'sent_back');
CREATE INDEX cases_place ON cases (address, category, opened_at) WHERE address <> '';
