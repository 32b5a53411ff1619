package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
)

// A group is a case with several parts: one matter that many spoke of. It
// has one lead, one clock and one answer; each person keeps their own thread,
// their own clock since their own first word, their verdict and their rating.

// MaxMerge is how many cases are joined at once.
const MaxMerge = 500

// Joinable reports whether one more person can be added to the case: the
// government still owes its answer, and nobody's name has to be kept from
// those who handle it.
func (c Case) Joinable() bool {
	return c.open() && c.State != Contested && !c.Restricted && c.About == "" && c.MergedInto == "" && !c.routed()
}

// Mergeable reports whether the case can be put into another: nobody has
// drafted an answer to it that is being checked.
func (c Case) Mergeable() bool { return c.Joinable() && c.State != Checking }

// Group reports whether several people share the case.
func (c Case) Group() bool { return len(c.Parts) > 1 }

// Merge puts the people of other cases into one. Those are closed as
// duplicates and name the case; the group's clocks are the strictest of all,
// so that nobody waits longer for being one of many.
func (s *Service) Merge(ctx context.Context, by access.Actor, into ID, revision int64, others []ID) (Case, error) {
	others = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(others))), func(id ID) bool { return id == into })
	switch {
	case len(others) == 0:
		return Case{}, errs.Field("others", "case.merge_none")
	case len(others) > MaxMerge:
		return Case{}, errs.Field("others", "case.merge_many", "Max", MaxMerge)
	}
	return s.doAll(ctx, append([]ID{into}, others...), action{by, access.CaseMerge, revision, nil}, func(list []*turn) error {
		g := list[0]
		if !g.Mergeable() {
			return errs.New(errs.Conflict, "case.merge_closed", "Number", string(g.Number))
		}
		for _, o := range list[1:] {
			if !o.Mergeable() {
				return errs.New(errs.Conflict, "case.merge_closed", "Number", string(o.Number))
			}
			g.take(o)
		}
		slices.SortStableFunc(g.Parts, func(a, b Part) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
		return nil
	})
}

// ByNumbers gives the cases that somebody wants to put into one and wrote the
// numbers of, with commas or spaces between; each that cannot be is named.
func (s *Service) ByNumbers(ctx context.Context, by access.Actor, into ID, text string) ([]ID, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	var list []ID
	var wrong []error
	numbers := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、;；", r) })
	if len(numbers) > MaxMerge {
		return nil, errs.Field("numbers", "case.merge_many", "Max", MaxMerge)
	}
	for _, n := range numbers {
		c, err := s.ByNumber(ctx, by, Number(n))
		key := ""
		switch {
		case errs.Is(err, errs.NotFound), errs.Is(err, errs.Denied):
			key = "case.merge_unknown"
		case err != nil:
			return nil, err
		case c.ID == into:
			key = "case.merge_self"
		case c.MergedInto != "":
			key = "case.merge_merged"
		case !c.Mergeable():
			key = "case.merge_closed"
		case by.Can(access.CaseMerge, c.Resource(city.Directory)) != nil:
			key = "case.merge_not_yours"
		}
		if key != "" {
			wrong = append(wrong, errs.Field("numbers", key, "Number", n))
			continue
		}
		list = append(list, c.ID)
	}
	return list, errs.Join(wrong...)
}

// take moves all parts of another case here and closes it.
func (t *turn) take(o *turn) {
	for _, p := range o.Parts {
		p.Case = t.ID
		t.Parts = append(t.Parts, p)
		t.tellPart(p.ID, Joined, true, Detail{Case: o.ID})
	}
	o.Parts = nil
	t.Conditions = append(slices.Clone(t.Conditions), o.Unmet()...)
	for _, r := range o.Recused { // who has to do with one of them does nothing with all
		if !slices.Contains(t.recused(), r.Staff) {
			t.Recused = append(slices.Clone(t.Recused), r)
		}
		if t.Handler == r.Staff {
			t.Handler = ""
		}
	}
	t.Urgency = max(t.Urgency, o.Urgency)
	t.Clocks.DispatchDue = sooner(t.Clocks.DispatchDue, o.Clocks.DispatchDue)
	if t.Held() {
		t.Clocks.ResolveDue = sooner(t.Clocks.ResolveDue, o.Clocks.ResolveDue)
	}
	o.resume()
	o.endDispute()
	o.Wish, o.Shelf = Wish{}, Shelf{}
	o.tell(Merged, false, Detail{Case: t.ID})
	o.MergedInto, o.Outcome, o.ClosedAt = t.ID, Duplicate, o.now
	o.State, o.WaitsFor = Closed, ForNobody
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Follow gives the case that the people of c are in: c, or the one it was
// joined to, however often that was joined on, if by may see it.
func (s *Service) Follow(ctx context.Context, by access.Actor, c Case) (Case, error) {
	if c.MergedInto == "" {
		return c, nil
	}
	for seen := map[ID]bool{}; c.MergedInto != ""; {
		if seen[c.ID] {
			return Case{}, fmt.Errorf("case %s was joined to itself", c.ID)
		}
		seen[c.ID] = true
		var err error
		if c, err = s.Store.Case(ctx, c.MergedInto); err != nil {
			return Case{}, err
		}
	}
	return s.seen(ctx, by, c)
}

// Join adds a request to a case as one more part, instead of a case of its
// own: somebody says that this is their matter too. It does nothing if the
// request has a part already.
func (s *Service) Join(ctx context.Context, by access.Actor, id ID, o Opening) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseOpen, 0, func(t *turn) error {
		if slices.ContainsFunc(t.Parts, func(p Part) bool { return p.Request == o.Request }) {
			return nil
		}
		if !t.Joinable() || o.Restricted || o.Kind == report {
			return errs.New(errs.Conflict, "case.merge_closed", "Number", string(t.Number))
		}
		p := Part{ID: PartID(ids.New(t.now)), Request: o.Request, Case: t.ID, Matter: o.Matter, At: o.At}
		t.Parts = append(slices.Clone(t.Parts), p)
		t.tellPart(p.ID, Joined, true, Detail{})
		return nil
	}})
}

