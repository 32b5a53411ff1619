package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
)

func shelves(ctx context.Context, d *db.DB) error {
	raw := "BYTEA"
	body := "JSONB"
	if d.Engine == db.SQLite {
		raw, body = "BLOB", "TEXT"
	}
	for _, text := range []string{
		`CREATE TABLE shelf (id bigint NOT NULL PRIMARY KEY, name text NOT NULL, yes boolean NOT NULL, size double precision, raw ` + raw + `, body ` + body + ` NOT NULL)`,
		`CREATE INDEX shelf_name ON shelf (name, id) WHERE name <> ''`,
		`CREATE INDEX shelf_size ON shelf (size)`,
		`CREATE UNIQUE INDEX shelf_once ON shelf (name) WHERE yes`,
	} {
		if _, err := d.Writer().ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

var shelfColumns = []string{"id", "name", "yes", "size", "raw", "body"}

func shelf(from, n int) (rows [][]any) {
	for i := range n {
		var size *float64
		if i%3 > 0 {
			v := float64(i) / 4
			size = &v
		}
		id := int64(from + i)
		rows = append(rows, []any{id, fmt.Sprintf("灯\t\\%d\n", id), i%2 == 0, size, []byte{0, byte(i), '\\'}, db.Encode(map[string]int{"n": i})})
	}
	return rows
}

// However many rows there are, each is kept as it was given.
func TestInsert(t *testing.T) {
	dbtest.Each(t, shelves, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		from := 0
		for _, n := range []int{0, 1, 15, 16, 17, 33, 63, 64, 1000, 1500} {
			rows := shelf(from, n)
			if err := d.Write(ctx, func(tx *db.Tx) error { return tx.Insert(ctx, "shelf", shelfColumns, rows) }); err != nil {
				t.Fatal(n, err)
			}
			for i := range rows {
				var name string
				var yes bool
				var size *float64
				var raw []byte
				var body db.JSON
				var v struct{ N int }
				err := d.Reader().QueryRowContext(ctx, `SELECT name, yes, size, raw, body FROM shelf WHERE id = $1`, from+i).Scan(&name, &yes, &size, &raw, &body)
				if err = errors.Join(err, body.Decode(&v)); err != nil {
					t.Fatal(n, i, err)
				}
				want := rows[i][3].(*float64)
				if name != rows[i][1] || yes != rows[i][2] || (size == nil) != (want == nil) || size != nil && *size != *want || !slices.Equal(raw, rows[i][4].([]byte)) || v.N != i {
					t.Fatalf("of %d, row %d is %q %v %v %v %s", n, i, name, yes, size, raw, body)
				}
			}
			from += n
		}
	})
}

// One row that is there already: none of the others is kept, or all but it.
func TestInsertOfWhatIsThere(t *testing.T) {
	dbtest.Each(t, shelves, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for _, n := range []int{3, 300} {
			first := shelf(n*10, 1)
			rows := shelf(n*10, n)
			if err := d.Write(ctx, func(tx *db.Tx) error { return tx.Insert(ctx, "shelf", shelfColumns, first) }); err != nil {
				t.Fatal(err)
			}
			err := d.Write(ctx, func(tx *db.Tx) error { return tx.Insert(ctx, "shelf", shelfColumns, rows) })
			if !db.IsUnique(err) {
				t.Errorf("%d rows, one of them there: %v", n, err)
			}
			err = d.Write(ctx, func(tx *db.Tx) error { return tx.InsertOr(ctx, "shelf", shelfColumns, rows, "ON CONFLICT DO NOTHING") })
			if err != nil {
				t.Fatal(err)
			}
			var kept int
			if err := d.Reader().QueryRowContext(ctx, `SELECT count(*) FROM shelf WHERE id >= $1`, n*10).Scan(&kept); err != nil || kept != n {
				t.Errorf("%d are there, want %d: %v", kept, n, err)
			}
		}
	})
}

// While a table is filled its indexes are gone, but those that were named and
// those that hold something unique; afterwards all are there as they were.
func TestWithoutIndexes(t *testing.T) {
	dbtest.Each(t, shelves, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		there := func() (list []string) {
			text := `SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`
			if d.Engine == db.Postgres {
				text = `SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname`
			}
			rows, err := d.Writer().QueryContext(ctx, text)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close() //nolint:errcheck // it was read to its end
			for rows.Next() {
				var s string
				if err := rows.Scan(&s); err != nil {
					t.Fatal(err)
				}
				list = append(list, s)
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			return list
		}
		before := there()
		broken := errors.New("the lights went out")
		for _, end := range []error{nil, broken} {
			err := d.WithoutIndexes(ctx, []string{"shelf_size"}, func() error {
				if left := there(); len(left) != len(before)-1 {
					t.Errorf("left are %q of %q", left, before)
				}
				return errors.Join(d.Write(ctx, func(tx *db.Tx) error { return tx.Insert(ctx, "shelf", shelfColumns, shelf(0, 1)) }), end)
			})
			if end == nil && err != nil || !errors.Is(err, end) {
				t.Errorf("%v, want %v", err, end)
			}
			if after := there(); !slices.Equal(after, before) {
				t.Errorf("afterwards there are %q, before there were %q", after, before)
			}
			if _, err := d.Writer().ExecContext(ctx, `DELETE FROM shelf`); err != nil {
				t.Fatal(err)
			}
		}
	})
}
