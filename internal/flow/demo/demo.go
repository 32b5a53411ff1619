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

	"golang.org/x/sync/errgroup"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
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
	// Articles is what the knowledge base says, which clerks answer with.
	Articles []knowledge.Article
}

// Options say with what.
type Options struct {
	Requests int       // how many
	Seed     uint64    // the same seed, number and time give the same district
	Until    time.Time // the present; nothing is later
	Progress func(done, total int)
}

// Requests are loaded many at a time: what finds them by words that are nearly
// the same is filed in no order of time, and costs the less the more of it is
// filed at once. Their cases follow in smaller batches.
const (
	leastBatch, mostBatch = 1000, 20_000
	casesBatch            = 2000
)

// A chapter is what is loaded together.
type chapter struct {
	requests []intake.Loaded
	history  []cases.Loaded
}

// Fill makes the requests, with the cases that came of them, and loads them
// oldest first. Three work side by side: while some are invented, those before
// them are kept, and the cases of those before these. It can be cancelled
// between batches.
func Fill(ctx context.Context, d District, o Options) error {
	w, err := newWorld(d, o)
	if err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	work, ctx := errgroup.WithContext(ctx)
	invented, kept := make(chan chapter), make(chan chapter)
	work.Go(func() error {
		defer close(invented)
		return w.invent(ctx, invented)
	})
	work.Go(func() error {
		defer close(kept)
		return w.keep(ctx, invented, kept)
	})
	work.Go(func() error { return w.conclude(ctx, kept) })
	return work.Wait()
}

// pass hands on a chapter, unless the work has ended.
func pass(ctx context.Context, to chan<- chapter, c chapter) error {
	select {
	case to <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *world) invent(ctx context.Context, to chan<- chapter) error {
	for chunk := range slices.Chunk(w.moments(), min(max(w.Requests/20, leastBatch), mostBatch)) {
		var c chapter
		for _, m := range chunk {
			r, h := w.live(m)
			c.requests = append(c.requests, r...)
			c.history = append(c.history, h...)
		}
		if err := pass(ctx, to, c); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) keep(ctx context.Context, from <-chan chapter, to chan<- chapter) error {
	for c := range from {
		if _, err := w.Intake.Load(ctx, access.System(), c.requests); err != nil {
			return fmt.Errorf("load requests: %w", err)
		}
		if err := pass(ctx, to, chapter{history: c.history}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) conclude(ctx context.Context, from <-chan chapter) error {
	loaded := 0
	for c := range from {
		for some := range slices.Chunk(c.history, casesBatch) {
			if err := w.Cases.Load(ctx, access.System(), some); err != nil {
				return fmt.Errorf("load cases: %w", err)
			}
			for _, l := range some {
				loaded += len(l.Case.Parts)
			}
			if w.Progress != nil {
				w.Progress(min(loaded, w.Requests), w.Requests)
			}
		}
	}
	return ctx.Err()
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
