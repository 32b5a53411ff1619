package recent_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"yiwang/internal/base/recent"
)

// asked is asked now, of the last hour.
func asked(key string) recent.Asked {
	now := time.Now()
	return recent.Asked{Key: key, At: []time.Time{now, now.Add(-time.Hour)}, Fresh: time.Second, Keep: 10 * time.Second}
}

// counter counts how often it was asked, which takes it a while.
type counter struct {
	n    atomic.Int64
	fail atomic.Bool
}

func (c *counter) count(context.Context) (string, error) {
	n := c.n.Add(1)
	time.Sleep(300 * time.Millisecond)
	if c.fail.Load() {
		return "", errors.New("the disk is full")
	}
	return strconv.FormatInt(n, 10), nil
}

func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m recent.Memory[string]
		var c counter
		get := func(key, want string, waited time.Duration) {
			t.Helper()
			since := time.Now()
			got, err := m.Get(t.Context(), asked(key), c.count)
			if err != nil || got != want || time.Since(since) != waited {
				t.Errorf("got %q after %v, %v; want %q after %v", got, time.Since(since), err, want, waited)
			}
		}
		const takes = 300 * time.Millisecond
		var all sync.WaitGroup
		for range 50 { // fifty ask at once: one counts
			all.Go(func() { get("a", "1", takes) })
		}
		all.Wait()
		get("a", "1", 0)
		get("b", "2", takes) // something else
		time.Sleep(2 * time.Second)
		get("a", "1", 0) // the last one, while it is renewed
		get("a", "1", 0)
		time.Sleep(takes)
		synctest.Wait()
		get("a", "3", 0)
		time.Sleep(11 * time.Second)
		get("a", "4", takes) // too old to be shown
		m.Forget()
		get("a", "5", takes)

		time.Sleep(2 * time.Second) // something changes while a count is under way
		get("a", "5", 0)
		synctest.Wait()
		m.Forget()
		get("a", "7", takes)
		get("a", "7", 0)
	})
}

// Of several that are renewed only one is counted at a time.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m recent.Memory[string]
		var under, most atomic.Int64
		get := func(key string) {
			t.Helper()
			_, err := m.Get(t.Context(), asked(key), func(context.Context) (string, error) {
				most.Store(max(most.Load(), under.Add(1)))
				time.Sleep(100 * time.Millisecond)
				under.Add(-1)
				return key, nil
			})
			if err != nil {
				t.Error(err)
			}
		}
		for range 2 {
			most.Store(0)
			for _, key := range []string{"a", "b", "c"} {
				get(key)
			}
			time.Sleep(2 * time.Second)
			synctest.Wait()
		}
		if most.Load() != 1 {
			t.Errorf("%d were renewed at once", most.Load())
		}
	})
}

// A count that fails is told to who waits for it, and tried again; while one
// is renewed in vain, the last is good until it is too old.
func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m recent.Memory[string]
		var c counter
		c.fail.Store(true)
		for range 2 {
			if _, err := m.Get(t.Context(), asked("a"), c.count); err == nil {
				t.Error("nothing was wrong")
			}
			synctest.Wait()
		}
		c.fail.Store(false)
		if got, err := m.Get(t.Context(), asked("a"), c.count); got != "3" || err != nil {
			t.Error(got, err)
		}
		c.fail.Store(true)
		for range 4 {
			time.Sleep(2 * time.Second)
			if got, err := m.Get(t.Context(), asked("a"), c.count); got != "3" || err != nil {
				t.Error(got, err)
			}
			time.Sleep(400 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		if _, err := m.Get(t.Context(), asked("a"), c.count); err == nil {
			t.Error("what is too old was given")
		}
	})
}

// Who leaves takes nobody's count along.
func TestLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m recent.Memory[string]
		var c counter
		ctx, leave := context.WithCancel(t.Context())
		go func() { time.Sleep(100 * time.Millisecond); leave() }()
		if _, err := m.Get(ctx, asked("a"), c.count); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if got, err := m.Get(t.Context(), asked("a"), c.count); got != "1" || err != nil {
			t.Error(got, err)
		}
	})
}

// However many different things are asked, only some are kept, and none that
// is too old.
func TestMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m recent.Memory[[]byte]
		n := 0
		get := func(i int) {
			t.Helper()
			if _, err := m.Get(t.Context(), asked(strconv.Itoa(i)), func(context.Context) ([]byte, error) { n++; return nil, nil }); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		for i := range 1200 {
			get(i)
		}
		get(1199)
		get(0)
		if n != 1201 {
			t.Errorf("counted %d times, want 1201", n)
		}
		time.Sleep(10 * time.Second)
		get(5000)
		get(1199)
		if n != 1203 {
			t.Errorf("counted %d times, want 1203", n)
		}
	})
}

// Counting that panics is an error to who asked; the next who asks counts.
func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m recent.Memory[string]
		if _, err := m.Get(t.Context(), asked("a"), func(context.Context) (string, error) { panic("no such row") }); err == nil || !strings.Contains(err.Error(), "no such row") {
			t.Errorf("a panic: %v", err)
		}
		var c counter
		if got, err := m.Get(t.Context(), asked("a"), c.count); got != "1" || err != nil {
			t.Errorf("then %q, %v", got, err)
		}
	})
}
