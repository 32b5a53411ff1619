package setup

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"yiwang/internal/city/org"
)

// A term is the time from one day to another, both included. A first day of
// "" is since ever, a last day of "" for ever.
type term struct {
	from, to string
	row      int
}

func (t term) overlaps(o term) bool {
	return (t.to == "" || o.from <= t.to) && (o.to == "" || t.from <= o.to)
}

// place is what one duty at a time is for.
type place struct {
	category org.CategoryID
	area     string // "" everywhere
}

func (r *reader) duties() {
	t := r.table(fileDuties, "id category area unit basis_zh basis_en accept resolve", "helpers law urgency chain from to contact statutory")
	seen, at := map[string]int{}, map[place][]term{}
	for _, w := range t.rows {
		d := org.Duty{
			ID: org.DutyID(w.id(seen)), Area: org.AreaID(w.cell["area"]), Unit: org.UnitID(w.need("unit")),
			Basis: w.name("basis"), Accept: w.limit("accept"), Resolve: w.limit("resolve"),
			Contact: w.optionalLimit("contact"), Statutory: w.optionalLimit("statutory"),
			Law: r.knownLaw(w, "law", w.cell["law"]), Urgency: w.urgency("urgency"), Chain: w.chain(), From: w.date("from"), To: w.date("to"),
		}
		var leaf bool
		d.Category, leaf = r.knownLeaf(w, "category")
		area := d.Area == "" || r.knownArea(w, string(d.Area))
		unit := r.knownUnit(w, "unit", string(d.Unit))
		for _, id := range w.list("helpers") {
			if id == string(d.Unit) {
				w.bad("helpers", "helper_leads", "Value", id)
			}
			r.knownUnit(w, "helpers", id)
			d.Helpers = append(d.Helpers, org.UnitID(id))
		}
		if d.To != "" && d.To < d.From {
			w.bad("to", "ends_before", "From", d.From, "To", d.To)
		} else if leaf && area {
			key := place{d.Category, string(d.Area)}
			now := term{d.From, d.To, w.line}
			for _, other := range at[key] {
				if now.overlaps(other) {
					w.bad("from", "overlap", "Category", string(d.Category), "Row", other.row)
					break
				}
			}
			at[key] = append(at[key], now)
		}
		if leaf && area && unit {
			r.streetDuty(w, d)
		}
		r.catalogue.Duties = append(r.catalogue.Duties, d)
	}
	if t.ok && r.category.ok && r.area.whole {
		r.covered(at)
	}
}

// streetDuty checks that a street has only duties that are a street's own,
// and only where it is: work of a department does not go to a street.
func (r *reader) streetDuty(w row, d org.Duty) {
	street := r.unit.street[string(d.Unit)]
	if street == "" {
		return
	}
	if !r.category.byID[string(d.Category)].StreetOK {
		w.bad("unit", "departments_work", "Unit", string(d.Unit), "Category", string(d.Category))
	}
	home := string(r.unit.byID[street].Area)
	if path := r.area.path[string(d.Area)]; home != "" && r.area.whole && !slices.Contains(path, home) {
		w.bad("area", "outside_street", "Unit", string(d.Unit), "Area", home)
	}
}

// covered checks that somebody answers for every category, everywhere, and
// without a day between two duties.
func (r *reader) covered(at map[place][]term) {
	has := map[org.CategoryID]bool{}
	for p := range at {
		has[p.category] = true
	}
	for _, id := range slices.SortedFunc(maps.Keys(r.category.leaf), r.byRow) {
		w, category := r.category.leaf[id], org.CategoryID(id)
		if !has[category] {
			w.bad("id", "no_duty", "Value", id)
			continue
		}
		if gap(at[place{category, ""}]) == nil {
			continue // somebody answers everywhere
		}
		for _, leaf := range r.area.leaf {
			terms := slices.Clone(at[place{category, ""}])
			for _, area := range r.area.path[leaf] {
				terms = append(terms, at[place{category, area}]...)
			}
			if g := gap(terms); g == nil {
				continue
			} else if len(terms) == 0 {
				w.bad("id", "no_duty_in", "Value", id, "Area", leaf)
			} else {
				w.bad("id", "duty_gap", "Value", id, "Area", leaf, "Day", g.from)
			}
			break // one area is enough to see what is missing
		}
	}
}

func (r *reader) byRow(a, b string) int {
	return cmp.Or(cmp.Compare(r.category.leaf[a].line, r.category.leaf[b].line), strings.Compare(a, b))
}

// gap gives the first time after the first of terms that is in none of them,
// or nil if they follow each other for ever.
func gap(terms []term) *term {
	if len(terms) == 0 {
		return &term{}
	}
	slices.SortFunc(terms, func(a, b term) int { return strings.Compare(a.from, b.from) })
	end := terms[0].to
	for _, t := range terms[1:] {
		if end == "" {
			return nil
		}
		if t.from > next(end) {
			return &term{from: next(end), to: t.from}
		}
		if t.to == "" || t.to > end {
			end = t.to
		}
	}
	if end == "" {
		return nil
	}
	return &term{from: next(end)}
}

// next is the day after a day.
func next(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil { // days are checked where they are read
		return day
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}
