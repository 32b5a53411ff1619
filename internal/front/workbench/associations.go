package workbench

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

type associationsView struct {
	page  web.Page
	city  org.City
	query url.Values
	a     insight.Associations
	list  []insight.Association // of a, what the address asks for
}

func (b *Workbench) associationsOf(ctx context.Context, q url.Values) (v associationsView, err error) {
	v = associationsView{page: b.page(ctx, web.T(ctx, "assoc.title"), "/work/topics"), query: q}
	if v.a, err = b.Insight.Associations(ctx, access.From(ctx)); err != nil && !errs.Is(err, errs.NotFound) {
		return v, err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return v, err
	}
	about := insight.Column(q.Get("about"))
	for _, a := range v.a.List {
		if about == "" || a.Then.Column == about || slices.ContainsFunc(a.If, func(i insight.Item) bool { return i.Column == about }) {
			v.list = append(v.list, a)
		}
	}
	return v, nil
}

// associations shows what goes together, as a table and as a network.
func (b *Workbench) associations(w http.ResponseWriter, r *http.Request) error {
	v, err := b.associationsOf(r.Context(), r.URL.Query())
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, associationsPage(v))
}

// associationsFile is the table as CSV.
func (b *Workbench) associationsFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.associationsOf(ctx, r.URL.Query())
	if err != nil {
		return err
	}
	rows := [][]string{{
		web.T(ctx, "assoc.if"), web.T(ctx, "assoc.then"), web.T(ctx, "assoc.both"), web.T(ctx, "assoc.if_cases"), web.T(ctx, "assoc.confidence"),
		web.T(ctx, "assoc.base"), web.T(ctx, "assoc.lift"), "p", "Holm", "Benjamini-Hochberg", web.T(ctx, "assoc.example"),
	}}
	f := func(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }
	for _, a := range v.list {
		rows = append(rows, []string{
			v.conditions(ctx, a), v.item(ctx, a.Then), strconv.Itoa(a.Both), strconv.Itoa(a.IfCases), f(a.Confidence), f(a.Base), f(a.Lift), f(a.P), f(a.Holm), f(a.BH), a.Example,
		})
	}
	return web.CSV(w, "associations-"+v.a.At.Format("20060102"), rows)
}

func (v associationsView) conditions(ctx context.Context, a insight.Association) string {
	words := make([]string, len(a.If))
	for i, c := range a.If {
		words[i] = v.item(ctx, c)
	}
	return strings.Join(words, " + ")
}

// item says a value with what it is a value of.
func (v associationsView) item(ctx context.Context, i insight.Item) string {
	return web.T(ctx, "assoc.column_"+string(i.Column)) + web.T(ctx, "assoc.colon") + v.value(ctx, i)
}

func (v associationsView) value(ctx context.Context, i insight.Item) string {
	lang := web.Lang(ctx)
	switch i.Column {
	case insight.Category:
		return v.city.Catalogue.CategoryName(org.CategoryID(i.Value), lang)
	case insight.Area:
		return v.city.AreaName(org.AreaID(i.Value), lang)
	case insight.Unit:
		return v.city.UnitName(org.UnitID(i.Value), lang)
	case insight.Channel:
		return web.T(ctx, "channel."+i.Value)
	case insight.Outcome:
		return web.T(ctx, "outcome."+i.Value)
	case insight.Hour:
		from, to, _ := strings.Cut(i.Value, "-")
		return from + ":00–" + to + ":00"
	}
	return web.T(ctx, "assoc."+string(i.Column)+"_"+i.Value)
}

func (v associationsView) columns(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "assoc.everything")}}
	for _, c := range insight.Columns {
		list = append(list, web.Option{Value: string(c), Label: web.T(ctx, "assoc.column_"+string(c))})
	}
	return list
}

// How the network is drawn: the values below each other, by what they are
// values of, and an arc for each pair that goes together.
const (
	arcsMost  = 40
	arcRow    = 22
	arcIndent = 300
	arcWidth  = 640
)

type arcLabel struct {
	text  string
	y     int
	group bool
}

type arc struct {
	path, title, width string
	bad                bool
}

type network struct {
	labels []arcLabel
	arcs   []arc
	height int
}

// network are the pairs with one condition, the strongest of those listed.
func (v associationsView) network(ctx context.Context) (n network) {
	var pairs []insight.Association
	for _, a := range v.list {
		if len(a.If) == 1 && len(pairs) < arcsMost {
			pairs = append(pairs, a)
		}
	}
	at := map[insight.Item]int{}
	for _, column := range insight.Columns {
		var items []insight.Item
		for _, a := range pairs {
			for _, i := range []insight.Item{a.If[0], a.Then} {
				if i.Column == column && !slices.Contains(items, i) {
					items = append(items, i)
				}
			}
		}
		if len(items) == 0 {
			continue
		}
		slices.SortFunc(items, func(a, b insight.Item) int { return strings.Compare(a.Value, b.Value) })
		n.height += arcRow
		n.labels = append(n.labels, arcLabel{text: web.T(ctx, "assoc.column_"+string(column)), y: n.height, group: true})
		for _, i := range items {
			n.height += arcRow
			at[i] = n.height
			n.labels = append(n.labels, arcLabel{text: short(v.value(ctx, i), 20), y: n.height})
		}
	}
	n.height += arcRow
	for _, a := range pairs {
		y1, y2 := at[a.If[0]]-5, at[a.Then]-5
		reach := min(60+abs(y2-y1)*2/3, arcWidth-arcIndent-10)
		n.arcs = append(n.arcs, arc{
			path:  fmt.Sprintf("M%d %dC%d %d %d %d %d %d", arcIndent, y1, arcIndent+reach, y1, arcIndent+reach, y2, arcIndent, y2),
			title: v.item(ctx, a.If[0]) + " → " + v.item(ctx, a.Then) + " × " + oneDigit(a.Lift),
			width: oneDigit(min(1+a.Lift, 6)), bad: a.Then.Bad(),
		})
	}
	return n
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
