package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pgTx lets River write in a transaction that database/sql opened, on the
// driver's own connection. Who opened it ends it: here Commit and Rollback
// do nothing.
type pgTx struct{ conn *pgx.Conn }

func (t pgTx) Begin(ctx context.Context) (pgx.Tx, error) {
	if _, err := t.conn.Exec(ctx, "SAVEPOINT jobs"); err != nil {
		return nil, err
	}
	return pgSavepoint{t}, nil
}
func (t pgTx) Commit(context.Context) error   { return nil }
func (t pgTx) Rollback(context.Context) error { return nil }
func (t pgTx) Conn() *pgx.Conn                { return t.conn }
func (t pgTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

func (t pgTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t pgTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(ctx, b)
}

func (t pgTx) Prepare(ctx context.Context, name, text string) (*pgconn.StatementDescription, error) {
	return t.conn.Prepare(ctx, name, text)
}

func (t pgTx) Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, text, args...)
}

func (t pgTx) Query(ctx context.Context, text string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, text, args...)
}

func (t pgTx) QueryRow(ctx context.Context, text string, args ...any) pgx.Row {
	return t.conn.QueryRow(ctx, text, args...)
}

type pgSavepoint struct{ pgTx }

func (t pgSavepoint) Commit(ctx context.Context) error {
	_, err := t.conn.Exec(ctx, "RELEASE SAVEPOINT jobs")
	return err
}

func (t pgSavepoint) Rollback(ctx context.Context) error {
	_, err := t.conn.Exec(ctx, "ROLLBACK TO SAVEPOINT jobs")
	return err
}
