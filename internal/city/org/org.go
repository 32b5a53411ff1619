// Package org knows the city: its areas, its units, and which unit answers
// for which kind of matter where. It is part of the hall: every room may ask
// it. What happens to a matter once a unit has it is the business of package
// cases; who works in a unit, that of package access.
package org

import (
	"encoding/json"
	"slices"
	"strings"

	"yiwang/internal/city/calendar"
)

// Identifiers, stable for ever; names may change.
type (
	AreaID     string
	UnitID     string
	CategoryID string
	DutyID     string
	LawID      string // of an article of law, in package law
)

// A Name is what something is called in both languages.
type Name struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In gives the name in a language, "zh" or "en".
func (n Name) In(lang string) string {
	if lang == "en" && n.EN != "" {
		return n.EN
	}
	return n.ZH
}

// A Level is how large an area is.
type Level string

// The levels, from the whole down.
const (
	LevelCity      Level = "city"
	LevelDistrict  Level = "district"
	LevelStreet    Level = "street"
	LevelCommunity Level = "community"
	LevelGrid      Level = "grid"
)

// An Area is a part of the city.
type Area struct {
	ID         AreaID          `json:"id"`
	Parent     AreaID          `json:"parent"` // "" for the root
	Level      Level           `json:"level"`
	Name       Name            `json:"name"`
	Population int             `json:"population"`
	Shape      json.RawMessage `json:"shape,omitempty"` // a GeoJSON geometry
}

// A UnitType is what sort of body a unit is.
type UnitType string

// The types of units.
const (
	Hotline      UnitType = "hotline"
	Department   UnitType = "department"
	StreetOffice UnitType = "street"
	Section      UnitType = "section"
	Partner      UnitType = "partner"
)

// A Unit is a body that holds cases.
type Unit struct {
	ID     UnitID   `json:"id"`
	Parent UnitID   `json:"parent"`
	Type   UnitType `json:"type"`
	Name   Name     `json:"name"`
	Area   AreaID   `json:"area"` // "" for the whole city
	Phone  string   `json:"phone"`
	Chain  []string `json:"chain"` // the checks an answer passes inside the unit: check, sign
	Work   Name     `json:"work"`
}

// A Category is a kind of matter, on three levels.
type Category struct {
	ID       CategoryID `json:"id"`
	Parent   CategoryID `json:"parent"`
	Name     Name       `json:"name"`
	Kind     string     `json:"kind"` // the usual kind of request
	Public   bool       `json:"public"`
	Urgency  Urgency    `json:"urgency"`
	StreetOK bool       `json:"street_ok"` // a street's own matter; else never sent to one
	Hint     Name       `json:"hint"`
	// Automatic is how sure, in percent, the reader of a request has to be for
	// it to go out without a person; 0 for never.
	Automatic int `json:"automatic,omitempty"`
	// Wrong is how many readings by a person a wrong dispatch costs; 0 for
	// DefaultWrong.
	Wrong int `json:"wrong,omitempty"`
	// Into is the category that this one was merged into. Cases keep the name
	// they had; new ones go there.
	Into CategoryID `json:"into,omitempty"`
}

// An Urgency is how soon something has to be done.
type Urgency int

// The urgencies.
const (
	Ordinary Urgency = iota
	Urgent
	Emergency
)

// A Rule of the catalogue says which words point to a category, and, where it
// was ruled so, to whom such a matter of the category goes.
type Rule struct {
	ID       string     `json:"id"`
	Category CategoryID `json:"category"`
	Any      []string   `json:"any"`  // at least one of them
	All      []string   `json:"all"`  // and each of these
	None     []string   `json:"none"` // and none of these
	Urgency  Urgency    `json:"urgency"`
	Law      LawID      `json:"law,omitempty"` // the article it rests on, "" for none
	// Lead is the unit that leads what these words say of the category, before
	// whoever has the duty; "" leaves it to the duty. Helpers help it.
	Lead    UnitID   `json:"lead,omitempty"`
	Helpers []UnitID `json:"helpers,omitempty"`
}

// A Template is a text that answers begin with. Its fields are filled in from
// the case: {number}, {address}, {category}, {unit}, {today}.
type Template struct {
	ID       string     `json:"id"`
	Unit     UnitID     `json:"unit,omitempty"`     // for it and those below, "" for all
	Category CategoryID `json:"category,omitempty"` // for it and those below, "" for all
	Name     Name       `json:"name"`
	Text     Name       `json:"text"`
}

// TemplateFields are the fields a template can have.
var TemplateFields = []string{"number", "address", "category", "unit", "today"}

