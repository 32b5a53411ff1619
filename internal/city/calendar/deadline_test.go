package calendar_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/city/calendar"
)

var shanghai = func() *time.Location {
	l, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return l
}()

func china(t testing.TB) *calendar.Calendar {
	t.Helper()
	var years []calendar.Year
	for _, name := range []string{"2024", "2025", "2026"} {
		var y calendar.Year
		b, err := os.ReadFile("testdata/" + name + ".json")
		if err == nil {
			err = json.Unmarshal(b, &y)
		}
		if err != nil {
			t.Fatal(err)
		}
		years = append(years, y)
	}
	c, err := calendar.New(calendar.Config{
		Timezone: "Asia/Shanghai",
		Work:     [][2]string{{"09:00", "12:00"}, {"13:30", "17:30"}},
		Week:     []time.Weekday{1, 2, 3, 4, 5},
	}, years)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func limit(s string) calendar.Limit {
	l, err := calendar.ParseLimit(s)
	if err != nil {
		panic(err)
	}
	return l
}

func TestDue(t *testing.T) {
	c := china(t)
	for _, tc := range []struct{ story, start, limit, want string }{
		{"an ordinary week", "2026-03-02 10:00", "5wd", "2026-03-09 17:30"},
		{"the day of receipt does not count, however early", "2026-03-02 00:01", "1wd", "2026-03-03 17:30"},
		{"received on a Saturday", "2026-03-07 12:00", "1wd", "2026-03-09 17:30"},
		{"National Day lies between", "2026-09-29 16:00", "2wd", "2026-10-08 17:30"},
		{"a Saturday worked instead of a holiday counts", "2026-10-09 09:00", "1wd", "2026-10-10 17:30"},
		{"Spring Festival lies between", "2025-01-27 10:00", "1wd", "2025-02-05 17:30"},
		{"two hours round the clock, at night", "2026-10-01 23:30", "2h", "2026-10-02 01:30"},
		{"four working hours over lunch", "2026-03-02 11:00", "4wh", "2026-03-02 16:30"},
		{"four working hours over night", "2026-03-02 16:00", "4wh", "2026-03-03 11:30"},
		{"working hours that begin at night", "2026-03-02 22:00", "1wh", "2026-03-03 10:00"},
		{"seven working hours end with the day", "2026-03-02 08:00", "7wh", "2026-03-02 17:30"},
		{"seven days by the calendar", "2026-03-02 10:00", "7d", "2026-03-10 00:00"},
		{"whose last day is a day off", "2026-03-02 10:00", "5d", "2026-03-10 00:00"},
	} {
		if got := c.Due(at(tc.start).UTC(), limit(tc.limit)); !got.Equal(at(tc.want)) {
			t.Errorf("%s: %s from %s is due %s, want %s", tc.story, tc.limit, tc.start, got.In(shanghai).Format("2006-01-02 15:04"), tc.want)
		}
	}
	if got := c.Due(at("2026-03-02 10:00"), calendar.Limit{}); !got.IsZero() {
		t.Errorf("without a limit it is due %v", got)
	}
}

func TestLeft(t *testing.T) {
	c := china(t)
	for _, tc := range []struct {
		story, now, due, limit string
		want                   calendar.Left
	}{
		{"three working days over a weekend", "2026-03-05 10:00", "2026-03-10 17:30", "5wd", calendar.Left{N: 3, In: calendar.LeftWorkingDays}},
		{"the last afternoon", "2026-03-10 14:00", "2026-03-10 17:30", "5wd", calendar.Left{N: 3, In: calendar.LeftHours}},
		{"late since Friday, on Monday", "2026-03-09 09:00", "2026-03-06 17:30", "5wd", calendar.Left{Late: true, N: 1, In: calendar.LeftWorkingDays}},
		{"twenty minutes late", "2026-03-09 17:50", "2026-03-09 17:30", "2h", calendar.Left{Late: true, N: 20, In: calendar.LeftMinutes}},
		{"a week round the clock", "2026-03-01 00:00", "2026-03-08 00:00", "168h", calendar.Left{N: 7, In: calendar.LeftDays}},
	} {
		if got := c.Left(at(tc.now), at(tc.due), limit(tc.limit)); got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.story, got, tc.want)
		}
	}
}

// brute asks every minute whether offices are open.
func brute(c *calendar.Calendar, from, to time.Time) time.Duration {
	var n time.Duration
	for t := from; t.Before(to); t = t.Add(time.Minute) {
		l := t.In(shanghai)
		m := l.Hour()*60 + l.Minute()
		if c.WorkingDay(t) && (m >= 9*60 && m < 12*60 || m >= 13*60+30 && m < 17*60+30) {
			n += time.Minute
		}
	}
	return n
}

func moment(t *rapid.T, name string) time.Time {
	return at("2024-12-20 00:00").Add(time.Duration(rapid.IntRange(0, 60*24*400).Draw(t, name)) * time.Minute)
}

