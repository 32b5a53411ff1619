-- name: Submission :one
SELECT digest, request FROM submissions WHERE key = $1;

-- name: ForgetSubmission :exec
DELETE FROM submissions WHERE key = $1 AND request = $2;

-- name: Holders :many
SELECT id, receipt, seq FROM requests WHERE id = $1 OR receipt = $2;

-- name: Sealed :one
SELECT contact FROM requests WHERE id = $1;

-- name: RecordRead :exec
INSERT INTO contact_reads (id, request, at, staff, unit, reason) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING;

-- name: Reads :many
SELECT * FROM contact_reads WHERE request = $1 ORDER BY at DESC, id DESC;

-- name: AddNote :exec
INSERT INTO notes (id, request, at, by_id, text) VALUES ($1, $2, $3, $4, $5);

-- name: Notes :many
SELECT * FROM notes WHERE request = $1 ORDER BY at, id;
