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

-- name: BeginSession :exec
INSERT INTO staff_sessions (id, staff, way, browser, began_at, used_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, 0);

-- name: StaffSession :one
SELECT * FROM staff_sessions WHERE id = $1;

-- name: StaffSessions :many
SELECT * FROM staff_sessions WHERE staff = $1 AND ended_at = 0 AND used_at > $2 AND began_at > $3 ORDER BY used_at DESC, id;

-- name: UseSession :exec
UPDATE staff_sessions SET used_at = $1 WHERE id = $2 AND ended_at = 0 AND used_at < $1;

-- name: EndSession :execrows
UPDATE staff_sessions SET ended_at = $1 WHERE staff = $2 AND id = $3 AND ended_at = 0;

-- name: EndSessionsBut :execrows
UPDATE staff_sessions SET ended_at = $1 WHERE staff = $2 AND id <> $3 AND ended_at = 0;

-- name: ForgetSessions :exec
DELETE FROM staff_sessions WHERE used_at < $1;

-- name: SetPasswordOf :exec
UPDATE staff SET password = $1 WHERE id = $2;

-- name: AddPasskey :exec
INSERT INTO passkeys (id, staff, name, credential, sign_count, made_at, used_at, blocked_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0);

-- name: PasskeysOf :many
SELECT * FROM passkeys WHERE staff = $1 ORDER BY made_at, id;

-- name: UsePasskey :execrows
UPDATE passkeys SET credential = $1, sign_count = $2, used_at = $3
WHERE id = $4 AND blocked_at = 0 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0));

-- name: RenamePasskey :execrows
UPDATE passkeys SET name = $1 WHERE id = $2 AND staff = $3;

-- name: RemovePasskey :execrows
DELETE FROM passkeys WHERE id = $1 AND staff = $2;

-- name: BlockPasskey :execrows
UPDATE passkeys SET blocked_at = $1 WHERE id = $2 AND blocked_at = 0;

-- name: StaffByIdentity :one
SELECT staff.* FROM staff JOIN identities ON identities.staff = staff.id WHERE identities.issuer = $1 AND identities.subject = $2;

-- name: Identities :many
SELECT * FROM identities WHERE staff = $1 ORDER BY issuer;

-- name: LinkIdentity :exec
INSERT INTO identities (issuer, subject, staff, made_at, used_at) VALUES ($1, $2, $3, $4, $4);

-- name: UseIdentity :exec
UPDATE identities SET used_at = $1 WHERE issuer = $2 AND subject = $3;

-- name: UnlinkIdentity :execrows
DELETE FROM identities WHERE staff = $1 AND issuer = $2;

-- name: AddDelegation :exec
INSERT INTO delegations (id, giver, taker, since, until, made_at, made_by, ended_at, ended_by) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '');

-- name: DelegationsOf :many
SELECT * FROM delegations WHERE giver = $1 OR taker = $1 ORDER BY since DESC, id DESC LIMIT $2;

-- name: DelegationsBetween :many
SELECT * FROM delegations WHERE (giver = $1 OR taker = $1 OR giver = $2 OR taker = $2) AND until > $3 AND ended_at = 0 ORDER BY since, id;

-- name: StandsIn :many
SELECT * FROM delegations WHERE taker = $1 AND until > $2 AND since <= $2 AND ended_at = 0 ORDER BY since, id;

-- name: Delegation :one
SELECT * FROM delegations WHERE id = $1;

-- name: EndDelegation :execrows
UPDATE delegations SET ended_at = $1, ended_by = $2 WHERE id = $3 AND ended_at = 0 AND until > $1;

-- name: EndDelegationsOf :exec
UPDATE delegations SET ended_at = $1, ended_by = $2 WHERE (giver = $3 OR taker = $3) AND ended_at = 0 AND until > $1;

-- name: AddEvent :exec
INSERT INTO signin_events (id, staff, at, by_id, kind, detail) VALUES ($1, $2, $3, $4, $5, $6);

-- name: EventsOf :many
SELECT * FROM signin_events WHERE staff = $1 ORDER BY at DESC, id DESC LIMIT $2;
