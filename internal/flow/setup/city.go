package setup

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// cityFile is city.json. Limits are texts here, so that a bad one is named.
type cityFile struct {
	ID              string   `json:"id"`
	Name            org.Name `json:"name"`
	Hotline         string   `json:"hotline"`
	Timezone        string   `json:"timezone"`
	DefaultLanguage string   `json:"default_language"`
	Population      int      `json:"population"`
	Policy          struct {
		Dispatch     string `json:"dispatch"`
		ConfirmDays  int    `json:"confirm_days"`
		ReturnWindow string `json:"return_window"`
		PauseCap     string `json:"pause_cap"`
		CallTries    int    `json:"call_tries"`
		SmallCell    int    `json:"small_cell"`
		Ladder       string `json:"ladder,omitempty"`
		HopLimit     int    `json:"hop_limit,omitempty"`
		Ruling       string `json:"ruling,omitempty"`
		ExtensionCap string `json:"extension_cap,omitempty"`
		ShelfDays    int    `json:"shelf_days,omitempty"`
		ShelfTimes   int    `json:"shelf_times,omitempty"`
		Profile      string `json:"profile,omitempty"`
		TwoPersons   bool   `json:"two_persons,omitempty"`
	} `json:"policy"`
}

func (r *reader) city() org.Policy {
	var c cityFile
	if !r.json(fileCity, &c, true) {
		return org.Policy{}
	}
	if !validID.MatchString(c.ID) {
		r.bad(fileCity, 0, "id", "bad_id", "Value", c.ID)
	}
	for _, need := range []struct{ key, value string }{{"name.zh", c.Name.ZH}, {"hotline", c.Hotline}, {"timezone", c.Timezone}} {
		if strings.TrimSpace(need.value) == "" {
			r.bad(fileCity, 0, need.key, "empty")
		}
	}
	if c.DefaultLanguage != "zh" && c.DefaultLanguage != "en" {
		r.bad(fileCity, 0, "default_language", "choice", "Value", c.DefaultLanguage, "Values", "zh, en")
	}
	for _, n := range []struct {
		key             string
		value, from, to int
	}{
		{"population", c.Population, 0, 1_000_000_000},
		{"policy.confirm_days", c.Policy.ConfirmDays, 1, 100},
		{"policy.call_tries", c.Policy.CallTries, 1, 20},
		{"policy.small_cell", c.Policy.SmallCell, 0, 1000},
		{"policy.hop_limit", c.Policy.HopLimit, 0, 100},
		{"policy.shelf_days", c.Policy.ShelfDays, 0, 1000},
		{"policy.shelf_times", c.Policy.ShelfTimes, 0, 100},
	} {
		if n.value < n.from || n.value > n.to {
			r.bad(fileCity, 0, n.key, "range", "Value", n.value, "From", n.from, "To", n.to)
		}
	}
	limit := func(key, s string) calendar.Limit {
		l, err := calendar.ParseLimit(s)
		if err != nil || l.IsZero() {
			r.bad(fileCity, 0, "policy."+key, "limit", "Value", s)
		}
		return l
	}
	ladder, err := org.ParseLadder(c.Policy.Ladder)
	if err != nil {
		r.bad(fileCity, 0, "policy.ladder", "ladder", "Value", c.Policy.Ladder, "Roles", strings.Join(org.LadderRoles, ", "))
	}
	// What a city need not say has a default of package org.
	mayLimit := func(key, s string) calendar.Limit {
		if s == "" {
			return calendar.Limit{}
		}
		return limit(key, s)
	}
	own := org.Policy{Profiles: r.profiles()}
	if _, ok := own.ProfileByID(c.Policy.Profile); c.Policy.Profile != "" && !ok {
		r.bad(fileCity, 0, "policy.profile", "choice", "Value", c.Policy.Profile, "Values", profileNames(own.Profiles))
	}
	r.folder.City = City{ID: c.ID, Timezone: c.Timezone, CallTries: c.Policy.CallTries}
	return org.Policy{
		City: c.Name, Hotline: c.Hotline, DefaultLanguage: c.DefaultLanguage, Population: c.Population,
		ConfirmDays: c.Policy.ConfirmDays, SmallCell: c.Policy.SmallCell, HopLimit: c.Policy.HopLimit,
		Ruling:       mayLimit("ruling", c.Policy.Ruling),
		ExtensionCap: mayLimit("extension_cap", c.Policy.ExtensionCap),
		ShelfDays:    c.Policy.ShelfDays, ShelfTimes: c.Policy.ShelfTimes, Profile: c.Policy.Profile, Profiles: own.Profiles, Plan: r.plan(), CallTries: c.Policy.CallTries,
		ReturnWindow: limit("return_window", c.Policy.ReturnWindow),
		PauseCap:     limit("pause_cap", c.Policy.PauseCap),
		Dispatch:     limit("dispatch", c.Policy.Dispatch),
		Ladder:       ladder,
		TwoPersons:   c.Policy.TwoPersons,
	}
}

