package workbench

import (
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
	"yiwang/internal/front/web"
)

// A modelTable is a table of the classifier's pages, which is also a CSV file.
type modelTable struct {
	name  string
	heads []string
	rows  [][]cell
	best  int    // the row that is marked, from 0; -1 for none
	query string // of its file
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
