// Package accountsql keeps accounts.
package accountsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/account"
)

// A Store implements account.Store on both engines.
type Store struct{ DB *db.DB }

var _ account.Store = Store{}

// Add implements account.Store.
func (s Store) Add(ctx context.Context, id account.ID, name, password string, at time.Time) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO accounts (id, name, password, made_at) VALUES ($1, $2, $3, $4)`, string(id), name, password, int64(db.At(at)))
		return err
	})
	if db.IsUnique(err) {
		return &errs.Error{Kind: errs.Conflict, Key: "account.taken", Field: "name"}
	}
	if err != nil {
		return fmt.Errorf("add an account: %w", err)
	}
	return nil
}

// ByName implements account.Store.
func (s Store) ByName(ctx context.Context, name string) (id account.ID, password string, err error) {
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT id, password FROM accounts WHERE name = $1`, name).Scan(&id, &password)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return "", "", fmt.Errorf("find an account: %w", err)
	}
	return id, password, nil
}

// There implements account.Store.
func (s Store) There(ctx context.Context, id account.ID) (there bool, err error) {
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM accounts WHERE id = $1)`, string(id)).Scan(&there)
	if err != nil {
		return false, fmt.Errorf("find an account: %w", err)
	}
	return there, nil
}

// Put implements account.Store.
func (s Store) Put(ctx context.Context, id account.ID, request string, at time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		var name string // its row is locked, so that two at once count what both add
		err := tx.QueryRowContext(ctx, `SELECT name FROM accounts WHERE id = $1`+tx.ForUpdate(), string(id)).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			return errs.New(errs.NotFound, "access.not_found")
		}
		if err != nil {
			return fmt.Errorf("account: %w", err)
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account_requests WHERE account = $1`, string(id)).Scan(&n); err != nil {
			return fmt.Errorf("count an account's requests: %w", err)
		}
		if n >= account.MaxRequests {
			return errs.New(errs.Conflict, "account.full", "Max", account.MaxRequests)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO account_requests (account, request, at) VALUES ($1, $2, $3) ON CONFLICT (account, request) DO NOTHING`,
			string(id), request, int64(db.At(at)))
		return err
	})
}

// Take implements account.Store.
func (s Store) Take(ctx context.Context, id account.ID, request string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM account_requests WHERE account = $1 AND request = $2`, string(id), request)
		return err
	})
}

// Requests implements account.Store.
func (s Store) Requests(ctx context.Context, id account.ID) ([]string, error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT request FROM account_requests WHERE account = $1 ORDER BY at DESC, request DESC`, string(id))
	if err != nil {
		return nil, fmt.Errorf("an account's requests: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []string
	for rows.Next() {
		var r string
		if err := rows.Scan(&r); err != nil {
			return nil, fmt.Errorf("an account's requests: %w", err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// Delete implements account.Store.
func (s Store) Delete(ctx context.Context, id account.ID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_requests WHERE account = $1`, string(id)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM accounts WHERE id = $1`, string(id))
		return err
	})
}
