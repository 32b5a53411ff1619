package intaketest

import (
	"reflect"
	"testing"
	"time"

	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/intake"
)

// sealed forgets all of a request but that there was one.
func sealed(t *testing.T, s intake.Store) {
	ctx := t.Context()
	sub := Submission()
	sub.Request.Subject, sub.Request.Text, sub.Request.Address = "红包", "采购科科长收了金凤公司的红包", "莲湖大道18号"
	r := must(s.Submit(ctx, sub))(t)
	other := Submission()
	other.Request.Text = "采购科的门一直关着"
	kept := must(s.Submit(ctx, other))(t)
	note := intake.Note{ID: "note of " + string(r.ID), Request: r.ID, At: r.At.Add(time.Hour), By: "resident", Text: "还有转账记录"}
	if err := s.AddNote(ctx, note); err != nil {
		t.Fatal(err)
	}
	if err := s.Index(ctx, []intake.ID{r.ID, kept.ID}); err != nil {
		t.Fatal(err)
	}
	find := func(words string) int {
		return len(must(s.Find(ctx, text.QueryTerms(words), 0, 10))(t))
	}
	if find("金凤") != 1 || len(must(s.Near(ctx, r.Text, r.At.Add(-time.Hour), 10))(t)) == 0 {
		t.Fatal("it is not found before")
	}
	if _, err := s.Seal(ctx, []intake.ID{r.ID}, "a", 0); !errs.Is(err, errs.Conflict) {
		t.Errorf("words were added meanwhile, and it is sealed: %v", err)
	}
	if find("金凤") != 1 {
		t.Error("it is forgotten and not sealed")
	}
	if _, err := s.Seal(ctx, []intake.ID{r.ID, "none"}, "a", 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("one of them is none: %v", err)
	}
	for _, report := range []string{"b", "c"} { // a second time changes nothing
		if in := must(s.Seal(ctx, []intake.ID{r.ID}, report, 1))(t); in != "b" {
			t.Errorf("sealed in %q", in)
		}
	}
	want := intake.Request{ID: r.ID, Seq: r.Seq, Receipt: r.Receipt, At: r.At, Channel: r.Channel, ByPerson: r.ByPerson, Sealed: "b"}
	if got := must(s.Request(ctx, r.ID))(t); !reflect.DeepEqual(got, want) {
		t.Errorf("left of it is %+v", got)
	}
	if contact := must(s.Sealed(ctx, r.ID))(t); contact != nil {
		t.Errorf("contact data is left: %x", contact)
	}
	if list := must(s.Notes(ctx, r.ID))(t); len(list) != 0 {
		t.Errorf("notes are left: %v", list)
	}
	if find("金凤") != 0 || find("采购科") != 1 {
		t.Error("it is still found, or the other is not")
	}
	for _, q := range must(s.Near(ctx, r.Text, r.At.Add(-time.Hour), 10))(t) {
		if q.ID == r.ID {
			t.Error("words like it find it")
		}
	}
	if _, err := s.Submit(ctx, sub); !errs.Is(err, errs.Conflict) {
		t.Errorf("the same form sent again: %v", err)
	}
	note.ID += " again"
	if err := s.AddNote(ctx, note); !errs.Is(err, errs.Conflict) {
		t.Errorf("words are added to what is sealed: %v", err)
	}
}
