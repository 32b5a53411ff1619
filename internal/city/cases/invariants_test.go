package cases_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// A crowd does whatever comes to mind, in any order, at any time.
type crowd struct {
	*rapid.T
	*cases.Service
	store *casestest.Memory
	now   time.Time
	done  map[string]int
}

var everybody = []access.Actor{
	li, wang,
	{},
	access.System(), clerk, dispatcher, dispatcher, supervisor, roads, roads, head, leader, lights, parks, water, office,
	casestest.Person("xu", "parks", access.Handler, access.SectionHead), casestest.Person("he", "roads", access.Handler, access.SectionHead, access.UnitLeader),
	casestest.Person("mayor", "hotline", access.Leader), casestest.Person("root", "hotline", access.Administrator),
}

func newCrowd(t *rapid.T, done map[string]int) (*crowd, []cases.ID) {
	w := &crowd{T: t, store: casestest.NewMemory(), now: casestest.At, done: done}
	w.Service = &cases.Service{Store: w.store, Org: casestest.Cities(casestest.City()), Now: func() time.Time { return w.now }}
	alone := casestest.Case("li")
	shared := casestest.Case("wang")
	p := casestest.Case("li too").Parts[0]
	p.Case, p.Request = shared.ID, "zhang"
	shared.Parts = append(shared.Parts, p)
	shared.About = rapid.SampledFrom([]org.UnitID{"", "parks", "roads"}).Draw(t, "about")
	if err := w.Load(t.Context(), access.System(), []cases.Loaded{{Case: alone}, {Case: shared}}); err != nil {
		t.Fatal(err)
	}
	return w, []cases.ID{alone.ID, shared.ID}
}

func pick[T any](w *crowd, what string, list ...T) T {
	return list[rapid.IntRange(0, len(list)-1).Draw(w.T, what)]
}

