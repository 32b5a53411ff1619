package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// What one statement takes: SQLite runs many short statements as fast as few
// long ones, PostgreSQL takes 65,535 arguments; from copied rows on it gets
// them as a stream of its own.
const (
	perSQLite   = 100
	perPostgres = 8000
	copied      = 64
)

// Insert adds rows to a table, each with a value for every column, as quickly
// as the engine can.
func (tx *Tx) Insert(ctx context.Context, table string, columns []string, rows [][]any) error {
	return tx.InsertOr(ctx, table, columns, rows, "")
}

// InsertOr is Insert with an ON CONFLICT clause.
func (tx *Tx) InsertOr(ctx context.Context, table string, columns []string, rows [][]any, conflict string) error {
	if len(rows) == 0 {
		return nil
	}
	var err error
	switch {
	case tx.Engine == SQLite:
		err = tx.insert(ctx, table, columns, rows, conflict, perSQLite)
	case conflict == "" && len(rows) >= copied:
		_, err = tx.conn.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
	default:
		err = tx.insert(ctx, table, columns, rows, conflict, perPostgres)
	}
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

func (tx *Tx) insert(ctx context.Context, table string, columns []string, rows [][]any, conflict string, most int) error {
	each := max(1, most/len(columns))
	text := func(n int) string { return insertText(tx.Engine, table, columns, n) + " " + conflict }
	exec := func(batch [][]any) (sql.Result, error) {
		return tx.ExecContext(ctx, text(len(batch)), slices.Concat(batch...)...)
	}
	if len(rows) >= 2*each { // most statements are the same: they are read once
		whole, err := tx.PrepareContext(ctx, text(each)) //nolint:sqlclosecheck // it is closed below
		if err != nil {
			return err
		}
		defer whole.Close() //nolint:errcheck // the transaction ends it anyway
		one := exec
		exec = func(batch [][]any) (sql.Result, error) {
			if len(batch) < each {
				return one(batch)
			}
			return whole.ExecContext(ctx, slices.Concat(batch...)...)
		}
	}
	for batch := range slices.Chunk(rows, each) {
		if _, err := exec(batch); err != nil {
			return err
		}
	}
	return nil
}

// insertText has nameless placeholders on SQLite, which looks named ones up
// one by one among all.
func insertText(e Engine, table string, columns []string, rows int) string {
	var a Args
	lines := make([]string, rows)
	for i := range lines {
		if e == SQLite {
			lines[i] = "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
		} else {
			lines[i] = In(&a, make([]struct{}, len(columns)))
		}
	}
	return `INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) VALUES ` + strings.Join(lines, ", ")
}
