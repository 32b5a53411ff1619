package cases

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A RulingFilter selects rulings. Zero fields select all.
type RulingFilter struct {
	Words      []string // each stands in it; normalised, as text.Normalize does
	Categories []org.CategoryID
	Unit       org.UnitID // that leads or was a party
	Case       ID
	Before     time.Time
	Recused    access.StaffID // none on cases that they are recused from; "" for nobody
	Limit      int
}

// MaxRulings is the most of one list.
const MaxRulings = 100

// Searched is what a ruling is found by.
func (r Ruling) Searched() string {
	return text.Normalize(strings.Join([]string{r.Matter, r.Text, r.Basis}, "\n"))
}

// Fits reports whether f selects the ruling, but for who is recused.
func (f RulingFilter) Fits(r Ruling) bool {
	searched := r.Searched()
	switch {
	case slices.ContainsFunc(f.Words, func(w string) bool { return !strings.Contains(searched, w) }),
		len(f.Categories) > 0 && !slices.Contains(f.Categories, r.Category),
		f.Unit != "" && r.Lead != f.Unit && !slices.Contains(r.Parties, f.Unit),
		f.Case != "" && f.Case != r.Case,
		!f.Before.IsZero() && !r.At.Before(f.Before):
		return false
	}
	return true
}

// Rulings lists rulings, newest first: those in which every word stands.
func (s *Service) Rulings(ctx context.Context, by access.Actor, words string, f RulingFilter) ([]Ruling, error) {
	if err := by.Can(access.RulingRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	f.Words, f.Recused = strings.Fields(text.Normalize(words)), by.Staff
	if f.Limit <= 0 || f.Limit > MaxRulings {
		f.Limit = MaxRulings
	}
	return s.Store.Rulings(ctx, f)
}

// Ruling returns one.
func (s *Service) Ruling(ctx context.Context, by access.Actor, id string) (Ruling, error) {
	if err := by.Can(access.RulingRead, access.Resource{Type: access.CityType}); err != nil {
		return Ruling{}, errs.New(errs.NotFound, "access.not_found")
	}
	r, err := s.Store.Ruling(ctx, id)
	if err != nil {
		return Ruling{}, err
	}
	c, err := s.Store.Case(ctx, r.Case)
	if err != nil {
		return Ruling{}, err
	}
	if by.IsStaff() && slices.Contains(c.recused(), by.Staff) {
		return Ruling{}, errNone()
	}
	return r, nil
}

// A Precedent is a ruling on a matter like the one at hand.
type Precedent struct {
	Ruling
	Score float64 // 0 to 1: how much of what the ruling is about the case speaks of
}

// Of rulings on the same category a quarter of the words is enough to be shown,
// of others it takes half; so many are looked at.
const (
	likeSame, likeOther = 0.25, 0.5
	lookedAt            = 200
	mostPrecedents      = 3
)

// Precedents are the rulings that speak of what words say, likest first, at
// most three; those on the same category count for more.
func (s *Service) Precedents(ctx context.Context, by access.Actor, category org.CategoryID, words string) ([]Precedent, error) {
	if err := by.Can(access.RulingRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, nil //nolint:nilerr // who may not read rulings is shown none beside a case
	}
	same, err := s.Store.Rulings(ctx, RulingFilter{Categories: []org.CategoryID{category}, Recused: by.Staff, Limit: lookedAt})
	if err != nil {
		return nil, err
	}
	others, err := s.Store.Rulings(ctx, RulingFilter{Recused: by.Staff, Limit: lookedAt})
	if err != nil {
		return nil, err
	}
	said := map[string]bool{}
	for _, b := range text.Bigrams(words) {
		said[b] = true
	}
	var list []Precedent
	seen := map[string]bool{}
	for _, r := range append(same, others...) {
		least := likeOther
		if r.Category == category {
			least = likeSame
		}
		p := Precedent{r, shared(said, text.Bigrams(r.Matter))}
		if p.Score >= least && !seen[r.ID] {
			list = append(list, p)
		}
		seen[r.ID] = true
	}
	slices.SortStableFunc(list, func(a, b Precedent) int {
		return cmp.Or(boolFirst(a.Category == category, b.Category == category), cmp.Compare(b.Score, a.Score), b.At.Compare(a.At))
	})
	return list[:min(len(list), mostPrecedents)], nil
}

func shared(said map[string]bool, of []string) float64 {
	if len(of) == 0 {
		return 0
	}
	n := 0
	for _, b := range of {
		if said[b] {
			n++
		}
	}
	return float64(n) / float64(len(of))
}

func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
