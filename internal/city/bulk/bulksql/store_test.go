package bulksql_test

import (
	"log/slog"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/bulk"
	"yiwang/internal/city/bulk/bulksql"
	"yiwang/internal/city/bulk/bulktest"
	"yiwang/internal/city/schema/schematest"
)

func queue(t *testing.T, d *db.DB) *jobs.Queue {
	t.Helper()
	q, err := jobs.New(d, jobs.Options{Workers: 1, Poll: time.Second, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		bulktest.Store(t, bulksql.Store{DB: d, Queue: queue(t, d)})
	})
}

// A bulk can be undone until it begins, by who began it alone, and is done once.
func TestUndo(t *testing.T) {
	d := schematest.SQLite(t)
	ctx, now := t.Context(), time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s := &bulk.Service{Store: bulksql.Store{DB: d, Queue: queue(t, d)}, Now: func() time.Time { return now }}
	clerk, other := access.Actor{Staff: "c"}, access.Actor{Staff: "o"}
	items := []bulk.Item{{Case: "1", Number: "n", Revision: 1}}
	if _, err := s.Propose(ctx, access.Actor{}, bulk.Note, "x", items); !errs.Is(err, errs.Denied) {
		t.Error(err)
	}
	if _, err := s.Propose(ctx, clerk, bulk.Note, "x", nil); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
	if _, err := s.Propose(ctx, clerk, bulk.Note, "x", make([]bulk.Item, bulk.Max+1)); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
	for action, note := range map[bulk.Action]string{"close": "x", "": "x", bulk.Note: ""} {
		if _, err := s.Propose(ctx, clerk, action, note, items); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q with the note %q: %v", action, note, err)
		}
	}
	begun := func() bulk.Bulk {
		b, err := s.Propose(ctx, clerk, bulk.Note, "x", items)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok, err := s.Begin(ctx, b.ID); ok || err != nil {
			t.Errorf("only planned and begun: %v", err)
		}
		if _, err := s.Start(ctx, other, b.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another begins it: %v", err)
		}
		if b, err = s.Start(ctx, clerk, b.ID); err != nil || b.State != bulk.Waiting || !b.Due.Equal(now.Add(bulk.Delay)) {
			t.Fatal(b, err)
		}
		if _, err := s.Start(ctx, clerk, b.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("begun twice: %v", err)
		}
		return b
	}
	b := begun()
	if _, err := s.Undo(ctx, other, b.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another undoes it: %v", err)
	}
	if _, err := s.Undo(ctx, clerk, b.ID); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Begin(ctx, b.ID); ok || err != nil {
		t.Errorf("undone and begun: %v", err)
	}
	b = begun()
	if _, ok, err := s.Begin(ctx, b.ID); !ok || err != nil {
		t.Error(ok, err)
	}
	if _, err := s.Undo(ctx, clerk, b.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("begun and undone: %v", err)
	}
	items[0].Done = true
	if err := s.Progress(ctx, b.ID, 0, items, true); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Begin(ctx, b.ID); ok || err != nil {
		t.Errorf("done twice: %v", err)
	}
}
