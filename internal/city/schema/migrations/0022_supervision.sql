-- +goose Up

-- supervision: orders with a clock and an answer of their own.
CREATE TABLE orders (
	id          TEXT NOT NULL PRIMARY KEY,
	case_id     TEXT NOT NULL,            -- '' for one about a unit's work as a whole
	unit        TEXT NOT NULL,            -- that is to answer
	by_id       TEXT NOT NULL,            -- a staff id
	at          BIGINT NOT NULL,
	due         BIGINT NOT NULL,
	due_in      TEXT NOT NULL,            -- the limit, as cities write it
	text        TEXT NOT NULL,
	state       TEXT NOT NULL,            -- open, answered, closed
	answer      TEXT NOT NULL,
	answered_by TEXT NOT NULL,
	answered_at BIGINT NOT NULL,          -- 0 before
	ruling      TEXT NOT NULL,            -- what was said when it was sent back or closed
	ruled_by    TEXT NOT NULL,
	ruled_at    BIGINT NOT NULL,
	sent_back   BIGINT NOT NULL           -- how often
);
CREATE INDEX orders_case ON orders (case_id) WHERE case_id <> '';
CREATE INDEX orders_unit ON orders (unit, state, due);
CREATE INDEX orders_state ON orders (state, due);

-- supervision: programmes against a recurring problem, one a month.
CREATE TABLE programmes (
	id       TEXT NOT NULL PRIMARY KEY,
	month    TEXT NOT NULL,               -- YYYY-MM
	unit     TEXT NOT NULL,               -- its owner
	by_id    TEXT NOT NULL,
	at       BIGINT NOT NULL,
	state    TEXT NOT NULL,               -- running, ended
	ended_at BIGINT NOT NULL,             -- 0 before
	body     JSONB NOT NULL
);
CREATE INDEX programmes_month ON programmes (month, id);
