// Command orders writes an invented year of a hotline's orders as CSV, and
// what is wrong in it, to try yiwang diagnose on:
//
//	go run ./tools/orders -n 300000 -o year.csv -truth truth.csv
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"yiwang/internal/algo/diagnose/diagnosetest"
)

func main() {
	n := flag.Int("n", 300_000, "how many orders, about")
	seed := flag.Uint64("seed", 1, "the same seed gives the same year")
	out := flag.String("o", "year.csv", "where to write the events")
	truth := flag.String("truth", "", "where to write what is wrong: order, finding")
	flag.Parse()
	if err := run(*n, *seed, *out, *truth); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n int, seed uint64, out, truth string) error {
	var t diagnosetest.Truth
	err := write(out, diagnosetest.Header, func(row func([]string) error) (err error) {
		t, err = diagnosetest.Year(n, seed, row)
		return err
	})
	if err != nil || truth == "" {
		return err
	}
	return write(truth, []string{"order", "finding"}, func(row func([]string) error) error {
		for _, key := range t.Planted() {
			var ids []string
			for id := range t[key] {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			for _, id := range ids {
				if err := row([]string{id, key}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func write(path string, header []string, rows func(row func([]string) error) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = errors.Join(w.Write(header), rows(w.Write))
	w.Flush()
	return errors.Join(err, w.Error(), f.Close())
}
