package flow

import (
	"context"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// A Why says why a matter is where it is. The resident's "Why here?" and the
// officials' card are both made of it, so that nobody is told other reasons
// than those that are on record; the card only tells more of them.
type Why struct {
	Category  org.CategoryID
	Unit      org.UnitID
	Basis     org.Name // of the duty; "" where the catalogue would have chosen another unit
	Words     []string // of the resident, that pointed there
	Automatic *triage.Automatic
	// Record is what was kept when the case was sent last. Of a case that was
	// loaded, or joined afterwards, there is none: then its Reading is the one
	// of the request, and By is "".
	Record triage.Choice
}

// Learned reports whether a classifier had a part in the reading; without one
// the catalogue's rules read alone.
func (w Why) Learned() bool { return w.Record.Reading.Model != "" }

// Why gives the reasons for a case that a unit has; nil before one has it.
func (f *Requests) Why(ctx context.Context, by access.Actor, city org.City, c cases.Case, request string) (*Why, error) {
	if c.DispatchedAt.IsZero() || c.Lead == "" {
		return nil, nil
	}
	w := &Why{Category: c.Category, Unit: c.Lead}
	if d, ok := city.Catalogue.DutyByID(c.Duty); ok {
		w.Basis = d.Basis
	}
	via := c.Resource(city.Directory)
	var err error
	if w.Record, err = f.Triage.Record(ctx, by, string(c.ID), request, via); errs.Is(err, errs.NotFound) {
		w.Record.Reading, err = f.Triage.Reading(ctx, by, request, via)
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	for _, k := range w.Record.Reading.Categories {
		if k.Category == c.Category {
			w.Words = k.Words
		}
	}
	a, err := f.Triage.Automatic(ctx, by, string(c.ID), via)
	if errs.Is(err, errs.NotFound) {
		return w, nil
	}
	if err == nil && a.Unit == c.Lead { // and not since sent elsewhere by a person
		w.Automatic = &a
	}
	return w, err
}
