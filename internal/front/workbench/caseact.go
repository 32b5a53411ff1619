package workbench

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// act does one thing with a case, as the form says.
func (b *Workbench) act(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil && web.Messages(ctx, err) == nil {
		return err
	}
	c, found := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if found != nil {
		return found
	}
	if r.PathValue("action") == "contact" && err == nil {
		return b.reveal(w, r, c, form)
	}
	if r.PathValue("action") == "recording" && err == nil {
		return b.hear(w, r, c, form)
	}
	if r.PathValue("action") == "template" && err == nil {
		return b.putTemplate(w, r, c, form)
	}
	if r.PathValue("action") == "check_answer" && err == nil { // the form again, with how it reads; nothing is kept
		return b.renderCase(w, r, http.StatusOK, form, nil, nil)
	}
	if r.PathValue("action") == "answer_hints" && err == nil {
		return b.answerHints(w, r, c, form)
	}
	if err == nil {
		err = b.do(ctx, by, c, r.PathValue("action"), form)
	}
	if err == nil {
		if next := web.LocalPath(form.Get("next")); next != "/" {
			return web.See(w, r, next)
		}
		return web.See(w, r, "/work/cases/"+string(c.Number))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		var each []string // of the numbers that were written
		for _, e := range errs.All(err) {
			if e.Field == "numbers" {
				each = append(each, web.Messages(ctx, e)["numbers"])
			}
		}
		if len(each) > 0 {
			wrong["numbers"] = strings.Join(each, " ")
		}
		return b.renderCase(w, r, web.Status(err), form, wrong, nil)
	}
	return err
}

func (b *Workbench) reveal(w http.ResponseWriter, r *http.Request, c cases.Case, form url.Values) error {
	ctx := r.Context()
	by := access.From(ctx)
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	id := intake.ID(form.Get("request"))
	contact, err := b.Intake.ReadContact(ctx, by, id, form.Get("contact_reason"), c.Resource(city.Directory))
	if err != nil {
		if wrong := web.Messages(ctx, err); wrong != nil {
			return b.renderCase(w, r, web.Status(err), form, map[string]string{"contact_reason": wrong["reason"], "": wrong[""]}, nil)
		}
		return err
	}
	return b.renderCase(w, r, http.StatusOK, nil, nil, &revealed{request: id, contact: string(contact)})
}

// recorded gives the calls with a recording that requests of a case came of.
func (b *Workbench) recorded(ctx context.Context, by access.Actor, list []intake.ID, via access.Resource) (map[string]calls.Call, error) {
	var requests []string
	for _, id := range list {
		requests = append(requests, string(id))
	}
	found, err := b.Calls.Recorded(ctx, by, requests, via)
	out := map[string]calls.Call{}
	for _, c := range found {
		out[c.Request] = c
	}
	return out, err
}

// hear shows where the recording of a call is, once it is on record who hears
// it and why.
func (b *Workbench) hear(w http.ResponseWriter, r *http.Request, c cases.Case, form url.Values) error {
	ctx := r.Context()
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	id := intake.ID(form.Get("request"))
	err = b.Intake.Hear(ctx, access.From(ctx), id, form.Get("hear_reason"), c.Resource(city.Directory))
	if err == nil {
		return b.renderCase(w, r, http.StatusOK, nil, nil, &revealed{request: id, recording: true})
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderCase(w, r, web.Status(err), form, map[string]string{"hear_reason": wrong["reason"], "": wrong[""]}, nil)
	}
	return err
}

// asked reports whether the contact data of this request, of the several on
// the page, was just asked for.
func (v caseView) asked(id intake.ID) bool { return v.typed.Get("request") == string(id) }

// lookReason asks why contact data is read, or a recording heard.
func (v caseView) lookReason(ctx context.Context, name string, id intake.ID) templ.Component {
	f := web.Field{Name: name, ID: name + "-" + string(id), Label: web.T(ctx, "case.contact_why"), Hint: web.T(ctx, "case.contact_hint")}
	if v.asked(id) {
		f.ID, f.Error, f.Value = "", v.wrong[name], v.value(name, "")
	}
	return web.Input(f)
}

