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

// stepStates is where a case may be after a step. Steps that are not here, such as
// a note, are no part of the way.
var stepStates = map[EventKind][]State{
	Opened:        {Waiting},
	DispatchedTo:  {Dispatched},
	AcceptedBy:    {Accepted},
	ReturnedBy:    {Returned},
	ReturnUpheld:  {Dispatched},
	ReturnRefused: {Dispatched, Accepted},
	Asked:         {Accepted},
	Replied:       {Accepted},
	NoReply:       {Accepted},
	Drafted:       {Checking},
	Checked:       {Checking},
	Signed:        {Checking},
	SentBack:      {Accepted},
	AnsweredWith:  {Answered},
	Confirmed:     {Answered, Closed},
	ContestedBy:   {Contested},
	Reopened:      {Accepted, Waiting},
	KeptClosed:    {Answered, Closed},
	TakenBack:     {Waiting},
	Routed:        {Closed},
}

// Plan says which step was meant to follow which: those that the states a
// case can be in after them allow.
func Plan() map[EventKind][]EventKind {
	plan := map[EventKind][]EventKind{}
	for a, from := range stepStates {
		for b, to := range stepStates {
			if slices.ContainsFunc(from, func(s State) bool {
				return slices.ContainsFunc(to, func(n State) bool { return s == n && b != Opened || slices.Contains(moves[s], n) })
			}) {
				plan[a] = append(plan[a], b)
			}
		}
		slices.Sort(plan[a])
	}
	return plan
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
	return slices.DeleteFunc(steps, func(p Step) bool { return stepStates[p.Kind] == nil }), len(ids), nil
}
