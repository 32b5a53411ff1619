package cases_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// The limits of the two profiles that come with the program.
func TestProfiles(t *testing.T) {
	for profile, want := range map[string]map[org.Urgency][3]string{
		"urgency": {
			org.Ordinary: {"09-23 11:00", "09-29 17:30", "10-09 00:00"}, org.Urgent: {"09-22 15:00", "09-23 11:00", "10-09 00:00"},
			org.Emergency: {"09-22 12:00", "09-22 13:00", "10-09 00:00"},
		},
		"workdays": {
			org.Ordinary: {"09-23 17:30", "09-29 17:30", "10-19 17:30"}, org.Urgent: {"09-22 16:30", "09-24 17:30", "10-19 17:30"},
			org.Emergency: {"09-22 12:00", "09-23 11:00", "10-19 17:30"},
		},
	} {
		for urgency, due := range want {
			w := newTown(t)
			city := casestest.City()
			city.Policy.Profile = profile
			w.Org = casestest.Cities(city)
			w.at("09-22 11:00")
			c := w.lamp()
			c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads", Urgency: &urgency}))
			w.due(profile+" first contact", c.Clocks.ContactDue, due[0])
			w.due(profile+" answer", c.Clocks.ResolveDue, due[1])
			w.due(profile+" by law", c.Clocks.StatutoryDue, due[2])
		}
	}
}