// Part takes people out of a group into a case of their own, which the same
// unit goes on with under the same clocks: their matter is another, or they
// need another answer.
func (s *Service) Part(ctx context.Context, by access.Actor, id ID, revision int64, parts []PartID) (Case, Case, error) {
	var apart Case
	c, err := s.do(ctx, id, action{by, access.CaseMerge, revision, func(t *turn) error {
		if !t.Mergeable() {
			return errs.New(errs.Conflict, "case.merge_closed", "Number", string(t.Number))
		}
		var stay, leave []Part
		for _, p := range t.Parts {
			if slices.Contains(parts, p.ID) {
				leave = append(leave, p)
			} else {
				stay = append(stay, p)
			}
		}
		switch {
		case len(leave) == 0:
			return errs.Field("parts", "case.part_none")
		case len(stay) == 0:
			return errs.Field("parts", "case.part_all")
		}
		t.resume()
		apart = t.apart(leave)
		t.Parts = stay
		t.out.Opened = append(t.out.Opened, apart)
		for _, p := range apart.Parts {
			e := Event{
				ID: ids.New(t.now), Case: apart.ID, Part: p.ID, At: t.now, Kind: Parted, By: by.ID(), Unit: by.Unit, Public: true, Detail: Detail{Case: t.ID},
			}
			t.out.Events = append(t.out.Events, e)
		}
		t.tell(Noted, false, Detail{Case: apart.ID})
		return nil
	}})
	if err != nil {
		return c, Case{}, err
	}
	apart, err = s.Case(ctx, by, apart.ID)
	return c, apart, err
}

// apart is a case like this one for some of its parts.
func (t *turn) apart(parts []Part) Case {
	c := *t.Case
	c.ID, c.Seq, c.Number = ID(ids.New(t.now)), DayOf(parts[0].At, t.city.Calendar.Location()), ""
	c.OpenedAt, c.Revision, c.Latest = parts[0].At, 1, Answer{}
	c.Parts = slices.Clone(parts)
	for i := range c.Parts {
		c.Parts[i].Case = c.ID
	}
	c.Helpers, c.Chain, c.ReturnedBy = slices.Clone(t.Helpers), slices.Clone(t.Chain), slices.Clone(t.ReturnedBy)
	c.Granted = nil // given for the case it was
	c.Beside = Beside{
		Disputed: slices.Clone(t.Disputed), Settled: t.Settled, Conditions: slices.Clone(t.Conditions), Recused: slices.Clone(t.Recused),
	}
	return c
}

// doAll is do for several cases in one transaction; the actor must be allowed
// for each, and the revision is the first one's.
func (s *Service) doAll(ctx context.Context, list []ID, a action, change func([]*turn) error) (Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Case{}, err
	}
	defer s.changed()
	after, err := s.Store.UpdateAll(ctx, list, func(cases []*Case) (Change, []jobs.Args, error) {
		turns := make([]*turn, len(cases))
		now := s.now()
		for i, c := range cases {
			turns[i] = &turn{Case: c, city: city, now: now, by: a.by}
			if err := turns[i].can(a.may); err != nil {
				return Change{}, nil, err
			}
		}
		if a.revision != 0 && a.revision != cases[0].Revision {
			return Change{}, nil, errs.New(errs.Conflict, "case.changed")
		}
		if err := change(turns); err != nil {
			return Change{}, nil, err
		}
		var out Change
		var next []jobs.Args
		for _, t := range turns {
			out.Events = append(out.Events, t.out.Events...)
			out.Answers = append(out.Answers, t.out.Answers...)
			out.Opened = append(out.Opened, t.out.Opened...)
			out.Rulings = append(out.Rulings, t.out.Rulings...)
			next = append(next, t.jobs...)
		}
		return out, next, nil
	})
	if err != nil {
		return Case{}, err
	}
	return forActor(a.by, after[0], after[0].Resource(city.Directory)), nil
}

// before are the events of a part from before it came to this case, oldest
// first: those of the cases it was in, up to when it left each.
func (s *Service) before(ctx context.Context, part PartID, events []Event) ([]Event, time.Time, error) {
	var all []Event
	var since time.Time
	for _, e := range events {
		if e.Part != part || e.Kind != Joined && e.Kind != Parted {
			continue
		}
		since = e.At
		if e.Detail.Case == "" {
			continue
		}
		earlier, err := s.Store.Events(ctx, e.Detail.Case)
		if err != nil {
			return nil, since, err
		}
		older, from, err := s.before(ctx, part, slices.DeleteFunc(slices.Clone(earlier), func(o Event) bool { return !o.At.Before(e.At) }))
		if err != nil {
			return nil, since, err
		}
		all = append(all, older...)
		for _, o := range earlier {
			if o.At.Before(e.At) && !o.At.Before(from) && (o.Part == "" || o.Part == part) {
				all = append(all, o)
			}
		}
	}
	return all, since, nil
}
