-- +goose Up

-- cases: what happened on days that are over, counted once, so that figures
-- need not count it again. All of it can be made anew from the other tables.

-- The spans of time that are counted, none of which overlaps another.
CREATE TABLE counted (
	since   BIGINT NOT NULL PRIMARY KEY,
	until   BIGINT NOT NULL,
	settled BIGINT NOT NULL               -- from then on nobody can still be silent by waiting: counts.spoke and silent hold
);

-- What was counted, by who led and by category, for those who see all.
CREATE TABLE counts (
	since     BIGINT NOT NULL,
	of        TEXT NOT NULL,              -- lead, category
	name      TEXT NOT NULL,              -- its id
	about     TEXT NOT NULL,              -- the unit complained of, or ''
	received  BIGINT NOT NULL,
	on_spot   BIGINT NOT NULL,
	answered  BIGINT NOT NULL,
	limited   BIGINT NOT NULL,            -- answered, and there was a limit
	kept      BIGINT NOT NULL,            -- within it
	judged    BIGINT NOT NULL,
	solved    BIGINT NOT NULL,
	rated     BIGINT NOT NULL,
	satisfied BIGINT NOT NULL,
	spoke     BIGINT NOT NULL,            -- could have said something by now
	silent    BIGINT NOT NULL,            -- and did not
	waits     TEXT NOT NULL,              -- how many waited how many hours: '3:2,17:1'
	PRIMARY KEY (since, of, name, about)
);

-- When something happened that was changed since: a span with one of these in
-- it is counted anew. Written with every change and never waited for.
CREATE TABLE stale (
	id TEXT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL                    -- to the quarter of an hour
);
CREATE INDEX stale_at ON stale (at);