// step does one thing to a case; often it is refused.
func (w *crowd) step(id cases.ID) (string, error) {
	ctx, c := w.Context(), must(w.store.Case(w.Context(), id))(w)
	by := pick(w, "by", everybody...)
	unit := pick(w, "unit", org.UnitID("roads"), "parks", "water", "js-office", "lights", "moon", "hotline")
	revision := pick(w, "revision", 0, 0, 0, c.Revision, c.Revision-1)
	words := pick(w, "words", "好的", "好的", "好的", "说明", "")
	yes := rapid.Bool().Draw(w.T, "yes")
	part := pick(w, "part", c.Parts...)
	own := access.Resident(part.Request)
	d := cases.Dispatching{Unit: unit, Category: pick(w, "category", org.CategoryID(""), "light.out", "tree", "rubbish", "conduct"), Helpers: []org.UnitID{pick(w, "helper", org.UnitID(""), "parks", "js-office")}, Note: words}
	actions := map[string]func() (cases.Case, error){
		"dispatch": func() (cases.Case, error) { return w.Dispatch(ctx, by, id, revision, d) },
		"takeBack": func() (cases.Case, error) { return w.TakeBack(ctx, pick(w, "who", by, own), id, revision, words) },
		"grant":    func() (cases.Case, error) { return w.Grant(ctx, by, id, revision, yes, words) },
		"handOver": func() (cases.Case, error) {
			return w.HandOver(ctx, by, id, revision, pick(w, "to", access.StaffID(""), roads.Staff))
		},
		"accept": func() (cases.Case, error) { return w.Accept(ctx, by, id, revision) },
		"return": func() (cases.Case, error) {
			return w.Return(ctx, by, id, revision, cases.Return{Reason: words, Proposed: unit})
		},
		"ruleReturn": func() (cases.Case, error) { return w.RuleReturn(ctx, by, id, revision, yes, d, words) },
		"dispute": func() (cases.Case, error) {
			return w.DisputeReturn(ctx, by, id, revision, cases.Return{Reason: words, Proposed: unit})
		},
		"convene": func() (cases.Case, error) {
			return w.Convene(ctx, by, id, revision, cases.Convening{Lead: unit, Helpers: d.Helpers, Minutes: words})
		},
		"decide": func() (cases.Case, error) {
			return w.Rule(ctx, by, id, revision, cases.Ruling{Lead: unit, Helpers: d.Helpers, Duty: pick(w, "duty", org.DutyID("d-light"), "d-tree", ""), Matter: words, Text: words})
		},
		"task": func() (cases.Case, error) {
			return w.GiveTask(ctx, by, id, revision, unit, words, calendar.Limit{N: 2, In: calendar.WorkingHours})
		},
		"taskDone": func() (cases.Case, error) { return w.AnswerTask(ctx, by, id, revision, taskOf(c, yes), words) },
		"taskRate": func() (cases.Case, error) {
			return w.RateTask(ctx, by, id, revision, taskOf(c, yes), pick(w, "stars", 0, 3, 5), words)
		},
		"joint": func() (cases.Case, error) {
			return w.Determine(ctx, by, id, revision, append([]org.UnitID{c.Lead}, c.Helpers...), words)
		},
		"jointSign": func() (cases.Case, error) { return w.SignJoint(ctx, by, id, revision, jointOf(c)) },
		"contacted": func() (cases.Case, error) { return w.Contacted(ctx, by, id, revision, words) },
		"time": func() (cases.Case, error) {
			return w.AskTime(ctx, by, id, revision, cases.Wish{Pause: yes, N: pick(w, "days", 0, 1, 2, 5, 16), Reason: words})
		},
		"timeDecide": func() (cases.Case, error) { return w.DecideTime(ctx, by, id, revision, yes || words != "", words) },
		"goOn":       func() (cases.Case, error) { return w.GoOn(ctx, by, id, revision) },
		"shelf": func() (cases.Case, error) {
			return w.AskShelf(ctx, by, id, revision, w.now.AddDate(0, 0, pick(w, "review", -1, 3, 30, 200)), words)
		},
		"shelve": func() (cases.Case, error) { return w.Shelve(ctx, by, id, revision, yes || words == "好的", words) },
		"meet": func() (cases.Case, error) {
			condition := ""
			if u := c.Unmet(); len(u) > 0 {
				condition = u[0].ID
			}
			return w.Meet(ctx, by, id, revision, condition, words)
		},
		"recuse": func() (cases.Case, error) {
			return w.Recuse(ctx, by, id, revision, pick(w, "recused", by.Staff, head.Staff), pick(w, "ground", append(cases.RecusalGrounds, "")...), words)
		},
		"follow": func() (cases.Case, error) {
			return w.FollowUp(ctx, by, id, revision, cases.FollowUp{Part: part.ID, Reached: yes, Contacted: cases.Yes, Solved: pick(w, "solved", cases.Yes, cases.No, cases.Unsure), Missing: words, Treated: 3})
		},
		"takeOff": func() (cases.Case, error) { return w.TakeOff(ctx, by, id, revision, words) },
		"ask":     func() (cases.Case, error) { return w.Ask(ctx, by, id, revision, words) },
		"reply":   func() (cases.Case, error) { return w.Reply(ctx, pick(w, "who", by, own), id, words) },
		"draft": func() (cases.Case, error) {
			return w.Draft(ctx, by, id, revision, cases.Answer{Outcome: pick(w, "outcome", cases.Outcomes...), Text: words}, yes)
		},
		"check":   func() (cases.Case, error) { return w.Check(ctx, by, id, revision, yes || words != "说明", words) },
		"verdict": func() (cases.Case, error) { return w.Verdict(ctx, pick(w, "who", by, own), part.ID, yes, words) },
		"rate":    func() (cases.Case, error) { return w.Rate(ctx, pick(w, "who", by, own), part.ID, 4, words) },
		"rule":    func() (cases.Case, error) { return w.RuleContested(ctx, by, id, revision, yes, words) },
		"help":    func() (cases.Case, error) { return w.AddHelper(ctx, by, id, revision, unit) },
		"note":    func() (cases.Case, error) { return w.Note(ctx, by, id, revision, words) },
		"finish": func() (cases.Case, error) {
			return w.Finish(ctx, by, id, revision, cases.Finish{Route: pick(w, "route", org.RouteAnswered, "fire", "moon"), Text: words, Confirmed: yes})
		},
		"withdraw": func() (cases.Case, error) {
			list, err := w.Withdraw(ctx, pick(w, "who", by, own), part.Request)
			if err != nil {
				return cases.Case{}, err
			}
			return list[0], nil
		},
		"seal": func() (cases.Case, error) {
			return w.Seal(ctx, by, id, revision, pick(w, "route", "fire", "inspection", "moon"))
		},
		"split": func() (cases.Case, error) {
			c, _, err := w.Split(ctx, by, id, revision, []cases.Piece{{Matter: words}, {Matter: "另一件"}})
			return c, err
		},
	}
	// Of what can be done, the useful comes often, so that cases get far.
	useful := map[cases.State][]string{
		cases.Waiting: {"dispatch", "dispatch", "finish"}, cases.Dispatched: {"accept", "accept", "accept", "return", "takeBack"}, cases.Accepted: {"ask", "reply", "draft"},
		cases.Returned: {"ruleReturn"}, cases.Checking: {"check"}, cases.Answered: {"verdict", "follow"}, cases.Contested: {"rule", "verdict"},
	}[c.State]
	names := []string{"dispatch", "takeBack", "handOver", "grant", "accept", "return", "ruleReturn", "dispute", "convene", "decide", "ask", "reply", "task", "taskDone", "taskRate", "joint", "jointSign", "contacted", "time", "timeDecide", "goOn", "shelf", "shelve", "takeOff", "meet", "recuse", "follow", "draft", "check", "verdict", "rate", "rule", "help", "note", "finish", "withdraw", "split", "seal"}
	if useful != nil && rapid.IntRange(0, 5).Draw(w.T, "useful") > 0 {
		names = useful
		by = pick(w, "by whom", w.able(c)...)
		own = access.Resident(part.Request)
	}
	switch { // a dispute gets somewhere
	case c.Dispute.Convened():
		names = append(slices.Clone(names), "decide", "decide")
	case c.Dispute.Open():
		names = append(slices.Clone(names), "convene", "convene")
	case c.State == cases.Shelved:
		names = append(slices.Clone(names), "takeOff", "takeOff")
	case c.State == cases.Accepted && len(c.Unmet()) > 0:
		names = append(slices.Clone(names), "meet", "meet", "meet")
	case c.State == cases.Accepted && c.Shelf.Open():
		names = append(slices.Clone(names), "shelve", "shelve", "shelve")
		by = pick(w, "who decides", leader, dispatcher, by)
	case c.State == cases.Accepted:
		names = append(slices.Clone(names), "shelf", "time", "timeDecide", "task")
	case c.Disputable():
		names = append(slices.Clone(names), "dispute", "dispute")
	}
	name := pick(w, "action", names...)
	_, err := actions[name]()
	return name, err
}

