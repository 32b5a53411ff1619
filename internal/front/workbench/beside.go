package workbench

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// doBeside is do for what goes on beside the state of a case.
func (b *Workbench) doBeside(ctx context.Context, by access.Actor, c cases.Case, revision int64, action string, form url.Values) (err error) {
	switch action {
	case "dispute":
		_, err = b.Cases.DisputeReturn(ctx, by, c.ID, revision, cases.Return{
			Reason: form.Get("reason"), Proposed: org.UnitID(form.Get("proposed")), Duty: org.DutyID(form.Get("duty")),
		})
	case "convene":
		d := dispatching(form)
		_, err = b.Cases.Convene(ctx, by, c.ID, revision, cases.Convening{Lead: d.Unit, Helpers: d.Helpers, Minutes: form.Get("minutes")})
	case "decide":
		d := dispatching(form)
		_, err = b.Requests.Rule(ctx, by, c.ID, revision, cases.Ruling{
			Lead: d.Unit, Helpers: d.Helpers, Duty: org.DutyID(form.Get("duty")), Basis: form.Get("basis"), Matter: form.Get("matter"), Text: form.Get("reason"),
		})
	case "task":
		limit, wrong := calendar.ParseLimit(form.Get("limit"))
		if wrong != nil {
			limit = calendar.Limit{} // the room says what is wrong
		}
		_, err = b.Cases.GiveTask(ctx, by, c.ID, revision, org.UnitID(form.Get("unit")), form.Get("task"), limit)
	case "task_done":
		_, err = b.Cases.AnswerTask(ctx, by, c.ID, revision, form.Get("id"), form.Get("done"))
	case "task_rate":
		_, err = b.Cases.RateTask(ctx, by, c.ID, revision, form.Get("id"), whole(form.Get("rating")), form.Get("rating_text"))
	case "joint":
		units := make([]org.UnitID, len(form["units"]))
		for i, u := range form["units"] {
			units[i] = org.UnitID(u)
		}
		_, err = b.Cases.Determine(ctx, by, c.ID, revision, units, form.Get("minutes"))
	case "joint_sign":
		_, err = b.Cases.SignJoint(ctx, by, c.ID, revision, form.Get("id"))
	case "contacted":
		_, err = b.Cases.Contacted(ctx, by, c.ID, revision, form.Get("contact_words"))
	case "time":
		_, err = b.Cases.AskTime(ctx, by, c.ID, revision, cases.Wish{Pause: form.Get("time_kind") == "pause", N: whole(form.Get("time")), Reason: form.Get("time_reason")})
	case "time_decide":
		_, err = b.Cases.DecideTime(ctx, by, c.ID, revision, form.Get("grant") == "yes", form.Get("reason"))
	case "go_on":
		_, err = b.Cases.GoOn(ctx, by, c.ID, revision)
	case "shelf":
		_, err = b.Cases.AskShelf(ctx, by, c.ID, revision, b.morning(ctx, form.Get("review")), form.Get("shelf_reason"))
	case "shelve":
		_, err = b.Cases.Shelve(ctx, by, c.ID, revision, form.Get("ok") == "yes", form.Get("reason"))
	case "meet":
		_, err = b.Cases.Meet(ctx, by, c.ID, revision, form.Get("id"), form.Get("how"))
	case "recuse":
		who := by.Staff
		if form.Has("who") {
			who = access.StaffID(form.Get("who"))
		}
		_, err = b.Cases.Recuse(ctx, by, c.ID, revision, who, cases.Ground(form.Get("ground")), form.Get("recuse_text"))
	case "take_off":
		_, err = b.Cases.TakeOff(ctx, by, c.ID, revision, form.Get("reason"))
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	return err
}

// whole is what was typed, 0 if it is none.
func whole(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}

// morning is when the city's day begins that was typed; zero if it is none.
func (b *Workbench) morning(ctx context.Context, day string) time.Time {
	city, err := b.Org.City(ctx)
	if err != nil {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly, day, city.Calendar.Location())
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// inUnit reports whether who looks works in the unit that leads.
func (v caseView) inUnit() bool { return v.by.WorksWith(v.c.Lead) }

// mayShelve reports whether the next step of putting the case off is theirs.
func (v caseView) mayShelve() bool {
	h := v.c.Shelf
	if v.c.State != cases.Accepted || !h.Open() || h.By == v.by.Staff || h.SignedBy == v.by.Staff {
		return false
	}
	if h.SignedAt.IsZero() {
		return v.may(access.CaseSign)
	}
	return v.may(access.CaseRelease) && !v.inUnit() && (v.c.PutOffs < v.city.Policy.ShelfTimes || v.may(access.CaseDecide))
}

// caseUnits are the helpers, and the lead where it counts too.
func (v caseView) caseUnits(ctx context.Context, lead bool) []web.Option {
	var list []web.Option
	add := func(u org.UnitID) {
		list = append(list, web.Option{Value: string(u), Label: v.city.UnitName(u, web.Lang(ctx))})
	}
	if lead {
		add(v.c.Lead)
	}
	for _, u := range v.c.Helpers {
		add(u)
	}
	return list
}

func stars(ctx context.Context) []web.Option {
	var list []web.Option
	for n := 5; n > 0; n-- {
		list = append(list, web.Option{Value: strconv.Itoa(n), Label: web.T(ctx, "stars."+strconv.Itoa(n))})
	}
	return list
}

// amount says a limit, such as "3 working days"; "" for none.
func amount(ctx context.Context, l calendar.Limit) string {
	if l.IsZero() {
		return ""
	}
	return web.T(ctx, "amount."+string(l.In), "Count", l.N)
}

// amount says so much of the unit of the city's cap.
func (v caseView) amount(ctx context.Context, n int) string {
	return web.T(ctx, "amount."+string(v.city.Policy.ExtensionCap.In), "Count", n)
}
