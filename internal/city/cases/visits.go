package cases

import (
	"context"
	"hash/fnv"
	"io"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
)

// A Visit is what somebody found or did at the place, told then or, where
// there was no line, later.
type Visit struct {
	Key    string    // by which the same visit told again is known
	At     time.Time // when it was written there
	Text   string    // may be empty where photos say it
	Photos int       // how many were sent with it
}

// toldLate is by how much later a visit is told than it was written for the
// history to say both.
const toldLate = 2 * time.Minute

// Visit keeps what somebody found at the place, for those who work on the
// case. The same visit told again, also at the same time, is kept once.
func (s *Service) Visit(ctx context.Context, by access.Actor, id ID, v Visit) (Case, error) {
	text, err := optional("note", v.Text, MaxNote)
	switch {
	case err != nil:
	case text == "" && v.Photos == 0:
		err = errs.Field("note", "case.visit_empty")
	case len(v.Key) < 8 || len(v.Key) > 64 || v.At.Year() < 2000:
		err = errs.New(errs.Invalid, "case.visit_key")
	}
	event := visitID(by, id, v)
	for {
		c, missing := s.Case(ctx, by, id)
		if missing != nil {
			return Case{}, missing
		}
		events, failed := s.Store.Events(ctx, id)
		if failed != nil {
			return Case{}, failed
		}
		if slices.ContainsFunc(events, func(e Event) bool { return e.ID == event }) {
			return c, nil
		}
		c, failed = s.do(ctx, id, action{by, access.CaseNote, c.Revision, func(t *turn) error {
			if err != nil {
				return err
			}
			d := Detail{Text: text, Photos: v.Photos}
			if t.now.Sub(v.At) > toldLate {
				d.Written = &v.At
			}
			t.tellAs(event, "", Visited, false, d)
			return nil
		}})
		if !errs.Is(failed, errs.Conflict) {
			return c, failed
		}
		// Somebody else changed the case: perhaps by telling this same visit.
	}
}

func visitID(by access.Actor, id ID, v Visit) string {
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, by.ID()+"\n"+string(id)+"\n"+v.Key) // a hash takes everything
	return ids.Seeded(v.At, sum.Sum64())
}
