package triage

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/algo/text"
	"yiwang/internal/city/org"
)

// A Classifier gives the likely categories of a text, most likely first, with
// the words that mattered. Package algo/classify has one; nil is none.
type Classifier interface {
	Classify(subject, body string) (list []Scored, words []string)
	Version() string
}

// A Scored is a category with its calibrated probability.
type Scored struct {
	Category org.CategoryID
	Prob     float64
}

// A Heard is a message with all of its reading that no city has a part in, so
// that it can be read with several catalogues for little more than with one.
type Heard struct {
	m      Message
	words  string // in one case and width
	model  string
	scored []Scored
	found  []string // the words that mattered to the classifier
}

// Hear prepares a message; by is nil where rules alone read.
func Hear(by Classifier, m Message) Heard {
	h := Heard{m: m, words: strings.ToLower(text.Normalize(m.Subject + "\n" + m.Text))}
	if by != nil {
		h.model = by.Version()
		h.scored, h.found = by.Classify(m.Subject, m.Text)
	}
	return h
}

// Read reads a message with the catalogue's rules and the classifier. It is
// a pure function of what it is given.
func Read(city org.City, by Classifier, m Message) Reading { return Hear(by, m).Read(city) }

// A Likely is what a message is about by the categories and rules of a
// catalogue, and where; the duties have no part in it.
type Likely struct {
	m    Message
	area org.AreaID
	list []Categorised
}

// Likely says what the message is about.
func (h Heard) Likely(city org.City) Likely {
	area, _ := where(city.Directory, h.m, h.words)
	return Likely{h.m, area, categories(city.Catalogue, h)}
}

// First is the unit that Read would name first, of a message of a moment; false
// if it would name none.
func (l Likely) First(city org.City, at time.Time) (Suggested, bool) {
	l.m.At = at
	list := units(city, l.area, l.list, l.m)
	if len(list) == 0 {
		return Suggested{}, false
	}
	return list[0], true
}

// Read reads the message for a city.
func (h Heard) Read(city org.City) Reading {
	m, words := h.m, h.words
	r := Reading{Catalogue: city.Catalogue.Version, Route: org.RouteWork, Model: h.model}
	r.Area, r.AreaWhy = where(city.Directory, m, words)
	r.Categories = categories(city.Catalogue, h)
	r.Route, r.RouteWords = route(city.Catalogue, words)
	r.Kind = kind(city.Catalogue, m, words, r.Category())
	r.Units = units(city, r.Area, r.Categories, m)
	r.Urgency = urgency(city, r, words)
	return r
}

func standing(in string, words []string) []string {
	var found []string
	for _, w := range words {
		if strings.Contains(in, w) {
			found = append(found, w)
		}
	}
	return found
}

// route gives the route that most of the words point to. One word of an
// emergency outweighs any number of others: a court can wait.
func route(c *org.Catalogue, words string) (string, []string) {
	best, why, urgent := org.RouteWork, []string(nil), false
	for _, r := range c.Routes {
		found, emergency := standing(words, r.Any), r.Type == org.RouteEmergency
		if len(found) > 0 && emergency && !urgent || emergency == urgent && len(found) > len(why) {
			best, why, urgent = r.ID, found, emergency
		}
	}
	return best, why
}

// where finds the area: as said, by the point, or by the longest name of a
// small area that stands in the address or the text.
func where(d *org.Directory, m Message, words string) (org.AreaID, string) {
	var byPoint org.AreaID
	if m.HasPoint {
		if a, ok := d.Locate(m.Lat, m.Lon); ok {
			byPoint = a.ID
		}
	}
	if m.Area != "" {
		// A point inside the area that was said is more exact.
		if slices.ContainsFunc(d.AreaPath(byPoint), func(a org.Area) bool { return a.ID == m.Area }) {
			return byPoint, "point"
		}
		return m.Area, "said"
	}
	if byPoint != "" {
		return byPoint, "point"
	}
	for _, in := range []struct{ text, why string }{{strings.ToLower(text.Normalize(m.Address)), "address"}, {words, "text"}} {
		if a := named(d, in.text); a != "" {
			return a, in.why
		}
	}
	return "", ""
}

func named(d *org.Directory, in string) org.AreaID {
	if in == "" {
		return ""
	}
	var best org.AreaID
	longest := 0
	for _, a := range d.Areas { // from the root down: a smaller area with a name as long wins
		if a.Level == org.LevelGrid {
			continue // grids have numbers that people do not say
		}
		for _, name := range []string{text.Normalize(a.Name.ZH), strings.ToLower(a.Name.EN)} {
			if n := utf8.RuneCountInString(name); n >= longest && n >= 2 && strings.Contains(in, name) {
				best, longest = a.ID, n
			}
		}
	}
	return best
}

