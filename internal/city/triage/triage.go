// Package triage reads requests: what kind it is, what it is about, where,
// how urgent, and which units would answer for it, each with the reasons.
// It proposes; the catalogue's rules and people decide. What people made of
// a suggestion is kept as evidence, from which the classifier learns. What
// happens next is the business of package cases.
package triage

import (
	"context"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Message is what there is to read of a request.
type Message struct {
	Request  string
	Subject  string
	Text     string
	Kind     string         // as the resident said, or ""
	Category org.CategoryID // likewise
	Area     org.AreaID     // likewise
	Address  string
	Lat, Lon float64
	HasPoint bool
	At       time.Time
}

// A Reading is what was read from a message, with what it rests on.
type Reading struct {
	Catalogue int64  `json:"catalogue"` // version of the rules and duties
	Model     string `json:"model"`     // version of the classifier, "" where rules alone read
	Kind      Guess  `json:"kind"`
	// Route is org.RouteWork, or the id of a route of the catalogue that the
	// words point to. A person decides on it.
	Route      string        `json:"route"`
	RouteWords []string      `json:"route_words,omitempty"`
	Area       org.AreaID    `json:"area"`
	AreaWhy    string        `json:"area_why"`   // said, point, address, text, or ""
	Categories []Categorised `json:"categories"` // most likely first
	Units      []Suggested   `json:"units"`      // at most three, most likely first
	Urgency    org.Urgency   `json:"urgency"`
}

// A Guess is a value with the words it rests on; Said means the resident
// said so.
type Guess struct {
	Value string   `json:"value"`
	Words []string `json:"words,omitempty"`
	Said  bool     `json:"said,omitempty"`
}

// A Categorised is a category a message may belong to.
type Categorised struct {
	Category org.CategoryID `json:"category"`
	Prob     float64        `json:"prob"`
	Rules    []string       `json:"rules,omitempty"`    // ids of the rules that fit
	Words    []string       `json:"words,omitempty"`    // the words that mattered
	ByModel  float64        `json:"by_model,omitempty"` // what the classifier alone gave it
	Ruled    string         `json:"ruled,omitempty"`    // of Rules, the one that names who leads
}

// A Suggested is a unit that would answer, by the duty named.
type Suggested struct {
	Unit     org.UnitID     `json:"unit"`
	Prob     float64        `json:"prob"`
	Duty     org.DutyID     `json:"duty"`
	Category org.CategoryID `json:"category"`
	Helpers  []org.UnitID   `json:"helpers,omitempty"`
	Rules    []string       `json:"rules,omitempty"`
	Words    []string       `json:"words,omitempty"`
	Ruled    string         `json:"ruled,omitempty"` // the rule that names it, where it is not the duty
}

// Category is the most likely category, "" where nothing points anywhere.
func (r Reading) Category() org.CategoryID {
	if len(r.Categories) == 0 {
		return ""
	}
	return r.Categories[0].Category
}

// Sure is how sure the reading is of what it suggests first: of the unit and
// the category both, the less sure one counts. 0 where it suggests nothing.
func (r Reading) Sure() float64 {
	if len(r.Units) == 0 || len(r.Categories) == 0 {
		return 0
	}
	return min(r.Units[0].Prob, r.Categories[0].Prob)
}

// A Choice is the record of where a case was sent: what was suggested then,
// what was made of it and by whom. It is evidence of how good the reading is,
// a row to learn from, and what residents and officials are told when they ask
// why. Choices are appended and never changed.
type Choice struct {
	ID                string
	At                time.Time
	Request           string
	Case              string
	Staff             access.StaffID // "" for the program itself
	By                Settling
	Suggested, Chosen org.UnitID
	SuggestedCategory org.CategoryID
	ChosenCategory    org.CategoryID
	Prob              float64 // that both suggestions are right
	Accepted          bool    // unit and category were taken as suggested
	// Reading is how the request was read then: the catalogue and the
	// classifier by version, the likeliest units and categories, the reasons.
	Reading Reading
}

// A Store keeps readings and choices.
type Store interface {
	// Keep keeps the reading of a request; a second one replaces it.
	Keep(ctx context.Context, request string, at time.Time, r Reading) error
	// KeepAll keeps many.
	KeepAll(ctx context.Context, at time.Time, readings map[string]Reading) error
	// Forget forgets how requests were read and what people made of it.
	Forget(ctx context.Context, requests []string) error
	// Reading returns what was kept, or a NotFound error.
	Reading(ctx context.Context, request string) (Reading, error)
	// Chose keeps choices, all or none.
	Chose(ctx context.Context, list ...Choice) error
	// Chosen counts what people sent since a time, and how many accepted what
	// was suggested; decisions and rulings came later and are not counted.
	Chosen(ctx context.Context, since time.Time) (all, accepted int, err error)
	// Sent keeps an automatic case; false if it is kept already. NotSent takes
	// it away again.
	Sent(ctx context.Context, a Automatic, draw int64) (bool, error)
	NotSent(ctx context.Context, id string) error
	// Automatic returns what Sent kept, with what came of it, or a NotFound error.
	Automatic(ctx context.Context, id string) (Automatic, error)
	// Sample lists those of a day with the lowest draws, Asked those since a
	// day for which the resident wants a person.
	Sample(ctx context.Context, day string, n int) ([]Automatic, error)
	Asked(ctx context.Context, since string, n int) ([]Automatic, error)
	// AutomaticDays counts them by day since a day, newest first.
	AutomaticDays(ctx context.Context, since string) ([]Day, error)
	// Check keeps what a person found, Ask that the resident wants one to look;
	// a NotFound error if there is no such case.
	Check(ctx context.Context, id string, by access.StaffID, at time.Time, fit bool) error
	Ask(ctx context.Context, id string) error
	// Costs counts the choices since a time by category and, of each level,
	// those that are as sure as it and not as the next.
	Costs(ctx context.Context, since time.Time) (map[org.CategoryID]map[int]Cost, error)
	// Weeks counts as Chosen does, by week from a time on, from 0.
	Weeks(ctx context.Context, since time.Time) (map[int]Week, error)
	// Record returns the newest choice of a case for a request, or a NotFound
	// error.
	Record(ctx context.Context, id, request string) (Choice, error)
	// Settled gives, of the newest choices, at most limit, the one with the
	// largest weight of each request among those of its last category. Unfit
	// are those found so since a day.
	Settled(ctx context.Context, day string, limit int) (map[string]Settled, error)
	// AutomaticSum counts those since a day.
	AutomaticSum(ctx context.Context, since string) (Sum, error)
}
