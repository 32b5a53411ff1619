package workbench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"

	"yiwang/internal/algo/drift"
	"yiwang/internal/algo/rates"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// A modelTable is a table of the classifier's pages, which is also a CSV file.
type modelTable struct {
	name  string
	heads []string
	rows  [][]cell
	sorts []string // by column: what its head sorts by, "" for none; nil for a table in one order
	best  int      // the row that is marked, from 0; -1 for none
	query string   // of its file
}

// A cell is what a page shows and what a file says.
type cell struct{ show, raw string }

func word(s string) cell { return cell{s, s} }

func count(ctx context.Context, n int) cell { return cell{web.Number(ctx, n), strconv.Itoa(n)} }

func part(of float64) cell {
	return cell{web.Percent(of), strconv.FormatFloat(of, 'f', 4, 64)}
}

func between(k, n int) cell {
	if n == 0 {
		return cell{"–", ""}
	}
	i := rates.Wilson(k, n)
	return cell{web.Between(i), fmt.Sprintf("%.4f–%.4f", i.Low, i.High)}
}

func shareCell(k, n int) cell {
	if n == 0 {
		return cell{"–", ""}
	}
	return part(float64(k) / float64(n))
}

// table is one of the tables; one without heads if there is none so called.
func (v modelsView) table(ctx context.Context, name string) modelTable {
	t := modelTable{name: name, best: -1}
	heads := func(keys ...string) {
		for _, k := range keys {
			t.heads = append(t.heads, web.T(ctx, "model."+k))
		}
	}
	add := func(row ...cell) { t.rows = append(t.rows, row) }
	switch name {
	case "weeks":
		heads("week", "taken", "within", "sent")
		for _, w := range v.weeks {
			if w.All > 0 {
				day := w.From.In(v.city.Calendar.Location()).Format("2006-01-02")
				add(word(day), shareCell(w.Accepted, w.All), between(w.Accepted, w.All), count(ctx, w.All))
			}
		}
	case "reliability":
		heads("prob", "right", "within", "n")
		for _, b := range v.bins() {
			add(part(b.Prob), part(b.Right), between(b.right(), b.N), count(ctx, b.N))
		}
	case "parts":
		heads("part", "right", "within", "n")
		if v.standing != nil {
			for _, p := range v.standing.Parts {
				add(word(v.part(ctx, p.Name)), shareCell(p.Right, p.N), between(p.Right, p.N), count(ctx, p.N))
			}
		}
	case "confused":
		heads("is", "said", "n")
		if v.standing != nil {
			for _, m := range v.standing.Marks.Confused {
				add(word(v.category(ctx, m.Is)), word(v.category(ctx, m.Said)), count(ctx, m.N))
			}
		}
	case "labels":
		heads("category", "recall", "within", "is_n", "precision", "within", "said_n")
		t.sorts, t.query = []string{"", "recall", "", "n", "precision", "", "said"}, "?sort="+v.sort
		for _, m := range v.labels() {
			add(word(v.category(ctx, m.Label)), shareCell(m.Right, m.Is), between(m.Right, m.Is), count(ctx, m.Is), shareCell(m.Right, m.Said), between(m.Right, m.Said), count(ctx, m.Said))
		}
	case "matrix":
		m := v.matrix()
		if len(m.labels) == 0 {
			return t
		}
		heads("is_said")
		for _, l := range m.labels {
			t.heads = append(t.heads, v.category(ctx, l))
		}
		heads("other", "is_n")
		for i, l := range m.labels {
			row := []cell{word(v.category(ctx, l))}
			for _, n := range m.counts[i] {
				row = append(row, count(ctx, n))
			}
			add(row...)
		}
	case "categories":
		heads("category", "before", "lately", "adds")
		if v.drift != nil {
			c := v.drift.Categories
			for _, p := range c.Parts {
				add(word(v.category(ctx, p.Name)), shareCell(p.Before, c.Before), shareCell(p.Now, c.Now), cell{fmt.Sprintf("%.4f", p.Adds), fmt.Sprintf("%.6f", p.Adds)})
			}
		}
	case "words":
		heads("phrase", "before", "lately", "sure")
		if v.drift != nil {
			for _, w := range slices.Concat(v.drift.Risen, v.drift.Fallen) {
				add(v.phrase(ctx, w)...)
			}
		}
	case "thresholds":
		v.levels.table(ctx, &t, heads, add)
	}
	return t
}

// labelSorts are what the marks of categories can be sorted by.
var labelSorts = []string{"n", "said", "recall", "precision"}

func sortOf(r *http.Request) string {
	if s := r.URL.Query().Get("sort"); slices.Contains(labelSorts, s) {
		return s
	}
	return labelSorts[0]
}

