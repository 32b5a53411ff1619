package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/base/jobs"
)

type letter struct {
	To string `json:"to"`
}

func (letter) Kind() string { return "letter.send" }

// post is who got a letter, in the order they got them.
type post struct {
	mu   sync.Mutex
	sent []string
}

func (p *post) send(_ context.Context, l letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, l.To)
	return nil
}

func (p *post) got(to string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.sent {
		if s == to {
			n++
		}
	}
	return n
}

func queue(t *testing.T, d *db.DB) *jobs.Queue {
	t.Helper()
	q, err := jobs.New(d, jobs.Options{Workers: 4, Poll: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func start(t *testing.T, q *jobs.Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
}

func add(t *testing.T, d *db.DB, q *jobs.Queue, list ...jobs.Args) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return q.Add(t.Context(), tx, list...) }); err != nil {
		t.Fatal(err)
	}
}

func settle(t *testing.T, q *jobs.Queue) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return q.Settle(ctx)
}

// A letter is sent if, and only if, the change that calls for it was kept.
func TestJobGoesWithItsTransaction(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		var p post
		q := queue(t, d)
		jobs.Handle(q, p.send)
		start(t, q)
		add(t, d, q)
		add(t, d, q, letter{"li"}, letter{"wang"})
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(q.Add(t.Context(), tx, letter{"zhao"}), errors.New("the change is refused"))
		})
		if err == nil {
			t.Fatal("the transaction was kept")
		}
		if err := settle(t, q); err != nil {
			t.Fatal(err)
		}
		if p.got("li") != 1 || p.got("wang") != 1 || p.got("zhao") != 0 {
			t.Errorf("sent to %v", p.sent)
		}
	})
}

