package casestest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/cases"
)

// Store runs the suite; fresh gives a new, empty store.
func Store(t *testing.T, fresh func(t *testing.T) cases.Store) {
	for name, test := range map[string]func(*testing.T, cases.Store){
		"a case is kept as it is":                 keeps,
		"opened twice is opened once":             openedTwice,
		"opened by sixteen at once is there once": openedAtOnce,
		"numbers run without gap or double":       numbers,
		"a change is saved whole":                 updates,
		"two who change one case":                 changedMeanwhile,
		"what failed changes nothing":             rollsBack,
		"forty changes at once are all there":     updatesAtOnce,
		"a draft is released":                     releases,
		"a split opens cases":                     splits,
		"loading twice changes nothing":           loadsTwice,
		"a load is whole or not at all":           loadsWhole,
		"lists":                                   lists,
		"rulings are found":                       rulings,
		"figures":                                 figures,
		"how often what comes where":              cells,
		"a draw of what came":                     evenly,
		"the ways cases took":                     courses,
		"the answers that were given":             released,
		"who has a case open":                     presences,
		"exclusions":                              exclusions,
		"samples":                                 samples,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// open opens one case of li's with its first event.
func open(t *testing.T, s cases.Store) cases.Case {
	t.Helper()
	list := []cases.Case{Case("li")}
	if !must(s.Open(t.Context(), list, []cases.Event{Event(list[0].ID, cases.Opened, At)}))(t)[0] {
		t.Fatal("li has a case already")
	}
	return list[0]
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got %+v\nwant %+v", what, got, want)
	}
}

func keeps(t *testing.T, s cases.Store) {
	ctx := t.Context()
	loaded := Random(1, 60)
	if err := s.Load(ctx, loaded); err != nil {
		t.Fatal(err)
	}
	day := map[int64]int64{}
	for _, l := range loaded {
		want := l.Case
		day[want.Seq]++
		want.Seq += day[want.Seq]
		want.Number = cases.NumberOf(want.Seq)
		bare := want
		if n := len(l.Answers); n > 0 {
			want.Latest = l.Answers[n-1]
		}
		same(t, "by id", must(s.Case(ctx, want.ID))(t), want)
		same(t, "by number", must(s.BySeq(ctx, want.Seq))(t), want)
		of := must(s.OfRequests(ctx, []string{want.Parts[0].Request, "nobody's"}))(t)
		same(t, "by request", of, map[string][]cases.Case{want.Parts[0].Request: {bare}})
		for _, p := range want.Parts {
			same(t, "by part", must(s.CaseOfPart(ctx, p.ID))(t), want.ID)
		}
		same(t, "events", len(must(s.Events(ctx, want.ID))(t)), len(l.Events))
		for i, e := range must(s.Events(ctx, want.ID))(t) {
			same(t, "event", e, l.Events[i])
		}
		for i, p := range must(s.Steps(ctx, []cases.ID{want.ID, "none"}))(t) {
			e := l.Events[i]
			same(t, "step", p, cases.Step{Case: want.ID, Kind: e.Kind, At: e.At, Unit: e.Unit})
		}
		for i, a := range must(s.Answers(ctx, want.ID))(t) {
			same(t, "answer", a, l.Answers[i])
		}
	}
	_, byID := s.Case(ctx, "none")
	_, bySeq := s.BySeq(ctx, 1)
	_, byPart := s.CaseOfPart(ctx, "none")
	_, update := s.Update(ctx, "none", 0, func(*cases.Case) (cases.Change, []jobs.Args, error) { return cases.Change{}, nil, nil })
	for _, err := range []error{byID, bySeq, byPart, update} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("nobody's case: %v", err)
		}
	}
}

func openedTwice(t *testing.T, s cases.Store) {
	ctx := t.Context()
	first := open(t, s)
	// The job runs again, together with wang's and with li's once more.
	list := []cases.Case{Case("li"), Case("wang"), Case("wang")}
	var events []cases.Event
	for _, c := range list {
		events = append(events, Event(c.ID, cases.Opened, At))
	}
	same(t, "opened", must(s.Open(ctx, list, events))(t), []bool{false, true, false})
	of := must(s.OfRequests(ctx, []string{"li", "wang"}))(t)
	if len(of["li"]) != 1 || of["li"][0].ID != first.ID || len(of["wang"]) != 1 || of["wang"][0].ID != list[1].ID {
		t.Errorf("there are %v", of)
	}
	for i, c := range list {
		if n := len(must(s.Events(ctx, c.ID))(t)); n != []int{0, 1, 0}[i] {
			t.Errorf("case %d has %d events", i, n)
		}
	}
	if first.Number != "20260922-00001" || list[1].Number != "20260922-00002" {
		t.Errorf("numbers %s and %s", first.Number, list[1].Number)
	}
}

