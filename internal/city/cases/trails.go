package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Step is one thing that happened to a case on its way, without anybody's
// words or name: for a look at how work runs.
type Step struct {
	Case ID
	Kind EventKind
	At   time.Time
	Unit org.UnitID
}

// StepKinds are the steps of a case's way. Others, such as a note, are no part
// of it.
var StepKinds = []EventKind{
	Opened, DispatchedTo, AcceptedBy, ReturnedBy, ReturnUpheld, ReturnRefused, Asked, Replied, NoReply, Drafted, Checked, Signed, SentBack,
	AnsweredWith, Confirmed, ContestedBy, Reopened, KeptClosed, TakenBack, Routed, DisputedBy, Ruled, PutOff, TakenUp,
}

// MaxTrails is the most cases whose way is looked at together.
const MaxTrails = 2_000

// Trails lists the steps of the newest cases that f selects and the actor may
// see, at most MaxTrails, each case's in order; and how many cases that are.
func (s *Service) Trails(ctx context.Context, by access.Actor, f Filter) ([]Step, int, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, 0, err
	}
	f.Order, f.Limit = Newest, MaxList
	var ids []ID
	for len(ids) < MaxTrails {
		list, err := s.List(ctx, by, f)
		if err != nil {
			return nil, 0, err
		}
		for _, c := range list {
			if c.MergedInto == "" {
				ids = append(ids, c.ID)
			}
		}
		if len(list) < MaxList {
			break
		}
		f.After = list[len(list)-1].Cursor()
	}
	steps, err := s.Store.Steps(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	return slices.DeleteFunc(steps, func(p Step) bool { return !slices.Contains(StepKinds, p.Kind) }), len(ids), nil
}
