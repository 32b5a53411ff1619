-- name: Send :exec
INSERT INTO notices (id, to_kind, to_id, roles, at, key, args, link, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)
ON CONFLICT (id) DO NOTHING;