// Jobs are queued in the transaction that other things are written in, before
// and after them.
func TestJobAmongOtherWrites(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		if _, err := d.Writer().ExecContext(t.Context(), `CREATE TABLE note (text text)`); err != nil {
			t.Fatal(err)
		}
		q := queue(t, d)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for _, text := range []string{"before", "after"} {
				if _, err := tx.ExecContext(t.Context(), `INSERT INTO note VALUES ($1)`, text); err != nil {
					return err
				}
				if err := q.Add(t.Context(), tx, letter{text}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var notes int
		if err := d.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM note`).Scan(&notes); err != nil {
			t.Fatal(err)
		}
		c, err := q.Count(t.Context())
		if err != nil || notes != 2 || c.Due != 2 {
			t.Errorf("%d notes and %d jobs, want 2 and 2, %v", notes, c.Due, err)
		}
	})
}

func TestLater(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		var p post
		q := queue(t, d)
		jobs.Handle(q, p.send)
		start(t, q)
		add(t, d, q,
			jobs.After(time.Now().Add(time.Hour), letter{"in an hour"}),
			jobs.After(time.Now().Add(time.Second), letter{"in a second"}),
			jobs.After(time.Now().Add(-time.Hour), letter{"an hour ago"}))
		if err := settle(t, q); err != nil {
			t.Fatal(err)
		}
		if p.got("an hour ago") != 1 || p.got("in a second") != 0 {
			t.Errorf("at once: sent to %v", p.sent)
		}
		// The queue looks every five seconds for what has become due.
		for end := time.Now().Add(15 * time.Second); p.got("in a second") == 0 && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		if p.got("in a second") != 1 || p.got("in an hour") != 0 {
			t.Errorf("after a while: sent to %v", p.sent)
		}
	})
}

// The post office is closed at first, and opens.
func TestFailedJobIsTriedAgain(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		var tries atomic.Int32
		q := queue(t, d)
		jobs.Handle(q, func(context.Context, letter) error {
			if tries.Add(1) == 1 {
				return errors.New("the post office is closed")
			}
			return nil
		})
		start(t, q)
		add(t, d, q, letter{"li"})
		if err := settle(t, q); err != nil {
			t.Fatal(err)
		}
		if n := tries.Load(); n != 2 {
			t.Errorf("tried %d times, want 2", n)
		}
	})
}

// What keeps failing is told by name, and does not hold up the rest; nor does
// a handler that panics.
func TestSettleTellsWhatFailed(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		var p post
		q := queue(t, d)
		jobs.Handle(q, func(ctx context.Context, l letter) error {
			switch l.To {
			case "nobody":
				return errors.New("no such address")
			case "panic":
				panic("a programmer's mistake")
			}
			return p.send(ctx, l)
		})
		start(t, q)
		add(t, d, q, letter{"nobody"}, letter{"li"})
		err := settle(t, q)
		if err == nil || !strings.Contains(err.Error(), "letter.send") || !strings.Contains(err.Error(), "no such address") {
			t.Errorf("got %v", err)
		}
		if p.got("li") != 1 {
			t.Error("the good letter was not sent")
		}
		add(t, d, q, letter{"panic"}, letter{"wang"})
		for end := time.Now().Add(10 * time.Second); p.got("wang") == 0 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		if p.got("wang") != 1 {
			t.Error("a panic held up the rest")
		}
	})
}

// Three nodes share the work of a morning: nothing is done twice.
func TestNodesShareTheWork(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		nodes := 3
		if d.Engine == db.SQLite {
			nodes = 1 // a SQLite file has one program
		}
		var p post
		var first *jobs.Queue
		for range nodes {
			q := queue(t, d)
			jobs.Handle(q, p.send)
			start(t, q)
			first = q
		}
		const letters = 300
		list := make([]jobs.Args, letters)
		for i := range list {
			list[i] = letter{fmt.Sprint(i)}
		}
		add(t, d, first, list...)
		if err := settle(t, first); err != nil {
			t.Fatal(err)
		}
		for i := range letters {
			if n := p.got(fmt.Sprint(i)); n != 1 {
				t.Errorf("letter %d was sent %d times", i, n)
			}
		}
	})
}

// A loaf takes the whole oven.
type loaf struct{ N int }

func (loaf) Kind() string { return "loaf" }

func (loaf) Heavy() {}

// Heavy jobs are done one by one, and keep no other waiting.
func TestHeavy(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		q := queue(t, d)
		var p post
		var baking, most atomic.Int64
		sent := make(chan struct{})
		jobs.Handle(q, func(ctx context.Context, l letter) error {
			defer close(sent)
			return p.send(ctx, l)
		})
		jobs.Handle(q, func(context.Context, loaf) error {
			most.Store(max(most.Load(), baking.Add(1)))
			defer baking.Add(-1)
			<-sent
			return nil
		})
		add(t, d, q, loaf{1}, loaf{2}, loaf{3}, jobs.After(time.Now().Add(50*time.Millisecond), letter{"while they bake"}), jobs.After(time.Now().Add(-time.Hour), loaf{4}))
		start(t, q)
		if err := settle(t, q); err != nil {
			t.Fatal(err)
		}
		if most.Load() != 1 {
			t.Errorf("%d heavy jobs at once", most.Load())
		}
	})
}

// A handler may write, and queue more.
func TestHandlerWrites(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		var p post
		q := queue(t, d)
		jobs.Handle(q, func(ctx context.Context, l letter) error {
			if l.To == "everybody" {
				return d.Write(ctx, func(tx *db.Tx) error { return q.Add(ctx, tx, letter{"li"}, letter{"wang"}) })
			}
			return p.send(ctx, l)
		})
		start(t, q)
		add(t, d, q, letter{"everybody"})
		if err := settle(t, q); err != nil {
			t.Fatal(err)
		}
		if p.got("li") != 1 || p.got("wang") != 1 {
			t.Errorf("sent to %v", p.sent)
		}
	})
}

// Stop waits for the letter being written; the impatient interrupt it, and
// it is written later.
func TestStop(t *testing.T) {
	dbtest.Each(t, jobs.Migrate, func(t *testing.T, d *db.DB) {
		begun := make(chan string, 2)
		var done atomic.Int32
		q := queue(t, d)
		jobs.Handle(q, func(ctx context.Context, l letter) error {
			begun <- l.To
			wait := 50 * time.Millisecond
			if l.To == "slow" {
				wait = time.Minute
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(wait):
				done.Add(1)
				return nil
			}
		})
		if err := q.Stop(t.Context()); err != nil {
			t.Errorf("stopping what was not started: %v", err)
		}
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		add(t, d, q, letter{"quick"})
		<-begun
		if err := q.Stop(t.Context()); err != nil || done.Load() != 1 {
			t.Errorf("the patient: %d done, %v", done.Load(), err)
		}

		q = queue(t, d)
		jobs.Handle(q, func(ctx context.Context, l letter) error {
			begun <- l.To
			<-ctx.Done()
			return ctx.Err()
		})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		add(t, d, q, letter{"slow"})
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Errorf("the impatient: %v", err)
		}
		c, err := q.Count(t.Context())
		if err != nil || c.Due+c.Failed != 1 {
			t.Errorf("after an interrupt there is %+v to do, %v", c, err)
		}
	})
}
