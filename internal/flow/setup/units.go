package setup

import (
	"slices"
	"strings"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

var unitTypes = []string{string(org.Hotline), string(org.Department), string(org.StreetOffice), string(org.Section), string(org.Partner)}

// A unitTable is the units of a folder.
type unitTable struct {
	ok   bool
	seen map[string]int
	list []org.Unit
	// street is the street office that a unit is or belongs to, or "".
	street map[string]string
	byID   map[string]org.Unit
}

func (r *reader) units() {
	t := r.table(fileUnits, "id parent type name_zh name_en", "area phone chain work_zh work_en")
	u := unitTable{ok: t.ok, seen: map[string]int{}, street: map[string]string{}, byID: map[string]org.Unit{}}
	read := map[string]org.Unit{}
	var nodes []node
	hotline := ""
	for _, w := range t.rows {
		unit := org.Unit{
			Type: org.UnitType(w.choice("type", unitTypes...)), Parent: org.UnitID(w.cell["parent"]),
			Name: w.name("name"), Area: org.AreaID(w.cell["area"]), Phone: w.cell["phone"],
			Chain: w.chain(), Work: org.Name{ZH: w.cell["work_zh"], EN: w.cell["work_en"]},
		}
		id := w.id(u.seen)
		unit.ID = org.UnitID(id)
		if unit.Area != "" {
			r.knownArea(w, string(unit.Area))
		}
		switch {
		case unit.Type == org.StreetOffice && unit.Area == "":
			w.bad("area", "street_area")
		case unit.Type == org.Section && unit.Parent == "":
			w.bad("parent", "section_parent")
		case unit.Type == org.Hotline && hotline != "":
			w.bad("type", "second_hotline", "Value", hotline)
		case unit.Type == org.Hotline:
			hotline = id
		}
		if id != "" {
			read[id] = unit
			nodes = append(nodes, node{w, id, w.cell["parent"]})
		}
	}
	if t.ok && hotline == "" {
		r.bad(fileUnits, 0, "type", "no_hotline")
	}
	for _, n := range tree(nodes, u.seen) {
		unit := read[n.id]
		u.street[n.id] = u.street[n.parent]
		if unit.Type == org.StreetOffice {
			u.street[n.id] = n.id
		}
		u.byID[n.id] = unit
		u.list = append(u.list, unit)
	}
	r.unit = u
}

// knownUnit reports whether there is such a unit, and says so if not.
func (r *reader) knownUnit(w row, column, id string) bool {
	_, ok := r.unit.seen[id]
	if !ok && r.unit.ok && id != "" {
		w.bad(column, "unknown_unit", "Value", id)
	}
	return ok
}

// chain gives the steps that an answer passes inside a unit, in their order.
func (w row) chain() []string {
	steps := w.list("chain")
	order := []string{cases.StepCheck, cases.StepSign}
	last := -1
	for _, s := range steps {
		i := slices.Index(order, s)
		if i < 0 {
			w.bad("chain", "choice", "Value", s, "Values", strings.Join(order, ", "))
			return nil
		}
		if i < last {
			w.bad("chain", "chain_order", "Values", strings.Join(order, ", "))
			return nil
		}
		last = i
	}
	return steps
}