// What a kind of matter is given holds for a duty without a limit of its own,
// and for what is ordinary.
func TestProfileOfKinds(t *testing.T) {
	ordinary, urgent := org.Ordinary, org.Urgent
	for _, test := range []struct {
		kind    string
		urgency *org.Urgency
		due     string
	}{
		{"enquiry", &ordinary, "09-24 17:30"},
		{"help", &ordinary, "10-12 17:30"},
		{"suggestion", &ordinary, "10-12 17:30"},
		{"complaint", &ordinary, "10-19 17:30"},
		{"report", &ordinary, "10-19 17:30"},
		{"complaint", &urgent, "09-24 17:30"},
	} {
		w := newTown(t)
		w.Org = dutiesAre(func(d *org.Duty) { d.Resolve = calendar.Limit{} })
		city, err := w.Org.City(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		city.Policy.Profile = "workdays"
		w.at("09-22 11:00")
		c := w.lamp()
		c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads", Urgency: test.urgency, Kind: test.kind}))
		w.due(test.kind, c.Clocks.ResolveDue, test.due)
	}
}

// What was put off as often as the city says is put off again by a level up.
func TestPutOffAgain(t *testing.T) {
	w := newTown(t)
	c := w.accepted()
	for range 3 {
		c = w.ok(w.AskShelf(t.Context(), roads, c.ID, 0, local("11-02 09:00"), "等管线迁改。"))
		c = w.ok(w.Shelve(t.Context(), leader, c.ID, 0, true, ""))
		by := dispatcher
		if c.PutOffs == 2 {
			w.no("case.shelf_above")(w.Shelve(t.Context(), dispatcher, c.ID, 0, true, ""))
			by = supervisor
		}
		c = w.ok(w.Shelve(t.Context(), by, c.ID, 0, true, ""))
		c = w.ok(w.TakeOff(t.Context(), dispatcher, c.ID, 0, "已完工"))
	}
	if c.PutOffs != 3 {
		t.Errorf("put off %d times", c.PutOffs)
	}
}

// First contact is what was said, a question, or the answer itself.
func TestFirstContact(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	city := casestest.City()
	city.Policy.Profile = "urgency"
	w.Org = casestest.Cities(city)
	c := w.accepted()
	due := cases.Filter{Todo: cases.ToContact, Units: []org.UnitID{"roads"}}
	if list := must(w.List(ctx, roads, due))(t); len(list) != 1 {
		t.Errorf("%d to contact", len(list))
	}
	w.no("case.contact_words_missing")(w.Contacted(ctx, roads, c.ID, 0, ""))
	w.no("access.denied")(w.Contacted(ctx, dispatcher, c.ID, 0, "打过电话"))
	w.at("09-24 09:00")
	c = w.ok(w.Contacted(ctx, roads, c.ID, 0, "打过电话，约好明天上门。"))
	if !c.Clocks.ContactedAt.After(c.Clocks.ContactDue) || len(must(w.List(ctx, dispatcher, due))(t)) != 0 {
		t.Errorf("%+v", c.Clocks)
	}
	w.no("case.contacted_already")(w.Contacted(ctx, roads, c.ID, 0, "又打了"))
}

// A unit asks for more time; somebody outside decides, and the resident is told.
func TestMoreTime(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.accepted()
	w.due("at first", c.Clocks.ResolveDue, "09-29 17:30")
	for _, test := range []struct {
		w    cases.Wish
		want string
	}{
		{cases.Wish{Pause: true, Reason: "等料"}, "case.pause_endless"},
		{cases.Wish{Pause: true, N: -3, Reason: "等料"}, "case.pause_endless"},
		{cases.Wish{Reason: "等料"}, "case.time_missing"},
		{cases.Wish{N: 16, Reason: "等料"}, "case.time_cap"},
		{cases.Wish{Pause: true, N: 10_000, Reason: "等料"}, "case.time_cap"},
		{cases.Wish{N: 3}, "case.time_reason_missing"},
	} {
		w.no(test.want)(w.AskTime(ctx, roads, c.ID, 0, test.w))
	}
	w.no("access.denied")(w.AskTime(ctx, dispatcher, c.ID, 0, cases.Wish{N: 3, Reason: "等料"}))
	w.no("case.no_wish")(w.DecideTime(ctx, dispatcher, c.ID, 0, true, "同意"))
	c = w.ok(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{N: 3, Reason: "等灯具到货"}))
	w.due("asked for is not granted", c.Clocks.ResolveDue, "09-29 17:30")
	w.no("case.time_asked")(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{N: 3, Reason: "等料"}))
	w.no("access.denied")(w.DecideTime(ctx, leader, c.ID, 0, true, "同意"))
	inside := casestest.Person("ma", "lights", access.Dispatcher)
	w.no("case.time_outside")(w.DecideTime(ctx, inside, c.ID, 0, true, "同意"))
	w.no("case.reason_missing")(w.DecideTime(ctx, dispatcher, c.ID, 0, true, ""))
	c = w.ok(w.DecideTime(ctx, dispatcher, c.ID, 0, true, "灯具缺货属实。"))
	w.due("extended over the holiday", c.Clocks.ResolveDue, "10-09 17:30")
	if e := w.last(c.ID, cases.TimeGranted); !e.Public || e.Detail.Text == "" || !e.Detail.Until.Equal(c.Clocks.ResolveDue) {
		t.Errorf("the resident is told %+v", e)
	}
	// A pause of five days is over after one.
	c = w.ok(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{Pause: true, N: 5, Reason: "等居民出差回来"}))
	c = w.ok(w.DecideTime(ctx, supervisor, c.ID, 0, true, "同意"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	if c.Asking() || !c.Clocks.Paused(w.now) {
		t.Error("it asks nobody, and stands")
	}
	w.due("as if it ran to its end", c.Clocks.ResolveDue, "10-15 17:30")
	w.at("09-23 11:00")
	w.no("case.no_question")(w.Reply(ctx, li, c.ID, "?"))
	w.no("case.paused_already")(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{Pause: true, N: 1, Reason: "等料"}))
	c = w.ok(w.GoOn(ctx, roads, c.ID, 0))
	w.due("the rest is taken back", c.Clocks.ResolveDue, "10-10 17:30")
	w.no("case.not_stopped")(w.GoOn(ctx, roads, c.ID, 0))
	// What was approved counts whole: seven of fifteen are left.
	w.no("case.time_cap")(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{N: 8, Reason: "等料"}))
	c = w.ok(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{N: 7, Reason: "等料"}))
	c = w.ok(w.DecideTime(ctx, dispatcher, c.ID, 0, false, "不同意"))
	if c.Clocks.Extended != 8 || c.Wish.Open() {
		t.Errorf("%+v", c)
	}
	// A question ends an approved pause: whom one asks, one waits for.
	c = w.ok(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{Pause: true, N: 2, Reason: "等料"}))
	c = w.ok(w.DecideTime(ctx, dispatcher, c.ID, 0, true, "同意"))
	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "哪天在家？"))
	if !c.Asking() {
		t.Error("it does not ask")
	}
	c = w.ok(w.Reply(ctx, li, c.ID, "明天"))
	w.at("10-20 09:00")
	w.no("case.time_late")(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{N: 1, Reason: "等料"}))
}

