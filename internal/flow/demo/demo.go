// Package demo fills an invented district with thirteen months of requests
// and cases, so that whoever tries the program finds a Tuesday morning and no
// empty lists. Everything comes from a seed, and through the checked Load of
// each room, as an import does.
package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// Months is how far back the district's history goes.
const Months = 13

// A District is what is filled.
type District struct {
	City   org.City
	Map    json.RawMessage // roads to name addresses by, a GeoJSON FeatureCollection
	Staff  []access.Staff
	Intake *intake.Service
	Cases  *cases.Service
}

// Options say with what.
type Options struct {
	Requests int       // how many
	Seed     uint64    // the same seed, number and time give the same district
	Until    time.Time // the present; nothing is later
	Progress func(done, total int)
}

// batch is how many requests are loaded in one transaction.
const batch = 1000

// Fill makes the requests, with the cases that came of them, and loads them
// oldest first. It can be cancelled between batches.
func Fill(ctx context.Context, d District, o Options) error {
	w, err := newWorld(d, o)
	if err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	spoken := w.moments()
	loaded := 0
	for chunk := range slices.Chunk(spoken, batch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		var requests []intake.Loaded
		var history []cases.Loaded
		for _, m := range chunk {
			r, c := w.live(m)
			requests = append(requests, r...)
			history = append(history, c...)
		}
		if err := w.load(ctx, requests, history); err != nil {
			return err
		}
		loaded += len(requests)
		if o.Progress != nil {
			o.Progress(min(loaded, o.Requests), o.Requests)
		}
	}
	return nil
}

func (w *world) load(ctx context.Context, requests []intake.Loaded, history []cases.Loaded) error {
	system := access.System()
	if _, err := w.Intake.Load(ctx, system, requests); err != nil {
		return fmt.Errorf("load requests: %w", err)
	}
	if err := w.Cases.Load(ctx, system, history); err != nil {
		return fmt.Errorf("load cases: %w", err)
	}
	return nil
}

// A world is the district with everything that is drawn from.
type world struct {
	District
	Options
	words   map[org.CategoryID]words
	leaves  []org.CategoryID
	grids   []grid
	persons people
	weights map[time.Month]weighted
}

func newWorld(d District, o Options) (*world, error) {
	book, err := readWords()
	if err != nil {
		return nil, err
	}
	w := &world{District: d, Options: o, words: book, persons: peopleOf(d), weights: map[time.Month]weighted{}}
	w.Until = o.Until.In(d.City.Calendar.Location())
	for _, c := range d.City.Catalogue.Leaves() {
		if _, ok := book[c.ID]; ok {
			w.leaves = append(w.leaves, c.ID)
		}
	}
	if len(w.leaves) == 0 {
		return nil, fmt.Errorf("the catalogue has none of the categories that %s has words for", wordsFile)
	}
	if w.grids, err = gridsOf(d); err != nil {
		return nil, err
	}
	return w, w.persons.check()
}

// A moment is when somebody has something to say, and whether it ends with
// an answer at once.
type moment struct {
	at      time.Time
	n       int
	enquiry bool
	pipe    bool // the burst pipe that forty people call about
}

// spot is how many of a hundred requests are enquiries answered at once.
const spot = 60

// pipeCalls is how many call about the burst pipe.
const pipeCalls = 40

// moments draws when the requests come, in the order of time.
func (w *world) moments() []moment {
	rng := w.rng(0)
	first := w.Until.AddDate(0, -Months, 0)
	days := w.days(first)
	pipe := w.Requests >= 20*pipeCalls
	n := w.Requests
	if pipe {
		n -= pipeCalls
	}
	list := make([]moment, 0, n+1)
	for len(list) < n {
		enquiry := rng.IntN(100) < spot
		at := days.draw(rng, enquiry)
		if at.Before(first) || !at.Before(w.Until) {
			continue
		}
		list = append(list, moment{at: at, enquiry: enquiry})
	}
	if pipe {
		at := w.Until.AddDate(0, 0, -2)
		list = append(list, moment{at: time.Date(at.Year(), at.Month(), at.Day(), 18, 42, 0, 0, at.Location()), pipe: true})
	}
	slices.SortFunc(list, func(a, b moment) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(b2i(a.enquiry), b2i(b.enquiry))) })
	for i := range list {
		list[i].n = i + 1
	}
	return list
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rng gives each request luck of its own, so that one more or less changes
// nothing about the others of its moment.
func (w *world) rng(n int) *rand.Rand { return rand.New(rand.NewPCG(w.Seed, uint64(n))) } //nolint:gosec // invented lives need no secret

func pick[T any](rng *rand.Rand, list []T) (none T) {
	if len(list) == 0 {
		return none
	}
	return list[rng.IntN(len(list))]
}

// chance is true so many times in a hundred.
func chance(rng *rand.Rand, percent float64) bool { return rng.Float64()*100 < percent }
