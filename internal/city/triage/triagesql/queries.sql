-- name: Keep :exec
INSERT INTO readings (request, at, catalogue, model, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (request) DO UPDATE SET at = excluded.at, catalogue = excluded.catalogue, model = excluded.model, body = excluded.body;

-- name: Reading :one
SELECT body FROM readings WHERE request = $1;

-- name: Chose :exec
INSERT INTO choices (id, at, request, case_id, staff, suggested, chosen, suggested_category, chosen_category, prob, accepted)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: Chosen :one
SELECT count(*) AS count, count(*) FILTER (WHERE accepted) AS accepted FROM choices WHERE at >= $1;

-- name: Corrections :many
SELECT request, chosen_category FROM choices WHERE chosen_category <> '' ORDER BY at DESC, id DESC LIMIT $1;