func openedAtOnce(t *testing.T, s cases.Store) {
	requests := make([]string, 12)
	for i := range requests {
		requests[i] = fmt.Sprintf("request %d", i)
	}
	var mu sync.Mutex
	opened := map[string]int{}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			var list []cases.Case
			for _, r := range requests {
				list = append(list, Case(r))
			}
			kept, err := s.Open(t.Context(), list, nil)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for i, ok := range kept {
				if ok {
					opened[requests[i]]++
				}
			}
		})
	}
	all.Wait()
	of := must(s.OfRequests(t.Context(), requests))(t)
	for _, r := range requests {
		if opened[r] != 1 || len(of[r]) != 1 {
			t.Errorf("%s was opened %d times and has %d cases", r, opened[r], len(of[r]))
		}
	}
}

func numbers(t *testing.T, s cases.Store) {
	days := []time.Time{At, At.AddDate(0, 0, 1)}
	var mu sync.Mutex
	got := map[int64][]int64{}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 5 {
				var list []cases.Case
				for k, day := range []time.Time{days[0], days[1], days[0]} {
					c := Case(fmt.Sprintf("request %d-%d-%d", i, j, k))
					c.Seq = cases.DayOf(day, time.UTC)
					list = append(list, c)
				}
				if _, err := s.Open(t.Context(), list, nil); err != nil {
					t.Error(err)
				}
				mu.Lock()
				for _, c := range list {
					same(t, "number", c.Number, cases.NumberOf(c.Seq))
					got[c.Seq/(cases.MaxOfDay+1)] = append(got[c.Seq/(cases.MaxOfDay+1)], c.Seq%(cases.MaxOfDay+1))
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for day, list := range got {
		slices.Sort(list)
		want := map[int64]int{20260922: 80, 20260923: 40}[day]
		if len(list) != want || list[0] != 1 || list[len(list)-1] != int64(want) || len(slices.Compact(list)) != want {
			t.Errorf("day %d: %v", day, list)
		}
	}
}

func updates(t *testing.T, s cases.Store) {
	ctx := t.Context()
	want := open(t, s)
	for i, next := range Random(2, 30) { // through thirty other lives
		n := next.Case
		n.ID, n.Seq, n.Number, n.Revision, n.OpenedAt = want.ID, want.Seq, want.Number, want.Revision, want.OpenedAt
		p := n.Parts[0]
		p.ID, p.Case, p.Request, p.At = want.Parts[0].ID, want.ID, "li", want.Parts[0].At
		n.Parts = []cases.Part{p}
		var said cases.Change
		for range 3 { // three things at one moment keep their order
			e := Event(want.ID, cases.Noted, At.Add(time.Duration(i)*time.Second))
			e.Detail.Text = fmt.Sprint("note ", len(said.Events))
			said.Events = append(said.Events, e)
		}
		got := must(s.Update(ctx, want.ID, want.Revision, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
			same(t, "as it was", *c, want)
			*c = n
			return said, nil, nil
		}))(t)
		n.Revision++
		same(t, "returned", got, n)
		want = n
		same(t, "kept", must(s.Case(ctx, want.ID))(t), want)
		events := must(s.Events(ctx, want.ID))(t)
		same(t, "the last events", events[len(events)-3:], said.Events)
		if len(events) != 1+3*(i+1) || events[0].Kind != cases.Opened {
			t.Errorf("%d events after %d changes", len(events), i+1)
		}
	}
}

func changedMeanwhile(t *testing.T, s cases.Store) {
	ctx := t.Context()
	c := open(t, s)
	address := func(to string) func(*cases.Case) (cases.Change, []jobs.Args, error) {
		return func(c *cases.Case) (cases.Change, []jobs.Args, error) {
			c.Address = to
			return cases.Change{}, nil, nil
		}
	}
	must(s.Update(ctx, c.ID, c.Revision, address("东门")))(t)
	if _, err := s.Update(ctx, c.ID, c.Revision, address("西门")); !errs.Is(err, errs.Conflict) || errs.Of(err).Key != "case.changed" {
		t.Errorf("who saw an older case: %v", err)
	}
	if got := must(s.Case(ctx, c.ID))(t); got.Address != "东门" || got.Revision != c.Revision+1 {
		t.Errorf("%s, revision %d", got.Address, got.Revision)
	}
	must(s.Update(ctx, c.ID, 0, address("北门")))(t)
}

func rollsBack(t *testing.T, s cases.Store) {
	ctx := t.Context()
	c := open(t, s)
	late := errors.New("a mistake")
	_, err := s.Update(ctx, c.ID, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
		c.State, c.Lead, c.Parts[0].Matter = cases.Dispatched, "roads", "x"
		return cases.Change{Events: []cases.Event{Event(c.ID, cases.DispatchedTo, At)}, Opened: []cases.Case{Case("wang")}}, nil, late
	})
	if !errors.Is(err, late) {
		t.Errorf("the error is %v", err)
	}
	same(t, "the case", must(s.Case(ctx, c.ID))(t), c)
	if of := must(s.OfRequests(ctx, []string{"wang"}))(t); len(must(s.Events(ctx, c.ID))(t)) != 1 || len(of["wang"]) != 0 {
		t.Errorf("something stayed: %v", of)
	}
}

