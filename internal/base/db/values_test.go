package db_test

import (
	"context"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
)

type opening struct {
	Days  []string
	Until int
}

// What is written comes back the same from both engines.
func TestValuesComeBack(t *testing.T) {
	tables := func(ctx context.Context, d *db.DB) error {
		column := map[db.Engine]string{db.SQLite: "at INTEGER, body TEXT", db.Postgres: "at BIGINT, body JSONB"}[d.Engine]
		strict := map[db.Engine]string{db.SQLite: " STRICT"}[d.Engine]
		_, err := d.Writer().ExecContext(ctx, `CREATE TABLE kept (`+column+`)`+strict)
		return err
	}
	shanghai := time.FixedZone("CST", 8*3600)
	dbtest.Each(t, tables, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			story string
			at    time.Time
			body  opening
		}{
			{"a morning in 莲城", time.Date(2026, 3, 2, 8, 30, 0, 123456000, shanghai), opening{[]string{"周一", "周二"}, 18}},
			{"before 1970", time.Date(1949, 10, 1, 15, 0, 0, 0, shanghai), opening{}},
			{"no time", time.Time{}, opening{Until: -1}},
		} {
			_, err := d.Writer().ExecContext(t.Context(), `INSERT INTO kept VALUES ($1, $2)`, db.At(c.at), db.Encode(c.body))
			if err != nil {
				t.Fatalf("%s: %v", c.story, err)
			}
			var at db.Time
			var body db.JSON
			if err := d.Reader().QueryRowContext(t.Context(), `SELECT at, body FROM kept`).Scan(&at, &body); err != nil {
				t.Fatalf("%s: %v", c.story, err)
			}
			if !at.Time().Equal(c.at) {
				t.Errorf("%s: %v came back as %v", c.story, c.at, at.Time())
			}
			var back opening
			if err := body.Decode(&back); err != nil || back.Until != c.body.Until || len(back.Days) != len(c.body.Days) {
				t.Errorf("%s: %+v came back as %+v, %v", c.story, c.body, back, err)
			}
			if _, err := d.Writer().ExecContext(t.Context(), `DELETE FROM kept`); err != nil {
				t.Fatal(err)
			}
		}
		// Nothing kept is nothing read.
		var body db.JSON
		if _, err := d.Writer().ExecContext(t.Context(), `INSERT INTO kept VALUES (NULL, $1)`, db.JSON(nil)); err != nil {
			t.Fatal(err)
		}
		if err := d.Reader().QueryRowContext(t.Context(), `SELECT body FROM kept`).Scan(&body); err != nil || body != nil {
			t.Errorf("NULL came back as %q, %v", body, err)
		}
	})
}

func TestIn(t *testing.T) {
	tables := func(ctx context.Context, d *db.DB) error {
		_, err := d.Writer().ExecContext(ctx, `CREATE TABLE unit (code text)`)
		if err != nil {
			return err
		}
		_, err = d.Writer().ExecContext(ctx, `INSERT INTO unit VALUES ('a'), ('b'), ('c')`)
		return err
	}
	dbtest.Each(t, tables, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			story string
			codes []string
			want  int
		}{
			{"two of three", []string{"a", "c", "x"}, 2},
			{"none asked for", nil, 0},
		} {
			var a db.Args
			text := `SELECT count(*) FROM unit WHERE code <> ` + a.Add("z") + ` AND code IN ` + db.In(&a, c.codes)
			var n int
			if err := d.Reader().QueryRowContext(t.Context(), text, a.List...).Scan(&n); err != nil || n != c.want {
				t.Errorf("%s: %d, want %d, %v", c.story, n, c.want, err)
			}
		}
	})
}
