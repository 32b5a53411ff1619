package cases_test

import (
	"context"
	"sync"
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/cases"
)

// together does two things at once: exactly one is done, and who did the other
// is told that the case has changed.
func together(t *testing.T, what ...func() (cases.Case, error)) {
	t.Helper()
	failed := make([]error, len(what))
	var wait sync.WaitGroup
	for i, do := range what {
		wait.Go(func() { _, failed[i] = do() })
	}
	wait.Wait()
	done := 0
	for _, err := range failed {
		switch {
		case err == nil:
			done++
		case !errs.Is(err, errs.Conflict) || errs.Of(err).Key != "case.changed":
			t.Errorf("the other is told %v", err)
		}
	}
	if done != 1 {
		t.Errorf("%d are done: %v", done, failed)
	}
}

// A dispute is ruled on while the handler sends the answer up: either it is
// settled and worked on, or the answer is checked and the dispute is still open.
func TestRulingWhileHandlerCloses(t *testing.T) {
	w := newTown(t)
	c := w.convened()
	c = w.ok(w.Accept(t.Context(), roads, c.ID, 0))
	together(
		t,
		func() (cases.Case, error) { return w.Rule(context.Background(), supervisor, c.ID, c.Revision, decided) },
		func() (cases.Case, error) {
			return w.Draft(context.Background(), roads, c.ID, c.Revision, cases.Answer{Outcome: cases.Solved, Text: "修好了"}, true)
		},
	)
	now := w.sees(supervisor, c.ID)
	ruled := !now.Dispute.Open() && now.State == cases.Accepted
	closing := now.Dispute.Open() && now.State == cases.Checking
	if ruled == closing {
		t.Errorf("it is %s with %s, the dispute open: %v", now.State, now.Lead, now.Dispute.Open())
	}
}
