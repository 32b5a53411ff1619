package cases_test

import (
	"slices"
	"strings"
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
)

// A lead for discipline inspection is sealed: units and leaders find nothing,
// the hotline that it was handed over, and nobody what it says.
func TestSeal(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	receiver := casestest.Person("ji", "parks", access.Receiver)
	c := w.accepted()
	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "谁收了红包？"))
	c = w.ok(w.Reply(ctx, li, c.ID, "孙科长"))
	c = w.ok(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "孙科长没有收"}, true))
	w.no("case.seal_route")(w.Seal(ctx, dispatcher, c.ID, 0, "fire"))
	w.no("case.seal_route")(w.Seal(ctx, dispatcher, c.ID, 0, "moon"))
	w.no("access.denied")(w.Seal(ctx, roads, c.ID, 0, "inspection"))
	w.no("access.not_found")(w.Seal(ctx, receiver, c.ID, 0, "inspection"))
	w.no("case.changed")(w.Seal(ctx, dispatcher, c.ID, c.Revision-1, "inspection"))
	if err := w.Forget(ctx, access.System(), c.ID, "r", "d"); errs.Of(err).Key != "case.wrong_state" {
		t.Error("what is not sealed is forgotten")
	}
	c = w.ok(w.Seal(ctx, dispatcher, c.ID, c.Revision, "inspection"))
	w.is(c, cases.Closed, cases.ForNobody, "hotline")
	w.hidden(c, roads, head, leader, lights, parks, receiver)
	w.no("access.denied")(w.Seal(ctx, dispatcher, c.ID, 0, "inspection"))
	w.no("access.denied")(w.Note(ctx, dispatcher, c.ID, 0, "说明"))
	w.no("access.denied")(w.Verdict(ctx, li, c.Parts[0].ID, false, "没有"))
	if err := w.Received(ctx, receiver, c.ID, ""); !errs.Is(err, errs.NotFound) {
		t.Errorf("received before it was handed over: %v", err)
	}
	for range 2 {
		if err := w.Forget(ctx, access.System(), c.ID, "report", "digest"); err != nil {
			t.Fatal(err)
		}
	}
	left := w.sees(supervisor, c.ID)
	if left.Subject+left.Address+string(left.Category)+string(left.Area)+string(left.About) != "" || left.Latest.Text != "" || left.Sealed.Digest != "digest" || left.Sealed.By != dispatcher.Staff {
		t.Errorf("left of it is %+v", left)
	}
	events, err := w.Events(ctx, supervisor, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Detail.Text+string(e.Detail.To)+string(e.Detail.Duty)+string(e.Detail.Category) != "" {
			t.Errorf("%s still says %+v", e.Kind, e.Detail)
		}
	}
	answers, err := w.Store.Answers(ctx, c.ID)
	if err != nil || len(answers) == 0 || slices.ContainsFunc(answers, func(a cases.Answer) bool { return a.Text+a.English != "" }) {
		t.Errorf("answers %+v, %v", answers, err)
	}
	if err := w.Received(ctx, dispatcher, c.ID, "7"); !errs.Is(err, errs.Denied) {
		t.Errorf("the hotline receives it: %v", err)
	}
	if err := w.Received(ctx, receiver, c.ID, "纪7"); err != nil {
		t.Fatal(err)
	}
	if err := w.Received(ctx, receiver, c.ID, "纪8"); !errs.Is(err, errs.Conflict) {
		t.Errorf("received twice: %v", err)
	}
	if kinds := w.kinds(li, c.ID); !strings.HasSuffix(kinds, "sealed seal_received") {
		t.Errorf("the resident sees %q", kinds)
	}
	if mine := w.sees(li, c.ID); mine.Sealed.Receipt+mine.Sealed.Digest != "" || mine.Sealed.ReceivedAt.IsZero() {
		t.Errorf("the resident sees %+v", mine.Sealed)
	}
}

// Words that are also those of another case are not sealed with one.
func TestSealShared(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.opened(cases.Opening{Request: "li", Category: "light.out", Area: "js"})
	one, others, err := w.Split(ctx, dispatcher, c.ID, 0, []cases.Piece{{Matter: "路灯"}, {Matter: "红包"}})
	if err != nil {
		t.Fatal(err)
	}
	w.no("case.seal_shared")(w.Seal(ctx, dispatcher, others[0].ID, 0, "inspection"))
	w.no("case.seal_shared")(w.Seal(ctx, dispatcher, one.ID, 0, "inspection"))
}

// One seals a case while another takes it in hand: one wins,
// the other is told.
func TestSealedAtOnce(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.sent()
	c = w.ok(w.Seal(ctx, dispatcher, c.ID, c.Revision, "inspection"))
	w.no("case.changed")(w.Accept(ctx, roads, c.ID, c.Revision-1))
	w.no("access.not_found")(w.Accept(ctx, roads, c.ID, 0))
}
