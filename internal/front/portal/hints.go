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
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// hints is what helps somebody while they write: open matters nearby that may
// be theirs, and a warning of numbers that need not be there.
type hints struct {
	nearby  []flow.Nearby
	answers []knowledge.Found
	missed  string // the one that did not help, they said
	numbers []pii.Kind
	masked  string       // the text without those numbers
	chosen  *flow.Public // what they said "me too" to, where it is not among nearby
	city    org.City
}

// warned are the numbers that nobody needs to tell us in the text. Names,
// places, plates and firms are often what a matter is about.
var warned = []pii.Kind{pii.ResidentID, pii.Phone, pii.BankCard, pii.Passport}

// needless finds those numbers.
func needless(text string) []pii.Span {
	return slices.DeleteFunc(pii.Find(text), func(s pii.Span) bool { return !slices.Contains(warned, s.Kind) })
}

func (p *Portal) hintsFor(ctx context.Context, d draft) (h hints, err error) {
	if d.Text == "" && d.SameAs == "" {
		return h, nil
	}
	if h.city, err = p.Org.City(ctx); err != nil {
		return h, err
	}
	if err := p.find(ctx, d, &h); err != nil || d.SameAs == "" {
		return h, err
	}
	if slices.ContainsFunc(h.nearby, func(n flow.Nearby) bool { return string(n.Case.Number) == d.SameAs }) {
		return h, nil
	}
	counts, err := p.publicCounts(ctx)
	if err != nil {
		return h, err
	}
	c, err := p.Requests.PublicCase(ctx, cases.Number(d.SameAs), counts)
	if errs.Is(err, errs.NotFound) {
		return h, nil
	}
	h.chosen = &c
	return h, err
}

// find looks at what is written so far.
func (p *Portal) find(ctx context.Context, d draft, h *hints) (err error) {
	if d.Text == "" {
		return nil
	}
	spans := needless(d.Text)
	for _, s := range spans {
		if !slices.Contains(h.numbers, s.Kind) {
			h.numbers = append(h.numbers, s.Kind)
		}
	}
	if len(spans) > 0 {
		h.masked = pii.Mask(d.Text, spans)
	}
	point, err := p.point(ctx, d)
	if err != nil {
		point = nil // said when the form is sent
	}
	if h.answers, err = p.Knowledge.Suggest(ctx, knowledge.Query{Text: d.Text, Area: org.AreaID(d.Area), Limit: 2}); err != nil {
		return err
	}
	h.nearby, err = p.Requests.Nearby(ctx, access.Actor{}, flow.Asking{Text: d.Text, Area: org.AreaID(d.Area), Address: d.Address, Point: point})
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
	if d.hints, err = p.hintsFor(r.Context(), d); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(r.Context(), w, http.StatusOK, hintsPart(d))
}

// holder says who has a case and until when, as everybody may know.
func (h hints) holder(ctx context.Context, c cases.Case) string {
	if c.Lead == "" {
		return web.T(ctx, "nearby.waiting")
	}
	name := h.city.UnitName(c.Lead, web.Lang(ctx))
	if c.Clocks.ResolveDue.IsZero() {
		return web.T(ctx, "nearby.with", "Unit", name)
	}
	return web.T(ctx, "nearby.until", "Unit", name, "Until", web.Deadline(ctx, c.Clocks.ResolveDue))
}