// labels are the marks of each category: the most frequent first, or the worst
// by what is asked for, where what there is none of comes last.
func (v modelsView) labels() []flow.LabelMarks {
	if v.standing == nil {
		return nil
	}
	list := slices.Clone(v.standing.Marks.Labels)
	share := func(m flow.LabelMarks) float64 {
		of := m.Is
		if v.sort == "precision" {
			of = m.Said
		}
		if of == 0 {
			return 2
		}
		return float64(m.Right) / float64(of)
	}
	slices.SortStableFunc(list, func(a, b flow.LabelMarks) int {
		switch v.sort {
		case "said":
			return cmp.Compare(b.Said, a.Said)
		case "recall", "precision":
			return cmp.Compare(share(a), share(b))
		}
		return 0
	})
	return list
}

// A matrix says how often cases of a category were read as which, then as any
// other, then how many there are.
type matrix struct {
	labels []string
	counts [][]int
}

// matrixSize is of how many categories the page shows it.
const matrixSize = 8

func (v modelsView) matrix() (m matrix) {
	if v.standing == nil {
		return m
	}
	marks := v.standing.Marks
	place := map[string]int{}
	for i, l := range marks.Labels[:min(len(marks.Labels), matrixSize)] {
		place[l.Label] = i
		m.labels = append(m.labels, l.Label)
	}
	n := len(m.labels)
	for i, l := range marks.Labels[:n] {
		row := make([]int, n+2)
		row[i], row[n+1] = l.Right, l.Is
		m.counts = append(m.counts, row)
	}
	for _, x := range marks.Confused {
		if i, ok := place[x.Is]; ok {
			j, ok := place[x.Said]
			if !ok {
				j = n
			}
			m.counts[i][j] += x.N
		}
	}
	return m
}

// confusedShown is how many of the pairs the page shows; the file has all.
const confusedShown = 12

func (v modelsView) confused(ctx context.Context) modelTable {
	t := v.table(ctx, "confused")
	t.rows = t.rows[:min(len(t.rows), confusedShown)]
	return t
}

// phrase is a word that rose or fell.
func (v modelsView) phrase(ctx context.Context, w drift.Word) []cell {
	chance := cell{"< 0.001", strconv.FormatFloat(w.P, 'g', 3, 64)}
	if w.P >= 0.001 {
		chance.show = fmt.Sprintf("%.3f", w.P)
	}
	return []cell{word(w.Text), count(ctx, w.Before), count(ctx, w.Now), chance}
}

// words is the table of those that rose, or of those that fell.
func (v modelsView) words(ctx context.Context, list []drift.Word) modelTable {
	t := v.table(ctx, "words")
	t.rows = nil
	for _, w := range list {
		t.rows = append(t.rows, v.phrase(ctx, w))
	}
	return t
}

// Of a threshold: how many readings by a person one wrong dispatch costs, of all
// categories alike.
var wrongCosts = []int{5, 10, 20, 50, 100}

// A levelsView is what each threshold would have cost in the last days.
type levelsView struct {
	all   int // cases that people sent
	at    map[int]triage.Cost
	wrong int
}

// wrongOf is the cost that somebody chose.
func wrongOf(r *http.Request) int {
	if n, err := strconv.Atoi(r.URL.Query().Get("wrong")); err == nil && slices.Contains(wrongCosts, n) {
		return n
	}
	return org.DefaultWrong
}

func (b *Workbench) levels(ctx context.Context, by access.Actor) (levelsView, error) {
	v := levelsView{wrong: org.DefaultWrong}
	var err error
	v.all, v.at, err = b.Triage.Levels(ctx, by, costDays)
	return v, err
}

func (b *Workbench) modelThresholds(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.modelsOf(ctx, "/work/models/thresholds")
	if err != nil {
		return err
	}
	v.levels.wrong = wrongOf(r)
	return web.Render(ctx, w, http.StatusOK, thresholdCostsPage(v))
}

// table says of each threshold, and of none, how many would have gone out by
// themselves, how many of them wrongly, and what all cases together would have
// cost in readings by a person: one for each that does not go by itself, and
// so many for each that goes wrong. The cheapest is marked.
func (v levelsView) table(ctx context.Context, t *modelTable, heads func(...string), add func(...cell)) {
	t.query = "?wrong=" + strconv.Itoa(v.wrong)
	heads("level", "by_itself", "share", "otherwise", "within", "cost")
	if v.all == 0 {
		return
	}
	best := math.MaxInt
	row := func(name string, c triage.Cost) {
		cost := v.all - c.Cases + v.wrong*c.Otherwise
		if cost < best {
			best, t.best = cost, len(t.rows)
		}
		add(word(name), count(ctx, c.Cases), shareCell(c.Cases, v.all), count(ctx, c.Otherwise), between(c.Otherwise, c.Cases), count(ctx, cost))
	}
	row(web.T(ctx, "auto.never"), triage.Cost{})
	for _, l := range triage.Levels {
		row(strconv.Itoa(l)+" %", v.at[l])
	}
}

func (v levelsView) options() []web.Option {
	list := make([]web.Option, len(wrongCosts))
	for i, n := range wrongCosts {
		list[i] = web.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)}
	}
	return list
}
