-- name: Keep :exec
INSERT INTO readings (request, at, catalogue, model, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (request) DO UPDATE SET at = excluded.at, catalogue = excluded.catalogue, model = excluded.model, body = excluded.body;

-- name: Reading :one
SELECT body FROM readings WHERE request = $1;

-- name: ForgetReading :exec
DELETE FROM readings WHERE request = $1;

-- name: ForgetChoices :exec
DELETE FROM choices WHERE request = $1;

-- name: ForgetAutomatics :exec
DELETE FROM automatics WHERE request = $1;

-- name: Chose :exec
INSERT INTO choices (id, at, request, case_id, staff, kind, model, suggested, chosen, suggested_category, chosen_category, prob, accepted, reading)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: Chosen :one
SELECT count(*) AS count, count(*) FILTER (WHERE accepted) AS accepted FROM choices WHERE at >= $1 AND kind IN ('taken', 'corrected');

-- name: Weeks :many
SELECT CAST((at - $1) / 604800000000 AS BIGINT) AS week, count(*) AS count, count(*) FILTER (WHERE accepted) AS accepted
FROM choices WHERE at >= $1 AND kind IN ('taken', 'corrected') GROUP BY 1 ORDER BY 1;

-- name: Last :one
SELECT * FROM choices WHERE case_id = $1 AND request = $2 ORDER BY at DESC, id DESC LIMIT 1;

-- name: Settlings :many
SELECT request, kind, chosen_category FROM choices WHERE chosen_category <> '' ORDER BY at DESC, id DESC LIMIT $1;

-- name: Unfit :many
SELECT request, category FROM automatics WHERE day >= $1 AND checked_at > 0 AND NOT fit;

-- name: AutomaticSum :one
SELECT count(*) AS sent, count(*) FILTER (WHERE checked_at > 0) AS checked, count(*) FILTER (WHERE checked_at > 0 AND fit) AS fit, count(*) FILTER (WHERE asked) AS asked
FROM automatics WHERE day >= $1;

-- name: Sent :execrows
INSERT INTO automatics (case_id, request, at, day, draw, unit, category, prob, threshold, asked, checked_at, checked_by, fit)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, 0, '', false) ON CONFLICT (case_id) DO NOTHING;

-- name: NotSent :exec
DELETE FROM automatics WHERE case_id = $1;

-- name: Automatic :one
SELECT * FROM automatics WHERE case_id = $1;

-- name: Sample :many
SELECT * FROM automatics WHERE day = $1 ORDER BY draw, case_id LIMIT $2;

-- name: Asked :many
SELECT * FROM automatics WHERE asked AND day >= $1 ORDER BY day DESC, draw LIMIT $2;

-- name: AutomaticDays :many
SELECT day, count(*) AS sent FROM automatics WHERE day >= $1 GROUP BY day ORDER BY day DESC;

-- name: Check :execrows
UPDATE automatics SET checked_at = $1, checked_by = $2, fit = $3 WHERE case_id = $4;

-- name: Ask :execrows
UPDATE automatics SET asked = true WHERE case_id = $1;

-- name: Costs :many
SELECT suggested_category AS category,
	CASE WHEN prob >= 0.98 THEN 98 WHEN prob >= 0.95 THEN 95 WHEN prob >= 0.9 THEN 90 WHEN prob >= 0.8 THEN 80 ELSE 0 END AS level,
	count(*) AS count, count(*) FILTER (WHERE accepted) AS accepted
FROM choices WHERE at >= $1 AND suggested_category <> '' AND kind IN ('taken', 'corrected') GROUP BY 1, 2;
