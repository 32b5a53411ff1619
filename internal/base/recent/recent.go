// Package recent keeps what was counted a moment ago, where counting takes
// long and many ask for the same: nobody counts what another is counting, and
// while a count is renewed everybody gets the last one. What is kept for
// longer than a few minutes stands in the database.
package recent

import (
	"context"
	"slices"
	"sync"
	"time"

	"yiwang/internal/base/errs"
)

// most is how many counts a Memory keeps at once.
const most = 1000

// patience is how long a count may take.
const patience = time.Minute

// A Memory keeps counts of one kind. The zero value is empty.
type Memory[T any] struct {
	mu   sync.Mutex
	list []*count[T] // the newest last

	renewal <-chan struct{} // the last that was begun: they follow each other, since nobody waits for them
}

// An Asked says what is asked for.
type Asked struct {
	Key string
	// At are the times of the question, the present first: two questions are
	// the same when all their times are closer than Keep.
	At []time.Time
	// A count younger than Fresh is given as it is; one younger than Keep too,
	// but it is renewed meanwhile, for who asks next. Older ones are waited for.
	Fresh, Keep time.Duration
}

type count[T any] struct {
	asked   Asked
	done    chan struct{} // closed when v or err is there
	v       T
	err     error
	renewed bool // another takes its place
}

// Get gives what was counted a moment ago, or waits for f. What f gives is
// shared: nobody changes it.
func (m *Memory[T]) Get(ctx context.Context, a Asked, f func(context.Context) (T, error)) (T, error) {
	m.mu.Lock()
	c := m.find(a)
	switch {
	case c == nil:
		c = m.start(ctx, a, nil, f)
	case !c.renewed && a.At[0].Sub(c.asked.At[0]) >= a.Fresh:
		c.renewed = true
		m.start(ctx, a, c, f)
	}
	m.mu.Unlock()
	select {
	case <-c.done:
		return c.v, c.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// Forget makes the next who asks count anew. A count that is under way goes to
// those who wait for it, and to nobody else.
func (m *Memory[T]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = nil
}

// find gives the newest count that answers a; m.mu is held.
func (m *Memory[T]) find(a Asked) *count[T] {
	for _, c := range slices.Backward(m.list) {
		if c.asked.Key == a.Key && len(c.asked.At) == len(a.At) && !a.At[0].Before(c.asked.At[0]) && c.asked.near(a) {
			return c
		}
	}
	return nil
}

func (a Asked) near(b Asked) bool {
	for i, at := range a.At {
		if b.At[i].Sub(at).Abs() >= b.Keep {
			return false
		}
	}
	return true
}

// start counts; what it is to renew, if anything, answers until it is done.
// m.mu is held.
func (m *Memory[T]) start(ctx context.Context, a Asked, old *count[T], f func(context.Context) (T, error)) *count[T] {
	c := &count[T]{asked: a, done: make(chan struct{})}
	if old == nil {
		m.keep(c)
	}
	var turn <-chan struct{}
	if old != nil {
		turn, m.renewal = m.renewal, c.done
	}
	go func() {
		if turn != nil {
			<-turn
		}
		// Who asked first may leave; the others wait on.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		c.err = errs.Guard(func() (err error) {
			c.v, err = f(ctx)
			return err
		})
		close(c.done)
		m.mu.Lock()
		defer m.mu.Unlock()
		at := slices.Index(m.list, c)
		if old != nil {
			at = slices.Index(m.list, old)
		}
		switch {
		case at < 0: // forgotten meanwhile
		case c.err == nil && old != nil:
			m.list = append(slices.Delete(m.list, at, at+1), c)
		case c.err != nil && old != nil:
			old.renewed = false
		case c.err != nil: // the next who asks tries again
			m.list = slices.Delete(m.list, at, at+1)
		}
	}()
	return c
}

// keep adds a count, in place of those that are too old.
func (m *Memory[T]) keep(c *count[T]) {
	m.list = slices.DeleteFunc(m.list, func(old *count[T]) bool { return c.asked.At[0].Sub(old.asked.At[0]) >= old.asked.Keep })
	if len(m.list) >= most {
		m.list = slices.Delete(m.list, 0, 1)
	}
	m.list = append(m.list, c)
}
