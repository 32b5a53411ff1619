package cases

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// TellCauseGone tells those who spoke of something that its cause is gone, in
// both languages. It changes nothing of the case, and is told once for each
// programme.
func (s *Service) TellCauseGone(ctx context.Context, by access.Actor, id ID, programme, text, english string) error {
	event := programme + ":" + string(id)
	for {
		c, err := s.Case(ctx, by, id)
		if err != nil {
			return err
		}
		events, err := s.Store.Events(ctx, id)
		if err != nil || slices.ContainsFunc(events, func(e Event) bool { return e.ID == event }) {
			return err
		}
		_, err = s.do(ctx, id, action{by, access.CaseNote, c.Revision, func(t *turn) error {
			t.tellAs(event, "", CauseGone, true, Detail{Text: text, English: english})
			return nil
		}})
		if !errs.Is(err, errs.Conflict) {
			return err
		}
	}
}

// CountUpTo is Count with a bound of one's own, for counts of a month.
func (s *Service) CountUpTo(ctx context.Context, by access.Actor, f Filter, most int) (int, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return 0, err
	}
	f.At = s.now()
	return s.Store.Count(ctx, scope(by, city), f, most)
}
