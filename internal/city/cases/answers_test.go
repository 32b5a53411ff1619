package cases_test

import (
	"strings"
	"testing"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// Each step of the chain is for one kind of person, and nobody takes one on
// their own draft, whatever roles they have.
func TestWhoPasses(t *testing.T) {
	all := casestest.Person("du", "roads", access.Handler, access.SectionHead, access.UnitLeader)
	people := map[string]access.Actor{
		"who drafted": roads, "a section head": head, "a section head of Lights": casestest.Person("deng", "lights", access.SectionHead), "a leader": leader,
		"who has all roles": all, "a head of Parks": casestest.Person("song", "parks", access.SectionHead, access.UnitLeader),
		"a dispatcher": dispatcher, "a supervisor": supervisor, "a clerk": clerk, "li": li,
	}
	may := map[string][]string{
		cases.StepCheck:   {"a section head", "a section head of Lights", "who has all roles"},
		cases.StepSign:    {"a leader", "who has all roles"},
		cases.StepHotline: {"a dispatcher", "a supervisor"},
	}
	for step, before := range map[string][]access.Actor{cases.StepCheck: nil, cases.StepSign: {head}, cases.StepHotline: {head, leader}} {
		for who, by := range people {
			w := newTown(t)
			c := w.ok(w.Draft(t.Context(), roads, w.accepted().ID, 0, cases.Answer{Outcome: cases.Solved, Text: "路灯已修复。"}, true))
			for _, b := range before {
				c = w.ok(w.Check(t.Context(), b, c.ID, 0, true, ""))
			}
			_, err := w.Check(t.Context(), by, c.ID, c.Revision, true, "")
			if passes := strings.Contains(strings.Join(may[step], ","), who); passes != (err == nil) {
				t.Errorf("%s takes the step %s: %v", who, step, err)
			}
		}
	}
	// Who has all roles drafts, and finds that they cannot pass it.
	w := newTown(t)
	c := w.ok(w.Draft(t.Context(), all, w.accepted().ID, 0, cases.Answer{Outcome: cases.Solved, Text: "路灯已修复。"}, true))
	w.no("case.own_draft")(w.Check(t.Context(), all, c.ID, 0, true, ""))
	w.no("case.own_draft")(w.Check(t.Context(), all, c.ID, 0, false, "再想想"))
	w.ok(w.Check(t.Context(), head, c.ID, 0, true, ""))
	w.no("case.own_draft")(w.Check(t.Context(), all, c.ID, 0, true, ""))
}

// Sent back at the last step, the answer is written anew and passes the whole
// chain again.
func TestSentBack(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Draft(ctx, roads, w.accepted().ID, 0, cases.Answer{Outcome: cases.Solved, Text: "已处理。"}, true))
	c = w.ok(w.Check(ctx, head, c.ID, 0, true, ""))
	c = w.ok(w.Check(ctx, leader, c.ID, 0, true, ""))
	w.no("case.note_missing")(w.Check(ctx, dispatcher, c.ID, 0, false, "\u200b"))
	w.no("case.accept_first")(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "另一个"}, true))
	w.no("case.accept_first")(w.Ask(ctx, roads, c.ID, 0, "好了吗？"))
	c = w.ok(w.Check(ctx, dispatcher, c.ID, 0, false, "请写明何时修好。"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.no("case.wrong_state")(w.Check(ctx, dispatcher, c.ID, 0, true, ""))
	c = w.ok(w.Draft(ctx, head, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "9月23日已更换灯泡。"}, true))
	w.is(c, cases.Checking, cases.ForHead, "roads")
	w.no("case.own_draft")(w.Check(ctx, head, c.ID, 0, true, "")) // the head drafted it this time
	c = w.ok(w.Check(ctx, casestest.Person("deng", "lights", access.SectionHead), c.ID, 0, true, ""))
	c = w.ok(w.Check(ctx, leader, c.ID, 0, true, ""))
	c = w.ok(w.Check(ctx, dispatcher, c.ID, 0, true, ""))
	w.is(c, cases.Answered, cases.ForResident, "roads")
	w.happened(li, c.ID, "dispatched accepted drafted drafted answered") // how often it went up and down is not li's affair
	if versions := must(w.Answers(ctx, li, c.ID))(t); len(versions) != 1 || versions[0].Text != "9月23日已更换灯泡。" {
		t.Errorf("li reads %+v", versions)
	}
	if versions := must(w.Answers(ctx, roads, c.ID))(t); len(versions) != 2 || !versions[0].ReleasedAt.IsZero() {
		t.Errorf("roads reads %+v", versions)
	}
}