// What the law leaves nobody makes longer; what the city leaves for every matter
// is not the law of a duty that has longer.
func TestStatutory(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	city := casestest.City()
	city.Policy.Profile = "urgency" // 15 days from the first word
	w.Org = casestest.Cities(city)
	c := w.accepted()
	w.due("by law, after the holiday", c.Clocks.StatutoryDue, "10-09 00:00")
	w.no("case.time_statutory")(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{N: 4, Reason: "等料"}))
	w.no("case.time_statutory")(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{Pause: true, N: 4, Reason: "等料"}))
	c = w.ok(w.AskTime(ctx, roads, c.ID, 0, cases.Wish{N: 1, Reason: "等料"}))
	c = w.ok(w.DecideTime(ctx, dispatcher, c.ID, 0, true, "同意"))
	w.due("extended", c.Clocks.ResolveDue, "09-30 17:30")
	if !slices.ContainsFunc(c.Todos(), func(d cases.Todo) bool { return d.Kind == cases.ToStatute && d.Due.Equal(c.Clocks.StatutoryDue) }) {
		t.Errorf("nobody is told of it: %v", c.Todos())
	}

	catalogue := *city.Catalogue
	catalogue.Duties = slices.Clone(catalogue.Duties)
	for i := range catalogue.Duties {
		catalogue.Duties[i].Resolve = calendar.Limit{N: 45, In: calendar.Days}
	}
	city.Catalogue = org.NewCatalogue(catalogue)
	w.Org = casestest.Cities(city)
	c = w.opened(cases.Opening{Request: "wang", Category: "light.out", Area: "js-02"})
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
	if !c.Clocks.StatutoryDue.IsZero() {
		t.Errorf("answered until %s, by law until %s", c.Clocks.ResolveDue, c.Clocks.StatutoryDue)
	}
}

// worksOn says once more, as simply as can be, whether offices are open on a day.
func worksOn(day time.Time) bool { return officesOpen(day.Add(10 * time.Hour)) }

func midnight(at time.Time) time.Time {
	y, m, d := at.In(shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, shanghai)
}

// closeAfter is when offices close on the nth working day after a day.
func closeAfter(at time.Time, n int) time.Time {
	day := midnight(at)
	for n > 0 {
		if day = day.AddDate(0, 0, 1); worksOn(day) {
			n--
		}
	}
	return day.Add(17*time.Hour + 30*time.Minute)
}

// workedBetween counts the working days after one day until another.
func workedBetween(from, to time.Time) (n int) {
	for day := midnight(from).AddDate(0, 0, 1); !day.After(to); day = day.AddDate(0, 0, 1) {
		if worksOn(day) {
			n++
		}
	}
	return n
}

// However a unit asks for time, the deadline is what counting day by day
// gives, and it is moved by no more than the cap.
func TestApprovedTimeDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		city := casestest.City()
		now := local("09-15 08:00").Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "begin")) * time.Minute)
		s := &cases.Service{Store: casestest.NewMemory(), Org: casestest.Cities(city), Now: func() time.Time { return now }}
		ctx := t.Context()
		opened := must(s.Open(ctx, access.System(), []cases.Opening{{Request: "li", At: now, Category: "light.out", Route: org.RouteWork}}))(t)
		c := must(s.Dispatch(ctx, dispatcher, opened[0].ID, 0, cases.Dispatching{Unit: "roads"}))(t)
		c = must(s.Accept(ctx, roads, c.ID, 0))(t)
		due, granted := closeAfter(now, 5), 0
		for range rapid.IntRange(1, 6).Draw(t, "wishes") {
			now = now.Add(time.Duration(rapid.IntRange(1, 2*24*60).Draw(t, "later")) * time.Minute)
			if now.After(due) {
				return
			}
			wish := cases.Wish{Pause: rapid.Bool().Draw(t, "pause"), N: rapid.IntRange(1, 6).Draw(t, "days"), Reason: "等料"}
			_, err := s.AskTime(ctx, roads, c.ID, 0, wish)
			if granted+wish.N > 15 {
				if err == nil {
					t.Fatalf("%d days of 15 were given", granted+wish.N)
				}
				continue
			}
			must(0, err)(t)
			asked := now
			c = must(s.DecideTime(ctx, dispatcher, c.ID, 0, true, "同意"))(t)
			granted += wish.N
			if !wish.Pause {
				due = closeAfter(due, wish.N)
			} else {
				end := closeAfter(asked, wish.N)
				now = now.Add(time.Duration(rapid.IntRange(1, 12*24*60).Draw(t, "pause lasts")) * time.Minute)
				if now.Before(end) {
					end = now
					c = must(s.GoOn(ctx, roads, c.ID, 0))(t)
				}
				due = closeAfter(due, workedBetween(asked, end))
			}
			if !c.Clocks.ResolveDue.Equal(due) {
				t.Fatalf("after %+v the deadline is %s, want %s", wish, c.Clocks.ResolveDue.In(shanghai), due)
			}
		}
		if most := closeAfter(c.DispatchedAt, 5+15); due.After(most) {
			t.Fatalf("it was moved to %s, beyond %s", due, most)
		}
	})
}

