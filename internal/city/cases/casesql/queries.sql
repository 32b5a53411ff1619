-- name: CaseOfPart :one
SELECT case_id FROM parts WHERE id = $1;

-- name: UpdatePart :exec
UPDATE parts SET matter = $1, withdrawn_at = $2, verdict = $3, verdict_at = $4, missing = $5, rating = $6, rating_text = $7, rated_at = $8 WHERE id = $9;

-- name: SetPartsOf :exec
UPDATE parts SET lead = $1, area = $2, about = $3 WHERE case_id = $4;

-- name: LastOfDay :one
SELECT CAST(coalesce(max(seq), 0) AS BIGINT) FROM cases WHERE seq > sqlc.arg(day) AND seq <= sqlc.arg(most);

-- name: EndUnit :exec
UPDATE case_units SET until = $1 WHERE case_id = $2 AND unit = $3 AND role = $4 AND until = 0;

-- name: AddUnit :exec
INSERT INTO case_units (case_id, unit, role, since, until, seq, risk, state, waits_for, handler, about) VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10)
ON CONFLICT (case_id, unit, role, since) DO UPDATE
	SET until = 0, risk = excluded.risk, state = excluded.state, waits_for = excluded.waits_for, handler = excluded.handler, about = excluded.about;

-- name: SetUnitsOf :exec
UPDATE case_units SET risk = $1, state = $2, waits_for = $3, handler = $4, about = $5 WHERE case_id = $6 AND until = 0;

-- name: LastEvent :one
SELECT CAST(coalesce(max(n), 0) AS BIGINT) FROM case_events WHERE case_id = $1;

-- name: Events :many
SELECT * FROM case_events WHERE case_id = $1 ORDER BY n;

-- name: Answers :many
SELECT * FROM answers WHERE case_id = $1 ORDER BY at, id;

-- name: LatestAnswer :one
SELECT * FROM answers WHERE case_id = $1 ORDER BY at DESC, id DESC LIMIT 1;

-- name: KeepAnswer :exec
INSERT INTO answers (case_id, id, at, by_id, for_id, outcome, text, english, released) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (case_id, id) DO UPDATE SET released = excluded.released;

-- name: DeletePart :exec
DELETE FROM parts WHERE id = $1;

-- name: ForgetEvents :exec
UPDATE case_events SET body = '{}' WHERE case_id = $1;

-- name: ForgetAnswers :exec
UPDATE answers SET text = '', english = '' WHERE case_id = $1;

-- name: ForgetRulings :exec
DELETE FROM rulings WHERE case_id = $1;
