-- +goose Up

-- account: where residents collect receipts. A name is kept as a digest made
-- with the key, so that nobody reads out of it who it is.
CREATE TABLE accounts (
	id       TEXT NOT NULL PRIMARY KEY,
	name     TEXT NOT NULL UNIQUE,
	password TEXT NOT NULL,               -- an argon2id hash
	made_at  BIGINT NOT NULL
);
CREATE TABLE account_requests (
	account TEXT NOT NULL REFERENCES accounts (id),
	request TEXT NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (account, request)
);
CREATE INDEX account_requests_at ON account_requests (account, at);