func (r *reader) calendar() {
	before := len(r.problems)
	var config calendar.Config
	if r.json(fileCalendar, &config, true) && r.folder.City.Timezone != "" && config.Timezone != r.folder.City.Timezone {
		r.bad(fileCalendar, 0, "timezone", "timezones", "Value", config.Timezone, "City", r.folder.City.Timezone)
	}
	names, err := fs.Glob(r.fsys, "calendar/*.json")
	if err != nil || len(names) == 0 {
		r.bad("calendar/", 0, "", "no_years")
	}
	var years []calendar.Year
	given := map[string]holiday{}
	for _, name := range names {
		var y calendar.Year
		if !r.json(name, &y, false) {
			continue
		}
		if want := strings.TrimSuffix(path.Base(name), ".json"); fmt.Sprint(y.Year) != want {
			r.bad(name, 0, "year", "wrong_year", "Value", y.Year)
		}
		r.holidays(name, y, given)
		years = append(years, y)
	}
	if len(r.problems) > before {
		return
	}
	cal, err := calendar.New(config, years)
	if err != nil {
		r.bad(fileCalendar, 0, "", "bad_calendar", "Reason", err.Error())
		return
	}
	r.folder.Calendar = cal
}

// A holiday is a day as a file gives it.
type holiday struct {
	calendar.Day
	file string
}

// holidays checks that no day is two things. A file may repeat days of the
// year before, as notices do, if it says the same of them.
func (r *reader) holidays(name string, y calendar.Year, given map[string]holiday) {
	for i, d := range y.Days {
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
			r.bad(name, i+1, "date", "date", "Value", d.Date)
			continue
		}
		first, twice := given[d.Date]
		if twice && (first.file == name || first.Off != d.Off) {
			r.bad(name, i+1, "date", "holiday_twice", "Day", d.Date, "Name", first.Name, "File", first.file)
			continue
		}
		given[d.Date] = holiday{d, name}
	}
}

var validKey = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

func (r *reader) texts() {
	if !r.has(fileTexts) {
		return
	}
	t := r.table(fileTexts, "key zh en", "")
	seen := map[string]int{}
	r.folder.Texts = map[string]org.Name{}
	for _, w := range t.rows {
		key := w.need("key")
		if key == "" {
			continue
		}
		if !validKey.MatchString(key) {
			w.bad("key", "bad_key", "Value", key)
		}
		if first, twice := seen[key]; twice {
			w.bad("key", "id_twice", "Value", key, "Row", first)
		}
		seen[key] = w.line
		for _, lang := range []string{"zh", "en"} {
			if _, err := template.New(key).Parse(w.need(lang)); err != nil {
				w.bad(lang, "bad_template")
			}
		}
		r.folder.Texts[key] = org.Name{ZH: w.cell["zh"], EN: w.cell["en"]}
	}
}

func (r *reader) people() {
	if !r.has(filePeople) {
		return
	}
	t := r.table(filePeople, "login name_zh name_en role unit", "area left")
	seen := map[string]int{}
	for _, w := range t.rows {
		p := Person{
			Login: w.unique("login", "bad_login", access.GoodLogin, seen), Name: org.Name{ZH: w.cell["name_zh"], EN: w.cell["name_en"]},
			Unit: org.UnitID(w.need("unit")), Area: org.AreaID(w.cell["area"]), Left: w.flag("left"),
		}
		if p.Name == (org.Name{}) {
			w.bad("name_zh", "empty")
		}
		r.knownUnit(w, "unit", string(p.Unit))
		if p.Area != "" {
			r.knownArea(w, string(p.Area))
		}
		w.need("role")
		for _, role := range w.list("role") {
			if !slices.Contains(access.Roles, access.Role(role)) {
				w.bad("role", "choice", "Value", role, "Values", roleNames())
			}
			p.Roles = append(p.Roles, access.Role(role))
		}
		r.folder.People = append(r.folder.People, p)
	}
}

func roleNames() string {
	names := make([]string, len(access.Roles))
	for i, role := range access.Roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}
