package intakesql

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/intake"
)

// patience is how long a batch may take before it is given up.
const patience = 20 * time.Second

// A waiter is a submission that waits to be committed.
type waiter struct {
	intake.Submission
	ctx  context.Context //nolint:containedctx // the caller's, who waits
	done chan outcome    // takes one without waiting
}

type outcome struct {
	request intake.Request
	err     error
}

// Submit implements intake.Store. Those that wait at the same time are
// committed together: one wait for the disk and one job for all of them.
// Nothing waits for others to come.
func (s *Store) Submit(ctx context.Context, sub intake.Submission) (intake.Request, error) {
	w := &waiter{sub, ctx, make(chan outcome, 1)}
	if err := s.enter(w); err != nil {
		return intake.Request{}, err
	}
	select {
	case o := <-w.done:
		return o.request, o.err
	case <-ctx.Done():
		return intake.Request{}, ctx.Err()
	}
}

func (s *Store) enter(w *waiter) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if s.shut {
		return errs.New(errs.Unavailable, "intake.closing")
	}
	select {
	case s.waiting <- w:
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// commitAll commits what waits until Close.
func (s *Store) commitAll() {
	for first := range s.waiting {
		s.commit(s.gather(first))
	}
}

// gather takes what waits besides first, but those whose caller has gone.
func (s *Store) gather(first *waiter) []*waiter {
	batch := make([]*waiter, 0, maxBatch)
	next, ok := first, true
	for ok {
		if next.ctx.Err() == nil {
			batch = append(batch, next)
		}
		if len(batch) == maxBatch {
			break
		}
		select {
		case next, ok = <-s.waiting:
		default:
			ok = false
		}
	}
	// Keys are taken in one order, so that two batches do not wait for each
	// other.
	slices.SortStableFunc(batch, func(a, b *waiter) int { return cmp.Compare(a.Key, b.Key) })
	return batch
}

// commit commits a batch; if that fails, one half and then the other, so that
// what is wrong with one does not touch the others in the end.
func (s *Store) commit(batch []*waiter) {
	if len(batch) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out []outcome
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		out, err = s.submit(ctx, tx, batch)
		return err
	})
	switch {
	case err == nil:
		for i, w := range batch {
			w.done <- out[i]
		}
	case len(batch) == 1 || ctx.Err() != nil:
		for _, w := range batch {
			w.done <- outcome{err: fmt.Errorf("submit request: %w", err)}
		}
	default:
		s.commit(batch[:len(batch)/2])
		s.commit(batch[len(batch)/2:])
	}
}

// submit does the work of one batch and says what became of each.
func (s *Store) submit(ctx context.Context, tx *db.Tx, batch []*waiter) ([]outcome, error) {
	out := make([]outcome, len(batch))
	repeats, err := claim(ctx, tx, batch, out)
	if err != nil {
		return nil, err
	}
	rows := make([]row, 0, len(batch))
	for i, w := range batch {
		if _, repeated := repeats[i]; repeated || out[i].err != nil {
			continue
		}
		r := w.Request
		r.Seq, r.HasContact = seq(r.At, r.ID, 0), w.Sealed != nil
		out[i].request = r
		rows = append(rows, row{r, w.Sealed, w.Caller})
	}
	kept, err := insert(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	var fresh []intake.ID
	for i, w := range batch {
		if _, repeated := repeats[i]; repeated || out[i].err != nil {
			continue
		}
		if !kept[string(w.Request.ID)] {
			was, err := settle(ctx, tx, w, &out[i])
			if err != nil {
				return nil, err
			}
			if was || out[i].err != nil {
				continue
			}
		}
		delete(kept, string(w.Request.ID)) // an id twice in a batch was kept once
		fresh = append(fresh, w.Request.ID)
	}
	if err := fill(ctx, tx, repeats, out); err != nil {
		return nil, err
	}
	if len(fresh) == 0 {
		return out, nil
	}
	return out, s.queue.Add(ctx, tx, intake.Submitted{Requests: fresh})
}

// claim takes the keys of a batch. It gives, by its place in the batch, the
// earlier request of each that was sent before; one whose key was used for
// something else gets its error.
func claim(ctx context.Context, tx *db.Tx, batch []*waiter, out []outcome) (repeats map[int]intake.ID, err error) {
	keyed := make([]int, 0, len(batch))
	for i, w := range batch {
		if w.Key != "" {
			keyed = append(keyed, i)
		}
	}
	mine, err := insertMany(ctx, tx, "submissions", "request", "request, key, digest, at", keyed, func(i int) []any {
		w := batch[i]
		return []any{string(w.Request.ID), w.Key, w.Digest, int64(db.At(w.Request.At))}
	})
	if err != nil {
		return nil, fmt.Errorf("keep submissions: %w", err)
	}
	repeats = map[int]intake.ID{}
	for _, i := range keyed {
		w := batch[i]
		if mine[string(w.Request.ID)] {
			continue
		}
		earlier, err := New(tx).Submission(ctx, w.Key)
		if err != nil {
			return nil, fmt.Errorf("read submission: %w", err)
		}
		if earlier.Digest == w.Digest {
			repeats[i] = intake.ID(earlier.Request)
		} else {
			out[i].err = &errs.Error{Kind: errs.Conflict, Key: "request.key_used", Field: "key"}
		}
	}
	return repeats, nil
}

// settle finds out why a request was not kept and gives it another number if
// that was all. It reports whether the very same request was there already,
// from an attempt whose end was not heard of.
func settle(ctx context.Context, tx *db.Tx, w *waiter, o *outcome) (was bool, err error) {
	q := New(tx)
	for try := uint64(1); ; try++ {
		holders, err := q.Holders(ctx, HoldersParams{ID: string(w.Request.ID), Receipt: string(w.Request.Receipt)})
		if err != nil {
			return false, fmt.Errorf("look for a taken receipt: %w", err)
		}
		for _, h := range holders {
			if h.ID == string(w.Request.ID) && h.Receipt == string(w.Request.Receipt) {
				o.request.Seq = h.Seq
				return true, nil
			}
			o.err = intake.ErrTaken
		}
		if o.err != nil {
			if w.Key == "" {
				return false, nil
			}
			return false, q.ForgetSubmission(ctx, ForgetSubmissionParams{Key: w.Key, Request: string(w.Request.ID)})
		}
		o.request.Seq = seq(w.Request.At, w.Request.ID, try)
		kept, err := insert(ctx, tx, []row{{o.request, w.Sealed, w.Caller}})
		if err != nil || len(kept) == 1 {
			return false, err
		}
	}
}

// fill gives those that were sent before their earlier request.
func fill(ctx context.Context, tx *db.Tx, repeats map[int]intake.ID, out []outcome) error {
	if len(repeats) == 0 {
		return nil
	}
	var list []intake.ID
	for _, id := range repeats {
		list = append(list, id)
	}
	found, err := requests(ctx, tx, list)
	if err != nil {
		return err
	}
	for i, id := range repeats {
		at := slices.IndexFunc(found, func(r intake.Request) bool { return r.ID == id })
		if at < 0 {
			out[i].err = intake.ErrTaken // of the other of this batch, which was refused
			continue
		}
		out[i].request = found[at]
	}
	return nil
}