// categories joins what the rules and the classifier say. A rule's words
// weigh by their length: 路灯不亮 says more than 路灯. With both, each has half.
func categories(c *org.Catalogue, h Heard) []Categorised {
	list := map[org.CategoryID]*Categorised{}
	at := func(id org.CategoryID) *Categorised {
		if list[id] == nil {
			list[id] = &Categorised{Category: id}
		}
		return list[id]
	}
	ruled := map[org.CategoryID]int{}
	weights, total := map[org.CategoryID]float64{}, 0.0
	for _, rule := range c.Rules {
		found, ok := rule.Fits(h.words)
		if !ok {
			continue
		}
		k := at(rule.Category)
		k.Rules = append(k.Rules, rule.ID)
		if n := utf8.RuneCountInString(strings.Join(found, "")); rule.Lead != "" && n > ruled[rule.Category] {
			ruled[rule.Category], k.Ruled = n, rule.ID // of several, the one that more of the words speak for
		}
		for _, w := range found {
			if slices.Contains(k.Words, w) {
				continue
			}
			k.Words = append(k.Words, w)
			n := float64(utf8.RuneCountInString(w))
			if w[0] < utf8.RuneSelf {
				n /= 3 // Latin letters say less each
			}
			weights[rule.Category] += n * n
			total += n * n
		}
	}
	scored, first := today(c, h.scored, weights)
	share := 1.0
	if len(scored) > 0 && total > 0 {
		share = 0.5
	}
	for i, s := range scored {
		k := at(s.Category)
		k.ByModel += s.Prob
		k.Prob += share * s.Prob
		if i < first {
			for _, w := range h.found {
				if !slices.Contains(k.Words, w) {
					k.Words = append(k.Words, w)
				}
			}
		}
	}
	const doubt = 4 // as if words of weight 4 pointed elsewhere
	for id, w := range weights {
		list[id].Prob += share * w / (total + doubt)
	}
	if h.m.Category != "" { // the resident said so, which is worth much but not all
		for _, k := range list {
			k.Prob *= 0.4
		}
		at(h.m.Category).Prob += 0.6
	}
	out := make([]Categorised, 0, len(list))
	for _, id := range slices.Sorted(maps.Keys(list)) {
		out = append(out, *list[id])
	}
	slices.SortStableFunc(out, func(a, b Categorised) int { return cmp.Compare(b.Prob, a.Prob) })
	return out[:min(len(out), 5)]
}

// today says what the classifier found in the catalogue's categories of today:
// one that was merged counts for what it was merged into; one that was split
// counts for its parts alike, or for those of them that rules point to, until
// the classifier has learned to tell them apart; one that is gone, for nothing.
// The first so many are what its likeliest has become.
func today(c *org.Catalogue, scored []Scored, weights map[org.CategoryID]float64) (list []Scored, first int) {
	for i, s := range scored {
		if i == 1 {
			first = len(list)
		}
		s.Category = c.Now(s.Category)
		if c.Leaf(s.Category) {
			list = append(list, s)
			continue
		}
		parts := slices.DeleteFunc(c.Under(s.Category), func(id org.CategoryID) bool { return !c.Leaf(id) })
		if meant := slices.DeleteFunc(slices.Clone(parts), func(id org.CategoryID) bool { return weights[id] == 0 }); len(meant) > 0 {
			parts = meant
		}
		for _, id := range parts {
			list = append(list, Scored{id, s.Prob / float64(len(parts))})
		}
	}
	if len(scored) == 1 {
		first = len(list)
	}
	return list, first
}

// units adds up, over the likely categories, who answers for each in this
// area by the duties in force.
func units(city org.City, area org.AreaID, list []Categorised, m Message) []Suggested {
	by := map[org.UnitID]*Suggested{}
	var order []org.UnitID
	for _, k := range list {
		duty, ok := city.Duty(k.Category, area, m.At)
		if !ok {
			continue
		}
		one := Suggested{Unit: duty.Unit, Duty: duty.ID, Category: k.Category, Helpers: duty.Helpers}
		if rule, ok := city.Catalogue.Rule(k.Ruled); ok && k.Ruled != "" {
			one.Unit, one.Helpers, one.Ruled = rule.Lead, rule.Helpers, rule.ID
			if own, ok := city.Catalogue.DutyOf(rule.Lead, k.Category); ok { // else the limits of who has the duty
				one.Duty = own.ID
			}
		}
		s := by[one.Unit]
		if s == nil {
			s = &one
			by[one.Unit] = s
			order = append(order, one.Unit)
		}
		s.Prob += k.Prob
		s.Rules = append(s.Rules, k.Rules...)
		for _, w := range k.Words {
			if !slices.Contains(s.Words, w) {
				s.Words = append(s.Words, w)
			}
		}
	}
	out := make([]Suggested, len(order))
	for i, u := range order {
		out[i] = *by[u]
	}
	slices.SortStableFunc(out, func(a, b Suggested) int { return cmp.Compare(b.Prob, a.Prob) })
	return out[:min(len(out), 3)]
}

// urgency is the highest that the category, its duty, a rule that fits or an
// emergency route asks for.
func urgency(city org.City, r Reading, words string) org.Urgency {
	var u org.Urgency
	if route, ok := city.Catalogue.Route(r.Route); ok && route.Type == org.RouteEmergency {
		u = org.Emergency
	}
	if len(r.Categories) == 0 || r.Categories[0].Prob < 0.3 {
		return u
	}
	top := r.Categories[0]
	if k, ok := city.Catalogue.Category(top.Category); ok {
		u = max(u, k.Urgency)
	}
	for _, rule := range city.Catalogue.Rules {
		if rule.Category == top.Category && rule.Urgency > u {
			if _, ok := rule.Fits(words); ok {
				u = rule.Urgency
			}
		}
	}
	if len(r.Units) > 0 {
		if duty, ok := city.Catalogue.DutyByID(r.Units[0].Duty); ok {
			u = max(u, duty.Urgency)
		}
	}
	return u
}
