package portal

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// storyView is what the page of a receipt shows.
type storyView struct {
	story flow.Story
	city  org.City
	now   time.Time
	typed reply
	// photos are those of the request and of the cases that are answered, by
	// their ids.
	photos map[string][]files.File
}

// people is how many share the case of a matter, as everybody in it may know.
func (v storyView) people(m flow.Matter) int { return m.People }

func (v storyView) action(name string) string {
	return "/r/" + v.story.Request.Receipt.String() + "/" + name
}

func (v storyView) unit(ctx context.Context, id org.UnitID) string {
	return v.city.UnitName(id, web.Lang(ctx))
}

func (v storyView) place(ctx context.Context) string {
	var words []string
	for _, a := range v.city.AreaPath(v.story.Request.Area) {
		words = append(words, a.Name.In(web.Lang(ctx)))
	}
	if web.Lang(ctx) == "en" {
		for i, j := 0, len(words)-1; i < j; i, j = i+1, j-1 {
			words[i], words[j] = words[j], words[i]
		}
	}
	place := strings.Join(words, map[string]string{"en": ", "}[web.Lang(ctx)])
	if a := v.story.Request.Address; a != "" {
		if place != "" {
			place += " · "
		}
		place += a
	}
	return place
}

func (v storyView) readingUntil(ctx context.Context) string {
	return web.Deadline(ctx, v.city.Calendar.Due(v.story.Request.At, v.city.Policy.Dispatch))
}

// state is the state of a matter as the resident understands it: what
// silence made of an answer is its own state.
func (v storyView) state(m flow.Matter) string {
	switch {
	case m.Case.IsSealed():
		return "sealed"
	case !m.Part.WithdrawnAt.IsZero():
		return "withdrawn"
	case m.Case.State == cases.Answered && v.now.After(m.Case.ConfirmUntil):
		return string(cases.Unconfirmed)
	case m.Promise.Next == "reply":
		return "asking"
	}
	return string(m.Case.State)
}

func tone(v storyView, m flow.Matter) web.Tone {
	switch v.state(m) {
	case "answered", "closed":
		return web.Done
	case "contested", "asking":
		return web.Soon
	case "withdrawn", "unconfirmed":
		return web.Waiting
	}
	return web.Plain
}

// promise says who holds it, what happens next, and until when.
func (v storyView) promise(ctx context.Context, m flow.Matter) string {
	if m.Case.IsSealed() {
		return web.T(ctx, "promise.sealed", "Body", v.body(ctx, m.Case.Sealed.Route))
	}
	key := "promise." + m.Promise.Next
	if st := v.state(m); st == "withdrawn" || st == string(cases.Unconfirmed) {
		key = "promise." + st
	} else if !m.Promise.Until.IsZero() && v.now.After(m.Promise.Until) && m.Promise.Next != "confirm" {
		key += "_late"
	}
	until := ""
	if !m.Promise.Until.IsZero() {
		until = web.Deadline(ctx, m.Promise.Until)
	}
	return web.T(ctx, key, "Unit", v.unit(ctx, m.Promise.Holder), "Until", until)
}

// body is the name of the body that a matter was sealed for.
func (v storyView) body(ctx context.Context, route string) string {
	r, ok := v.city.Catalogue.Route(route)
	if !ok {
		return route
	}
	return r.Name.In(web.Lang(ctx))
}

// sealed reports whether what was said is not here any more, or soon.
func (v storyView) sealed() bool {
	return v.story.Request.Sealed != "" || slices.ContainsFunc(v.story.Matters, func(m flow.Matter) bool { return m.Case.IsSealed() })
}

// question is the last one that was put.
func (v storyView) question(ctx context.Context, m flow.Matter) string {
	for _, s := range v.story.Steps {
		if s.Event.Kind == cases.Asked && s.Event.Case == m.Case.ID {
			return web.T(ctx, "story.question", "Question", s.Event.Detail.Text)
		}
	}
	return web.T(ctx, "story.question", "Question", "")
}

func (v storyView) canWithdraw() bool {
	for _, m := range v.story.Matters {
		if m.Part.WithdrawnAt.IsZero() && m.Case.Withdrawable(m.Part.Request) {
			return true
		}
	}
	return false
}

func (v storyView) canJudge(m flow.Matter) bool {
	return m.Part.Judgeable(m.Case, v.now)
}

func (v storyView) canRate(m flow.Matter) bool {
	return (m.Case.State == cases.Answered || m.Case.State == cases.Closed) && !m.Case.AnsweredAt.IsZero() && m.Part.Rating == 0 && m.Part.WithdrawnAt.IsZero()
}

// step says what happened in plain words.
func (v storyView) step(ctx context.Context, e cases.Event) string {
	until := ""
	if e.Detail.Until != nil {
		until = web.Deadline(ctx, *e.Detail.Until)
	}
	unit := e.Unit
	if e.Detail.To != "" {
		unit = e.Detail.To
	}
	if e.Kind == cases.AnsweredWith && e.Detail.From != "" { // the unit's words, which the hotline released
		unit = e.Detail.From
	}
	if e.Kind == cases.CauseGone {
		return web.T(ctx, "step.cause_gone", "Result", org.Name{ZH: e.Detail.Text, EN: e.Detail.English}.In(web.Lang(ctx)))
	}
	key := "step." + string(e.Kind)
	if e.Kind == cases.DispatchedTo && until == "" {
		key = "step.dispatched_open"
	}
	return web.T(ctx, key, "Unit", v.unit(ctx, unit), "Until", until)
}

// showsText says which steps have words of their own; the answer stands above.
func (v storyView) showsText(e cases.Event) bool {
	switch e.Kind {
	case cases.Asked, cases.Replied, cases.ContestedBy, cases.KeptClosed, cases.Reopened, cases.AnsweredWith, cases.Routed, cases.Split, cases.Ruled, cases.PutOff, cases.TimeGranted:
		return true
	}
	return false
}

func (t reply) value(name string) string { return t.values.Get(name) }

// of gives a field's value back in the form of the part it was typed for.
func (t reply) of(part cases.PartID, name string) string {
	if t.values.Get("part") != string(part) {
		return ""
	}
	return t.values.Get(name)
}

func (t reply) errorOf(part cases.PartID, name string) string {
	if t.values.Get("part") != string(part) {
		return ""
	}
	return t.wrong[name]
}

func first(wrong map[string]string, fields ...string) string {
	for _, f := range fields {
		if m := wrong[f]; m != "" {
			return m
		}
	}
	return ""
}

func kinds(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "kind.left_to_us")}}
	for _, k := range intake.Kinds {
		list = append(list, web.Option{Value: k, Label: web.T(ctx, "kind."+k), Hint: web.T(ctx, "kind."+k+"_hint")})
	}
	return list
}

func stars(ctx context.Context) []web.Option {
	var list []web.Option
	for n := 5; n >= 1; n-- {
		list = append(list, web.Option{Value: strconv.Itoa(n), Label: web.T(ctx, "stars."+strconv.Itoa(n))})
	}
	return list
}

func hours(ctx context.Context, h float64) string {
	if h < 48 {
		return web.T(ctx, "portal.hours", "Count", fmt.Sprintf("%.0f", max(h, 1)))
	}
	return web.T(ctx, "portal.days", "Count", fmt.Sprintf("%.1f", h/24))
}
