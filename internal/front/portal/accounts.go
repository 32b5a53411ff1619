package portal

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/algo/draw"
	"yiwang/internal/algo/rates"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// publicRulings and publicSamples are how many of each the pages list.
const (
	publicRulings = 200
	publicSamples = 24
)

type rulingsView struct {
	city org.City
	list []cases.Exclusion
}

// rulings lists what was left out of rates, and why: without the case.
func (p *Portal) rulings(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := p.rulingsOf(ctx)
	if err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, rulingsPage(v))
}

func (p *Portal) rulingsOf(ctx context.Context) (v rulingsView, err error) {
	if v.city, err = p.Org.City(ctx); err != nil {
		return v, err
	}
	v.list, err = p.Cases.ExclusionRulings(ctx, publicRulings)
	return v, err
}

func (p *Portal) rulingsTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := p.rulingsOf(ctx)
	if err != nil {
		return err
	}
	rows := [][]string{{web.T(ctx, "rulings.day"), web.T(ctx, "rates.unit"), web.T(ctx, "public.category"), web.T(ctx, "whatif.ground"), web.T(ctx, "rulings.rates"), web.T(ctx, "rulings.ruled"), web.T(ctx, "rulings.ruling")}}
	for _, e := range v.list {
		rows = append(rows, []string{
			v.city.Day(e.RuledAt), v.city.UnitName(e.Unit, web.Lang(ctx)), v.city.Catalogue.CategoryName(e.Category, web.Lang(ctx)), web.T(ctx, "ground."+e.Ground),
			rateNames(ctx, e.Rates), web.T(ctx, "exclusions."+e.State), e.Ruling,
		})
	}
	return web.CSV(w, "rulings", rows)
}

func rateNames(ctx context.Context, names []string) string {
	var list []string
	for _, n := range names {
		list = append(list, web.T(ctx, "rate."+n))
	}
	return strings.Join(list, web.T(ctx, "rulings.comma"))
}

// samples lists the monthly samples and what was found.
func (p *Portal) samples(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Cases.Audits(r.Context(), publicSamples)
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, samplesPage(list))
}

// sampleFile gives what a month's draw was made of, for who draws it again.
func (p *Portal) sampleFile(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Cases.PublicAudit(r.Context(), r.PathValue("month"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	switch name := r.PathValue("file"); name {
	case "figures.txt":
		b.WriteString(a.Figures)
	case "marks.txt":
		err = draw.Write(&b, a.Marks)
	case "drawn.txt":
		for _, f := range a.Items {
			fmt.Fprintln(&b, f.Mark)
		}
	default:
		return errs.New(errs.NotFound, "error.no_page")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+a.Month+"-"+r.PathValue("file")+`"`)
	_, _ = w.Write(b.Bytes()) // a reader who went away is no failure of ours
	return nil
}

// disagree says how many of a sample are not solved after all.
func disagree(ctx context.Context, a cases.Audit) string {
	r, _, _ := a.Disagreement()
	if !r.Known() {
		return web.T(ctx, "rate.unknown")
	}
	return web.Percent(r.Share())
}

func disagreeOf(ctx context.Context, a cases.Audit) string {
	r, unknown, open := a.Disagreement()
	return web.T(ctx, "sample.of", "Said", web.RateOf(ctx, r.Count, r.Of), "Unknown", unknown, "Open", open)
}

// within is the 95 % interval of a rate; one of too few is not said.
func (v figuresView) within(r cases.Ratio) string {
	if !r.Known() || r.Of < v.city.Policy.SmallCell {
		return ""
	}
	return web.Between(rates.Wilson(r.Count, r.Of))
}

// accounts are the tables that are made of comparisons.
func (v figuresView) accounts(ctx context.Context, name string) (heads []string, rows []figuresRow) {
	switch name {
	case "waits":
		h := rates.Histogram{}
		for _, of := range v.measures.Waited {
			for hours, n := range of {
				h[hours] += n
			}
		}
		for i, n := range h.Binned(web.DayEnds) {
			rows = append(rows, figuresRow{name: web.DayBin(ctx, i), n: []int{n}})
		}
		return []string{web.T(ctx, "rates.days"), web.T(ctx, "rates.people")}, rows
	case "channels":
		sums := map[string]int{}
		for _, n := range v.measures.Strata {
			sums[n.Channel] += n.Received
		}
		for c, n := range sums {
			if c != "" && n > 0 {
				rows = append(rows, figuresRow{name: web.T(ctx, "channel."+c), n: []int{n}})
			}
		}
		return []string{web.T(ctx, "trends.channel"), web.T(ctx, "figures.received")}, most(rows, len(rows))
	case "hops":
		var list []int
		for h := range v.measures.Hops {
			list = append(list, h)
		}
		slices.Sort(list)
		for _, h := range list {
			rows = append(rows, figuresRow{name: strconv.Itoa(h), n: []int{v.measures.Hops[h]}})
		}
		return []string{web.T(ctx, "trends.hops"), web.T(ctx, "trends.answered")}, rows
	}
	return nil, nil
}

// without says what the rates are without the cases that rulings left out, ""
// if there are none.
func (v figuresView) without(ctx context.Context) string {
	var left cases.Rates
	for _, n := range v.measures.Excluded {
		left = left.Plus(n.Rates)
	}
	if left == (cases.Rates{}) {
		return ""
	}
	rest := v.month.Rates.Minus(left)
	var list []string
	for _, name := range cases.RateNames {
		r := *rest.RateOf(name)
		list = append(list, web.T(ctx, "figures.without_one", "Rate", web.T(ctx, "rate."+name), "Share", v.share(ctx, r), "Said", web.RateOf(ctx, r.Count, r.Of)))
	}
	return web.T(ctx, "figures.without", "Rates", strings.Join(list, web.T(ctx, "rulings.comma")))
}
