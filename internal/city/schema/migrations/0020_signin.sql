-- +goose Up

-- access: where somebody is signed in. The cookie's own session names one; a
-- request that was under way when it ended cannot bring it back.
CREATE TABLE staff_sessions (
	id       TEXT NOT NULL PRIMARY KEY,
	staff    TEXT NOT NULL REFERENCES staff (id),
	way      TEXT NOT NULL,               -- password, passkey, provider, demo
	browser  TEXT NOT NULL,               -- in words, or ''
	began_at BIGINT NOT NULL,
	used_at  BIGINT NOT NULL,             -- to the minute
	ended_at BIGINT NOT NULL              -- 0 while it lasts
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff, used_at);
CREATE INDEX staff_sessions_used ON staff_sessions (used_at);

-- access: passkeys. The private key never leaves the person's device.
CREATE TABLE passkeys (
	id         TEXT NOT NULL PRIMARY KEY, -- of the credential, base64url
	staff      TEXT NOT NULL REFERENCES staff (id),
	name       TEXT NOT NULL,
	credential BYTEA NOT NULL,            -- public key and what else is needed to check, as JSON
	sign_count BIGINT NOT NULL,
	made_at    BIGINT NOT NULL,
	used_at    BIGINT NOT NULL,           -- 0 while never used
	blocked_at BIGINT NOT NULL            -- when a copy of it seemed to be in use, else 0
);
CREATE INDEX passkeys_staff ON passkeys (staff);

-- access: who somebody is at a sign-in service.
CREATE TABLE identities (
	issuer  TEXT NOT NULL,
	subject TEXT NOT NULL,
	staff   TEXT NOT NULL REFERENCES staff (id),
	made_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL,
	PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX identities_staff ON identities (staff, issuer);

-- access: who stands in for whom while they are away.
CREATE TABLE delegations (
	id       TEXT NOT NULL PRIMARY KEY,
	giver    TEXT NOT NULL REFERENCES staff (id),
	taker    TEXT NOT NULL REFERENCES staff (id),
	since    BIGINT NOT NULL,
	until    BIGINT NOT NULL,
	made_at  BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	ended_at BIGINT NOT NULL,             -- when it was ended before its time, else 0
	ended_by TEXT NOT NULL
);
CREATE INDEX delegations_giver ON delegations (giver, until);
CREATE INDEX delegations_taker ON delegations (taker, until);

-- access: what happened to somebody's ways to sign in. Append-only.
CREATE TABLE signin_events (
	id     TEXT NOT NULL PRIMARY KEY,
	staff  TEXT NOT NULL REFERENCES staff (id),
	at     BIGINT NOT NULL,
	by_id  TEXT NOT NULL,
	kind   TEXT NOT NULL,
	detail TEXT NOT NULL
);
CREATE INDEX signin_events_staff ON signin_events (staff, at);

-- cases: in whose name somebody drafted who stood in for them, or ''.
ALTER TABLE answers ADD COLUMN for_id TEXT NOT NULL DEFAULT '';
