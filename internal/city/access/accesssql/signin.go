package accesssql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// forgotten is how long after its last use a session is kept.
const forgotten = 30 * 24 * time.Hour

func note(ctx context.Context, q *Queries, e access.Event) error {
	return q.AddEvent(ctx, AddEventParams{
		ID: e.ID, Staff: string(e.Staff), At: int64(db.At(e.At)), ByID: e.By, Kind: string(e.Kind), Detail: e.Detail,
	})
}

// Events implements access.Store.
func (s Store) Events(ctx context.Context, id access.StaffID, limit int) ([]access.Event, error) {
	rows, err := New(s.DB.Reader()).EventsOf(ctx, EventsOfParams{Staff: string(id), Limit: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("sign-in events of %s: %w", id, err)
	}
	list := make([]access.Event, len(rows))
	for i, r := range rows {
		list[i] = access.Event{
			ID: r.ID, Staff: access.StaffID(r.Staff), At: db.Time(r.At).Time(), By: r.ByID, Kind: access.EventKind(r.Kind), Detail: r.Detail,
		}
	}
	return list, nil
}

// SetPassword implements access.Store.
func (s Store) SetPassword(ctx context.Context, id access.StaffID, password string, but access.SessionID, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		if err := q.SetPasswordOf(ctx, SetPasswordOfParams{Password: password, ID: string(id)}); err != nil {
			return err
		}
		if _, err := q.EndSessionsBut(ctx, EndSessionsButParams{EndedAt: int64(db.At(e.At)), Staff: string(id), ID: string(but)}); err != nil {
			return err
		}
		return note(ctx, q, e)
	})
}

// Begin implements access.SessionStore.
func (s Store) Begin(ctx context.Context, n access.Session) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		if err := q.ForgetSessions(ctx, int64(db.At(n.BeganAt.Add(-forgotten)))); err != nil {
			return err
		}
		at := int64(db.At(n.BeganAt))
		err := q.BeginSession(ctx, BeginSessionParams{
			ID: string(n.ID), Staff: string(n.Staff), Way: string(n.Way), Browser: n.Browser, BeganAt: at, UsedAt: at,
		})
		if err != nil {
			return err
		}
		return note(ctx, q, access.Event{ID: string(n.ID), Staff: n.Staff, At: n.BeganAt, By: string(n.Staff), Kind: access.SignedIn, Detail: string(n.Way)})
	})
}

// Session implements access.SessionStore.
func (s Store) Session(ctx context.Context, id access.SessionID) (access.Session, error) {
	row, err := New(s.DB.Reader()).StaffSession(ctx, string(id))
	if errors.Is(err, sql.ErrNoRows) {
		return access.Session{}, errs.New(errs.NotFound, "session.ended")
	}
	return session(row), err
}

// SessionsOf implements access.SessionStore.
func (s Store) SessionsOf(ctx context.Context, ids []access.SessionID) (list []access.Session, err error) {
	for some := range slices.Chunk(ids, 500) {
		more, err := s.sessionsOf(ctx, some)
		if err != nil {
			return nil, fmt.Errorf("read sessions: %w", err)
		}
		list = append(list, more...)
	}
	return list, nil
}

