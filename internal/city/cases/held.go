package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"yiwang/internal/base/recent"
	"yiwang/internal/city/access"
)

// held keeps what was counted a moment ago, for all who look. Comparisons are
// of weeks and months: they are some minutes old. Counts of the present are
// made anew after each change made here, and at most a moment behind those
// made by other programs.
type held struct {
	measures recent.Memory[Measures]
	patterns recent.Memory[Patterns]

	figures recent.Memory[Figures]
	pulse   recent.Memory[Pulse]
	stages  recent.Memory[[]Stage]
	counts  recent.Memory[int]
	kept    recent.Memory[bool]

	changes atomic.Uint64
}

// A count of the present is shown for a moment, and a little longer while it
// is made anew.
const (
	moment = time.Second
	little = 10 * time.Second
)

// changed makes whoever looks from now on see what was changed.
func (s *Service) changed() {
	s.held.changes.Add(1)
	s.held.figures.Forget()
	s.held.pulse.Forget()
	s.held.stages.Forget()
	s.held.counts.Forget()
	s.held.kept.Forget()
}

// Changes grows with every change made here: what was made of cases holds as
// long as it is the same.
func (s *Service) Changes() uint64 { return s.held.changes.Load() }

func asked(key string, p Period, fresh, keep time.Duration) recent.Asked {
	return recent.Asked{Key: key, At: []time.Time{p.Now, p.From, p.To}, Fresh: fresh, Keep: keep}
}

func (s *Service) figures(ctx context.Context, scope access.Scope, p Period) (Figures, error) {
	return s.held.figures.Get(ctx, asked(fmt.Sprint(scope), p, moment, little), func(ctx context.Context) (Figures, error) {
		return s.Store.Figures(ctx, scope, p)
	})
}

func (s *Service) pulse(ctx context.Context, scope access.Scope, span PulseSpan) (Pulse, error) {
	a := recent.Asked{Key: fmt.Sprint(scope, span.Step, span.Steps), At: []time.Time{s.now(), span.From, span.Usual}, Fresh: moment, Keep: little}
	return s.held.pulse.Get(ctx, a, func(ctx context.Context) (Pulse, error) { return s.Store.Pulse(ctx, scope, span) })
}

func (s *Service) overdue(ctx context.Context, scope access.Scope, now time.Time) ([]Stage, error) {
	a := recent.Asked{Key: fmt.Sprint(scope), At: []time.Time{now}, Fresh: moment, Keep: little}
	return s.held.stages.Get(ctx, a, func(ctx context.Context) ([]Stage, error) { return s.Store.Overdue(ctx, scope, now) })
}

func (s *Service) isKept(ctx context.Context, who access.StaffID) (bool, error) {
	a := recent.Asked{Key: string(who), At: []time.Time{s.now()}, Fresh: moment, Keep: little}
	return s.held.kept.Get(ctx, a, func(ctx context.Context) (bool, error) { return s.Store.IsKept(ctx, who) })
}

// count counts beside each list how many are in it, up to MaxCount+1.
func (s *Service) count(ctx context.Context, scope access.Scope, f Filter) (int, error) {
	key := f // without the times, which go on
	key.At, key.LateAt, key.TodoBefore, key.From, key.To = time.Time{}, time.Time{}, time.Time{}, time.Time{}, time.Time{}
	text, err := json.Marshal(key)
	if err != nil {
		return 0, err
	}
	a := recent.Asked{Key: fmt.Sprint(scope, string(text)), At: []time.Time{f.At, f.LateAt, f.TodoBefore, f.From, f.To}, Fresh: moment, Keep: little}
	return s.held.counts.Get(ctx, a, func(ctx context.Context) (int, error) { return s.Store.Count(ctx, scope, f, MaxCount+1) })
}
