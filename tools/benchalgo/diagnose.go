package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"yiwang/internal/algo/diagnose/diagnosetest"
)

// diagnosis looks for what was planted in invented years.
func (b *bench) diagnosis(ctx context.Context) error {
	const orders, years = 300_000, 3
	type mark struct {
		marked, found     int
		precision, recall float64
	}
	worst := map[string]mark{}
	var keys []string
	took := taken{}
	for seed := range uint64(years) {
		file, dir := filepath.Join(b.dir, "year.csv"), filepath.Join(b.dir, "diagnosis")
		truth, err := writeYear(file, orders, seed+1)
		if err != nil {
			return err
		}
		t, err := timed(ctx, 1, *binary, "diagnose", file, "--map", diagnosetest.Columns, "--out", dir)
		if err != nil {
			return err
		}
		if keys = truth.Planted(); seed == 0 || t.cpu < took.cpu {
			took = t
		}
		for _, key := range keys {
			ids, err := foundIn(filepath.Join(dir, key+".csv"))
			if err != nil {
				return err
			}
			p, r := truth.Score(key, ids)
			w, known := worst[key]
			if !known {
				w = mark{precision: p, recall: r}
			}
			worst[key] = mark{w.marked + len(truth[key]), w.found + len(ids), min(w.precision, p), min(w.recall, r)}
		}
	}
	b.table(fmt.Sprintf("Faults planted in %d invented years of %d orders: the worst of each", years, orders), "finding", "planted", "found", "precision", "recall")
	for _, key := range keys {
		w := worst[key]
		b.row(key, strconv.Itoa(w.marked), strconv.Itoa(w.found), fmt.Sprintf("%.3f", w.precision), fmt.Sprintf("%.3f", w.recall))
	}
	b.line("\nA year takes %s. Of auto, planted are the orders whose words say what they are about. Invented calls are more alike than real ones: expect less.", seconds(took.cpu))
	return nil
}

func writeYear(path string, orders int, seed uint64) (diagnosetest.Truth, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := csv.NewWriter(f)
	err = w.Write(diagnosetest.Header)
	truth, failed := diagnosetest.Year(orders, seed, w.Write)
	w.Flush()
	return truth, errors.Join(err, failed, w.Error(), f.Close())
}

// foundIn gives the orders of a finding's file; one for which another unit was
// proposed than it had is marked as wrong.
func foundIn(path string) (ids []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	for _, cells := range rows[1:] {
		id := cells[0]
		if rows[0][2] == "proposed" && cells[1] != cells[2] {
			id = "not " + id
		}
		ids = append(ids, id)
	}
	return ids, nil
}
