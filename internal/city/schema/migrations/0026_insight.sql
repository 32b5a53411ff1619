-- +goose Up

-- insight: what the city's messages say, as it was found last.
CREATE TABLE digests (
	name TEXT NOT NULL PRIMARY KEY,
	at   BIGINT NOT NULL,
	body JSONB NOT NULL
);
