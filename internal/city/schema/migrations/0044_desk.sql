-- +goose Up

-- intake: a keyed digest of the telephone number in the contact data, '' where
-- there is none in it; NULL where that was not looked for yet.
ALTER TABLE requests ADD COLUMN caller TEXT;
CREATE INDEX requests_caller ON requests (caller, seq) WHERE caller <> '';
CREATE INDEX requests_uncalled ON requests (seq) WHERE contact IS NOT NULL AND caller IS NULL;

-- calls: the call that a request came of, for its recording.
CREATE INDEX calls_request ON calls (request) WHERE request <> '';

-- access: queues that somebody keeps under a name.
CREATE TABLE staff_views (
	staff TEXT NOT NULL REFERENCES staff (id),
	name  TEXT NOT NULL,
	query TEXT NOT NULL,                  -- of the address of the queue
	at    BIGINT NOT NULL,
	PRIMARY KEY (staff, name)
);