func taskOf(c cases.Case, last bool) string {
	switch {
	case len(c.Tasks) == 0:
		return ""
	case last:
		return c.Tasks[len(c.Tasks)-1].ID
	}
	return c.Tasks[0].ID
}

func jointOf(c cases.Case) string {
	if len(c.Joint) == 0 {
		return ""
	}
	return c.Joint[len(c.Joint)-1].ID
}

// able are those who could have the next step.
func (w *crowd) able(c cases.Case) []access.Actor {
	var list []access.Actor
	r := c.Resource(casestest.City().Directory)
	need := access.CaseDispatch
	switch c.State {
	case cases.Dispatched, cases.Accepted:
		need = access.CaseAccept
	case cases.Checking:
		need = map[string]access.Action{cases.StepCheck: access.CaseCheck, cases.StepSign: access.CaseSign, cases.StepHotline: access.CaseRelease}[c.Chain[c.Step]]
	}
	for _, by := range everybody {
		if by.IsStaff() && by.Can(need, r) == nil {
			list = append(list, by)
		}
	}
	return append(list, dispatcher)
}

// Whatever people do in whatever order, no case is ever in a state it cannot
// be in.
func TestAnythingGoes(t *testing.T) {
	done := map[string]int{}
	states := map[cases.State]int{}
	live := func(t *rapid.T) {
		w, ids := newCrowd(t, done)
		for range rapid.IntRange(20, 80).Draw(t, "steps") {
			minutes := pick(w, "later", 0, 1, 1, 1, 1, 30, 30, 600, 3000)
			w.now = w.now.Add(time.Duration(minutes) * time.Minute)
			id := pick(w, "case", ids...)
			before, history := must(w.store.Case(t.Context(), id))(t), must(w.store.Events(t.Context(), id))(t)
			name, err := w.step(id)
			after, now := must(w.store.Case(t.Context(), id))(t), must(w.store.Events(t.Context(), id))(t)
			what := fmt.Sprintf("%s (%v): %s → %s", name, err, before.State, after.State)
			if err != nil {
				if errs.Of(err) == nil {
					t.Fatalf("%s: not an error for people", what)
				}
				if !reflect.DeepEqual(before, after) || len(now) != len(history) {
					t.Fatalf("%s: refused, and yet\n%+v\n%+v", what, before, after)
				}
				continue
			}
			if name == "withdraw" && after.Revision == before.Revision {
				continue // it was another case of the same request
			}
			done[name]++
			states[after.State]++
			if len(now) < len(history) || !slices.EqualFunc(now[:len(history)], history, func(a, b cases.Event) bool { return reflect.DeepEqual(a, b) }) || after.Revision != before.Revision+1 {
				t.Fatalf("%s: history has changed, or revision %d", what, after.Revision)
			}
			if wrong := invalid(before, after, w.now); wrong != "" {
				t.Fatalf("%s: %s\n%+v\n%+v", what, wrong, before, after)
			}
		}
	}
	missing := func(s cases.State) bool { return states[s] == 0 }
	for range 10 { // some states are seldom come to
		if rapid.Check(t, live); !slices.ContainsFunc(cases.States, missing) {
			break
		}
	}
	t.Logf("done: %v, states: %v", done, states)
	for _, s := range cases.States {
		if missing(s) {
			t.Errorf("no case ever was %s", s)
		}
	}
}

