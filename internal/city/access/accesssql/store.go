// Package accesssql keeps staff and their sessions in the database.
package accesssql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Store implements access.Store on both engines.
type Store struct{ DB *db.DB }

var _ access.Store = Store{}

// Add implements access.Store.
func (s Store) Add(ctx context.Context, st access.Staff, secrets access.Secrets, link access.Link) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		if err := add(ctx, q, st, secrets.TOTP); err != nil {
			return err
		}
		return q.AddLink(ctx, AddLinkParams{Digest: link.Digest, Staff: string(link.Staff), Until: int64(db.At(link.Until))})
	})
}

func add(ctx context.Context, q *Queries, st access.Staff, totp []byte) error {
	err := q.AddStaff(ctx, AddStaffParams{
		ID: string(st.ID), Login: st.Login, Name: st.Name.ZH, NameEn: st.Name.EN, Unit: string(st.Unit), Roles: joinRoles(st.Roles),
		Area: string(st.Area), Totp: totp, MadeAt: int64(db.At(st.MadeAt)), LeftAt: int64(db.At(st.LeftAt)),
	})
	if db.IsUnique(err) {
		return &errs.Error{Kind: errs.Conflict, Key: "staff.login_taken", Field: "login"}
	}
	return err
}

// AddLink implements access.Store.
func (s Store) AddLink(ctx context.Context, link access.Link, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		if _, err := one(q.StaffByID(ctx, string(link.Staff))); err != nil {
			return err
		}
		if err := q.EndLinks(ctx, EndLinksParams{UsedAt: 1, Staff: string(link.Staff)}); err != nil {
			return err
		}
		if err := q.AddLink(ctx, AddLinkParams{Digest: link.Digest, Staff: string(link.Staff), Until: int64(db.At(link.Until))}); err != nil {
			return err
		}
		return note(ctx, q, e)
	})
}

// Load implements access.Store.
func (s Store) Load(ctx context.Context, list []access.Staff) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, st := range list {
			if err := add(ctx, New(tx), st, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// Staff implements access.Store.
func (s Store) Staff(ctx context.Context, id access.StaffID) (access.Staff, access.Secrets, error) {
	return full(one(New(s.DB.Reader()).StaffByID(ctx, string(id))))
}

// ByLogin implements access.Store.
func (s Store) ByLogin(ctx context.Context, login string) (access.Staff, access.Secrets, error) {
	return full(one(New(s.DB.Reader()).StaffByLogin(ctx, login)))
}

// ByLink implements access.Store.
func (s Store) ByLink(ctx context.Context, digest string, now time.Time) (access.Staff, access.Secrets, error) {
	row, err := New(s.DB.Reader()).StaffByLink(ctx, StaffByLinkParams{Digest: digest, Until: int64(db.At(now))})
	if errors.Is(err, sql.ErrNoRows) {
		err = errs.New(errs.NotFound, "setup.used_up")
	}
	return full(row, err)
}

// List implements access.Store.
func (s Store) List(ctx context.Context) ([]access.Staff, error) {
	rows, err := New(s.DB.Reader()).AllStaff(ctx)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	list := make([]access.Staff, len(rows))
	for i, r := range rows {
		list[i] = staff(r)
	}
	return list, nil
}

// UseLink implements access.Store.
func (s Store) UseLink(ctx context.Context, digest, password string, step int64, e access.Event) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		n, err := q.UseLink(ctx, UseLinkParams{UsedAt: int64(db.At(e.At)), Digest: digest})
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "setup.used_up")
		}
		if err := q.SetPassword(ctx, SetPasswordParams{Password: password, TotpStep: step, Digest: digest}); err != nil {
			return err
		}
		if _, err := q.EndSessionsBut(ctx, EndSessionsButParams{EndedAt: int64(db.At(e.At)), Staff: string(e.Staff)}); err != nil {
			return err
		}
		return note(ctx, q, e)
	})
}

// UseStep implements access.Store.
func (s Store) UseStep(ctx context.Context, id access.StaffID, step int64) (fresh bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := New(tx).UseStep(ctx, UseStepParams{TotpStep: step, ID: string(id)})
		fresh = n > 0
		return err
	})
	return fresh, err
}

// Change implements access.Store.
func (s Store) Change(ctx context.Context, id access.StaffID, by string, now time.Time, change func(*access.Staff, int) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		others, err := administrators(ctx, tx, tx.ForUpdate())
		if err != nil {
			return err
		}
		row, err := one(q.StaffByID(ctx, string(id)))
		if err != nil {
			return err
		}
		st := staff(row)
		before := st
		others = slices.DeleteFunc(others, func(login string) bool { return login == st.Login })
		if err := change(&st, len(others)); err != nil {
			return err
		}
		return s.keep(ctx, tx, before, st, by, now)
	})
}

// keep keeps what became of somebody.
func (s Store) keep(ctx context.Context, tx *db.Tx, before, st access.Staff, by string, now time.Time) error {
	q := New(tx)
	if err := s.record(ctx, tx, before, by, before.MadeAt); err != nil { // the first change finds nothing before it
		return err
	}
	if err := s.record(ctx, tx, st, by, now); err != nil {
		return err
	}
	if before.LeftAt.IsZero() && !st.LeftAt.IsZero() {
		if _, err := q.EndSessionsBut(ctx, EndSessionsButParams{EndedAt: int64(db.At(now)), Staff: string(st.ID)}); err != nil {
			return err
		}
		if err := q.EndDelegationsOf(ctx, EndDelegationsOfParams{EndedAt: int64(db.At(now)), EndedBy: by, Giver: string(st.ID)}); err != nil {
			return err
		}
	}
	return q.ChangeStaff(ctx, ChangeStaffParams{
		Name: st.Name.ZH, NameEn: st.Name.EN, Unit: string(st.Unit), Roles: joinRoles(st.Roles), Area: string(st.Area),
		LeftAt: int64(db.At(st.LeftAt)), ID: string(st.ID),
	})
}

