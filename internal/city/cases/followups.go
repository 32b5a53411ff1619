package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// A Try is one telephone call to ask a resident what they make of an answer.
// Who rings does not belong to the unit that handled it.
type Try struct {
	Part      PartID         `json:"part"`
	At        time.Time      `json:"at"`
	By        access.StaffID `json:"by"`
	Reached   bool           `json:"reached,omitempty"`
	Contacted string         `json:"contacted,omitempty"` // whether the unit had spoken with them: yes, no
	Solved    string         `json:"solved,omitempty"`    // yes, no, or unsure: no verdict
	Treated   int            `json:"treated,omitempty"`   // how they were treated, 1 to 5, 0 where they do not say
}

// A FollowUp is what came of a call.
type FollowUp struct {
	Part      PartID
	Reached   bool
	Contacted string
	Solved    string
	Missing   string // what is missing, where it is not solved
	Treated   int
	Words     string
}

// The answers to the first two questions.
const (
	Yes    = "yes"
	No     = "no"
	Unsure = "unsure" // of whether it is solved
)

// Tries are the calls about a part, since the answer that stands.
func (c Case) Tries(part PartID) []Try {
	return slices.DeleteFunc(slices.Clone(c.Follow), func(k Try) bool { return k.Part != part || k.At.Before(c.AnsweredAt) })
}

// Callable reports whether a resident is still to be asked: nobody has heard
// from them, no call has reached them, and there were fewer calls than tries.
func (c Case) Callable(p Part, tries int) bool {
	calls := c.Tries(p.ID)
	return c.State == Answered && !c.routed() && p.WithdrawnAt.IsZero() && p.Verdict == NoVerdict && len(calls) < tries &&
		!slices.ContainsFunc(calls, func(k Try) bool { return k.Reached })
}

// FollowUp keeps what came of a call, and takes what was said as the
// resident's verdict and rating. A call that reached nobody is one of the
// city's number of tries, each at another hour of the day; after the last, and
// without a word of theirs, the answer stays unconfirmed.
func (s *Service) FollowUp(ctx context.Context, by access.Actor, id ID, revision int64, f FollowUp) (Case, error) {
	words, wrong := optional("rating_text", f.Words, MaxWords)
	missing, noMissing := needed("missing", f.Missing, MaxMissing)
	if f.Reached {
		if f.Contacted != Yes && f.Contacted != No {
			wrong = errs.Join(wrong, errs.Field("contacted", "case.follow_contacted"))
		}
		if f.Solved != Yes && f.Solved != No && f.Solved != Unsure {
			wrong = errs.Join(wrong, errs.Field("solved", "case.follow_solved"))
		}
		if f.Treated < 0 || f.Treated > 5 {
			wrong = errs.Join(wrong, errs.Field("treated", "case.bad_rating"))
		}
		if f.Solved == No {
			wrong = errs.Join(wrong, noMissing)
		}
	}
	return s.do(ctx, id, action{by, access.CaseFollow, revision, func(t *turn) error {
		t.Parts = slices.Clone(t.Parts)
		i := slices.IndexFunc(t.Parts, func(p Part) bool { return p.ID == f.Part })
		if i < 0 {
			return errNone()
		}
		p := &t.Parts[i]
		if err := p.judgeable(*t.Case, t.now); err != nil {
			return err
		}
		if !t.Callable(*p, t.city.Policy.CallTries) {
			return errs.New(errs.Conflict, "case.follow_over", "Tries", t.city.Policy.CallTries)
		}
		if t.sameHour(p.ID) {
			return errs.New(errs.Conflict, "case.follow_hour")
		}
		if wrong != nil {
			return wrong
		}
		k := Try{Part: p.ID, At: t.now, By: by.Staff, Reached: f.Reached}
		if f.Reached {
			k.Contacted, k.Solved, k.Treated = f.Contacted, f.Solved, f.Treated
		}
		t.Follow = append(slices.Clone(t.Follow), k)
		t.NoMoreCalls = !slices.ContainsFunc(t.Parts, func(o Part) bool { return t.Callable(o, t.city.Policy.CallTries) })
		if !f.Reached {
			t.tellPart(p.ID, NotReached, true, Detail{})
			return nil
		}
		t.tellPart(p.ID, FollowedUp, true, Detail{Step: f.Contacted})
		if f.Treated > 0 && p.Rating == 0 {
			t.rate(p, f.Treated, words)
		}
		if f.Solved == Unsure {
			return nil
		}
		return t.judge(p, f.Solved == Yes, missing)
	}})
}

// sameHour reports whether somebody rang at this hour of the day before.
func (t *turn) sameHour(part PartID) bool {
	loc := t.city.Calendar.Location()
	return slices.ContainsFunc(t.Tries(part), func(k Try) bool { return k.At.In(loc).Hour() == t.now.In(loc).Hour() })
}
