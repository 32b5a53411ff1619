-- +goose Up

-- files: photos that residents and officials send, and documents of officials.
-- Contents are encrypted.
CREATE TABLE files (
	id         TEXT NOT NULL PRIMARY KEY,
	token      TEXT NOT NULL UNIQUE,      -- a MAC of what who sent it holds, until it belongs to something
	owner_kind TEXT NOT NULL,             -- '' until it is attached, then request or answer
	owner      TEXT NOT NULL,
	at         BIGINT NOT NULL,
	by_id      TEXT NOT NULL,             -- a staff id, or 'resident'
	name       TEXT NOT NULL,             -- of a document; '' for a photo
	size       BIGINT NOT NULL,           -- bytes that were announced
	received   BIGINT NOT NULL,           -- bytes that have come
	ready      BOOLEAN NOT NULL,          -- it is all here, and a photo
	width      BIGINT NOT NULL,
	height     BIGINT NOT NULL
);
CREATE INDEX files_owner ON files (owner_kind, owner, at, id) WHERE owner <> '';
CREATE INDEX files_loose ON files (at) WHERE owner = '';

-- files: their contents: what came so far in pieces, then the photo and its
-- small picture, or the document.
CREATE TABLE file_pieces (
	file TEXT NOT NULL REFERENCES files (id),
	part TEXT NOT NULL,                   -- raw, full, thumb
	n    BIGINT NOT NULL,                 -- of raw: where the piece begins; else 0
	body BYTEA NOT NULL,
	PRIMARY KEY (file, part, n)
);
