package flow

import (
	"context"
	"strings"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/triage"
)

// A Past is an earlier case like the one at hand, with what came of it.
type Past struct {
	Case cases.Case
	Days float64 // from its first word to its answer
}

// Similar returns up to three answered cases that share the words that
// mattered, newest first. Who may not see one is not shown it.
func (f *Requests) Similar(ctx context.Context, by access.Actor, c cases.Case, r triage.Reading) ([]Past, error) {
	words := []string{}
	for _, k := range r.Categories {
		words = append(words, k.Words...)
	}
	if len(words) == 0 {
		return nil, nil
	}
	var past []Past
	seen := map[cases.ID]bool{c.ID: true}
	for n := min(len(words), 3); n > 0 && len(past) < 3; n-- {
		found, err := f.Intake.Find(ctx, access.System(), strings.Join(words[:n], " "), 0, 20)
		if err != nil {
			return nil, err
		}
		requests := make([]string, len(found))
		for i, q := range found {
			requests[i] = string(q.ID)
		}
		of, err := f.Cases.OfRequests(ctx, by, requests)
		if err != nil {
			return nil, err
		}
		for _, q := range requests {
			for _, p := range of[q] {
				if seen[p.ID] || p.AnsweredAt.IsZero() || len(past) == 3 {
					continue
				}
				seen[p.ID] = true
				past = append(past, Past{p, p.AnsweredAt.Sub(p.OpenedAt).Hours() / 24})
			}
		}
	}
	return past, nil
}
