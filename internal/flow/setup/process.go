package setup

import (
	"slices"
	"strings"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

var planColumns = []string{"id", "from", "to"}

// stepNames are those that a plan can name.
func stepNames() []string {
	list := make([]string, len(cases.StepKinds))
	for i, k := range cases.StepKinds {
		list[i] = string(k)
	}
	return list
}

// plan reads how work is meant to run. A step is one that cases take, and each
// can be come to from where cases begin.
func (r *reader) plan() (list []org.Passage) {
	if !r.has(fileProcess) {
		return nil
	}
	t := r.table(fileProcess, strings.Join(planColumns, " "), "")
	steps := stepNames()
	seen, pairs := map[string]int{}, map[[2]string]int{}
	for _, w := range t.rows {
		p := org.Passage{ID: w.id(seen), From: w.cell["from"], To: w.cell["to"]}
		for _, column := range []string{"from", "to"} {
			if v := w.cell[column]; v != "" && !slices.Contains(steps, v) {
				w.bad(column, "choice", "Value", v, "Values", strings.Join(steps, ", "))
			}
		}
		pair := [2]string{p.From, p.To}
		switch first, twice := pairs[pair]; {
		case p.From == "" && p.To == "":
			w.bad("to", "empty")
		case twice:
			w.bad("to", "passage_twice", "Row", first)
		}
		pairs[pair] = w.line
		list = append(list, p)
	}
	reached := map[string]bool{"": true}
	for range list {
		for _, p := range list {
			if reached[p.From] && p.To != "" {
				reached[p.To] = true
			}
		}
	}
	for i, p := range list {
		if !reached[p.From] {
			t.rows[i].bad("from", "passage_unreached", "Value", p.From)
		}
	}
	return list
}

func planRows(f *Folder) (rows [][]string) {
	for _, p := range f.Directory.Policy.Plan {
		rows = append(rows, []string{p.ID, p.From, p.To})
	}
	return rows
}
