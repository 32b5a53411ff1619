package board

import (
	"context"
	"slices"
	"strconv"

	"yiwang/internal/city/cases"
	"yiwang/internal/front/web"
)

func (v whatIfView) unitOptions(ctx context.Context) (list []web.Option) {
	for _, u := range v.units {
		list = append(list, web.Option{Value: string(u), Label: v.city.UnitName(u, web.Lang(ctx))})
	}
	return list
}

func dayOptions(ctx context.Context) (list []web.Option) {
	for _, d := range rateDays {
		list = append(list, web.Option{Value: strconv.Itoa(d), Label: web.T(ctx, "rates.last_days", "Days", d)})
	}
	return list
}

// options are choices, the first of which is none, under prefix.<value>.
func options(ctx context.Context, prefix string, values []string) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "rates.choose")}}
	for _, v := range values {
		list = append(list, web.Option{Value: v, Label: web.T(ctx, prefix+"."+v)})
	}
	return list
}

func groundOptions(ctx context.Context) []web.Option  { return options(ctx, "ground", cases.Grounds) }
func meansOptions(ctx context.Context) []web.Option   { return options(ctx, "means", cases.Means) }
func findingOptions(ctx context.Context) []web.Option { return options(ctx, "finding", cases.Findings) }

func only(one cases.Candidate) func(cases.Candidate) bool {
	return func(c cases.Candidate) bool { return c.Case.ID == one.Case.ID }
}

// then2 is what a rate would be, if that is not what it is.
func then2(then, now cases.Ratio) string {
	switch {
	case then == now:
		return "–"
	case !then.Known():
		return "0/0"
	}
	return web.Percent(then.Share())
}

func hasValue(list []string, v string) bool { return slices.Contains(list, v) }

func exclusionTone(e cases.Exclusion) web.Tone {
	switch e.State {
	case cases.ExclusionMade:
		return web.Done
	case cases.ExclusionNone:
		return web.Waiting
	}
	return web.Soon
}

func findingTone(f cases.Finding) web.Tone {
	switch f.Finding {
	case cases.FoundSolved:
		return web.Done
	case cases.FoundNot:
		return web.Late
	}
	return web.Waiting
}

// The form that was sent back is the one it is of.
func (v exclusionsView) mine(e cases.Exclusion) bool { return v.typed.Get("id") == e.ID }

// rulingID is the field that an error summary leads to, for the form that was
// sent back.
func (v exclusionsView) rulingID(e cases.Exclusion) string {
	if v.mine(e) {
		return "ruling"
	}
	return "ruling-" + e.ID
}

func (v exclusionsView) rulingOf(e cases.Exclusion) string {
	if v.mine(e) {
		return v.typed.Get("ruling")
	}
	return ""
}

func (v exclusionsView) rulingError(e cases.Exclusion) string {
	if v.mine(e) {
		return v.wrong["ruling"]
	}
	return ""
}

func (v auditView) open(f cases.Finding) bool {
	return v.wrong != nil && v.typed.Get("rank") == strconv.Itoa(f.Rank)
}

func (v auditView) field(name string, f cases.Finding) string {
	if v.open(f) {
		return name
	}
	return name + "-" + strconv.Itoa(f.Rank)
}

func (v auditView) value(name string, f cases.Finding) string {
	if v.open(f) {
		return v.typed.Get(name)
	}
	return ""
}

func (v auditView) error(name string, f cases.Finding) string {
	if v.open(f) {
		return v.wrong[name]
	}
	return ""
}

// rest says how many could not be found out, and how many are still to be
// looked at.
func (v auditView) rest(ctx context.Context) string {
	_, unknown, open := v.a.Disagreement()
	return web.T(ctx, "audit.rest", "Unknown", unknown, "Open", open, "Size", v.a.Size, "All", web.Number(ctx, v.a.Of))
}