// What cannot be solved now is put off by two people outside each other's
// word, and comes back on its day.
func TestShelf(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.accepted()
	review := local("11-02 09:00")
	for at, want := range map[time.Time]string{{}: "case.shelf_date", local("09-21 09:00"): "case.shelf_date", local("12-31 09:00").AddDate(1, 0, 0): "case.shelf_far"} {
		w.no(want)(w.AskShelf(ctx, roads, c.ID, 0, at, "等拆迁"))
	}
	w.no("case.shelf_reason_missing")(w.AskShelf(ctx, roads, c.ID, 0, review, ""))
	w.no("access.denied")(w.AskShelf(ctx, dispatcher, c.ID, 0, review, "等拆迁"))
	w.no("case.no_shelf")(w.Shelve(ctx, leader, c.ID, 0, true, ""))
	c = w.ok(w.AskShelf(ctx, roads, c.ID, 0, review, "等管线迁改，十月底完工。"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.no("access.denied")(w.Shelve(ctx, dispatcher, c.ID, 0, true, "")) // the leader first
	w.no("access.denied")(w.Shelve(ctx, head, c.ID, 0, true, ""))
	own := casestest.Person("zhao", "roads", access.Handler, access.UnitLeader)
	w.no("case.own_shelf")(w.Shelve(ctx, own, c.ID, 0, true, ""))
	c = w.ok(w.Shelve(ctx, leader, c.ID, 0, true, ""))
	w.no("case.own_shelf")(w.Shelve(ctx, casestest.Person("ma", "lights", access.Dispatcher), c.ID, 0, true, "")) // the hotline's word is not the unit's
	w.no("case.reason_missing")(w.Shelve(ctx, dispatcher, c.ID, 0, false, ""))
	c = w.ok(w.Shelve(ctx, dispatcher, c.ID, 0, true, ""))
	w.is(c, cases.Shelved, cases.ForNobody, "roads")
	if due, _ := c.Due(); c.Risk() != 0 || !due.IsZero() || c.Late(local("10-30 09:00")) {
		t.Error("what is put off is not owed")
	}
	if e := w.last(c.ID, cases.PutOff); !e.Public || e.Detail.Until == nil {
		t.Errorf("%+v", e)
	}
	w.no("case.accept_first")(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "好了"}, true))
	if err := w.Review(ctx, cases.Review{}); err != nil || w.sees(roads, c.ID).State != cases.Shelved {
		t.Errorf("before its day: %v", err)
	}
	w.at("11-02 09:00")
	for range 2 { // a job may run twice
		if err := w.Review(ctx, cases.Review{}); err != nil {
			t.Fatal(err)
		}
	}
	c = w.sees(roads, c.ID)
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.due("a clock of its own", c.Clocks.ResolveDue, "11-09 17:30")
	w.happened(li, c.ID, "dispatched accepted put_off taken_up")
	w.answer(c)
}

// shelved is li's lamp, put off until November.
func (w *town) shelved() cases.Case {
	w.Helper()
	c := w.ok(w.AskShelf(w.Context(), roads, w.accepted().ID, 0, local("11-02 09:00"), "等管线迁改。"))
	c = w.ok(w.Shelve(w.Context(), leader, c.ID, 0, true, ""))
	return w.ok(w.Shelve(w.Context(), dispatcher, c.ID, 0, true, ""))
}

// The hotline takes it up before its day; the resident may withdraw.
func TestOffTheShelf(t *testing.T) {
	w := newTown(t)
	c := w.shelved()
	w.no("access.denied")(w.TakeOff(t.Context(), roads, c.ID, 0, "已完工"))
	w.no("case.reason_missing")(w.TakeOff(t.Context(), dispatcher, c.ID, 0, ""))
	w.is(w.ok(w.TakeOff(t.Context(), dispatcher, c.ID, 0, "已完工")), cases.Accepted, cases.ForUnit, "roads")

	w = newTown(t)
	c = w.shelved()
	if _, err := w.Withdraw(t.Context(), li, "li"); err != nil {
		t.Fatal(err)
	}
	w.is(w.sees(dispatcher, c.ID), cases.Closed, cases.ForNobody, "roads")
}