func (b *Workbench) do(ctx context.Context, by access.Actor, c cases.Case, action string, form url.Values) (err error) {
	revision, err := strconv.ParseInt(form.Get("revision"), 10, 64)
	if err != nil || revision < 1 {
		return errs.New(errs.Conflict, "case.changed")
	}
	switch action {
	case "dispatch":
		_, err = b.Requests.Dispatch(ctx, by, c.ID, revision, dispatching(form))
	case "grant":
		_, err = b.Cases.Grant(ctx, by, c.ID, revision, form.Get("grant") == "yes", form.Get("grant_reason"))
	case "take_back":
		_, err = b.Requests.TakeBack(ctx, by, c.ID, revision, form.Get("reason"))
	case "accept":
		_, err = b.Cases.Accept(ctx, by, c.ID, revision)
	case "return":
		_, err = b.Cases.Return(ctx, by, c.ID, revision, cases.Return{
			Reason: form.Get("reason"), Proposed: org.UnitID(form.Get("proposed")), Duty: org.DutyID(form.Get("duty")),
		})
	case "rule":
		_, err = b.Requests.RuleReturn(ctx, by, c.ID, revision, form.Get("ruling") == "uphold", dispatching(form), form.Get("reason"))
	case "ask":
		_, err = b.Cases.Ask(ctx, by, c.ID, revision, form.Get("question"))
	case "draft":
		_, err = b.Cases.Draft(ctx, by, c.ID, revision, cases.Answer{Outcome: cases.Outcome(form.Get("outcome")), Text: form.Get("answer"), English: form.Get("english")}, form.Get("send") != "")
	case "check":
		_, err = b.Cases.Check(ctx, by, c.ID, revision, form.Get("pass") == "yes", form.Get("note"))
	case "contested":
		_, err = b.Cases.RuleContested(ctx, by, c.ID, revision, form.Get("ruling") == "reopen", form.Get("reason"))
	case "finish":
		_, err = b.Cases.Finish(ctx, by, c.ID, revision, finish(form))
	case "seal":
		_, err = b.Cases.Seal(ctx, by, c.ID, revision, form.Get("seal_route"))
	case "note":
		_, err = b.Cases.Note(ctx, by, c.ID, revision, form.Get("note"))
	case "helper":
		_, err = b.Cases.AddHelper(ctx, by, c.ID, revision, org.UnitID(form.Get("unit")))
	case "merge":
		var others []cases.ID
		if others, err = b.Cases.ByNumbers(ctx, by, c.ID, form.Get("numbers")); err == nil {
			for _, id := range form["others"] {
				others = append(others, cases.ID(id))
			}
			_, err = b.Cases.Merge(ctx, by, c.ID, revision, others)
		}
	case "part":
		_, _, err = b.Cases.Part(ctx, by, c.ID, revision, []cases.PartID{cases.PartID(form.Get("part"))})
	case "split":
		var pieces []cases.Piece
		for i, m := range form["matter"] {
			if m == "" && i > 1 {
				continue
			}
			p := cases.Piece{Matter: m}
			if i < len(form["matter_category"]) {
				p.Category = org.CategoryID(form["matter_category"][i])
			}
			pieces = append(pieces, p)
		}
		_, _, err = b.Cases.Split(ctx, by, c.ID, revision, pieces)
	default:
		err = b.doBeside(ctx, by, c, revision, action, form)
	}
	return err
}

func dispatching(form url.Values) cases.Dispatching {
	d := cases.Dispatching{
		Unit: org.UnitID(form.Get("unit")), Category: org.CategoryID(form.Get("category")), Area: org.AreaID(form.Get("area")),
		Kind: form.Get("kind"), About: org.UnitID(form.Get("about")), Note: form.Get("dispatch_note"),
	}
	for _, h := range form["helpers"] {
		if h != "" {
			d.Helpers = append(d.Helpers, org.UnitID(h))
		}
	}
	if u, err := strconv.Atoi(form.Get("urgency")); err == nil && u >= 0 && u <= int(org.Emergency) {
		level := org.Urgency(u)
		d.Urgency = &level
	}
	return d
}

func finish(form url.Values) cases.Finish {
	return cases.Finish{
		Kind: form.Get("kind"), Category: org.CategoryID(form.Get("category")), Route: form.Get("route"), Text: form.Get("answer"), Confirmed: form.Get("confirmed") != "",
	}
}
