package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// An Exclusion leaves a case out of rates (剔除). There is no other way to: it
// is asked for by a unit, ruled on by somebody who is no party to it, and the
// ruling is published. The rates are shown with and without.
type Exclusion struct {
	ID       string
	Case     ID
	Number   Number         // of the case
	Unit     org.UnitID     // that led it when it was asked for
	Category org.CategoryID // of the case, then; "" where it could tell who spoke
	Rates    []string       // of RateNames
	Ground   string         // of Grounds
	Reason   string         // of who asks; not published
	AskedBy  access.StaffID
	AskedAt  time.Time
	State    string // ExclusionOpen, …
	Ruling   string // published
	RuledBy  access.StaffID
	RuledAt  time.Time
}

// Due is until when what was asked for is ruled on.
func (e Exclusion) Due(city org.City) time.Time {
	return city.Calendar.Due(e.AskedAt, city.Policy.Ruling)
}

// The states of an exclusion.
const (
	ExclusionOpen = "asked"
	ExclusionMade = "granted"
	ExclusionNone = "refused"
)

// Grounds are what an exclusion can rest on: a demand against law or fact, what
// no unit of the city may decide, force majeure, no access to the place, or
// a mistake in the record.
var Grounds = []string{"unreasonable", "beyond", "force_majeure", "no_access", "mistake"}

// MaxRuling is the most characters of a published ruling.
const MaxRuling = 500

// An ExclusionFilter selects exclusions. Zero fields select all.
type ExclusionFilter struct {
	State string
	Case  ID
	ID    string
	Units []org.UnitID
	// Ruled selects those that were ruled on, newest ruling first; others come in
	// the order they were asked for, newest first.
	Ruled    bool
	From, To time.Time // asked for at or after From, before To
	Limit    int
}

// An Accountant keeps what accounting for cases needs; every Store is one.
type Accountant interface {
	// Exclusions lists those that f selects.
	Exclusions(ctx context.Context, f ExclusionFilter) ([]Exclusion, error)

	// Against lists the cases led by units that count against them in a rate of
	// a period, newest first.
	Against(ctx context.Context, units []org.UnitID, p Period, limit int) ([]Case, error)

	// Solved lists the work answered in a period whose answer stands and says
	// that the matter is solved.
	Solved(ctx context.Context, p Period) ([]Answerer, error)

	// KeepAudit keeps a month's sample; a month that has one keeps it.
	KeepAudit(ctx context.Context, a Audit) error

	// Audits lists the samples, newest month first, without their marks.
	Audits(ctx context.Context, limit int) ([]Audit, error)

	// Audit returns a month's sample with its marks, or a NotFound error.
	Audit(ctx context.Context, month string) (Audit, error)

	// Signs counts what patterns worth a look are seen by.
	Signs(ctx context.Context, p Period) (Signs, error)
}

// An Answerer is a case with the unit that answered it.
type Answerer struct {
	Case ID
	Unit org.UnitID
}

// always is all time until now.
func always(now time.Time) Period { return Period{To: now.AddDate(1000, 0, 0), Now: now} }

// AskExclusion asks that a case be left out of rates it counts against its
// unit in.
func (s *Service) AskExclusion(ctx context.Context, by access.Actor, id ID, revision int64, rates []string, ground, reason string) (Case, error) {
	reason, wrong := needed("exclusion_reason", reason, MaxWords)
	return s.do(ctx, id, action{by, access.CaseAppeal, revision, func(t *turn) error {
		if !slices.Contains(Grounds, ground) {
			wrong = errs.Join(wrong, errs.Field("ground", "case.no_ground"))
		}
		against := t.RatesIn(always(t.now))
		var named []string
		for _, name := range RateNames {
			if !slices.Contains(rates, name) {
				continue
			}
			if r := against.RateOf(name); r.Count >= r.Of {
				wrong = errs.Join(wrong, errs.Field("rates", "case.not_against"))
			}
			named = append(named, name)
		}
		if len(named) == 0 {
			wrong = errs.Join(wrong, errs.Field("rates", "case.no_rate"))
		}
		if wrong != nil {
			return wrong
		}
		category := t.Category
		if t.Restricted || t.About != "" { // it could tell who they are
			category = ""
		}
		t.out.Exclusions = append(t.out.Exclusions, Exclusion{
			ID: ids.New(t.now), Case: t.ID, Number: t.Number, Unit: t.Lead, Category: category, Rates: named, Ground: ground, Reason: reason,
			AskedBy: by.Staff, AskedAt: t.now, State: ExclusionOpen,
		})
		t.tell(ExclusionAsked, false, Detail{Text: reason, From: t.Lead, Step: ground})
		return nil
	}})
}

