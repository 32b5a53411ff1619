package workbench

import (
	"context"
	"net/http"
	"net/url"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
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

// known looks up what a caller said before.
func (b *Workbench) known(ctx context.Context, by access.Actor, c calls.Call, number string) (callView, error) {
	v := callView{call: c, number: number}
	requests, err := b.Calls.Requests(ctx, by, c)
	if err != nil {
		return v, err
	}
	for _, r := range requests {
		list, err := b.Cases.OfRequest(ctx, by, r)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return v, err
		}
		for _, k := range list {
			if k.State == cases.Closed || k.State == cases.Answered {
				v.before++
			} else {
				v.open = append(v.open, k)
			}
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
		v, err := b.known(ctx, by, c, calls.Masked(number))
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