func TestAgainstBruteForce(t *testing.T) {
	c := china(t)
	rapid.Check(t, func(t *rapid.T) {
		start := moment(t, "start")
		hours := rapid.IntRange(1, 40).Draw(t, "hours")
		due := c.Due(start, calendar.Limit{N: hours, In: calendar.WorkingHours})
		if got := brute(c, start, due); got != time.Duration(hours)*time.Hour {
			t.Fatalf("%d working hours from %v end %v: offices are open %v", hours, start, due, got)
		}
		if c.Working(start, due) != time.Duration(hours)*time.Hour {
			t.Fatalf("Working(%v, %v) = %v", start, due, c.Working(start, due))
		}
		days := rapid.IntRange(1, 30).Draw(t, "days")
		due = c.Due(start, calendar.Limit{N: days, In: calendar.WorkingDays})
		n := 0
		for d := start.In(shanghai).AddDate(0, 0, 1); !d.After(due.In(shanghai).Truncate(0)) || d.In(shanghai).YearDay() == due.In(shanghai).YearDay(); d = d.AddDate(0, 0, 1) {
			if c.WorkingDay(d) {
				n++
			}
			if d.In(shanghai).Format(time.DateOnly) == due.In(shanghai).Format(time.DateOnly) {
				break
			}
		}
		if n != days || !c.WorkingDay(due) {
			t.Fatalf("%d working days from %v end %v, which is %d", days, start, due, n)
		}
	})
}

func TestPauses(t *testing.T) {
	c := china(t)
	rapid.Check(t, func(t *rapid.T) {
		start := moment(t, "start")
		l := calendar.Limit{N: rapid.IntRange(1, 20).Draw(t, "n"), In: rapid.SampledFrom([]calendar.Unit{
			calendar.Hours, calendar.WorkingHours, calendar.Days, calendar.WorkingDays,
		}).Draw(t, "in")}
		due := c.Due(start, l)
		from, middle, to := moment(t, "from"), moment(t, "middle"), moment(t, "to")
		if got := c.Shift(due, from, from, l); !got.Equal(due) {
			t.Fatalf("a pause of nothing moved %v to %v", due, got)
		}
		if got := c.Shift(due, from, to, l); got.Before(due) {
			t.Fatalf("a pause moved %v back to %v", due, got)
		}
		if from.After(middle) || middle.After(to) {
			return
		}
		once, twice := c.Shift(due, from, to, l), c.Shift(c.Shift(due, from, middle, l), middle, to, l)
		if !once.Equal(twice) {
			t.Fatalf("one pause moves %v to %v, its halves to %v", due, once, twice)
		}
	})
}

func TestJSON(t *testing.T) {
	c := china(t)
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var again calendar.Calendar
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	start := at("2026-09-29 16:00")
	if got := again.Due(start, limit("2wd")); !got.Equal(c.Due(start, limit("2wd"))) {
		t.Errorf("after a round trip it is due %v", got)
	}
	if c.Provisional(at("2026-05-01 00:00")) || !c.Provisional(at("2027-05-01 00:00")) {
		t.Error("2026 is known, 2027 is not")
	}
}

func TestRefused(t *testing.T) {
	good := calendar.Config{Timezone: "Asia/Shanghai", Work: [][2]string{{"09:00", "17:00"}}, Week: []time.Weekday{1}}
	off := func(date string, off bool) calendar.Year {
		return calendar.Year{Year: 2026, Days: []calendar.Day{{Name: "a", Date: "2026-05-01", Off: true}, {Name: "b", Date: date, Off: off}}}
	}
	for _, tc := range []struct {
		story string
		c     calendar.Config
		y     calendar.Year
	}{
		{"no time zone", calendar.Config{Work: good.Work, Week: good.Week}, calendar.Year{Year: 2026}},
		{"hours that overlap", calendar.Config{Timezone: good.Timezone, Work: [][2]string{{"09:00", "12:00"}, {"11:00", "17:00"}}, Week: good.Week}, calendar.Year{Year: 2026}},
		{"hours that end before they begin", calendar.Config{Timezone: good.Timezone, Work: [][2]string{{"19:00", "12:00"}}, Week: good.Week}, calendar.Year{Year: 2026}},
		{"an eighth day of the week", calendar.Config{Timezone: good.Timezone, Work: good.Work, Week: []time.Weekday{8}}, calendar.Year{Year: 2026}},
		{"holidays that overlap", good, off("2026-05-01", true)},
		{"a day off that is worked on", good, off("2026-05-01", false)},
		{"a date that is none", good, off("2026-02-30", true)},
		{"a date of another time", good, off("9999-01-01", true)},
	} {
		if _, err := calendar.New(tc.c, []calendar.Year{tc.y}); err == nil {
			t.Errorf("%s was taken", tc.story)
		}
	}
}

func FuzzParseLimit(f *testing.F) {
	f.Add("5wd")
	f.Add("-1h")
	f.Fuzz(func(t *testing.T, s string) {
		if l, err := calendar.ParseLimit(s); err == nil && l.String() != s {
			t.Errorf("%q became %q", s, l)
		}
	})
}

func BenchmarkDue(b *testing.B) {
	c, start := china(b), at("2026-09-29 16:00")
	for _, l := range []string{"2h", "4wh", "7d", "5wd"} {
		b.Run(l, func(b *testing.B) {
			for b.Loop() {
				c.Due(start, limit(l))
			}
		})
	}
}
