package workbench

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

func marked(current bool) templ.Attributes {
	if current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func riskSign(u org.Urgency) string { return [...]string{"", "▲", "‼"}[u] }

// ratio is a share in percent; of nothing it is unknown, not 0.
// noticeText is a message in words, with what fills its gaps.
func noticeText(ctx context.Context, n notify.Notice) string {
	args := []any{"Number", ""} // which most have
	for name, value := range n.Args {
		args = append(args, name, value)
	}
	return web.T(ctx, n.Key, args...)
}

func ratio(ctx context.Context, r cases.Ratio) string {
	if !r.Known() {
		return web.T(ctx, "rate.unknown")
	}
	return percent(r.Share())
}

func ratioOf(ctx context.Context, r cases.Ratio) string {
	return web.RateOf(ctx, r.Count, r.Of)
}

// ruledOut is a rate without what rulings left out, and with it.
func ruledOut(all, excluded cases.Rates, name string) (without, with cases.Ratio) {
	rest := all.Minus(excluded)
	return *rest.RateOf(name), *all.RateOf(name)
}

func ratioLine(ctx context.Context, r cases.Ratio) string {
	if !r.Known() {
		return "–"
	}
	return percent(r.Share()) + " (" + web.Number(ctx, r.Count) + "/" + web.Number(ctx, r.Of) + ", " + web.Between(rates.Wilson(r.Count, r.Of)) + ")"
}

func medianText(ctx context.Context, f cases.Figures) string {
	if f.Timed == 0 {
		return web.T(ctx, "rate.unknown")
	}
	return web.T(ctx, "overview.median", "Half", hours(ctx, f.MedianHours), "Most", hours(ctx, f.P90Hours), "Count", f.Timed)
}

func hours(ctx context.Context, h float64) string {
	if h < 48 {
		return web.T(ctx, "time.hours", "Count", int(h+0.5))
	}
	return web.T(ctx, "time.days", "Count", int(h/24+0.5))
}

// excerpt is the beginning of the words, or the part around what was sought.
func excerpt(q intake.Request, sought string) string {
	text := strings.Join(strings.Fields(q.Subject+" "+q.Text), " ")
	runes := []rune(text)
	if len(runes) <= 140 {
		return text
	}
	at := 0
	if i := strings.Index(strings.ToLower(text), strings.ToLower(sought)); i > 0 && i < len(text) {
		at = max(0, len([]rune(text[:i]))-40)
	}
	end := min(len(runes), at+140)
	out := string(runes[at:end])
	if at > 0 {
		out = "…" + out
	}
	if end < len(runes) {
		out += "…"
	}
	return out
}

func areaOptions(ctx context.Context, city org.City, empty string) []web.Option {
	return append([]web.Option{{Value: "", Label: empty}}, web.AreaOptions(city.Directory, web.Lang(ctx))...)
}

func kindOptions(ctx context.Context, empty string) []web.Option {
	list := []web.Option{{Value: "", Label: empty}}
	for _, k := range intake.Kinds {
		list = append(list, web.Option{Value: k, Label: web.T(ctx, "kind."+k)})
	}
	return list
}

func outcomes(ctx context.Context) []web.Option {
	var list []web.Option
	for _, o := range cases.Outcomes {
		list = append(list, web.Option{Value: string(o), Label: web.T(ctx, "outcome."+string(o))})
	}
	return list
}

// lawful lists the routes that are not work for a unit.
func lawful(ctx context.Context, c *org.Catalogue) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "case.choose")}}
	for _, r := range c.Routes {
		list = append(list, web.Option{Value: r.ID, Label: web.T(ctx, "route."+r.Type) + " · " + r.Name.In(web.Lang(ctx))})
	}
	return list
}

func routes(ctx context.Context, c *org.Catalogue) []web.Option {
	return append([]web.Option{{Value: org.RouteAnswered, Label: web.T(ctx, "route.answered")}}, lawful(ctx, c)[1:]...)
}

// draftText is the answer as the unit left it, to go on writing.
func draftText(v caseView) string {
	if v.c.Latest.ReleasedAt.IsZero() {
		return v.c.Latest.Text
	}
	return ""
}

// proposed is the unit that a return names.
func proposed(v caseView) org.UnitID {
	for _, e := range v.events { // newest first
		if e.Kind == cases.ReturnedBy {
			return e.Detail.To
		}
	}
	return ""
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func joinWords(list []string) string { return strings.Join(list, ", ") }

// short is the beginning of a text, on one line.
func short(text string, most int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

func oneDigit(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// nameOf is what somebody who did something is called: a person who works here,
// or what is no such person. What was loaded may not say who it was.
func nameOf(ctx context.Context, names map[access.StaffID]org.Name, id string) string {
	if n, ok := names[access.StaffID(id)]; ok {
		return n.In(web.Lang(ctx))
	}
	if id == "" {
		id = "unknown"
	}
	return web.T(ctx, "who."+id)
}
