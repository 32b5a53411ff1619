package setup

import (
	"regexp"
	"slices"
	"strings"

	"yiwang/internal/base/seal"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// maxDepth is how many levels categories have at most.
const maxDepth = 3

// A categoryTable is the categories of a folder.
type categoryTable struct {
	ok   bool
	seen map[string]int
	leaf map[string]row
	byID map[string]org.Category
}

// maxWrong is the most readings by a person that a wrong dispatch can cost.
const maxWrong = 1000

func (r *reader) categories() {
	t := r.table(fileCategories, "id parent name_zh name_en kind public risk street_ok", "hint_zh hint_en automatic into wrong")
	c := categoryTable{ok: t.ok, seen: map[string]int{}, leaf: map[string]row{}, byID: map[string]org.Category{}}
	read := map[string]org.Category{}
	var nodes []node
	for _, w := range t.rows {
		k := org.Category{
			Parent: org.CategoryID(w.cell["parent"]), Name: w.name("name"), Kind: w.choice("kind", intake.Kinds...),
			Public: w.flag("public"), Urgency: w.urgency("risk"), StreetOK: w.flag("street_ok"),
			Hint: org.Name{ZH: w.cell["hint_zh"], EN: w.cell["hint_en"]}, Automatic: w.number("automatic"), Into: org.CategoryID(w.cell["into"]),
			Wrong: w.number("wrong"),
		}
		if k.Automatic > 100 {
			w.bad("automatic", "range", "Value", k.Automatic, "From", 0, "To", 100)
		}
		if k.Wrong > maxWrong {
			w.bad("wrong", "range", "Value", k.Wrong, "From", 0, "To", maxWrong)
		}
		id := w.id(c.seen)
		k.ID = org.CategoryID(id)
		if id != "" {
			read[id] = k
			c.leaf[id] = w
			nodes = append(nodes, node{w, id, w.cell["parent"]})
		}
	}
	depth := map[string]int{}
	for _, n := range tree(nodes, c.seen) {
		if depth[n.id] = depth[n.parent] + 1; depth[n.id] > maxDepth {
			n.bad("parent", "too_deep", "Max", maxDepth)
		}
		delete(c.leaf, n.parent)
		c.byID[n.id] = read[n.id]
		r.catalogue.Categories = append(r.catalogue.Categories, read[n.id])
	}
	for _, n := range nodes { // what was merged has no rules or duties of its own
		into := read[n.id].Into
		if into == "" {
			continue
		}
		if _, inner := c.leaf[n.id]; !inner {
			n.bad("into", "merge_inner", "Value", n.id)
		}
		if _, leaf := c.leaf[string(into)]; !leaf || read[string(into)].Into != "" {
			n.bad("into", "merge_into", "Value", string(into))
		}
		if read[n.id].Automatic > 0 {
			n.bad("automatic", "merged", "Value", n.id)
		}
	}
	for id, k := range read {
		if k.Into != "" {
			delete(c.leaf, id)
		}
	}
	r.category = c
}

// knownLeaf reports whether there is such a category on the lowest level,
// and says so if not.
func (r *reader) knownLeaf(w row, column string) (org.CategoryID, bool) {
	id := w.need(column)
	if id == "" || !r.category.ok {
		return "", false
	}
	if _, ok := r.category.seen[id]; !ok {
		w.bad(column, "unknown_category", "Value", id)
		return "", false
	}
	if _, ok := r.category.leaf[id]; !ok {
		w.bad(column, "not_leaf", "Value", id)
		return "", false
	}
	return org.CategoryID(id), true
}

func (r *reader) rules() {
	t := r.table(fileRules, "id category any", "all none urgency law lead helpers")
	seen := map[string]int{}
	for _, w := range t.rows {
		category, _ := r.knownLeaf(w, "category")
		rule := org.Rule{
			ID: w.id(seen), Category: category,
			Any: w.words("any"), All: w.words("all"), None: w.words("none"), Urgency: w.urgency("urgency"), Law: r.knownLaw(w, "law", w.cell["law"]),
		}
		if len(rule.Any) == 0 && len(rule.All) == 0 {
			w.bad("any", "no_words")
		}
		r.ruled(w, &rule)
		r.catalogue.Rules = append(r.catalogue.Rules, rule)
	}
}

// ruled reads whom a rule names to lead and help, as a duty does: work of a
// department does not go to a street by words either.
func (r *reader) ruled(w row, rule *org.Rule) {
	rule.Lead = org.UnitID(w.cell["lead"])
	if rule.Lead != "" && r.knownUnit(w, "lead", string(rule.Lead)) {
		switch {
		case r.unit.byID[string(rule.Lead)].Type == org.Hotline:
			w.bad("lead", "rule_hotline")
		case r.unit.street[string(rule.Lead)] != "" && rule.Category != "" && !r.category.byID[string(rule.Category)].StreetOK:
			w.bad("lead", "departments_work", "Unit", string(rule.Lead), "Category", string(rule.Category))
		}
	}
	for _, id := range w.list("helpers") {
		switch {
		case rule.Lead == "":
			w.bad("helpers", "rule_no_lead")
		case id == string(rule.Lead):
			w.bad("helpers", "helper_leads", "Value", id)
		}
		r.knownUnit(w, "helpers", id)
		rule.Helpers = append(rule.Helpers, org.UnitID(id))
	}
}

func (r *reader) templates() {
	if !r.has(fileTemplates) {
		return
	}
	t := r.table(fileTemplates, "id name_zh text_zh", "name_en text_en unit category")
	seen := map[string]int{}
	for _, w := range t.rows {
		k := org.Template{
			ID: w.id(seen), Unit: org.UnitID(w.cell["unit"]), Category: org.CategoryID(w.cell["category"]), Name: w.name("name"), Text: w.name("text"),
		}
		r.knownUnit(w, "unit", string(k.Unit))
		if _, ok := r.category.seen[string(k.Category)]; !ok && k.Category != "" && r.category.ok {
			w.bad("category", "unknown_category", "Value", string(k.Category))
		}
		for _, column := range []string{"text_zh", "text_en"} {
			for _, field := range fields.FindAllStringSubmatch(w.cell[column], -1) {
				if !slices.Contains(org.TemplateFields, field[1]) {
					w.bad(column, "unknown_field", "Value", field[0], "Values", "{"+strings.Join(org.TemplateFields, "}, {")+"}")
				}
			}
		}
		r.catalogue.Templates = append(r.catalogue.Templates, k)
	}
}

// fields are the places in a template that are filled in.
var fields = regexp.MustCompile(`\{([^{}]*)\}`)

func (r *reader) routes() {
	t := r.table(fileRoutes, "id type name_zh name_en any tell_zh tell_en", "phone key")
	seen := map[string]int{}
	for _, w := range t.rows {
		route := org.Route{
			ID: w.id(seen), Type: w.choice("type", org.RouteEmergency, org.RouteLawful, org.RouteSecret),
			Name: w.name("name"), Phone: w.cell["phone"], Any: w.words("any"), Tell: w.name("tell"), Key: w.cell["key"],
		}
		if route.ID == org.RouteWork || route.ID == org.RouteAnswered {
			w.bad("id", "route_taken", "Values", strings.Join([]string{org.RouteWork, org.RouteAnswered}, ", "))
		}
		if _, err := seal.ParseReceiver(route.Key); route.Key != "" && err != nil {
			w.bad("key", "seal_key")
		}
		r.catalogue.Routes = append(r.catalogue.Routes, route)
	}
}
