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

func (b *Workbench) processOf(ctx context.Context, q url.Values) (v processView, err error) {
	v = processView{page: b.page(ctx, web.T(ctx, "process.title"), "/work/topics"), query: q, labels: process.Chinese}
	if web.Lang(ctx) == "en" {
		v.labels = process.English
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return v, err
	}
	days, bad := strconv.Atoi(q.Get("days"))
	if v.days = days; bad != nil || !slices.Contains(processDays, days) {
		v.days = 30
	}
	filter := narrow(cases.Filter{From: b.Now().AddDate(0, 0, -v.days)}, q, v.city)
	v.run, err = b.Requests.Runs(ctx, access.From(ctx), filter)
	return v, err
}

// process draws how work really runs.
func (b *Workbench) process(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.processOf(ctx, r.URL.Query())
	if err != nil {
		return err
	}
	if report := v.run.Report; report != nil {
		if v.detail, err = strconv.Atoi(v.query.Get("detail")); err != nil || v.detail < 0 || v.detail > 100 {
			v.detail = int(100*report.Readable() + 0.5)
		}
		g := report.Simplify(float64(v.detail) / 100)
		v.svg = string(process.SVG(named(ctx, g), process.Drawing{Labels: v.labels, Title: web.T(ctx, "process.title"), ID: "process"}))
	}
	return web.Render(ctx, w, http.StatusOK, processPage(v))
}

// processFile is what the chart shows as CSV: every step that followed another,
// with waits in hours.
func (b *Workbench) processFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.processOf(ctx, r.URL.Query())
	if err != nil {
		return err
	}
	rows := [][]string{{web.T(ctx, "process.from"), web.T(ctx, "process.to"), web.T(ctx, "process.times"), web.T(ctx, "process.median_h"), web.T(ctx, "process.p90_h"), web.T(ctx, "process.marks")}}
	if v.run.Report != nil {
		for _, e := range v.run.Report.Edges {
			rows = append(rows, []string{stepName(ctx, e.From), stepName(ctx, e.To), strconv.Itoa(e.Count), oneDigit(e.Median / 3600), oneDigit(e.P90 / 3600), marks(ctx, e)})
		}
	}
	return web.CSV(w, "process-"+b.Now().Format("20060102"), rows)
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
