package app_test

import (
	"context"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/triage"
)

// A demonstration knows what its suggestions of the last month would have
// been worth, from what was known before that month.
func TestDemoHasEvidence(t *testing.T) {
	t.Parallel()
	c := apptest.One(t, apptest.Options{Requests: 2000})
	ctx := context.Background()
	all, accepted, err := c.App.Triage.Accuracy(ctx, access.System(), 30)
	if err != nil || all < 30 || accepted < all/2 || accepted == all {
		t.Errorf("%d of %d suggestions fit, %v", accepted, all, err)
	}
	costs, err := c.App.Triage.Costs(ctx, access.System(), 30)
	if err != nil || len(costs) < 8 {
		t.Error(costs, err)
	}
	least, most := triage.Levels[len(triage.Levels)-1], triage.Levels[0]
	for id, at := range costs {
		if at[least].Cases < at[most].Cases || at[least].Otherwise > at[least].Cases {
			t.Errorf("%s: %+v", id, at)
		}
	}
}