var held = []cases.State{cases.Dispatched, cases.Accepted, cases.Returned, cases.Checking}

// invalid says what about a case cannot be, or could not come of before.
func invalid(before, c cases.Case, now time.Time) string {
	k := c.Clocks
	steps := cases.Moves[before.State]
	reachable := c.State == before.State || slices.Contains(steps, c.State) ||
		slices.ContainsFunc(steps, func(s cases.State) bool { return slices.Contains(cases.Moves[s], c.State) })
	isHeld := slices.Contains(held, c.State)
	waits := map[cases.State]cases.WaitsFor{
		cases.Waiting: cases.ForDispatcher, cases.Dispatched: cases.ForUnit, cases.Accepted: cases.ForUnit, cases.Returned: cases.ForDispatcher,
		cases.Shelved: cases.ForNobody, cases.Answered: cases.ForResident, cases.Contested: cases.ForDispatcher, cases.Closed: cases.ForNobody,
	}[c.State]
	if c.State == cases.Accepted && c.Asking() {
		waits = cases.ForResident
	}
	if c.State == cases.Checking && c.Step < len(c.Chain) {
		waits = map[string]cases.WaitsFor{cases.StepCheck: cases.ForHead, cases.StepSign: cases.ForLeader, cases.StepHotline: cases.ForHotline}[c.Chain[c.Step]]
	}
	city := casestest.City()
	about := func(u org.UnitID) bool { return c.About != "" && slices.Contains(city.Up(u), c.About) }
	answer := c.State == cases.Answered || c.State == cases.Contested
	switch {
	case !reachable:
		return "there is no such step"
	case before.IsSealed() && before.Revision != c.Revision:
		return "something is done with what is sealed"
	case c.IsSealed() && c.State == cases.Closed && c.Lead == "hotline" && c.Outcome != "":
		return "" // nothing of the rest is left
	case isHeld && (c.Lead == "" || c.DispatchedAt.IsZero()) || c.State == cases.Waiting && c.Lead != "":
		return "its lead is " + string(c.Lead)
	case slices.Contains(c.Helpers, c.Lead) && c.Lead != "" || len(slices.Compact(slices.Sorted(slices.Values(c.Helpers)))) != len(c.Helpers):
		return "its lead helps itself, or somebody twice"
	case about(c.Lead) || slices.ContainsFunc(c.Helpers, about):
		return "who it complains about has it"
	case c.WaitsFor != waits:
		return "it waits for " + string(c.WaitsFor)
	case c.State == cases.Checking && (c.Step >= len(c.Chain) || c.Latest.ID == "" || !c.Latest.ReleasedAt.IsZero()):
		return "there is nothing to check"
	case answer && (c.AnsweredAt.IsZero() || c.Latest.ReleasedAt.IsZero() || c.Outcome == "" || !c.ConfirmUntil.After(c.AnsweredAt)):
		return "it is answered by nothing"
	case isHeld && (!c.AnsweredAt.IsZero() || c.Outcome != ""):
		return "it has an outcome while it is worked on"
	case (c.State == cases.Closed) != !c.ClosedAt.IsZero() || c.State == cases.Closed && c.Outcome == "":
		return "it is closed, or is not"
	case before.State == cases.Closed && c.State != cases.Closed:
		return "it came back"
	case len(c.Parts) != len(before.Parts) || c.Reopened < before.Reopened || len(c.ReturnedBy) < len(before.ReturnedBy):
		return "something was forgotten"
	case k.PausedAt.IsZero() && (!k.Unpaused.IsZero() || !k.PausedUntil.IsZero()):
		return "a pause of nothing"
	case k.Stopped && k.PausedAt.IsZero() || k.Extended > city.Policy.ExtensionCap.N:
		return "a pause that was not approved, or too many"
	case !k.PausedAt.IsZero() && (k.PausedUntil.Before(k.PausedAt) || k.ResolveDue.Before(k.Unpaused) || !isHeld || c.State == cases.Checking):
		return "a pause that is none"
	case before.DispatchedAt.Equal(c.DispatchedAt) && before.Reopened == c.Reopened && before.State != cases.Shelved && k.ResolveDue.Before(before.Clocks.Unpaused):
		return "a deadline came nearer than it was before the question"
	case before.DispatchedAt.Equal(c.DispatchedAt) && (k.PausedUsed < before.Clocks.PausedUsed || k.Extended < before.Clocks.Extended || k.ContactedAt.IsZero() && !before.Clocks.ContactedAt.IsZero()):
		return "a pause was forgotten"
	case !c.ClosedAt.IsZero() && c.ClosedAt.After(now), c.DispatchedAt.Before(before.DispatchedAt) && c.State != cases.Waiting:
		return "time runs back"
	case c.Dispute.Open() && !isHeld && c.State != cases.Accepted:
		return "a dispute about nothing"
	case c.Dispute.Open() && !slices.Contains(c.Dispute.Parties, c.Lead):
		return "who leads is no party to the dispute"
	case c.Dispute.Open() && !slices.ContainsFunc(c.Todos(), func(d cases.Todo) bool { return d.Kind == cases.ToConvene || d.Kind == cases.ToRule }):
		return "nobody is to rule on the dispute"
	case (c.State == cases.Shelved) != !c.Shelf.ApprovedAt.IsZero() || c.Shelf.Open() && c.State != cases.Shelved && !isHeld:
		return "it is put off, or is not"
	case c.State == cases.Shelved && (c.Lead == "" || c.Shelf.By == c.Shelf.SignedBy || c.Shelf.SignedBy == c.Shelf.ApprovedBy || c.Shelf.By == c.Shelf.ApprovedBy):
		return "one person put it off"
	case slices.ContainsFunc(c.Recused, func(r cases.Recusal) bool { return r.Staff == c.Handler }):
		return "who is recused handles it"
	case len(c.Recused) < len(before.Recused) || len(c.Follow) < len(before.Follow) || len(c.Conditions) < len(before.Conditions):
		return "what is on record was taken off it"
	case answer && c.Outcome == cases.Solved && before.State == cases.Checking && len(c.Unmet()) > 0:
		return "it is solved, and something is missing"
	case slices.ContainsFunc(c.Parts, func(p cases.Part) bool { return len(c.Tries(p.ID)) > 3 }):
		return "they were rung once too often"
	case before.Hops > c.Hops:
		return "hops are forgotten"
	case (c.Risk() != 0) != (isHeld || c.State == cases.Waiting || c.State == cases.Contested):
		return "what is owed is not in the list"
	}
	for i, p := range c.Parts {
		b := before.Parts[i]
		if p.Request != b.Request || !p.At.Equal(b.At) || p.VerdictAt.Before(b.VerdictAt) || p.WithdrawnAt.Before(b.WithdrawnAt) || b.Rating > 0 && p.Rating != b.Rating ||
			b.Verdict != cases.NoVerdict && p.Verdict == cases.NoVerdict && c.Reopened == before.Reopened || p.Verdict == cases.SaysNot && p.Missing == "" {
			return fmt.Sprintf("part %d was %+v", i, b)
		}
	}
	return ""
}