// Bring implements access.Store.
func (s Store) Bring(ctx context.Context, list []access.Bringing, by string, now time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		before, err := administrators(ctx, tx, tx.ForUpdate())
		if err != nil {
			return err
		}
		for _, b := range list {
			if b.Before.ID == "" {
				if err := add(ctx, q, b.After, b.Secrets.TOTP); err != nil {
					return err
				}
				if err := q.AddLink(ctx, AddLinkParams{Digest: b.Link.Digest, Staff: string(b.Link.Staff), Until: int64(db.At(b.Link.Until))}); err != nil {
					return err
				}
				continue
			}
			row, err := one(q.StaffByID(ctx, string(b.Before.ID)))
			if err != nil {
				return err
			}
			is := staff(row)
			is.Ready = b.Before.Ready // a password may be set meanwhile
			if !reflect.DeepEqual(is, b.Before) {
				return errs.New(errs.Conflict, "version.changed")
			}
			if err := s.keep(ctx, tx, b.Before, b.After, by, now); err != nil {
				return err
			}
		}
		after, err := administrators(ctx, tx, "")
		if err == nil && len(before) > 0 && len(after) == 0 {
			err = errs.New(errs.Conflict, "staff.last_administrator")
		}
		return err
	})
}

// Administrators implements access.Store.
func (s Store) Administrators(ctx context.Context) ([]string, error) {
	return administrators(ctx, s.DB.Reader(), "")
}

// administrators lists who can sign in and administer the city: with a
// password, or an account of a sign-in service, or by the buttons of a
// demonstration, whose people have no code. Whoever locks the same waits until
// the other's transaction ends, so that two cannot both be the last but one.
func administrators(ctx context.Context, q DBTX, lock string) (list []string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT login, password <> '' OR totp IS NULL OR EXISTS (SELECT 1 FROM identities WHERE identities.staff = staff.id)
		FROM staff WHERE left_at = 0 AND roles LIKE '%administrator%' ORDER BY id`+lock)
	if err != nil {
		return nil, fmt.Errorf("list administrators: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var login string
		var enters bool
		if err := rows.Scan(&login, &enters); err != nil {
			return nil, fmt.Errorf("list administrators: %w", err)
		}
		if enters {
			list = append(list, login)
		}
	}
	return list, rows.Err()
}

// kept is where somebody's changes are kept in base/versions.
func kept(id access.StaffID) string { return "staff." + string(id) }

func (s Store) record(ctx context.Context, tx *db.Tx, st access.Staff, by string, at time.Time) error {
	body, err := json.Marshal(st)
	if err != nil {
		return err
	}
	_, err = versions.Store{DB: s.DB}.Put(ctx, tx, kept(st.ID), body, by, at)
	return err
}

// History implements access.Store.
func (s Store) History(ctx context.Context, id access.StaffID) ([]access.Record, error) {
	list, err := versions.Store{DB: s.DB}.Newest(ctx, kept(id), 50)
	if err != nil {
		return nil, err
	}
	records := make([]access.Record, len(list))
	for i, v := range list {
		records[i].At, records[i].By = v.At, v.By
		if err := json.Unmarshal(v.Body, &records[i].Staff); err != nil {
			return nil, fmt.Errorf("version %d of %s: %w", v.Number, v.Name, err)
		}
	}
	return records, nil
}

// Try implements access.Store. What was tried a day before is forgotten.
func (s Store) Try(ctx context.Context, key string, since time.Time) (count int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		n, err := q.Try(ctx, TryParams{Key: key, Since: int64(db.At(since))})
		if err != nil {
			return err
		}
		count = int(n)
		if n == 1 {
			return q.ForgetAttempts(ctx, int64(db.At(since.AddDate(0, 0, -1))))
		}
		return nil
	})
	return count, err
}

// Tried implements access.Store.
func (s Store) Tried(ctx context.Context, key string, since time.Time) (int, error) {
	n, err := New(s.DB.Reader()).Tried(ctx, TriedParams{Key: key, Since: int64(db.At(since))})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return int(n), err
}

func one(row Staff, err error) (Staff, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return row, errs.New(errs.NotFound, "staff.not_found")
	}
	return row, err
}

func full(row Staff, err error) (access.Staff, access.Secrets, error) {
	if err != nil {
		return access.Staff{}, access.Secrets{}, err
	}
	return staff(row), access.Secrets{Password: row.Password, TOTP: row.Totp, Step: row.TotpStep}, nil
}

func staff(r Staff) access.Staff {
	return access.Staff{
		ID: access.StaffID(r.ID), Login: r.Login, Name: org.Name{ZH: r.Name, EN: r.NameEn}, Unit: org.UnitID(r.Unit), Roles: splitRoles(r.Roles),
		Area: org.AreaID(r.Area), Ready: r.Password != "", MadeAt: db.Time(r.MadeAt).Time(), LeftAt: db.Time(r.LeftAt).Time(),
	}
}

func joinRoles(list []access.Role) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = string(r)
	}
	return strings.Join(words, ",")
}

func splitRoles(text string) []access.Role {
	var list []access.Role
	for word := range strings.SplitSeq(text, ",") {
		if word != "" {
			list = append(list, access.Role(word))
		}
	}
	return list
}