// Fill gives the text with its fields filled in; what is not in values is left
// as it is, for a person to write.
func (t Template) Fill(lang string, values map[string]string) string {
	text := t.Text.In(lang)
	for _, f := range TemplateFields {
		if v := values[f]; v != "" {
			text = strings.ReplaceAll(text, "{"+f+"}", v)
		}
	}
	return text
}

// A Route is where a request goes that is not work for a unit: an emergency
// number, a lawful procedure, or a matter that is secret.
type Route struct {
	ID    string   `json:"id"`
	Type  string   `json:"type"` // emergency, lawful, secret
	Name  Name     `json:"name"`
	Phone string   `json:"phone"`
	Any   []string `json:"any"`  // words that point to it
	Tell  Name     `json:"tell"` // what the resident is told
	// Key is the public key of the body behind the route, as seal.MakePair makes
	// it: what goes there is sealed for it. "" where nothing is handed over.
	Key string `json:"key,omitempty"`
}

// The types of routes, and the two that are not in the list of routes.
const (
	RouteWork      = "work"     // dispatched to a unit
	RouteAnswered  = "answered" // answered on the spot
	RouteEmergency = "emergency"
	RouteLawful    = "lawful"
	RouteSecret    = "secret"
)

// A Duty says that a unit answers for a category in an area, with its legal
// basis and its limits.
type Duty struct {
	ID       DutyID         `json:"id"`
	Category CategoryID     `json:"category"`
	Area     AreaID         `json:"area"` // "" everywhere
	Unit     UnitID         `json:"unit"`
	Helpers  []UnitID       `json:"helpers"`
	Basis    Name           `json:"basis"`
	Law      LawID          `json:"law,omitempty"` // the article it rests on, in the register of law
	Accept   calendar.Limit `json:"accept"`
	Resolve  calendar.Limit `json:"resolve"`
	// Contact is until the unit has spoken with the resident, Statutory what
	// the law leaves from the day a case is opened; zero for none of its own.
	Contact   calendar.Limit `json:"contact,omitzero"`
	Statutory calendar.Limit `json:"statutory,omitzero"`
	Urgency   Urgency        `json:"urgency"`
	Chain     []string       `json:"chain"` // nil: the unit's own
	From      string         `json:"from"`  // YYYY-MM-DD, first day
	To        string         `json:"to"`    // last day, "" for open
}

// DefaultWrong is how many readings by a person a wrong dispatch costs where a
// category does not say.
const DefaultWrong = 20

// WrongCost is how many readings by a person a wrong dispatch costs.
func (k Category) WrongCost() int {
	if k.Wrong == 0 {
		return DefaultWrong
	}
	return k.Wrong
}

// A Policy is the numbers a city has chosen for itself.
type Policy struct {
	City            Name           `json:"city"`
	Hotline         string         `json:"hotline"`
	DefaultLanguage string         `json:"default_language"`
	Population      int            `json:"population"`
	ConfirmDays     int            `json:"confirm_days"`  // working days to confirm an answer in
	ReturnWindow    calendar.Limit `json:"return_window"` // from dispatch
	PauseCap        calendar.Limit `json:"pause_cap"`     // waiting for the resident stops a clock no longer
	Dispatch        calendar.Limit `json:"dispatch"`      // from receipt to dispatch, for the promise and the queue
	SmallCell       int            `json:"small_cell"`    // public figures below this are hidden
	Ladder          Ladder         `json:"ladder,omitempty"`
	HopLimit        int            `json:"hop_limit"`     // after so many units a level up decides
	Ruling          calendar.Limit `json:"ruling"`        // from a dispute, or from asking for an exclusion, to the ruling
	ExtensionCap    calendar.Limit `json:"extension_cap"` // of what is approved for a case, all together
	ShelfDays       int            `json:"shelf_days"`    // the longest a case is put off at once
	ShelfTimes      int            `json:"shelf_times"`   // when it was put off so often a level up decides
	Profile         string         `json:"profile"`       // limits by urgency, "" for none
	// Profiles are the city's own, beside those that come with the program.
	Profiles []Profile `json:"profiles,omitempty"`
	// Plan is how work is meant to run: which step may follow which.
	Plan      []Passage `json:"plan,omitempty"`
	CallTries int       `json:"call_tries"` // how often a resident is rung about an answer
	// TwoPersons says that nobody changes duties, rules, categories, routes,
	// templates or this policy alone: what one drafts another publishes.
	TwoPersons bool `json:"two_persons,omitempty"`
}

