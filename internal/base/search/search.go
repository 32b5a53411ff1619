// Package search finds rows by words, newest first, in Chinese and English.
// The text is cut into terms by algo/text before it comes here; SQLite keeps
// them in an FTS5 table, PostgreSQL in a tsvector with a GIN index. A row is
// named by a number that grows with time, so that newest first needs no
// sorting.
package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/base/db"
)

// An Index is one table of terms, made by a migration: on SQLite
// CREATE VIRTUAL TABLE name USING fts5(terms, content=”, contentless_delete=1,
// tokenize="unicode61 remove_diacritics 0"), on PostgreSQL name (seq BIGINT
// PRIMARY KEY, terms TSVECTOR) with a GIN index.
type Index struct{ Name string }

// A Row is what Put keeps: the number of a row and its terms.
type Row struct {
	Seq   int64
	Terms string
}

// Put keeps the terms of rows, in place of those they had.
func (x Index) Put(ctx context.Context, tx *db.Tx, rows ...Row) error {
	put := x.putPostgres
	if tx.Engine == db.SQLite {
		put = x.putSQLite
	}
	for some := range slices.Chunk(rows, 256) {
		if err := put(ctx, tx, some); err != nil {
			return fmt.Errorf("index rows: %w", err)
		}
	}
	return nil
}

// Remove makes rows findable no more.
func (x Index) Remove(ctx context.Context, tx *db.Tx, seqs ...int64) error {
	row := "seq"
	if tx.Engine == db.SQLite {
		row = "rowid"
	}
	for _, n := range seqs {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+x.Name+` WHERE `+row+` = $1`, n); err != nil {
			return fmt.Errorf("remove a row from the index: %w", err)
		}
	}
	return nil
}

// Purge rewrites the index until nothing is left in it of rows that were
// removed: FTS5 marks them and keeps their terms until it merges. It goes in
// steps, so that nobody who writes waits for long; all in all it takes as long
// as writing the index anew. PostgreSQL forgets them when it vacuums.
func (x Index) Purge(ctx context.Context, d *db.DB) error {
	const pages = 500 // of one step
	if d.Engine != db.SQLite {
		return nil
	}
	for step := -pages; ; step = pages { // the first step, below zero, takes all segments up
		done := false
		err := d.Write(ctx, func(tx *db.Tx) error {
			var before, after int64
			count := `SELECT total_changes()`
			if err := tx.QueryRowContext(ctx, count).Scan(&before); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO `+x.Name+` (`+x.Name+`, rank) VALUES ('merge', $1)`, step); err != nil {
				return err
			}
			err := tx.QueryRowContext(ctx, count).Scan(&after)
			done = after-before < 2 // as FTS5 says that there was nothing to do
			return err
		})
		if err != nil {
			return fmt.Errorf("purge the index: %w", err)
		}
		if done {
			return nil
		}
	}
}

func (x Index) putSQLite(ctx context.Context, tx *db.Tx, rows []Row) error {
	remove, err := tx.PrepareContext(ctx, `DELETE FROM `+x.Name+` WHERE rowid = $1`)
	if err != nil {
		return err
	}
	defer remove.Close() //nolint:errcheck // it ends with the transaction at the latest
	add, err := tx.PrepareContext(ctx, `INSERT INTO `+x.Name+` (rowid, terms) VALUES ($1, $2)`)
	if err != nil {
		return err
	}
	defer add.Close() //nolint:errcheck // likewise
	for _, r := range rows {
		if _, err := remove.ExecContext(ctx, r.Seq); err != nil {
			return err
		}
		if _, err := add.ExecContext(ctx, r.Seq, r.Terms); err != nil {
			return err
		}
	}
	return nil
}

func (x Index) putPostgres(ctx context.Context, tx *db.Tx, rows []Row) error {
	seqs, terms, at := make([]int64, 0, len(rows)), make([]string, 0, len(rows)), make(map[int64]int, len(rows))
	for _, r := range rows {
		i, twice := at[r.Seq]
		if !twice { // one statement changes a row once
			i = len(seqs)
			at[r.Seq] = i
			seqs, terms = append(seqs, r.Seq), append(terms, "")
		}
		terms[i] = clip(r.Terms)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO `+x.Name+` (seq, terms)
		SELECT seq, to_tsvector('simple', words) FROM unnest($1::bigint[], $2::text[]) AS rows (seq, words)
		ON CONFLICT (seq) DO UPDATE SET terms = excluded.terms`, seqs, terms)
	return err
}

// clip keeps what a tsvector can hold: 1 MB in all. A message that long has
// said what it is about before.
func clip(terms string) string {
	const most = 200_000
	if len(terms) <= most {
		return terms
	}
	return terms[:strings.LastIndexByte(terms[:most], ' ')]
}

// Where gives a condition on column, which holds the number of a row: that
// the row has all the phrases. A phrase is terms that follow each other.
// Without phrases nothing is found.
func (x Index) Where(e db.Engine, args *db.Args, column string, phrases [][]string) string {
	number := "seq"
	if e == db.SQLite {
		number = "rowid"
	}
	return column + " IN (SELECT " + number + " FROM " + x.Name + " WHERE " + x.match(e, args, phrases) + ")"
}

// match gives the condition that a row of the index has all the phrases.
func (x Index) match(e db.Engine, args *db.Args, phrases [][]string) string {
	if len(phrases) == 0 {
		return "1 = 0"
	}
	if e == db.SQLite {
		quoted := make([]string, len(phrases))
		for i, p := range phrases {
			quoted[i] = `"` + strings.ReplaceAll(strings.Join(p, " "), `"`, "") + `"`
		}
		return x.Name + " MATCH " + args.Add(strings.Join(quoted, " AND "))
	}
	parts := make([]string, len(phrases))
	for i, p := range phrases {
		parts[i] = `phraseto_tsquery('simple', ` + args.Add(strings.Join(p, " ")) + `)`
	}
	return "terms @@ (" + strings.Join(parts, " && ") + ")"
}
