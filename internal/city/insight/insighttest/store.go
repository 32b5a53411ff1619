// Package insighttest is the suite that every store of what was found passes.
package insighttest

import (
	"reflect"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/org"
)

var at = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// Store tries what insight.Store says.
func Store(t *testing.T, s insight.Store) {
	t.Run("digests", func(t *testing.T) { digests(t, s) })
	t.Run("steps", func(t *testing.T) { steps(t, s) })
	t.Run("readings", func(t *testing.T) { readings(t, s) })
}

func digests(t *testing.T, s insight.Store) {
	ctx := t.Context()
	for _, f := range []func() error{
		func() error { _, err := s.Digest(ctx, insight.Year); return err },
		func() error { _, err := s.Associations(ctx); return err },
		func() error { _, err := s.Reader(ctx); return err },
		func() error { _, err := s.ReaderAt(ctx); return err },
	} {
		if err := f(); !errs.Is(err, errs.NotFound) {
			t.Error(err)
		}
	}
	d := insight.Digest{Span: insight.Fortnight, At: at, To: at, Cases: 40, Topics: []insight.Topic{{
		Title: "湖滨路停水", From: at.AddDate(0, 0, -2), To: at, Heat: 12.5, People: 12, Cases: []string{"20261124-00001"}, Bars: []int{0, 12},
		Summary: []insight.Line{{Text: "停水两天", Case: "20261124-00001"}}, Areas: []insight.Count[org.AreaID]{{ID: "lianhu-hubin", N: 12}},
	}}}
	year := d
	year.Span, year.Cases = insight.Year, 4000
	for i := range 2 {
		d.Cases += i
		if err := s.PutDigest(ctx, d); err != nil {
			t.Fatal(err)
		}
		if err := s.PutDigest(ctx, year); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Digest(ctx, insight.Fortnight); err != nil || !reflect.DeepEqual(got, d) {
			t.Fatalf("%+v %v", got, err)
		}
	}
	a := insight.Associations{At: at, Cases: 7, List: []insight.Association{{If: []insight.Item{{Column: insight.Area, Value: "a"}}, Then: insight.Item{Column: insight.Wait, Value: "day"}, Lift: 1.5, Example: "20261124-00001"}}}
	if err := s.PutAssociations(ctx, a); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Associations(ctx); err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%+v %v", got, err)
	}
	r := insight.Reader{At: at, Answers: 3, Model: []byte{0, 1, 255}}
	if err := s.PutReader(ctx, r); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Reader(ctx); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.ReaderAt(ctx); err != nil || !got.Equal(at) {
		t.Errorf("%v %v", got, err)
	}
}

func steps(t *testing.T, s insight.Store) {
	ctx := t.Context()
	first := insight.Step{ID: "1", Case: "20261124-00001", At: at, By: "zhou", What: insight.Ordered, Ref: "o1"}
	second := insight.Step{ID: "2", Case: "20261124-00002", At: at.Add(time.Hour), By: "zhou", What: insight.Grouped, Ref: "20261124-00002"}
	for _, x := range []insight.Step{first, second, first} {
		if err := s.AddStep(ctx, x); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Steps(ctx, []string{"20261124-00001", "20261124-00002", "20261124-00003"}); err != nil || !reflect.DeepEqual(got, []insight.Step{second, first}) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Steps(ctx, []string{"20261124-00003"}); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Steps(ctx, nil); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

func readings(t *testing.T, s insight.Store) {
	ctx := t.Context()
	reading := func(id string, hours int, unit org.UnitID, look bool) insight.Reading {
		return insight.Reading{Answer: id, Case: "20261124-00001", Unit: unit, At: at.Add(time.Duration(hours) * time.Hour), Look: look, Late: look, Found: insight.Found{Worth: 0.5, Reasons: []string{"stock"}}}
	}
	a, b, c, d := reading("a", 0, "roads", true), reading("b", 1, "parks", false), reading("c", 1, "roads", true), reading("d", 2, "roads", true)
	if err := s.KeepReadings(ctx, []insight.Reading{a, b, c, d}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Known(ctx, []string{"a", "x"}); err != nil || !reflect.DeepEqual(got, map[string]bool{"a": true}) {
		t.Errorf("%v %v", got, err)
	}
	judged := insight.Judgement{Verdict: insight.Wrong, JudgedBy: "zhou", JudgedAt: at.Add(9 * time.Hour), Note: "好的答复"}
	got, err := s.Judge(ctx, "c", judged)
	c.Judgement = judged
	if err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := s.Judge(ctx, "x", judged); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	c.Worth = 0.7
	again := c
	again.Judgement = insight.Judgement{}
	if err := s.KeepReadings(ctx, []insight.Reading{again}); err != nil { // what was said of it stays
		t.Fatal(err)
	}
	yes, no := true, false
	for _, x := range []struct {
		name string
		f    insight.ReadingFilter
		want []insight.Reading
	}{
		{"all", insight.ReadingFilter{}, []insight.Reading{d, c, b, a}},
		{"worth a look", insight.ReadingFilter{Look: true}, []insight.Reading{d, c, a}},
		{"not judged", insight.ReadingFilter{Look: true, Judged: &no}, []insight.Reading{d, a}},
		{"judged", insight.ReadingFilter{Judged: &yes}, []insight.Reading{c}},
		{"of a unit", insight.ReadingFilter{Unit: []org.UnitID{"parks"}}, []insight.Reading{b}},
		{"since", insight.ReadingFilter{Since: at.Add(time.Hour)}, []insight.Reading{d, c, b}},
		{"the next page", insight.ReadingFilter{Before: c.At, BeforeID: "c"}, []insight.Reading{b, a}},
	} {
		if x.f.Limit = 10; x.name == "all" {
			x.f.Limit = 4
		}
		if got, err := s.Readings(ctx, x.f); err != nil || !reflect.DeepEqual(got, x.want) {
			t.Errorf("%s: %+v %v", x.name, got, err)
		}
	}
	tally, err := s.Tally(ctx, at)
	if want := []insight.Tally{{Unit: "parks", Answers: 1}, {Unit: "roads", Answers: 3, Look: 3, Late: 3, Wrong: 1}}; err != nil || !reflect.DeepEqual(tally, want) {
		t.Errorf("%+v %v", tally, err)
	}
}
