package workbench

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

type followUpsView struct {
	page  web.Page
	city  org.City
	rows  []followRow
	older string
}

// A followRow is an answer that people are to be rung about; the link leads to
// the first of them, who was rung tries times.
type followRow struct {
	c      cases.Case
	link   string
	people int
	tries  int
}

type followUpView struct {
	page     web.Page
	city     org.City
	c        cases.Case
	part     cases.Part
	q        intake.Request
	answer   string
	tries    []cases.Try
	callable bool
	contact  string // shown once, for a reason that is on record
	typed    url.Values
	wrong    map[string]string
}

func (v followUpView) at() string { return "/work/follow-ups/" + string(v.c.Number) }

// followUps lists whom to ring: answers that nobody has said anything of, of
// units other than one's own.
func (b *Workbench) followUps(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	if !by.Is(access.Clerk, access.Dispatcher, access.Supervisor) {
		return errs.New(errs.Denied, "access.denied")
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	v := followUpsView{page: b.page(ctx, web.T(ctx, "follow.title"), "/work/follow-ups"), city: city}
	f := cases.Filter{States: []cases.State{cases.Answered}, ToCall: true, Limit: pageSize + 1, After: cases.ParseCursor(r.URL.Query().Get("after"))}
	list, err := b.Cases.List(ctx, by, f)
	if err != nil {
		return err
	}
	if len(list) > pageSize {
		list = list[:pageSize]
		v.older = address("/work/follow-ups", r.URL.Query(), "after", list[pageSize-1].Cursor().String())
	}
	for _, c := range list {
		if by.Can(access.CaseFollow, c.Resource(city.Directory)) != nil {
			continue
		}
		row := followRow{c: c}
		for _, p := range c.Parts {
			if !c.Callable(p, city.Policy.CallTries) {
				continue
			}
			// Who was rung less is rung first.
			if tries := len(c.Tries(p.ID)); row.people == 0 || tries < row.tries {
				row.link, row.tries = "/work/follow-ups/"+string(c.Number)+"?part="+url.QueryEscape(string(p.ID)), tries
			}
			row.people++
		}
		if row.people > 0 {
			v.rows = append(v.rows, row)
		}
	}
	return web.Render(ctx, w, http.StatusOK, followUpsPage(v))
}

func (b *Workbench) followUp(w http.ResponseWriter, r *http.Request) error {
	return b.renderFollowUp(w, r, http.StatusOK, r.URL.Query(), nil, "")
}

func (b *Workbench) renderFollowUp(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string, contact string) error {
	ctx := r.Context()
	by := access.From(ctx)
	c, err := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	v := followUpView{page: b.page(ctx, web.T(ctx, "follow.title")+" "+string(c.Number), "/work/follow-ups"), c: c, contact: contact, typed: typed, wrong: wrong}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	via := c.Resource(v.city.Directory)
	if err := by.Can(access.CaseFollow, via); err != nil {
		return err
	}
	i := max(0, slices.IndexFunc(c.Parts, func(p cases.Part) bool { return string(p.ID) == typed.Get("part") }))
	if len(c.Parts) == 0 {
		return errs.New(errs.NotFound, "access.not_found")
	}
	v.part = c.Parts[i]
	list, err := b.Intake.Requests(ctx, by, []intake.ID{intake.ID(v.part.Request)}, via)
	if err != nil {
		return err
	}
	if len(list) == 1 {
		v.q = list[0]
	}
	v.answer = c.Latest.In(cmp.Or(v.q.Lang, web.Lang(ctx)))
	v.tries = c.Tries(v.part.ID)
	v.callable = c.Callable(v.part, v.city.Policy.CallTries) && v.part.Judgeable(c, b.Now())
	return web.Render(ctx, w, status, followUpPage(v))
}

// keepFollowUp takes what was said on the telephone.
func (b *Workbench) keepFollowUp(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	c, err := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	revision, err := strconv.ParseInt(form.Get("revision"), 10, 64)
	if err != nil || revision < 1 {
		return errs.New(errs.Conflict, "case.changed")
	}
	_, err = b.Cases.FollowUp(ctx, by, c.ID, revision, cases.FollowUp{
		Part: cases.PartID(form.Get("part")), Reached: form.Get("reached") == "yes", Contacted: form.Get("contacted"), Solved: form.Get("solved"),
		Missing: form.Get("missing"), Treated: whole(form.Get("treated")), Words: form.Get("rating_text"),
	})
	if err == nil {
		return web.See(w, r, "/work/follow-ups")
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderFollowUp(w, r, web.Status(err), form, wrong, "")
	}
	return err
}

// followContact shows the number to ring. That it was for this is on record,
// as any look at contact data is.
func (b *Workbench) followContact(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	c, err := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	via := c.Resource(city.Directory)
	if err := by.Can(access.CaseFollow, via); err != nil {
		return err
	}
	i := slices.IndexFunc(c.Parts, func(p cases.Part) bool { return string(p.ID) == form.Get("part") })
	if i < 0 {
		return errs.New(errs.NotFound, "access.not_found")
	}
	contact, err := b.Intake.ReadContact(ctx, by, intake.ID(c.Parts[i].Request), web.T(ctx, "follow.reason"), via)
	if err != nil {
		return err
	}
	return b.renderFollowUp(w, r, http.StatusOK, form, nil, string(contact))
}

// formerYears is for how long who came from a unit is asked whether they keep
// from its cases.
const formerYears = 2

// former is the unit of the case that who looks came from, "" for none.
func (b *Workbench) former(ctx context.Context, v *caseView) (org.UnitID, error) {
	if !v.by.IsStaff() || v.isRecused() {
		return "", nil
	}
	came, err := b.Staff.Former(ctx, v.by, v.now.AddDate(-formerYears, 0, 0))
	if err != nil || len(came) == 0 {
		return "", err
	}
	for _, u := range slices.Concat([]org.UnitID{v.c.About, v.c.Lead}, v.c.Helpers, v.c.Dispute.Parties) {
		for _, up := range v.city.Up(u) {
			if slices.Contains(came, up) && !slices.Contains(v.by.Up, up) {
				return up, nil
			}
		}
	}
	return "", nil
}

// isRecused reports whether who looks does nothing with the case.
func (v caseView) isRecused() bool {
	return slices.ContainsFunc(v.c.Recused, func(r cases.Recusal) bool { return r.Staff == v.by.Staff })
}

// people are those who can be recused: who looks first, then all by name.
func (v caseView) people(ctx context.Context) []web.Option {
	list := []web.Option{{Value: string(v.by.Staff), Label: v.who(ctx, string(v.by.Staff))}}
	first := len(list)
	for id, n := range v.names {
		if id != v.by.Staff {
			list = append(list, web.Option{Value: string(id), Label: n.In(web.Lang(ctx))})
		}
	}
	slices.SortFunc(list[first:], func(a, b web.Option) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value)) })
	return list
}

// ground is what a recusal is proposed for.
func (v caseView) ground() string {
	if v.former != "" {
		return string(cases.FormerUnit)
	}
	return ""
}

func grounds(ctx context.Context) []web.Option {
	var list []web.Option
	for _, g := range cases.RecusalGrounds {
		list = append(list, web.Option{Value: string(g), Label: web.T(ctx, "ground."+string(g))})
	}
	return list
}
