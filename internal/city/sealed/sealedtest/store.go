// Package sealedtest is what every store of sealed reports passes.
package sealedtest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/sealed"
)

// Store runs the suite on an empty store.
func Store(t *testing.T, s sealed.Store) {
	ctx, at := t.Context(), time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)
	report := func(n int, of string) sealed.Report {
		return sealed.Report{
			ID: sealed.ID(fmt.Sprintf("report-%d", n)), Case: of, Number: "20261127-00001", Route: "lawful-discipline", Fingerprint: "0123456789abcdef",
			At: at.Add(time.Duration(n) * time.Minute), By: "zhao", Digest: fmt.Sprintf("digest %d", n), Size: 3,
		}
	}
	put := func(r sealed.Report) {
		t.Helper()
		if err := s.Put(ctx, r, []byte(r.Digest)); err != nil {
			t.Fatal(err)
		}
	}
	put(report(1, "a"))
	put(report(2, "a")) // a job that began again
	if list, err := s.List(ctx, "", 10); err != nil || len(list) != 0 {
		t.Fatalf("nothing is handed over, but %v, %v", list, err)
	}
	if _, err := s.Body(ctx, "report-1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("what is not handed over is read: %v", err)
	}
	if err := s.Hand(ctx, "report-9", at); !errs.Is(err, errs.NotFound) {
		t.Errorf("nothing is handed over: %v", err)
	}
	for range 2 {
		if err := s.Hand(ctx, "report-2", at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Hand(ctx, "report-1", at); !errs.Is(err, errs.NotFound) {
		t.Errorf("the other of the same case is still there: %v", err)
	}
	want := report(2, "a")
	want.HandedAt = at.Add(time.Hour)
	got, err := s.Report(ctx, "report-2")
	if err != nil || got != want {
		t.Fatalf("%+v, %v\nand not %+v", got, err, want)
	}
	if body, err := s.Body(ctx, "report-2"); err != nil || !bytes.Equal(body, []byte("digest 2")) {
		t.Errorf("%q, %v", body, err)
	}
	for n := 3; n <= 5; n++ {
		put(report(n, fmt.Sprint("case ", n)))
		if err := s.Hand(ctx, report(n, "").ID, at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	for before, first := range map[sealed.ID]sealed.ID{"": "report-5", "report-5": "report-4", "report-3": "report-2"} {
		if list, err := s.List(ctx, before, 2); err != nil || len(list) == 0 || list[0].ID != first {
			t.Errorf("before %q: %v, %v", before, list, err)
		}
	}
	take(t, s, at)
}

func take(t *testing.T, s sealed.Store, at time.Time) {
	ctx := t.Context()
	for n := range 2 {
		if err := s.Take(ctx, "report-2", at.Add(time.Duration(n)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Receive(ctx, "report-2", "qian", at.Add(3*time.Hour), "纪〔2026〕7"); err != nil {
		t.Fatal(err)
	}
	if err := s.Receive(ctx, "report-2", "sun", at.Add(4*time.Hour), ""); !errs.Is(err, errs.Conflict) {
		t.Errorf("received twice: %v", err)
	}
	got, err := s.Report(ctx, "report-2")
	if err != nil || !got.TakenAt.Equal(at) || !got.ReceivedAt.Equal(at.Add(3*time.Hour)) || got.ReceivedBy != "qian" || got.Receipt != "纪〔2026〕7" {
		t.Errorf("%+v, %v", got, err)
	}
}
