package search_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/base/search"
)

var index = search.Index{Name: "terms_of_rows"}

func prepare(ctx context.Context, d *db.DB) error {
	text := `CREATE VIRTUAL TABLE terms_of_rows USING fts5(terms, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0")`
	if d.Engine == db.Postgres {
		text = `CREATE TABLE terms_of_rows (seq BIGINT NOT NULL PRIMARY KEY, terms TSVECTOR NOT NULL)`
	}
	if _, err := d.Writer().ExecContext(ctx, text); err != nil {
		return err
	}
	if d.Engine == db.Postgres {
		_, err := d.Writer().ExecContext(ctx, `CREATE INDEX terms_of_rows_gin ON terms_of_rows USING gin (terms)`)
		return err
	}
	return nil
}

// Words of every frequency are found as a plain look at all rows finds them,
// from wherever one pages on.
func TestNewestIsWhatAllRowsSay(t *testing.T) {
	dbtest.Each(t, prepare, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		rng := rand.New(rand.NewPCG(7, 7))
		const n = 6000
		seqs := make([]int64, n)
		rows := make([]string, n)
		err := d.Write(ctx, func(tx *db.Tx) error {
			at := int64(1_700_000_000_000_000 << 10)
			for i := range n {
				at += 1 + rng.Int64N(1+int64(i/200%4)) // busy and quiet, and so close that windows end on rows
				words := []string{"all"}
				for _, w := range []struct {
					word string
					one  int // in so many rows
				}{{"half", 2}, {"some", 30}, {"few", 400}, {"rare", 2500}} {
					if rng.IntN(w.one) == 0 {
						words = append(words, w.word)
					}
				}
				if i < 500 {
					words = append(words, "once", "upon")
				}
				if i%900 == 5 {
					words = append(words, "upon", "once")
				}
				seqs[i], rows[i] = at, strings.Join(words, " ")
				if err := index.Put(ctx, tx, search.Row{Seq: at, Terms: rows[i]}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, phrases := range [][][]string{
			{{"all"}},
			{{"half"}},
			{{"some"}},
			{{"few"}},
			{{"rare"}},
			{{"once", "upon"}},
			{{"upon", "once"}},
			{{"none"}},
			{{"half"}, {"few"}},
			{{"once", "upon"}, {"half"}},
			{{"all", "half"}},
			nil,
		} {
			for _, before := range []int64{0, seqs[n-1], seqs[n/2], seqs[800], seqs[3], seqs[0], 1} {
				for _, limit := range []int{1, 50, 1000} {
					var want []int64
					for i := n - 1; i >= 0 && len(want) < limit; i-- {
						if (before == 0 || seqs[i] < before) && has(rows[i], phrases) {
							want = append(want, seqs[i])
						}
					}
					got, err := index.Newest(ctx, d, phrases, before, limit)
					if err != nil || !slices.Equal(got, want) {
						t.Fatalf("%v before %d, %d at most: found %d, not %d, %v", phrases, before, limit, len(got), len(want), err)
					}
					if d.Engine != db.Postgres || len(phrases) == 0 {
						continue
					}
					for _, window := range []int{20, 300} { // many windows
						got, err := index.Windowed(ctx, d, phrases, cmp.Or(before, math.MaxInt64), limit, window)
						if err != nil || !slices.Equal(got, want) {
							t.Fatalf("%v before %d, %d at most, first among %d: found %d, not %d, %v", phrases, before, limit, window, len(got), len(want), err)
						}
					}
				}
			}
			var args db.Args
			text := "SELECT count(*) FROM (SELECT CAST(" + args.Add(seqs[499]) + " AS BIGINT) AS seq) AS one WHERE " + index.Where(d.Engine, &args, "seq", phrases)
			var one int
			if err := d.Reader().QueryRowContext(ctx, text, args.List...).Scan(&one); err != nil || (one == 1) != has(rows[499], phrases) {
				t.Errorf("Where %v: %d, %v", phrases, one, err)
			}
		}
	})
}

func has(row string, phrases [][]string) bool {
	for _, p := range phrases {
		if !strings.Contains(" "+row+" ", " "+strings.Join(p, " ")+" ") {
			return false
		}
	}
	return len(phrases) > 0
}

// A row that is put again has its new terms only.
func TestPutAgain(t *testing.T) {
	dbtest.Each(t, prepare, func(t *testing.T, d *db.DB) {
		for _, rows := range [][]search.Row{{{7, "old words"}}, {{7, "older words"}, {8, "others"}, {7, "new words"}}, nil} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { return index.Put(t.Context(), tx, rows...) }); err != nil {
				t.Fatal(err)
			}
		}
		for word, want := range map[string]string{"old": "[]", "older": "[]", "others": "[8]", "new": "[7]", "words": "[7]"} {
			got, err := index.Newest(t.Context(), d, [][]string{{word}}, 0, 9)
			if fmt.Sprint(got) != want {
				t.Errorf("%s: %v, %v", word, got, err)
			}
		}
	})
}

// Of a row that was removed no term is left in the tables of the index, be it
// in one segment or many. PostgreSQL does that by itself when it vacuums.
func TestPurge(t *testing.T) {
	d := dbtest.SQLite(t, prepare)
	put := func(rows ...search.Row) {
		t.Helper()
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return index.Put(t.Context(), tx, rows...) }); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (n int) {
		t.Helper()
		if err := d.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM terms_of_rows_data WHERE instr(block, CAST('quixotic' AS BLOB)) > 0`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, more := range []int64{0, 1, 40} {
		put(search.Row{Seq: 1, Terms: "all quixotic"})
		for i := range more {
			put(search.Row{Seq: 2 + i, Terms: fmt.Sprint("all else", i)})
		}
		if left() == 0 {
			t.Fatal("it is not there before")
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return index.Remove(t.Context(), tx, 1) }); err != nil {
			t.Fatal(err)
		}
		for range 2 { // once more changes nothing
			if err := index.Purge(t.Context(), d); err != nil || left() != 0 {
				t.Errorf("beside %d: %d are left, %v", more, left(), err)
			}
		}
		if got, err := index.Newest(t.Context(), d, [][]string{{"all"}}, 0, 99); err != nil || len(got) != int(more) {
			t.Errorf("beside %d: found %v, %v", more, got, err)
		}
	}
}
