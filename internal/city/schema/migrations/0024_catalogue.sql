-- +goose Up

-- drafts: named sets of changes to the city's tables.
CREATE TABLE drafts (
	id           TEXT NOT NULL PRIMARY KEY,
	by_id        TEXT NOT NULL,           -- a staff id
	at           BIGINT NOT NULL,
	state        TEXT NOT NULL,           -- open, planned, published, dropped
	published_at BIGINT NOT NULL,         -- when it came into force, 0 before
	revision     BIGINT NOT NULL,
	body         JSONB NOT NULL           -- its name, its changes, who made and published them
);
CREATE INDEX drafts_state ON drafts (state, id);

-- drafts: a draft tried on the cases of a past period, and what came of it in
-- pieces of one page each.
CREATE TABLE replays (
	id       TEXT NOT NULL PRIMARY KEY,
	draft    TEXT NOT NULL REFERENCES drafts (id),
	at       BIGINT NOT NULL,
	state    TEXT NOT NULL,               -- running, done, stopped, failed
	body     JSONB NOT NULL
);
CREATE INDEX replays_draft ON replays (draft, id);
CREATE TABLE replay_pieces (
	replay TEXT NOT NULL REFERENCES replays (id),
	n      BIGINT NOT NULL,               -- 0, 1, 2 …
	body   JSONB NOT NULL,
	PRIMARY KEY (replay, n)
);
