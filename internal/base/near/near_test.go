package near_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/base/near"
)

var index = near.Index{Name: "things"}

func prepare(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		bytes, clustered := "BYTEA", ""
		if d.Engine == db.SQLite {
			bytes, clustered = "BLOB", " WITHOUT ROWID"
		}
		_, err := tx.ExecContext(ctx, "CREATE TABLE things_bands (band BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (band, seq))"+clustered)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "CREATE TABLE things_sketches (seq BIGINT NOT NULL PRIMARY KEY, sketch "+bytes+" NOT NULL)")
		return err
	})
}

func put(t *testing.T, d *db.DB, rows ...near.Row) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return index.Put(t.Context(), tx, rows...) }); err != nil {
		t.Fatal(err)
	}
}

// What is found is what a look at all rows finds, whatever is asked.
func TestFindIsWhatAllRowsSay(t *testing.T) {
	dbtest.Each(t, prepare, func(t *testing.T, d *db.DB) {
		rng := rand.New(rand.NewPCG(7, 7))
		rows := make([]near.Row, 3000)
		for i := range rows {
			rows[i] = near.Row{Seq: int64(i+1) << 20, Sketch: fmt.Append(nil, i)}
			for range rng.IntN(7) {
				rows[i].Bands = append(rows[i].Bands, int64(rng.IntN(1+rng.IntN(2000)))) // some are full, most are rare; some twice
			}
		}
		put(t, d, rows...)
		for range 60 {
			bands := make([]int64, rng.IntN(17))
			for i := range bands {
				bands[i] = int64(rng.IntN(1 + rng.IntN(2000)))
			}
			slices.Sort(bands)
			bands = slices.Compact(bands)
			after, limit := rows[rng.IntN(len(rows))].Seq>>rng.IntN(12), 1+rng.IntN(80)
			shared, worth := map[int64]int{}, map[int64]float64{}
			for _, b := range bands {
				var of []int64
				for _, r := range slices.Backward(rows) {
					if r.Seq > after && slices.Contains(r.Bands, b) && len(of) < 64 {
						of = append(of, r.Seq)
					}
				}
				for _, seq := range of {
					shared[seq]++
					worth[seq] += 1 / float64(len(of))
				}
			}
			var want []near.Found
			for seq, n := range shared {
				want = append(want, near.Found{Seq: seq, Sketch: rows[seq>>20-1].Sketch, Shared: n})
			}
			slices.SortFunc(want, func(a, b near.Found) int {
				return cmp.Or(cmp.Compare(worth[b.Seq], worth[a.Seq]), cmp.Compare(b.Seq, a.Seq))
			})
			want = want[:min(len(want), limit)]
			got, err := index.Find(t.Context(), d, bands, after, limit)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%v after %d, %d at most: %v\nnot %v, %v", bands, after, limit, got, want, err)
			}
		}
	})
}

// A row that is put again has its new sketch, and is found where it was and
// where it is; nothing is found of what was rolled back.
func TestPutAgain(t *testing.T) {
	dbtest.Each(t, prepare, func(t *testing.T, d *db.DB) {
		put(t, d)
		put(t, d, near.Row{Seq: 7, Bands: []int64{1, 2}, Sketch: []byte("old")})
		put(t, d, near.Row{Seq: 7, Bands: []int64{2, 3}, Sketch: []byte("older")}, near.Row{Seq: 8, Bands: []int64{3}, Sketch: []byte("other")},
			near.Row{Seq: 7, Bands: []int64{2}, Sketch: []byte("new")}, near.Row{Seq: 9, Sketch: []byte{}})
		_ = d.Write(t.Context(), func(tx *db.Tx) error {
			if err := index.Put(t.Context(), tx, near.Row{Seq: 10, Bands: []int64{1}, Sketch: []byte("never")}); err != nil {
				t.Error(err)
			}
			return context.Canceled
		})
		for _, c := range []struct {
			bands []int64
			after int64
			want  string
		}{
			{[]int64{1}, 0, "[{7 new 1}]"},
			{[]int64{2, 3}, 0, "[{7 new 2} {8 other 1}]"},
			{[]int64{2, 3}, 6, "[{7 new 2} {8 other 1}]"},
			{[]int64{2, 3}, 7, "[{8 other 1}]"},
			{[]int64{4}, 0, "[]"},
			{nil, 0, "[]"},
		} {
			found, err := index.Find(t.Context(), d, c.bands, c.after, 9)
			var got []string
			for _, f := range found {
				got = append(got, fmt.Sprintf("{%d %s %d}", f.Seq, f.Sketch, f.Shared))
			}
			if fmt.Sprint(got) != c.want || err != nil {
				t.Errorf("%v: %v, want %s, %v", c.bands, got, c.want, err)
			}
		}
	})
}