func (s Store) sessionsOf(ctx context.Context, ids []access.SessionID) (list []access.Session, err error) {
	var a db.Args
	in := make([]string, len(ids))
	for i, id := range ids {
		in[i] = string(id)
	}
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT id, staff, way, browser, began_at, used_at, ended_at FROM staff_sessions WHERE id IN `+db.In(&a, in), a.List...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var r StaffSession
		if err := rows.Scan(&r.ID, &r.Staff, &r.Way, &r.Browser, &r.BeganAt, &r.UsedAt, &r.EndedAt); err != nil {
			return nil, err
		}
		list = append(list, session(r))
	}
	return list, rows.Err()
}

// Sessions implements access.SessionStore.
func (s Store) Sessions(ctx context.Context, id access.StaffID, now time.Time) ([]access.Session, error) {
	rows, err := New(s.DB.Reader()).StaffSessions(ctx, StaffSessionsParams{
		Staff: string(id), UsedAt: int64(db.At(now.Add(-access.SessionIdle))), BeganAt: int64(db.At(now.Add(-access.SessionLife))),
	})
	if err != nil {
		return nil, fmt.Errorf("sessions of %s: %w", id, err)
	}
	list := make([]access.Session, len(rows))
	for i, r := range rows {
		list[i] = session(r)
	}
	return list, nil
}

// Use implements access.SessionStore.
func (s Store) Use(ctx context.Context, id access.SessionID, at time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return New(tx).UseSession(ctx, UseSessionParams{UsedAt: int64(db.At(at)), ID: string(id)})
	})
}

// End implements access.SessionStore.
func (s Store) End(ctx context.Context, id access.StaffID, which access.SessionID, e access.Event) (int, error) {
	return s.end(ctx, e, func(q *Queries) (int64, error) {
		return q.EndSession(ctx, EndSessionParams{EndedAt: int64(db.At(e.At)), Staff: string(id), ID: string(which)})
	})
}

// EndOthers implements access.SessionStore.
func (s Store) EndOthers(ctx context.Context, id access.StaffID, but access.SessionID, e access.Event) (int, error) {
	return s.end(ctx, e, func(q *Queries) (int64, error) {
		return q.EndSessionsBut(ctx, EndSessionsButParams{EndedAt: int64(db.At(e.At)), Staff: string(id), ID: string(but)})
	})
}

func (s Store) end(ctx context.Context, e access.Event, how func(*Queries) (int64, error)) (ended int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		n, err := how(q)
		if err != nil || n == 0 {
			return err
		}
		ended = int(n)
		return note(ctx, q, e)
	})
	return ended, err
}

func session(r StaffSession) access.Session {
	return access.Session{
		ID: access.SessionID(r.ID), Staff: access.StaffID(r.Staff), Way: access.Way(r.Way), Browser: r.Browser,
		BeganAt: db.Time(r.BeganAt).Time(), UsedAt: db.Time(r.UsedAt).Time(), EndedAt: db.Time(r.EndedAt).Time(),
	}
}

// AddPasskey implements access.PasskeyStore.
func (s Store) AddPasskey(ctx context.Context, p access.Passkey, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		err := q.AddPasskey(ctx, AddPasskeyParams{
			ID: p.ID, Staff: string(p.Staff), Name: p.Name, Credential: p.Credential, SignCount: int64(p.Count), MadeAt: int64(db.At(p.MadeAt)),
		})
		if db.IsUnique(err) {
			return errs.New(errs.Conflict, "passkey.taken")
		}
		if err != nil {
			return err
		}
		return note(ctx, q, e)
	})
}

// PasskeysOf implements access.PasskeyStore.
func (s Store) PasskeysOf(ctx context.Context, id access.StaffID) ([]access.Passkey, error) {
	rows, err := New(s.DB.Reader()).PasskeysOf(ctx, string(id))
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", id, err)
	}
	list := make([]access.Passkey, len(rows))
	for i, r := range rows {
		list[i] = access.Passkey{
			ID: r.ID, Staff: access.StaffID(r.Staff), Name: r.Name, Credential: r.Credential, Count: uint32(r.SignCount),
			MadeAt: db.Time(r.MadeAt).Time(), UsedAt: db.Time(r.UsedAt).Time(), BlockedAt: db.Time(r.BlockedAt).Time(),
		}
	}
	return list, nil
}

// UsePasskey implements access.PasskeyStore.
func (s Store) UsePasskey(ctx context.Context, p access.Passkey) (fresh bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := New(tx).UsePasskey(ctx, UsePasskeyParams{Credential: p.Credential, SignCount: int64(p.Count), UsedAt: int64(db.At(p.UsedAt)), ID: p.ID})
		fresh = n > 0
		return err
	})
	return fresh, err
}

// RenamePasskey implements access.PasskeyStore.
func (s Store) RenamePasskey(ctx context.Context, id access.StaffID, passkey, name string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return found(New(tx).RenamePasskey(ctx, RenamePasskeyParams{Name: name, ID: passkey, Staff: string(id)}))
	})
}

// RemovePasskey implements access.PasskeyStore.
func (s Store) RemovePasskey(ctx context.Context, passkey string, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		if err := found(q.RemovePasskey(ctx, RemovePasskeyParams{ID: passkey, Staff: string(e.Staff)})); err != nil {
			return err
		}
		return note(ctx, q, e)
	})
}

// BlockPasskey implements access.PasskeyStore.
func (s Store) BlockPasskey(ctx context.Context, passkey string, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		n, err := q.BlockPasskey(ctx, BlockPasskeyParams{BlockedAt: int64(db.At(e.At)), ID: passkey})
		if err != nil || n == 0 {
			return err
		}
		return note(ctx, q, e)
	})
}

func found(n int64, err error) error {
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "passkey.not_found")
	}
	return err
}

// ByIdentity implements access.IdentityStore.
func (s Store) ByIdentity(ctx context.Context, issuer, subject string) (access.Staff, error) {
	row, err := one(New(s.DB.Reader()).StaffByIdentity(ctx, StaffByIdentityParams{Issuer: issuer, Subject: subject}))
	return staff(row), err
}

// Link implements access.IdentityStore.
func (s Store) Link(ctx context.Context, i access.Identity, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		err := q.LinkIdentity(ctx, LinkIdentityParams{Issuer: i.Issuer, Subject: i.Subject, Staff: string(i.Staff), MadeAt: int64(db.At(i.MadeAt))})
		if db.IsUnique(err) {
			return errs.New(errs.Conflict, "signin.linked")
		}
		if err != nil {
			return err
		}
		return note(ctx, q, e)
	})
}

// UseIdentity implements access.IdentityStore.
func (s Store) UseIdentity(ctx context.Context, issuer, subject string, at time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return New(tx).UseIdentity(ctx, UseIdentityParams{UsedAt: int64(db.At(at)), Issuer: issuer, Subject: subject})
	})
}

// Identities implements access.IdentityStore.
func (s Store) Identities(ctx context.Context, id access.StaffID) ([]access.Identity, error) {
	rows, err := New(s.DB.Reader()).Identities(ctx, string(id))
	if err != nil {
		return nil, fmt.Errorf("identities of %s: %w", id, err)
	}
	list := make([]access.Identity, len(rows))
	for i, r := range rows {
		list[i] = access.Identity{
			Issuer: r.Issuer, Subject: r.Subject, Staff: access.StaffID(r.Staff), MadeAt: db.Time(r.MadeAt).Time(), UsedAt: db.Time(r.UsedAt).Time(),
		}
	}
	return list, nil
}

// Unlink implements access.IdentityStore.
func (s Store) Unlink(ctx context.Context, issuer string, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		n, err := q.UnlinkIdentity(ctx, UnlinkIdentityParams{Staff: string(e.Staff), Issuer: issuer})
		if err != nil || n == 0 {
			return err
		}
		return note(ctx, q, e)
	})
}