// A Passage says that one step of a case may follow another: From "" that a case
// may begin with To, To "" that it may end with From.
type Passage struct {
	ID   string `json:"id"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// withDefaults fills in what a city need not say.
func (p Policy) withDefaults() Policy {
	if p.HopLimit == 0 {
		p.HopLimit = 3
	}
	if p.Ruling.IsZero() {
		p.Ruling = calendar.Limit{N: 3, In: calendar.WorkingDays}
	}
	if p.ExtensionCap.IsZero() {
		p.ExtensionCap = calendar.Limit{N: 15, In: calendar.WorkingDays}
	}
	if p.CallTries == 0 {
		p.CallTries = 3
	}
	if p.ShelfDays == 0 {
		p.ShelfDays = 180
	}
	if p.ShelfTimes == 0 {
		p.ShelfTimes = 2
	}
	return p
}

// A Directory is the areas and units of a city at one time, for reading only.
type Directory struct {
	Version int64
	Policy  Policy
	Areas   []Area // parents before children
	Units   []Unit

	areas map[AreaID]int
	units map[UnitID]int
	kids  map[UnitID][]UnitID
	shape shapes
}

// Area returns the area with this id.
func (d *Directory) Area(id AreaID) (Area, bool) {
	i, ok := d.areas[id]
	if !ok {
		return Area{}, false
	}
	return d.Areas[i], true
}

// AreaPath lists id and the areas it lies in, from the root down.
func (d *Directory) AreaPath(id AreaID) []Area {
	var path []Area
	for a, ok := d.Area(id); ok; a, ok = d.Area(a.Parent) {
		path = append(path, a)
	}
	slices.Reverse(path)
	return path
}

// Street is the street an area is or lies in, or "".
func (d *Directory) Street(id AreaID) AreaID {
	for a, ok := d.Area(id); ok; a, ok = d.Area(a.Parent) {
		if a.Level == LevelStreet {
			return a.ID
		}
	}
	return ""
}

// Streets lists the streets in the city's order.
func (d *Directory) Streets() []Area {
	var list []Area
	for _, a := range d.Areas {
		if a.Level == LevelStreet {
			list = append(list, a)
		}
	}
	return list
}

// Within lists id and every area inside it.
func (d *Directory) Within(id AreaID) []AreaID {
	in := map[AreaID]bool{id: true}
	list := []AreaID{id}
	for _, a := range d.Areas { // parents come first
		if in[a.Parent] && !in[a.ID] {
			in[a.ID] = true
			list = append(list, a.ID)
		}
	}
	return list
}

// Children lists the areas right below id, in the order of the list.
func (d *Directory) Children(id AreaID) []Area {
	var list []Area
	for _, a := range d.Areas {
		if a.Parent == id && a.ID != id {
			list = append(list, a)
		}
	}
	return list
}

// Unit returns the unit with this id.
func (d *Directory) Unit(id UnitID) (Unit, bool) {
	i, ok := d.units[id]
	if !ok {
		return Unit{}, false
	}
	return d.Units[i], true
}

// IsStreet reports whether a unit is the office of a street or a part of one.
func (d *Directory) IsStreet(id UnitID) bool {
	return slices.ContainsFunc(d.Up(id), func(up UnitID) bool {
		u, _ := d.Unit(up)
		return u.Type == StreetOffice
	})
}

// Up lists id and the units above it, nearest first.
func (d *Directory) Up(id UnitID) []UnitID {
	var list []UnitID
	for u, ok := d.Unit(id); ok; u, ok = d.Unit(u.Parent) {
		list = append(list, u.ID)
	}
	return list
}

// Down lists id and every unit below it.
func (d *Directory) Down(id UnitID) []UnitID {
	list := []UnitID{id}
	for i := 0; i < len(list); i++ {
		list = append(list, d.kids[list[i]]...)
	}
	return list
}

// HotlineUnit is the unit that receives and dispatches.
func (d *Directory) HotlineUnit() Unit {
	for _, u := range d.Units {
		if u.Type == Hotline {
			return u
		}
	}
	return Unit{}
}

// UnitName gives a unit's name, or its id if there is no such unit any more.
func (d *Directory) UnitName(id UnitID, lang string) string {
	if u, ok := d.Unit(id); ok {
		return u.Name.In(lang)
	}
	return string(id)
}

// AreaName gives an area's name, or its id.
func (d *Directory) AreaName(id AreaID, lang string) string {
	if a, ok := d.Area(id); ok {
		return a.Name.In(lang)
	}
	return string(id)
}
