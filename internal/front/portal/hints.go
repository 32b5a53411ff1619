package portal

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// hints is what helps somebody while they write: open matters nearby that may
// be theirs, and a warning of numbers that need not be there.
type hints struct {
	nearby  []flow.PublicNearby
	answers []knowledge.Found
	missed  string // the one that did not help, they said
	numbers []pii.Kind
	masked  string       // the text without those numbers
	chosen  *flow.Public // what they said "me too" to, where it is not among nearby
	outside string       // what is wrong with the place that was clicked
	city    org.City
}

// warned are the numbers that nobody needs to tell us in the text. Names,
// places, plates and firms are often what a matter is about.
var warned = []pii.Kind{pii.ResidentID, pii.Phone, pii.BankCard, pii.Passport}

// needless finds those numbers.
func needless(text string) []pii.Span {
	return slices.DeleteFunc(pii.Find(text), func(s pii.Span) bool { return !slices.Contains(warned, s.Kind) })
}

// hintsFor gives the hints for a form. Who has asked for too many gets none,
// but what they chose.
func (p *Portal) hintsFor(r *http.Request, d draft) (h hints, err error) {
	ctx := r.Context()
	if d.Text == "" && d.SameAs == "" && d.Lat == "" {
		return h, nil
	}
	if h.city, err = p.Org.City(ctx); err != nil {
		return h, err
	}
	point, err := d.pointIn(h.city)
	if err != nil {
		h.outside, point = web.Explain(ctx, err), nil
	}
	counts, err := p.publicCounts(ctx)
	if err != nil {
		return h, err
	}
	if d.Text != "" && p.Hints.Allow(p.Site.Address(r)) {
		if err := p.find(ctx, d, point, counts, &h); err != nil {
			return h, err
		}
	}
	if d.SameAs == "" || slices.ContainsFunc(h.nearby, func(n flow.PublicNearby) bool { return string(n.Number) == d.SameAs }) {
		return h, nil
	}
	c, err := p.Requests.PublicCase(ctx, cases.Number(d.SameAs), counts)
	if errs.Is(err, errs.NotFound) {
		return h, nil
	}
	h.chosen = &c
	h.nearby = slices.DeleteFunc(h.nearby, func(n flow.PublicNearby) bool { return n.Number == c.Number }) // the one they chose was joined to it
	return h, err
}

// find looks at what is written so far.
func (p *Portal) find(ctx context.Context, d draft, point *intake.Point, counts flow.Counts, h *hints) (err error) {
	spans := needless(d.Text)
	for _, s := range spans {
		if !slices.Contains(h.numbers, s.Kind) {
			h.numbers = append(h.numbers, s.Kind)
		}
	}
	if len(spans) > 0 {
		h.masked = pii.Mask(d.Text, spans)
	}
	if h.answers, err = p.Knowledge.Suggest(ctx, knowledge.Query{Text: d.Text, Area: org.AreaID(d.Area), Limit: 2}); err != nil {
		return err
	}
	h.nearby, err = p.Requests.NearbyPublic(ctx, flow.Asking{Text: d.Text, Area: org.AreaID(d.Area), Address: d.Address, Point: point}, counts)
	return err
}

// helped counts what somebody who writes says of an article that may answer
// them; found says that it did.
func (p *Portal) helped(r *http.Request, form url.Values) (found string, err error) {
	id, missed := form.Get("helped"), form.Get("not_helped")
	if id == "" && missed == "" {
		return "", nil
	}
	if !p.Submissions.Allow(p.Site.Address(r)) {
		return "", errs.New(errs.TooMany, "portal.too_many")
	}
	err = p.Knowledge.Rate(r.Context(), access.Actor{}, knowledge.ID(cmp.Or(id, missed)), id != "", form.Get("text"))
	return id, err
}

// hints answers while somebody types. What they have typed comes in the body:
// an address would be logged.
func (p *Portal) hints(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	d := read(form)
	if p.Hints.Spent(p.Site.Address(r)) {
		return errs.New(errs.TooMany, "portal.too_many")
	}
	if d.hints, err = p.hintsFor(r, d); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(r.Context(), w, http.StatusOK, hintsPart(d))
}

// holder says who has a case and until when, as everybody may know.
func (h hints) holder(ctx context.Context, c flow.Public) string {
	switch {
	case !c.WithUnit:
		return web.T(ctx, "nearby.waiting")
	case c.Lead == "" && c.Due.IsZero():
		return web.T(ctx, "public.in_hand")
	case c.Lead == "":
		return web.T(ctx, "nearby.due", "Until", web.Deadline(ctx, c.Due))
	}
	name := h.city.UnitName(c.Lead, web.Lang(ctx))
	if c.Due.IsZero() {
		return web.T(ctx, "nearby.with", "Unit", name)
	}
	return web.T(ctx, "nearby.until", "Unit", name, "Until", web.Deadline(ctx, c.Due))
}