// RuleExclusion grants or refuses an exclusion. The ruling is published with
// the unit, the category and the ground, and nothing else of the case: it
// must not say who the resident is.
func (s *Service) RuleExclusion(ctx context.Context, by access.Actor, id string, grant bool, ruling string) (Case, error) {
	list, err := s.Store.Exclusions(ctx, ExclusionFilter{ID: id, Limit: 1})
	if err != nil {
		return Case{}, err
	}
	if len(list) == 0 {
		return Case{}, errNone()
	}
	e := list[0]
	ruling, wrong := needed("ruling", ruling, MaxRuling)
	if len(pii.Find(ruling)) > 0 {
		wrong = errs.Join(wrong, errs.Field("ruling", "case.ruling_personal"))
	}
	defer s.changed()
	defer s.held.measures.Forget()
	return s.do(ctx, e.Case, action{by, access.CaseExclude, 0, func(t *turn) error {
		e := e // it may be called again
		switch {
		case e.AskedBy == by.Staff || slices.Contains(by.Up, e.Unit):
			return errs.New(errs.Denied, "case.exclusion_party")
		case e.State != ExclusionOpen:
			return errs.New(errs.Conflict, "case.exclusion_ruled")
		case wrong != nil:
			return wrong
		}
		e.State, e.Ruling, e.RuledBy, e.RuledAt = ExclusionNone, ruling, by.Staff, t.now
		kind := ExclusionRefused
		if grant {
			e.State, kind = ExclusionMade, ExclusionGranted
		}
		t.out.Exclusions = append(t.out.Exclusions, e)
		t.tell(kind, false, Detail{Text: ruling, To: e.Unit, Step: e.Ground})
		return nil
	}})
}

// MaxExclusions is the most exclusions of one list.
const MaxExclusions = 200

// Exclusions lists exclusions: a unit's heads see their own, who reads the
// records sees all.
func (s *Service) Exclusions(ctx context.Context, by access.Actor, f ExclusionFilter) ([]Exclusion, error) {
	if by.Can(access.RecordsRead, access.Resource{Type: access.CityType}) != nil {
		if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
			return nil, err
		}
		if f.Units = by.Down; len(f.Units) == 0 {
			return nil, errNone()
		}
	}
	if f.Limit <= 0 || f.Limit > MaxExclusions {
		f.Limit = MaxExclusions
	}
	return s.Store.Exclusions(ctx, f)
}

// ExclusionRulings lists the published rulings, newest first: for everybody, without the
// case, the words of who asked, and names.
func (s *Service) ExclusionRulings(ctx context.Context, limit int) ([]Exclusion, error) {
	list, err := s.Store.Exclusions(ctx, ExclusionFilter{Ruled: true, Limit: min(limit, MaxExclusions)})
	for i, e := range list {
		list[i] = Exclusion{ID: e.ID, Unit: e.Unit, Category: e.Category, Rates: e.Rates, Ground: e.Ground, State: e.State, Ruling: e.Ruling, RuledAt: e.RuledAt}
	}
	return list, err
}

// A Candidate is a case that its unit could ask an exclusion for, with what
// its rates would lose by it.
type Candidate struct {
	Case Case
	Lost Rates // the rates it counts against
	Open bool  // it was asked for already
}

// A WhatIf is the rates of a unit as they are, as they are without what
// rulings excluded, and what more could be asked for.
type WhatIf struct {
	Unit       org.UnitID
	All        Rates
	Without    Rates
	Candidates []Candidate
}

// With gives the rates if the candidates chosen were excluded as well.
func (w WhatIf) With(chosen func(Candidate) bool) Rates {
	r := w.Without
	for _, c := range w.Candidates {
		if chosen(c) {
			r = r.Minus(c.Lost)
		}
	}
	return r
}

// MaxCandidates is how many cases a WhatIf lists.
const MaxCandidates = 200

// WhatIf tells a unit's heads, and who reads the records, what the unit's rates
// would be under each exclusion it could ask for.
func (s *Service) WhatIf(ctx context.Context, by access.Actor, unit org.UnitID, p Period) (WhatIf, error) {
	w := WhatIf{Unit: unit}
	all := by.Can(access.RecordsRead, access.Resource{Type: access.CityType}) == nil
	if !all && (!slices.Contains(by.Down, unit) || by.Can(access.BoardRead, access.Resource{Type: access.CityType}) != nil) {
		return w, errNone()
	}
	m, err := s.measures(ctx, p)
	if err != nil {
		return w, err
	}
	w.All = unitRates(m.Strata, unit)
	w.Without = w.All.Minus(unitRates(m.Excluded, unit))
	list, err := s.Store.Against(ctx, []org.UnitID{unit}, p, MaxCandidates)
	if err != nil {
		return w, err
	}
	var asked []Exclusion
	if len(list) > 0 {
		asked, err = s.Store.Exclusions(ctx, ExclusionFilter{Units: []org.UnitID{unit}, Limit: 100_000})
		if err != nil {
			return w, err
		}
	}
	for _, c := range list {
		i := slices.IndexFunc(asked, func(e Exclusion) bool { return e.Case == c.ID })
		if i >= 0 && asked[i].State != ExclusionOpen || by.Can(access.CaseRead, access.Resource{
			Type: access.CaseType, Lead: c.Lead, About: c.About, Restricted: c.Restricted, Recused: c.recused(), Sealed: c.IsSealed(),
		}) != nil {
			continue // ruled on, either way; or not for this reader
		}
		counts := c.RatesIn(p)
		var lost Rates
		for _, name := range RateNames {
			if r := counts.RateOf(name); r.Count < r.Of {
				*lost.RateOf(name) = *r
			}
		}
		w.Candidates = append(w.Candidates, Candidate{Case: c, Lost: lost, Open: i >= 0})
	}
	return w, nil
}

func unitRates(list []StratumCount, unit org.UnitID) (r Rates) {
	for _, n := range list {
		if n.Unit == unit {
			r = r.Plus(n.Rates)
		}
	}
	return r
}
