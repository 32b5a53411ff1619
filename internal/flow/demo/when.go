package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"yiwang/internal/city/calendar"
)

// days are the days of the history with how much is said on each.
type days struct {
	first []time.Time // midnight
	sums  []float64
}

func (w *world) days(from time.Time) days {
	var d days
	sum := 0.0
	cal := w.City.Calendar
	rng := w.rng(-1)
	grows := 0.85 // the line becomes known
	for day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location()); day.Before(w.Until); day = day.AddDate(0, 0, 1) {
		weight := grows * (0.88 + 0.24*rng.Float64())
		grows += 0.3 / 395
		switch {
		case !cal.WorkingDay(day):
			weight *= 0.55
		case day.Weekday() == time.Monday:
			weight *= 1.15
		case day.Weekday() == time.Friday:
			weight *= 0.93
		}
		if special, ok := cal.Special(day); ok && special.Name == "春节" {
			weight *= 0.6
		}
		sum += weight
		d.first, d.sums = append(d.first, day), append(d.sums, sum)
	}
	return d
}

// hours say how much of a day's calls come in each hour: the phone rings most
// at half past nine and after the nap. Trouble does not keep to office hours.
var (
	hoursEnquiry = [24]float64{1, 0, 0, 0, 0, 1, 4, 12, 55, 96, 90, 62, 30, 38, 74, 82, 70, 52, 30, 22, 18, 14, 8, 3}
	hoursTrouble = [24]float64{9, 6, 3, 2, 2, 5, 14, 34, 68, 84, 76, 58, 40, 42, 60, 64, 58, 56, 58, 62, 56, 46, 36, 18}
)

func (d days) draw(rng *rand.Rand, enquiry bool) time.Time {
	x := rng.Float64() * d.sums[len(d.sums)-1]
	day, _ := slices.BinarySearch(d.sums, x)
	hours := hoursTrouble
	if enquiry {
		hours = hoursEnquiry
	}
	var total float64
	for _, h := range hours {
		total += h
	}
	x = rng.Float64() * total
	hour := 0
	for x >= hours[hour] && hour < 23 {
		x -= hours[hour]
		hour++
	}
	return d.first[min(day, len(d.first)-1)].Add(time.Duration(hour)*time.Hour + time.Duration(rng.IntN(3600_000))*time.Millisecond)
}

// Offices work in working time; a few things go on all day.

// within is a moment in working time, at a share of a limit from a start.
func (w *world) within(start time.Time, l calendar.Limit, share float64) time.Time {
	cal := w.City.Calendar
	if l.IsZero() {
		l = calendar.Limit{N: 3, In: calendar.WorkingDays}
	}
	due := cal.Due(start, l)
	if l.In == calendar.Hours || due.Sub(start) < 6*time.Hour { // urgent things are done at any hour
		return start.Add(time.Duration(share * float64(due.Sub(start))))
	}
	return cal.AddWorking(start, max(time.Minute, time.Duration(share*float64(cal.Working(start, due)))))
}

// office is some minutes of working time later.
func (w *world) office(rng *rand.Rand, from time.Time, least, most int) time.Time {
	return w.City.Calendar.AddWorking(from, time.Duration(least*60+rng.IntN((most-least)*60))*time.Second)
}

// soon is some minutes later, day or night.
func soon(rng *rand.Rand, from time.Time, least, most int) time.Time {
	return from.Add(time.Duration(least*60+rng.IntN((most-least)*60)) * time.Second)
}
