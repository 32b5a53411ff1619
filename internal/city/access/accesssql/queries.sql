-- name: AddStaff :exec
INSERT INTO staff (id, login, name, name_en, unit, roles, area, password, totp, totp_step, made_at, left_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, 0, $9, $10);

-- name: StaffByID :one
SELECT * FROM staff WHERE id = $1;

-- name: StaffByLogin :one
SELECT * FROM staff WHERE login = $1;

-- name: StaffByLink :one
SELECT staff.* FROM staff JOIN setup_links ON setup_links.staff = staff.id
WHERE setup_links.digest = $1 AND setup_links.used_at = 0 AND setup_links.until > $2 AND staff.left_at = 0;

-- name: AllStaff :many
SELECT * FROM staff ORDER BY login;

-- name: AddLink :exec
INSERT INTO setup_links (digest, staff, until, used_at) VALUES ($1, $2, $3, 0);

-- name: EndLinks :exec
UPDATE setup_links SET used_at = $1 WHERE staff = $2 AND used_at = 0;

-- name: UseLink :execrows
UPDATE setup_links SET used_at = $1 WHERE digest = $2 AND used_at = 0 AND until > $1;

-- name: SetPassword :exec
UPDATE staff SET password = $1, totp_step = $2 WHERE id = (SELECT setup_links.staff FROM setup_links WHERE setup_links.digest = $3);

-- name: UseStep :execrows
UPDATE staff SET totp_step = $1 WHERE id = $2 AND totp_step < $1;

-- name: ChangeStaff :exec
UPDATE staff SET name = $1, name_en = $2, unit = $3, roles = $4, area = $5, left_at = $6 WHERE id = $7;

-- name: Try :one
INSERT INTO attempts (key, since, count) VALUES ($1, $2, 1)
ON CONFLICT (key, since) DO UPDATE SET count = attempts.count + 1
RETURNING count;

-- name: Tried :one
SELECT count FROM attempts WHERE key = $1 AND since = $2;

-- name: ForgetAttempts :exec
DELETE FROM attempts WHERE since < $1;

-- name: FindSession :one
SELECT data FROM sessions WHERE token = $1 AND expiry > $2;

-- name: CommitSession :exec
INSERT INTO sessions (token, data, expiry) VALUES ($1, $2, $3)
ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry;

-- name: DeleteSession :exec
DELETE FROM sessions WHERE token = $1;

-- name: DeleteExpired :exec
DELETE FROM sessions WHERE expiry <= $1;
