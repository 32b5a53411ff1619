package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/algo/process"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// processDays are the times one can look back.
var processDays = []int{7, 30, 90, 365}

type processView struct {
	page   web.Page
	city   org.City
	query  url.Values
	days   int
	detail int // percent
	run    flow.Run
	labels process.Labels
	svg    string
}

// process draws how work really runs.
func (b *Workbench) process(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	q := r.URL.Query()
	v := processView{page: b.page(ctx, web.T(ctx, "process.title"), "/work/topics"), query: q, labels: process.Chinese}
	if web.Lang(ctx) == "en" {
		v.labels = process.English
	}
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.days, err = strconv.Atoi(q.Get("days")); err != nil || !slices.Contains(processDays, v.days) {
		v.days = 30
	}
	filter := narrow(cases.Filter{From: b.Now().AddDate(0, 0, -v.days)}, q, v.city)
	if v.run, err = b.Requests.Runs(ctx, by, filter); err != nil {
		return err
	}
	if report := v.run.Report; report != nil {
		if v.detail, err = strconv.Atoi(q.Get("detail")); err != nil || v.detail < 0 || v.detail > 100 {
			v.detail = int(100*report.Readable() + 0.5)
		}
		g := report.Simplify(float64(v.detail) / 100)
		v.svg = string(process.SVG(named(ctx, g), process.Drawing{Labels: v.labels, Title: web.T(ctx, "process.title"), ID: "process"}))
	}
	return web.Render(ctx, w, http.StatusOK, processPage(v))
}

// named is a graph with its steps in the reader's words.
func named(ctx context.Context, g process.Graph) process.Graph {
	g.Activities, g.Edges = slices.Clone(g.Activities), slices.Clone(g.Edges)
	for i, a := range g.Activities {
		g.Activities[i].Name = stepName(ctx, a.Name)
	}
	for i, e := range g.Edges {
		g.Edges[i].From, g.Edges[i].To = stepName(ctx, e.From), stepName(ctx, e.To)
	}
	return g
}

func stepName(ctx context.Context, kind string) string {
	if kind == "" {
		return ""
	}
	return web.T(ctx, "step_kind."+kind)
}

func (v processView) way(ctx context.Context, list []string) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = stepName(ctx, a)
	}
	return strings.Join(names, " → ")
}

// loops are those between units, the hotline's own sending aside.
func (v processView) loops() (list []process.Loop) {
	for _, l := range v.run.Report.Loops {
		if l.Kind == process.BetweenUnits && !l.Desk && len(list) < 10 {
			list = append(list, l)
		}
	}
	return list
}

func marks(ctx context.Context, e process.Edge) string {
	var list []string
	for _, m := range []struct {
		on  bool
		key string
	}{{e.Bottleneck, "process.bottleneck"}, {e.Return, "process.return"}, {e.Deviates, "process.deviates"}} {
		if m.on {
			list = append(list, web.T(ctx, m.key))
		}
	}
	return strings.Join(list, ", ")
}

func dayOptions(ctx context.Context) (list []web.Option) {
	for _, n := range processDays {
		list = append(list, web.Option{Value: strconv.Itoa(n), Label: web.T(ctx, "process.days_n", "Count", n)})
	}
	return list
}

func unitID(s string) org.UnitID { return org.UnitID(s) }
