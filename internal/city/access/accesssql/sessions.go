package accesssql

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"yiwang/internal/base/db"
)

// Sessions keeps the sessions of scs, which asks for the methods without a
// context as well. A token is kept as its digest only: who reads the
// database cannot take over a session.
type Sessions struct{ DB *db.DB }

func key(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx returns the data of a session that has not ended.
func (s Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	data, err = New(s.DB.Reader()).FindSession(ctx, FindSessionParams{Token: key(token), Expiry: int64(db.At(time.Now()))})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx keeps a session until expiry, and drops those that have ended.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		if err := q.DeleteExpired(ctx, int64(db.At(time.Now()))); err != nil {
			return err
		}
		return q.CommitSession(ctx, CommitSessionParams{Token: key(token), Data: data, Expiry: int64(db.At(expiry))})
	})
}

// DeleteCtx ends a session.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return New(tx).DeleteSession(ctx, key(token)) })
}

// Find, Commit and Delete are asked for by scs.Store, and not called where
// the methods above are there.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
