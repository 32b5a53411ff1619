package flow

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/text"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/triage"
)

// A Past is an earlier case like the one at hand, with what came of it.
type Past struct {
	Case cases.Case
	Days float64 // from its first word to its answer
}

// How Similar looks. What came in lately is mostly not answered yet: it is
// looked at where what came before gives too little.
const (
	similarMost   = 3
	similarWords  = 3
	similarLooked = 40 // requests a look
	similarBatch  = 10 // of them whose cases are read at once
	similarLately = 14 * 24 * time.Hour
)

// Similar returns up to three answered cases that share the word that mattered
// most: those first that share more of the next two, then the newest. Who may
// not see one is not shown it. At most two searches, each for one word, so
// the cost does not grow with what is stored.
func (f *Requests) Similar(ctx context.Context, by access.Actor, c cases.Case, r triage.Reading) ([]Past, error) {
	var words []string
	for _, k := range r.Categories {
		for _, w := range k.Words {
			if w = strings.ToLower(text.Normalize(w)); w != "" && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	if len(words) == 0 {
		return nil, nil
	}
	words = words[:min(len(words), similarWords)]
	var past []Past
	for _, before := range []int64{intake.SeqAt(f.Now().Add(-similarLately)), 0} {
		found, err := f.Intake.Find(ctx, access.System(), words[0], before, similarLooked)
		if err != nil {
			return nil, err
		}
		if past, err = f.pastOf(ctx, by, c.ID, past, sharing(found, words)); err != nil || len(past) == similarMost {
			return past, err
		}
	}
	return past, nil
}

// sharing orders requests, the newest first, by how many of the words they
// have, and gives their ids.
func sharing(found []intake.Request, words []string) []string {
	shared := make(map[intake.ID]int, len(found))
	for _, q := range found {
		said := strings.ToLower(text.Normalize(q.Subject + "\n" + q.Text + "\n" + q.Address))
		for _, w := range words {
			if strings.Contains(said, w) {
				shared[q.ID]++
			}
		}
	}
	slices.SortStableFunc(found, func(a, b intake.Request) int { return cmp.Compare(shared[b.ID], shared[a.ID]) })
	ids := make([]string, len(found))
	for i, q := range found {
		ids[i] = string(q.ID)
	}
	return ids
}

// pastOf adds to past the answered cases of requests, in their order, until
// there are enough; never the case itself.
func (f *Requests) pastOf(ctx context.Context, by access.Actor, but cases.ID, past []Past, requests []string) ([]Past, error) {
	for batch := range slices.Chunk(requests, similarBatch) {
		of, err := f.Cases.OfRequests(ctx, by, batch)
		if err != nil {
			return nil, err
		}
		for _, q := range batch {
			for _, p := range of[q] {
				if p.ID == but || p.AnsweredAt.IsZero() || slices.ContainsFunc(past, func(o Past) bool { return o.Case.ID == p.ID }) {
					continue
				}
				if past = append(past, Past{p, p.AnsweredAt.Sub(p.OpenedAt).Hours() / 24}); len(past) == similarMost {
					return past, nil
				}
			}
		}
	}
	return past, nil
}
