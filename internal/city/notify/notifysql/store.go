// Package notifysql keeps notices in the database.
package notifysql

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
)

// A Store implements notify.Store on both engines.
type Store struct{ DB *db.DB }

var _ notify.Store = Store{}

const toStaff, toUnit = "staff", "unit"

// Send implements notify.Store.
func (s Store) Send(ctx context.Context, list []notify.Notice) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, n := range list {
			kind, to := toStaff, string(n.Staff)
			if n.Staff == "" {
				kind, to = toUnit, string(n.Unit)
			}
			roles := make([]string, len(n.Roles))
			for i, r := range n.Roles {
				roles[i] = string(r)
			}
			err := New(tx).Send(ctx, SendParams{
				ID: n.ID, ToKind: kind, ToID: to, Roles: strings.Join(roles, ","), At: int64(db.At(n.At)), Key: n.Key, Args: db.Encode(n.Args), Link: n.Link,
			})
			if err != nil {
				return fmt.Errorf("send notice: %w", err)
			}
		}
		return nil
	})
}

// to says whom notices are to, as a condition.
func to(a *db.Args, staff access.StaffID, units []org.UnitID) string {
	return "((to_kind = '" + toStaff + "' AND to_id = " + a.Add(string(staff)) + ") OR (to_kind = '" + toUnit + "' AND to_id IN " + db.In(a, units) + "))"
}

// forRoles narrows notices to units to those for all in it or for a role.
func forRoles(a *db.Args, roles []access.Role) string {
	likely := []string{"to_kind = '" + toStaff + "'", "roles = ''"}
	for _, r := range roles {
		likely = append(likely, "',' || roles || ',' LIKE "+a.Add("%,"+string(r)+",%"))
	}
	return "(" + strings.Join(likely, " OR ") + ")"
}

// List implements notify.Store.
func (s Store) List(ctx context.Context, staff access.StaffID, units []org.UnitID, roles []access.Role, limit int) ([]notify.Notice, error) {
	var a db.Args
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT id, to_kind, to_id, roles, at, key, args, link, read_at FROM notices
		WHERE `+to(&a, staff, units)+` AND `+forRoles(&a, roles)+` ORDER BY at DESC, id DESC LIMIT `+a.Add(limit), a.List...)
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []notify.Notice
	for rows.Next() {
		var n notify.Notice
		var kind, to, roles string
		var at, readAt int64
		var args db.JSON
		if err := rows.Scan(&n.ID, &kind, &to, &roles, &at, &n.Key, &args, &n.Link, &readAt); err != nil {
			return nil, fmt.Errorf("list notices: %w", err)
		}
		if kind == toStaff {
			n.Staff = access.StaffID(to)
		} else {
			n.Unit = org.UnitID(to)
		}
		for r := range strings.SplitSeq(roles, ",") {
			if r != "" {
				n.Roles = append(n.Roles, access.Role(r))
			}
		}
		if err := args.Decode(&n.Args); err != nil {
			return nil, fmt.Errorf("notice %s: %w", n.ID, err)
		}
		n.At, n.ReadAt = db.Time(at).Time(), db.Time(readAt).Time()
		list = append(list, n)
	}
	return list, rows.Err()
}

// Read implements notify.Store.
func (s Store) Read(ctx context.Context, id string, staff access.StaffID, units []org.UnitID, at time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a := db.Args{}
		_, err := tx.ExecContext(ctx, `UPDATE notices SET read_at = `+a.Add(int64(db.At(at)))+` WHERE id = `+a.Add(id)+` AND read_at = 0 AND `+to(&a, staff, units), a.List...)
		return err
	})
}
