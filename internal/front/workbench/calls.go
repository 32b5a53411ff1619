package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// callView is one call with what the same caller said before.
type callView struct {
	call   calls.Call
	number string // masked, unless it is being rung
	open   []cases.Case
	before int // how many matters are done
}

type callsView struct {
	page   web.Page
	city   org.City
	now    []callView
	missed []callView
	demo   bool
	wrong  map[string]string
	back   *callView // whom one rings back now, with the number
}

// knownMost is how many requests of one number are looked through.
const knownMost = 50

// known looks up what a caller said before: on the telephone, and by any door
// with this number to be reached by. That the latter is shown is on record as
// a look at contact data, and who reported wrongdoing is not told by a number.
func (b *Workbench) known(ctx context.Context, by access.Actor, c calls.Call, number string) (callView, error) {
	v := callView{call: c, number: calls.Masked(number)}
	requests, err := b.Calls.Requests(ctx, by, c)
	if err != nil {
		return v, err
	}
	left, err := b.Intake.OfCaller(ctx, by, number, knownMost)
	if err != nil {
		return v, err
	}
	rang := len(requests)
	for _, id := range left {
		if !slices.Contains(requests[:rang], string(id)) {
			requests = append(requests, string(id))
		}
	}
	of, err := b.Cases.OfRequests(ctx, by, requests)
	if err != nil {
		return v, err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return v, err
	}
	seen := map[cases.ID]bool{}
	for i, r := range requests {
		for _, k := range of[r] {
			byNumber := i >= rang
			if seen[k.ID] || byNumber && k.Restricted {
				continue
			}
			seen[k.ID] = true
			if k.State == cases.Closed || k.State == cases.Answered {
				v.before++
				continue
			}
			if byNumber {
				err := b.Intake.Shown(ctx, by, intake.ID(r), c.ID, web.T(ctx, "calls.look"), k.Resource(city.Directory))
				if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Denied) {
					continue
				}
				if err != nil {
					return v, err
				}
			}
			v.open = append(v.open, k)
		}
	}
	return v, nil
}

func (b *Workbench) currentCalls(ctx context.Context, by access.Actor) ([]callView, error) {
	list, err := b.Calls.Current(ctx, by)
	if err != nil {
		return nil, err
	}
	var out []callView
	for _, c := range list {
		_, number, err := b.Calls.Caller(ctx, by, c.ID)
		if err != nil {
			return nil, err
		}
		v, err := b.known(ctx, by, c, number)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// calls is what is on one's telephone, and whom to call back.
func (b *Workbench) calls(w http.ResponseWriter, r *http.Request) error {
	return b.renderCalls(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderCalls(w http.ResponseWriter, r *http.Request, status int, back *callView, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := callsView{page: b.page(ctx, web.T(ctx, "calls.title"), "/work/calls"), demo: b.Play != nil, wrong: wrong, back: back}
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.now, err = b.currentCalls(ctx, by); err != nil {
		return err
	}
	missed, err := b.Calls.Missed(ctx, by)
	if err != nil {
		return err
	}
	for _, c := range missed {
		v.missed = append(v.missed, callView{call: c})
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(ctx, w, status, callsPage(v))
}

// ringing is the strip that shows a call while one works on another page.
func (b *Workbench) ringing(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := b.currentCalls(ctx, access.From(ctx))
	if err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(ctx, w, http.StatusOK, ringingStrip(callsView{city: city, now: list}))
}

// hearOwn leads a clerk to the recording of a call on their own telephone.
// Once it was written down, that is on record with the request.
func (b *Workbench) hearOwn(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	c, _, err := b.Calls.Caller(ctx, by, r.URL.Query().Get("call"))
	if err != nil {
		return err
	}
	if c.Link() == "" {
		return errs.New(errs.NotFound, "error.no_page")
	}
	if c.Request != "" {
		list, err := b.Cases.OfRequest(ctx, by, c.Request)
		if err != nil {
			return err
		}
		city, err := b.Org.City(ctx)
		if err != nil {
			return err
		}
		for _, k := range list[:min(len(list), 1)] {
			if err := b.Intake.Hear(ctx, by, intake.ID(c.Request), web.T(ctx, "calls.heard"), k.Resource(city.Directory)); err != nil {
				return err
			}
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, c.Link(), http.StatusSeeOther)
	return nil
}

// callBack takes that somebody rings back, and how it went.
func (b *Workbench) callBack(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	id := form.Get("call")
	switch form.Get("did") {
	case "ring":
		c, number, err := b.Calls.CallBack(ctx, by, id)
		if err == nil {
			v, err := b.known(ctx, by, c, number)
			if err != nil {
				return err
			}
			v.number = number
			return b.renderCalls(w, r, http.StatusOK, &v, nil)
		}
		if wrong := web.Messages(ctx, err); wrong != nil && !errs.Is(err, errs.NotFound) {
			return b.renderCalls(w, r, web.Status(err), nil, wrong)
		}
		return err
	case "reached", "not":
		_, err := b.Calls.Reached(ctx, by, id, form.Get("did") == "reached")
		if wrong := web.Messages(ctx, err); wrong != nil && !errs.Is(err, errs.NotFound) {
			return b.renderCalls(w, r, web.Status(err), nil, wrong)
		}
		if err != nil {
			return err
		}
		if form.Get("did") == "reached" {
			return web.See(w, r, "/work/new?"+url.Values{"call": {id}}.Encode())
		}
	case "play":
		if b.Play == nil {
			return errs.New(errs.NotFound, "error.no_page")
		}
		if err := b.Play(ctx); err != nil {
			return err
		}
	}
	return web.See(w, r, "/work/calls")
}
