package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/algo/text"
	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/flow"
)

// Beside a case stand answered ones that share its first word, those that
// share more of its words before others; lately answered ones only where older
// ones are too few.
func TestSimilarPastCases(t *testing.T) {
	c := apptest.One(t, apptest.Options{Requests: 600, Now: shanghai(t, "2026-11-27 15:10:00")})
	ctx, by, now := context.Background(), access.System(), c.App.Options.Now()
	list, err := c.App.Cases.List(ctx, by, cases.Filter{Limit: 150})
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	var full, more, lately int
	for _, w := range list {
		asked, err := c.App.Intake.Requests(ctx, by, []intake.ID{intake.ID(w.Parts[0].Request)}, access.Resource{})
		if err != nil {
			t.Fatal(err)
		}
		reading, err := c.App.Triage.Read(ctx, flow.Message(asked[0]))
		if err != nil {
			t.Fatal(err)
		}
		past, err := c.App.Requests.Similar(ctx, by, w, reading)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, k := range reading.Categories {
			for _, word := range k.Words {
				if word = strings.ToLower(text.Normalize(word)); !slices.Contains(words, word) {
					words = append(words, word)
				}
			}
		}
		words = words[:min(len(words), 3)]
		shared, old := make([]int, len(past)), make([]bool, len(past))
		for i, p := range past {
			old[i] = p.Case.OpenedAt.Before(now.Add(-14 * 24 * time.Hour))
			told, err := c.App.Intake.Requests(ctx, by, []intake.ID{intake.ID(p.Case.Parts[0].Request)}, access.Resource{})
			if err != nil {
				t.Fatal(err)
			}
			said := strings.ToLower(text.Normalize(told[0].Subject + "\n" + told[0].Text + "\n" + told[0].Address))
			for _, word := range words {
				if strings.Contains(said, word) {
					shared[i]++
				}
			}
			if p.Case.ID == w.ID || p.Case.AnsweredAt.IsZero() || len(p.Case.Parts) == 1 && !strings.Contains(said, words[0]) {
				t.Errorf("%v beside %s: %s, answered %v", words, w.Number, said, p.Case.AnsweredAt)
			}
			if i > 0 && old[i] && (!old[i-1] || len(p.Case.Parts) == 1 && len(past[i-1].Case.Parts) == 1 && shared[i] > shared[i-1]) {
				t.Errorf("%v beside %s: %v share, older %v", words, w.Number, shared[:i+1], old[:i+1])
			}
			if shared[i] > 1 {
				more++
			}
			if !old[i] {
				lately++
			}
		}
		if len(past) > 3 {
			t.Errorf("%d beside %s", len(past), w.Number)
		}
		if len(past) == 3 {
			full++
		}
	}
	t.Logf("of %d: %d full, %d share more, %d lately", len(list), full, more, lately)
	if full == 0 || more == 0 || lately == 0 {
		t.Errorf("of %d cases: %d with three, %d that share more, %d lately answered", len(list), full, more, lately)
	}
}
