// Package patternstest times package patterns on public data sets that other
// programs have been timed on. The data are not part of the project.
package patternstest

import (
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"yiwang/internal/algo/patterns"
)

// A Task is a data set with a minimum support.
type Task struct {
	File    string // in the folder of the data
	Basket  bool   // items are names parted by tabs, else numbers
	Support int
	// Sets is how many frequent sets there are, by other programs.
	Sets uint64
	// Peer is how many seconds Borgelt's C programs take on one core to hand
	// out all sets, to a list in Python; 0 where nobody measured it.
	Peer float64
}

// Tasks are the data sets: FIMI's chess, mushroom and retail, BMS-WebView-2,
// and the groceries of the R package arules.
var Tasks = []Task{
	{"chess.dat.gz", false, 2557, 8_227, 0},
	{"chess.dat.gz", false, 2238, 48_731, 0},
	{"chess.dat.gz", false, 1918, 254_944, 0.046},
	{"chess.dat.gz", false, 1598, 1_272_932, 0.54},
	{"mushroom.dat.gz", false, 1625, 53_583, 0},
	{"mushroom.dat.gz", false, 813, 574_431, 0.15},
	{"mushroom.dat.gz", false, 407, 3_755_511, 0},
	{"retail.dat.gz", false, 882, 159, 0},
	{"retail.dat.gz", false, 89, 7_589, 0},
	{"retail.dat.gz", false, 9, 240_852, 0.53},
	{"BMS2_itemset_mining.txt.gz", false, 78, 23_294, 0},
	{"BMS2_itemset_mining.txt.gz", false, 39, 114_216, 0.10},
	{"BMS2_itemset_mining.txt.gz", false, 16, 1_316_614, 0},
	{"groceries.basket.tsv.gz", true, 99, 333, 0},
	{"groceries.basket.tsv.gz", true, 10, 13_492, 0},
}

// Read reads the task's data from a folder.
func (t Task) Read(dir string) (*patterns.Data, error) {
	f, err := os.Open(filepath.Join(dir, t.File))
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	in, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	if t.Basket {
		return patterns.ReadBaskets(in, '\t')
	}
	return patterns.ReadNumbers(in)
}

// Time is how long it takes to hand out all sets of d one by one to a
// function, from the data as they were read: the shortest of so many runs.
func (t Task) Time(ctx context.Context, d *patterns.Data, runs int) (time.Duration, error) {
	best := time.Duration(0)
	for i := range runs {
		since := time.Now()
		var sets, sum uint64
		err := patterns.Mine(ctx, d, patterns.Options{MinSupport: t.Support}, func(items []int, support int) error {
			sets++
			sum += uint64(len(items) + support)
			return nil
		})
		if err != nil {
			return 0, err
		}
		if sets != t.Sets {
			return 0, fmt.Errorf("%s at %d: %d sets, and other programs find %d", t.File, t.Support, sets, t.Sets)
		}
		if took := time.Since(since); i == 0 || took < best {
			best = took
		}
	}
	return best, nil
}
