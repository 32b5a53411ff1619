// Package insighttest is the suite that every store of digests passes.
package insighttest

import (
	"reflect"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/insight"
)

// Store tries what insight.Store says.
func Store(t *testing.T, s insight.Store) {
	ctx := t.Context()
	if _, err := s.Digest(ctx); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	d := insight.Digest{At: at, Days: 14, Cases: 40, Topics: []insight.Topic{{Title: "湖滨路停水", From: at.AddDate(0, 0, -2), To: at, Heat: 12.5, People: 12, Cases: []string{"20261124-00001"}, ByDay: []int{0, 12}}}}
	for i := range 2 {
		d.Cases += i
		if err := s.Put(ctx, d); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Digest(ctx); err != nil || !reflect.DeepEqual(got, d) {
			t.Fatalf("%+v %v", got, err)
		}
	}
}