func TestDraftIsRefused(t *testing.T) {
	for _, test := range []struct {
		story   string
		outcome cases.Outcome
		text    string
		want    string
	}{
		{"nothing written", cases.Solved, " \n", "case.answer_missing"},
		{"no outcome", "", "好了", "case.choose_outcome"},
		{"an outcome that is not a unit's to give", cases.Withdrawn, "好了", "case.choose_outcome"},
		{"a book", cases.Solved, strings.Repeat("好", 10_001), "case.too_long"},
	} {
		t.Run(test.story, func(t *testing.T) {
			w := newTown(t)
			c := w.accepted()
			w.no(test.want)(w.Draft(t.Context(), roads, c.ID, 0, cases.Answer{Outcome: test.outcome, Text: test.text}, true))
		})
	}
	w := newTown(t)
	c := w.accepted()
	w.no("access.denied")(w.Draft(t.Context(), dispatcher, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "好了"}, true))
	w.no("access.not_found")(w.Draft(t.Context(), water, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "好了"}, true))
	c = w.ok(w.Draft(t.Context(), roads, c.ID, 0, cases.Answer{Outcome: cases.Partly, Text: strings.Repeat("好", 10_000)}, false))
	if c.Latest.Text == "" || c.State != cases.Accepted {
		t.Errorf("%+v", c)
	}
}

// The shortest chain is the hotline's acceptance alone.
func TestShortChain(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.opened(cases.Opening{Request: "li", Category: "pipe"})
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "water"}))
	c = w.ok(w.Accept(ctx, water, c.ID, 0))
	c = w.ok(w.Draft(ctx, water, c.ID, 0, cases.Answer{Outcome: cases.Planned, Text: "下周换管。"}, true))
	w.is(c, cases.Checking, cases.ForHotline, "water")
	c = w.ok(w.Check(ctx, supervisor, c.ID, 0, true, ""))
	w.is(c, cases.Answered, cases.ForResident, "water")
	if c.Outcome != cases.Planned {
		t.Errorf("outcome %s", c.Outcome)
	}
}

// The chain is the duty's, or the unit's, or that of a unit above it; the
// hotline comes last, once.
func TestChain(t *testing.T) {
	d, err := org.NewDirectory(org.Policy{}, nil, []org.Unit{
		{ID: "a", Chain: []string{"check", "sign"}}, {ID: "b", Parent: "a"}, {ID: "c", Parent: "b", Chain: []string{"hotline", "check"}}, {ID: "d"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		unit org.UnitID
		duty []string
		want string
	}{
		{"a", nil, "check sign hotline"},
		{"b", nil, "check sign hotline"},
		{"c", nil, "check hotline"},
		{"d", nil, "hotline"},
		{"a", []string{"sign"}, "sign hotline"},
		{"a", []string{"hotline"}, "hotline"},
		{"moon", nil, "hotline"},
	} {
		unit, _ := d.Unit(test.unit)
		if got := strings.Join(cases.Chain(d, unit, org.Duty{Chain: test.duty}), " "); got != test.want {
			t.Errorf("%s with %v: %s, want %s", test.unit, test.duty, got, test.want)
		}
	}
}

// Who stands in does the handler's steps in their name: the case stays in the
// handler's hand, and neither of the two checks what was written so. What
// somebody does for themselves, as checking, is their own.
func TestStandIn(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	stands := func(name string, roles ...access.Role) access.Actor {
		a := casestest.Person(name, "roads", roles...)
		a.For = []access.StaffID{roads.Staff}
		return a
	}
	colleague, deputy := stands("qian", access.Handler), stands("sun", access.SectionHead)
	c := w.accepted()
	c = w.ok(w.Note(ctx, colleague, c.ID, 0, "看过现场。"))
	c = w.ok(w.Draft(ctx, deputy, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "路灯已修复。"}, true))
	if c.Handler != roads.Staff || c.Latest.By != "sun" || c.Latest.For != roads.Staff {
		t.Errorf("in hand of %q, drafted by %q for %q", c.Handler, c.Latest.By, c.Latest.For)
	}
	w.no("case.own_draft")(w.Check(ctx, deputy, c.ID, 0, true, ""))
	promoted := roads
	promoted.Roles = []access.Role{access.Handler, access.SectionHead}
	w.no("case.own_draft")(w.Check(ctx, promoted, c.ID, 0, true, ""))
	c = w.ok(w.Check(ctx, head, c.ID, 0, false, "请写明何时修好。"))
	c = w.ok(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "9月23日已更换灯泡。"}, true))
	c = w.ok(w.Check(ctx, deputy, c.ID, 0, true, "")) // of the other's own draft: two people
	events, err := w.Events(ctx, head, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := map[cases.EventKind]access.StaffID{cases.Noted: roads.Staff, cases.Drafted: roads.Staff, cases.Checked: ""}
	for _, e := range events {
		for kind, by := range map[cases.EventKind]string{cases.Noted: "qian", cases.Drafted: "sun", cases.Checked: "sun"} {
			if e.Kind == kind && e.By == by && e.Detail.For != want[kind] {
				t.Errorf("%s by %s is marked as done for %q", kind, by, e.Detail.For)
			}
		}
	}
	seen, err := w.Events(ctx, li, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range seen {
		if e.Detail.For != "" {
			t.Errorf("li sees for whom %s was done", e.Kind)
		}
	}
}