func updatesAtOnce(t *testing.T, s cases.Store) {
	ctx := t.Context()
	c := open(t, s)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 5 {
				_, err := s.Update(ctx, c.ID, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
					c.Reopened++
					n := c.Reopened
					time.Sleep(time.Millisecond)
					e := Event(c.ID, cases.Noted, At)
					e.Detail.Text = fmt.Sprint(n)
					return cases.Change{Events: []cases.Event{e}}, nil, nil
				})
				if err != nil {
					t.Errorf("person %d: %v", i, err)
				}
			}
		})
	}
	all.Wait()
	got, events := must(s.Case(ctx, c.ID))(t), must(s.Events(ctx, c.ID))(t)
	if got.Reopened != 40 || got.Revision != c.Revision+40 || len(events) != 41 {
		t.Fatalf("%d changes, revision %d, %d events", got.Reopened, got.Revision, len(events))
	}
	for i, e := range events[1:] {
		if e.Detail.Text != fmt.Sprint(i+1) {
			t.Errorf("event %d is %s", i+1, e.Detail.Text)
		}
	}
}

func releases(t *testing.T, s cases.Store) {
	ctx := t.Context()
	c := open(t, s)
	keep := func(a cases.Answer) {
		must(s.Update(ctx, c.ID, 0, func(*cases.Case) (cases.Change, []jobs.Args, error) {
			return cases.Change{Answers: []cases.Answer{a}}, nil, nil
		}))(t)
	}
	draft := func(text string, at time.Time) cases.Answer {
		return cases.Answer{ID: ids.New(at), Case: c.ID, At: at, By: "zhao", For: "qian", Outcome: cases.Solved, Text: text}
	}
	first, second := draft("先看看", At), draft("已修复", At.Add(time.Hour))
	keep(first)
	keep(second)
	same(t, "the last version", must(s.Case(ctx, c.ID))(t).Latest, second)
	released := second
	released.Text, released.By, released.ReleasedAt = "changed on the way", "qian", At.Add(2*time.Hour)
	keep(released)
	second.ReleasedAt = released.ReleasedAt
	same(t, "all versions", must(s.Answers(ctx, c.ID))(t), []cases.Answer{first, second})
	same(t, "the last version", must(s.Case(ctx, c.ID))(t).Latest, second)
	same(t, "in a list", must(s.OfRequests(ctx, []string{"li"}))(t)["li"][0].Latest, cases.Answer{})
}

func splits(t *testing.T, s cases.Store) {
	ctx := t.Context()
	first := open(t, s)
	other := Case("li")
	other.Subject = "垃圾"
	made := []cases.Case{other}
	opened := Event(other.ID, cases.Opened, At)
	got := must(s.Update(ctx, first.ID, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
		c.Parts[0].Matter = "路灯"
		return cases.Change{Opened: made, Events: []cases.Event{opened, Event(c.ID, cases.Split, At)}}, nil, nil
	}))(t)
	if made[0].Number != "20260922-00002" {
		t.Errorf("who asked is not told the number: %q", made[0].Number)
	}
	got.Latest = cases.Answer{}
	same(t, "both", must(s.OfRequests(ctx, []string{"li"}))(t)["li"], []cases.Case{got, made[0]})
	same(t, "its event", must(s.Events(ctx, other.ID))(t), []cases.Event{opened})
	same(t, "events of the first", len(must(s.Events(ctx, first.ID))(t)), 2)
}

func loadsTwice(t *testing.T, s cases.Store) {
	ctx := t.Context()
	list := Random(3, 40)
	// Two cases of one request come together.
	list[1].Case.Parts = slices.Clone(list[1].Case.Parts[:1])
	list[1].Case.Parts[0].Request = list[0].Case.Parts[0].Request
	for range 2 {
		if err := s.Load(ctx, slices.Clone(list)); err != nil {
			t.Fatal(err)
		}
	}
	if of := must(s.OfRequests(ctx, []string{list[0].Case.Parts[0].Request}))(t); len(of[list[0].Case.Parts[0].Request]) != 2 {
		t.Errorf("a request with two cases has %v", of)
	}
	if n := must(s.Count(ctx, all, cases.Filter{}, 1000))(t); n != 40 {
		t.Errorf("%d cases", n)
	}
}

func loadsWhole(t *testing.T, s cases.Store) {
	ctx := t.Context()
	list := Random(4, 10)
	list[9].Case.ID = list[0].Case.ID // cannot be
	if _, plain := s.(*Memory); plain {
		return // it looks for no mistakes
	}
	if err := s.Load(ctx, list); err == nil {
		t.Error("two cases with one id were loaded")
	}
	if n := must(s.Count(ctx, all, cases.Filter{}, 1000))(t); n != 0 {
		t.Errorf("%d cases are there all the same", n)
	}
}
