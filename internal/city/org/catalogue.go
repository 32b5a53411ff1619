package org

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"yiwang/internal/base/versions"
)

// A Catalogue is the dispatch catalogue (派单目录): categories, the rules and
// routes that words point to, and duties. It is replaced whole; a case keeps
// the number of the version it was dispatched by.
type Catalogue struct {
	Version    int64      `json:"-"`
	Categories []Category `json:"categories"`
	Rules      []Rule     `json:"rules"`
	Routes     []Route    `json:"routes"`
	Duties     []Duty     `json:"duties"`
	Templates  []Template `json:"templates,omitempty"`

	category map[CategoryID]int
	leaf     map[CategoryID]bool
	leaves   []Category
	duties   map[CategoryID][]int
	duty     map[DutyID]int
}

// NewCatalogue indexes c, which is not changed afterwards.
func NewCatalogue(c Catalogue) *Catalogue {
	c.category, c.leaf, c.duties, c.duty = map[CategoryID]int{}, map[CategoryID]bool{}, map[CategoryID][]int{}, map[DutyID]int{}
	for i, k := range c.Categories {
		c.category[k.ID] = i
		c.leaf[k.ID] = true
	}
	for _, k := range c.Categories {
		delete(c.leaf, k.Parent)
		if k.Into != "" {
			delete(c.leaf, k.ID)
		}
	}
	for _, k := range c.Categories {
		if c.leaf[k.ID] {
			c.leaves = append(c.leaves, k)
		}
	}
	for i, d := range c.Duties {
		c.duties[d.Category] = append(c.duties[d.Category], i)
		c.duty[d.ID] = i
	}
	return &c
}

// EncodeCatalogue gives a catalogue as it is kept.
func EncodeCatalogue(c *Catalogue) ([]byte, error) { return json.Marshal(c) }

// DecodeCatalogue reads a catalogue as it was kept.
func DecodeCatalogue(v versions.Version) (*Catalogue, error) {
	var c Catalogue
	if err := json.Unmarshal(v.Body, &c); err != nil {
		return nil, err
	}
	c.Version = v.Number
	return NewCatalogue(c), nil
}

// Category returns the category with this id.
func (c *Catalogue) Category(id CategoryID) (Category, bool) {
	i, ok := c.category[id]
	if !ok {
		return Category{}, false
	}
	return c.Categories[i], true
}

// CategoryName gives a category's name, or its id.
func (c *Catalogue) CategoryName(id CategoryID, lang string) string {
	if k, ok := c.Category(id); ok {
		return k.Name.In(lang)
	}
	return string(id)
}

// CategoryPath lists id and the categories above it, from the top.
func (c *Catalogue) CategoryPath(id CategoryID) []Category {
	var path []Category
	for k, ok := c.Category(id); ok; k, ok = c.Category(k.Parent) {
		path = append(path, k)
	}
	slices.Reverse(path)
	return path
}

// Now is the category that takes the matters of id: itself, or the one it was
// merged into.
func (c *Catalogue) Now(id CategoryID) CategoryID {
	if k, ok := c.Category(id); ok && k.Into != "" {
		return k.Into
	}
	return id
}

// Leaf reports whether id is a category on the lowest level that still has
// matters of its own.
func (c *Catalogue) Leaf(id CategoryID) bool { return c.leaf[id] }

// Leaves lists those of which Leaf is true. The slice is the catalogue's own.
func (c *Catalogue) Leaves() []Category { return c.leaves }

// Under lists id, every category below it, and those that were merged into
// one of them.
func (c *Catalogue) Under(id CategoryID) []CategoryID {
	in := map[CategoryID]bool{id: true}
	list := []CategoryID{id}
	for _, k := range c.Categories {
		if in[k.Parent] && !in[k.ID] {
			in[k.ID] = true
			list = append(list, k.ID)
		}
	}
	for _, k := range c.Categories {
		if k.Into != "" && in[k.Into] && !in[k.ID] {
			in[k.ID] = true
			list = append(list, k.ID)
		}
	}
	return list
}

// Route returns the route with this id.
func (c *Catalogue) Route(id string) (Route, bool) {
	for _, r := range c.Routes {
		if r.ID == id {
			return r, true
		}
	}
	return Route{}, false
}

// DutyByID returns the duty with this id.
func (c *Catalogue) DutyByID(id DutyID) (Duty, bool) {
	i, ok := c.duty[id]
	if !ok {
		return Duty{}, false
	}
	return c.Duties[i], true
}

// Duty returns who answers for a category in an area on a day, YYYY-MM-DD of
// the city's own calendar: the duty of the smallest area that has one.
func (c *Catalogue) Duty(d *Directory, id CategoryID, area AreaID, day string) (Duty, bool) {
	id = c.Now(id)
	depth := map[AreaID]int{"": 0}
	for i, a := range d.AreaPath(area) {
		depth[a.ID] = i + 1
	}
	var fits []Duty
	for _, i := range c.duties[id] {
		duty := c.Duties[i]
		if _, inside := depth[duty.Area]; inside && duty.From <= day && (duty.To == "" || day <= duty.To) {
			fits = append(fits, duty)
		}
	}
	if len(fits) == 0 {
		return Duty{}, false
	}
	return slices.MaxFunc(fits, func(a, b Duty) int {
		return cmp.Or(cmp.Compare(depth[a.Area], depth[b.Area]), cmp.Compare(b.ID, a.ID))
	}), true
}

// DutyOf returns a duty of this unit for the category, for the limits of a
// case that goes to a unit the catalogue would not have chosen.
func (c *Catalogue) DutyOf(unit UnitID, id CategoryID) (Duty, bool) {
	for _, i := range c.duties[c.Now(id)] {
		if c.Duties[i].Unit == unit {
			return c.Duties[i], true
		}
	}
	return Duty{}, false
}

// Rule returns the rule with this id.
func (c *Catalogue) Rule(id string) (Rule, bool) {
	i := slices.IndexFunc(c.Rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return c.Rules[i], true
}

// Fits reports whether r's words stand in text, which is in lower case, and
// lists those that do.
func (r Rule) Fits(text string) (words []string, ok bool) {
	for _, w := range r.None {
		if strings.Contains(text, w) {
			return nil, false
		}
	}
	for _, w := range r.All {
		if !strings.Contains(text, w) {
			return nil, false
		}
		words = append(words, w)
	}
	if len(r.Any) == 0 {
		return words, len(words) > 0
	}
	found := false
	for _, w := range r.Any {
		if strings.Contains(text, w) {
			words, found = append(words, w), true
		}
	}
	return words, found
}
