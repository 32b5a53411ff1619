package accesssql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// Delegate implements access.DelegationStore.
func (s Store) Delegate(ctx context.Context, d access.Delegation, check func([]access.Delegation) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lock(ctx, tx, d.From, d.To); err != nil {
			return err
		}
		q := New(tx)
		rows, err := q.DelegationsBetween(ctx, DelegationsBetweenParams{Giver: string(d.From), Giver_2: string(d.To), Until: int64(db.At(d.Since))})
		if err != nil {
			return err
		}
		if err := check(delegations(rows)); err != nil {
			return err
		}
		return q.AddDelegation(ctx, AddDelegationParams{
			ID: d.ID, Giver: string(d.From), Taker: string(d.To), Since: int64(db.At(d.Since)), Until: int64(db.At(d.Until)),
			MadeAt: int64(db.At(d.MadeAt)), MadeBy: d.MadeBy,
		})
	})
}

// lock waits for whoever changes what two people stand in for, always in one
// order, so that no two wait for each other.
func lock(ctx context.Context, tx *db.Tx, people ...access.StaffID) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM staff WHERE id IN ($1, $2) ORDER BY id`+tx.ForUpdate(), string(people[0]), string(people[1]))
	if err != nil {
		return fmt.Errorf("lock staff: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
	}
	return rows.Err()
}

// Delegation implements access.DelegationStore.
func (s Store) Delegation(ctx context.Context, id string) (access.Delegation, error) {
	row, err := New(s.DB.Reader()).Delegation(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return access.Delegation{}, errs.New(errs.NotFound, "access.not_found")
	}
	return oneDelegation(row), err
}

// EndDelegation implements access.DelegationStore.
func (s Store) EndDelegation(ctx context.Context, id, by string, at time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := New(tx).EndDelegation(ctx, EndDelegationParams{EndedAt: int64(db.At(at)), EndedBy: by, ID: id})
		return err
	})
}

// Delegations implements access.DelegationStore.
func (s Store) Delegations(ctx context.Context, id access.StaffID, limit int) ([]access.Delegation, error) {
	rows, err := New(s.DB.Reader()).DelegationsOf(ctx, DelegationsOfParams{Giver: string(id), Limit: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("delegations of %s: %w", id, err)
	}
	return delegations(rows), nil
}

// StandsIn implements access.DelegationStore.
func (s Store) StandsIn(ctx context.Context, id access.StaffID, now time.Time) ([]access.Delegation, error) {
	rows, err := New(s.DB.Reader()).StandsIn(ctx, StandsInParams{Taker: string(id), Until: int64(db.At(now))})
	if err != nil {
		return nil, fmt.Errorf("whom %s stands in for: %w", id, err)
	}
	return delegations(rows), nil
}

func delegations(rows []Delegation) []access.Delegation {
	list := make([]access.Delegation, len(rows))
	for i, r := range rows {
		list[i] = oneDelegation(r)
	}
	return list
}

func oneDelegation(r Delegation) access.Delegation {
	return access.Delegation{
		ID: r.ID, From: access.StaffID(r.Giver), To: access.StaffID(r.Taker), Since: db.Time(r.Since).Time(), Until: db.Time(r.Until).Time(),
		MadeAt: db.Time(r.MadeAt).Time(), MadeBy: r.MadeBy, EndedAt: db.Time(r.EndedAt).Time(), EndedBy: r.EndedBy,
	}
}
