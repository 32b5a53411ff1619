package dbtest_test

import (
	"context"
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
)

func notes(ctx context.Context, d *db.DB) error {
	_, err := d.Writer().ExecContext(ctx, `CREATE TABLE note (text text PRIMARY KEY)`)
	return err
}

// Two tests that write the same key do not meet.
func TestEachIsFresh(t *testing.T) {
	for range 2 {
		dbtest.Each(t, notes, func(t *testing.T, d *db.DB) {
			if _, err := d.Writer().ExecContext(t.Context(), `INSERT INTO note VALUES ('路灯不亮')`); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Text sorts by code point on both, so that pages come in the same order.
func TestOrder(t *testing.T) {
	dbtest.Each(t, notes, func(t *testing.T, d *db.DB) {
		if _, err := d.Writer().ExecContext(t.Context(), `INSERT INTO note VALUES ('b'), ('B'), ('a'), ('中'), ('é'), ('_')`); err != nil {
			t.Fatal(err)
		}
		var got string
		err := d.Reader().QueryRowContext(t.Context(), `SELECT string_agg(text, '') FROM (SELECT text FROM note ORDER BY text) AS n`).Scan(&got)
		if err != nil || got != "B_abé中" {
			t.Fatalf("got %q, %v", got, err)
		}
	})
}

// The server goes when it is told to, and its folder with it.
func TestServer(t *testing.T) {
	url, stop, err := dbtest.Server()
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if d, err := db.Open(t.Context(), url); err == nil {
		d.Close() //nolint:errcheck // the test has failed already
		t.Fatal("the server still answers")
	}
}
