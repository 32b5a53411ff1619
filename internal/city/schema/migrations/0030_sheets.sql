-- +goose Up

-- cases: what was counted of a day by many names at once, such as the strata
-- of what cases are like. A sheet is read whole, a year of them in the time of
-- one page; as rows they took seconds.
CREATE TABLE sheets (
	since BIGINT NOT NULL,
	of    TEXT NOT NULL,                  -- strata, areas, cells, overruled, again
	body  TEXT NOT NULL,                  -- a line for each name: its fields and numbers, with tabs between
	PRIMARY KEY (since, of)
);
DROP TABLE strata;

-- Whether what came again after an answer of that day is counted with it: it
-- can be once a week has passed.
ALTER TABLE counted ADD COLUMN again BIGINT NOT NULL DEFAULT 0;

-- Areas are on a sheet of their own.
ALTER TABLE counts DROP COLUMN joined;
ALTER TABLE counts DROP COLUMN exposed;

-- All of it is counted anew.
DELETE FROM counts;
DELETE FROM counted;

-- What is owed now is counted for everybody who looks at a board, from the
-- index alone; and late answers by when they were due.
CREATE INDEX cases_owed ON cases (waits_for, lead, area, state, dispatch_due, accept_due, resolve_due, about, id, risk) WHERE risk > 0;
CREATE INDEX cases_due ON cases (state, resolve_due, lead, dispatched_at, area, about, category, urgency, channel, id, risk) WHERE risk > 0;

-- The most pressing of a category are looked through for the same matter.
CREATE INDEX cases_category_risk ON cases (category, risk, seq) WHERE risk > 0;
