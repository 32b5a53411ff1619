package cases_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// officesOpen reports whether they are open in the minute that begins at a time,
// said once more, as simply as can be.
func officesOpen(at time.Time) bool {
	l := at.In(shanghai)
	holiday := l.Month() == time.October && l.Day() <= 7
	swapped := l.Format("01-02") == "09-20" || l.Format("01-02") == "10-10"
	weekend := l.Weekday() == time.Saturday || l.Weekday() == time.Sunday
	if holiday || weekend && !swapped {
		return false
	}
	m := l.Hour()*60 + l.Minute()
	return 9*60 <= m && m < 12*60 || 13*60+30 <= m && m < 17*60+30
}

// minutes counts the minutes between two times, in the time of a limit.
func minutes(in calendar.Unit, from, to time.Time) (n int) {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if in == calendar.Hours || in == calendar.Days || officesOpen(at) {
			n++
		}
	}
	return n
}

// However often a unit asks and however long the resident thinks, the clock
// does not stand for longer than the cap allows for one question.
func TestPausesStayBelowTheCap(t *testing.T) {
	limits := []string{"1wd", "3wd", "5wd", "7wh", "16wh", "24h", "72h", "1d", "4d"}
	parse := func(s string) calendar.Limit { return must(calendar.ParseLimit(s))(t) }
	rapid.Check(t, func(t *rapid.T) {
		city := casestest.City()
		limit, resolve := parse(rapid.SampledFrom(limits).Draw(t, "cap")), parse(rapid.SampledFrom(limits).Draw(t, "limit"))
		city.Policy.PauseCap = limit
		duties := city.Catalogue.Duties
		for i := range duties {
			duties = append([]org.Duty{}, duties...)
			duties[i].Resolve = resolve
		}
		catalogue := *city.Catalogue
		catalogue.Duties = duties
		city.Catalogue = org.NewCatalogue(catalogue)
		now := local("09-18 08:00").Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "begin")) * time.Minute)
		later := func(what string) {
			longest := rapid.SampledFrom([]int{60, 24 * 60, 4 * 24 * 60}).Draw(t, "longest")
			now = now.Add(time.Duration(rapid.IntRange(0, longest).Draw(t, what)) * time.Minute)
		}
		s := &cases.Service{Store: casestest.NewMemory(), Org: casestest.Cities(city), Now: func() time.Time { return now }}
		ctx := t.Context()
		opened := must(s.Open(ctx, access.System(), []cases.Opening{{Request: "li", At: now, Category: "light.out", Route: org.RouteWork}}))(t)
		c := must(s.Dispatch(ctx, dispatcher, opened[0].ID, 0, cases.Dispatching{Unit: "roads"}))(t)
		first := c.Clocks.ResolveDue
		if !first.Equal(city.Calendar.Due(now, resolve)) {
			t.Fatalf("due %s", first)
		}
		must(s.Accept(ctx, roads, c.ID, 0))(t)
		stood, most, due := 0, 0, first
		for range rapid.IntRange(1, 8).Draw(t, "questions") {
			later("until asked")
			asked := now
			c = must(s.Ask(ctx, roads, c.ID, 0, "？"))(t)
			until := c.Clocks.PausedUntil
			later("until told")
			c = must(s.Reply(ctx, li, c.ID, "！"))(t)
			end := until
			if now.Before(end) {
				end = now
			}
			stood += minutes(limit.In, asked, end)
			most = max(most, minutes(limit.In, asked, city.Calendar.Due(asked, limit)))
			if due = city.Calendar.Shift(due, asked, end, resolve); !c.Clocks.ResolveDue.Equal(due) {
				t.Fatalf("the deadline is %s, want %s", c.Clocks.ResolveDue, due)
			}
		}
		if stood > most {
			t.Fatalf("the clock stood for %d minutes; one question may take %d", stood, most)
		}
		if limit.In == calendar.WorkingDays && resolve.In == calendar.WorkingDays {
			if moved := minutes(limit.In, first, due) / (7 * 60); moved > limit.N+1 {
				t.Fatalf("with a cap of %s the deadline moved by %d days", limit, moved)
			}
		}
	})
}
