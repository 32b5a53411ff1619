package workbench

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/algo/answers"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

const (
	readingDays = 90
	readingPage = 30
)

type readingsView struct {
	page  web.Page
	city  org.City
	query url.Values
	rows  []readingRow
	tally []insight.Tally
	names map[access.StaffID]org.Name
	judge bool
	older string
	first string
	wrong map[string]string
	typed url.Values
}

// A readingRow is an answer with its case, as who looks may see it.
type readingRow struct {
	insight.Reading
	subject string
}

func (b *Workbench) readings(w http.ResponseWriter, r *http.Request) error {
	return b.renderReadings(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderReadings(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	q := r.URL.Query()
	v := readingsView{page: b.page(ctx, web.T(ctx, "reading.title"), "/work/topics"), query: q, typed: typed, wrong: wrong}
	v.judge = by.Can(access.InsightJudge, access.Resource{Type: access.CityType}) == nil
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	since := b.Now().AddDate(0, 0, -readingDays)
	f := insight.ReadingFilter{Look: q.Get("view") != "all", Since: since, Limit: readingPage + 1}
	if u := org.UnitID(q.Get("unit")); u != "" {
		f.Unit = v.city.Down(u)
	}
	switch judged := q.Get("view") == "judged"; {
	case judged, q.Get("view") == "":
		f.Judged = &judged
	}
	if at, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil {
		f.Before, f.BeforeID = time.UnixMicro(at), q.Get("id")
		v.first = address("/work/answers", without(q, "id"), "before", "")
	}
	list, err := b.Insight.Readings(ctx, by, f)
	if err != nil {
		return err
	}
	if len(list) > readingPage {
		list = list[:readingPage]
		last := list[readingPage-1]
		next := without(q, "id")
		next.Set("id", last.Answer)
		v.older = address("/work/answers", next, "before", strconv.FormatInt(last.At.UnixMicro(), 10))
	}
	for _, x := range list {
		c, err := b.Cases.ByNumber(ctx, by, cases.Number(x.Case))
		if cases.IsUnseen(err) {
			continue
		}
		if err != nil {
			return err
		}
		v.rows = append(v.rows, readingRow{x, c.Subject})
	}
	if v.tally, err = b.Insight.Tally(ctx, by, since); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, readingsPage(v))
}

// without is what an address asks for but for one of its values.
func without(q url.Values, name string) url.Values {
	out := url.Values{}
	for k, v := range q {
		if k != name {
			out[k] = v
		}
	}
	return out
}

// judgeReading keeps what a supervisor says of an answer.
func (b *Workbench) judgeReading(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	x, err := b.Insight.Judge(ctx, access.From(ctx), r.PathValue("id"), insight.Verdict(form.Get("verdict")), form.Get("note"))
	if err == nil {
		if x.Verdict == insight.Right {
			return web.See(w, r, "/work/cases/"+x.Case)
		}
		return web.See(w, r, "/work/answers")
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		form.Set("id", r.PathValue("id"))
		return b.renderReadings(w, r, web.Status(err), form, wrong)
	}
	return err
}

// sums adds up what the units' answers were like.
func (v readingsView) sums() (sum insight.Tally) {
	for _, t := range v.tally {
		sum.Answers += t.Answers
		sum.Look += t.Look
		sum.Late += t.Late
		sum.Right += t.Right
		sum.Wrong += t.Wrong
	}
	return sum
}

func (v readingsView) wrongOf(x readingRow) string {
	if v.typed.Get("id") != x.Answer {
		return ""
	}
	return v.wrong["verdict"] + v.wrong["note"]
}

// shareOf gives a share with what it is of; unknown where there is nothing.
func shareOf(ctx context.Context, n, of int) string {
	return ratio(ctx, cases.Ratio{Count: n, Of: of}) + " (" + web.Number(ctx, n) + "/" + web.Number(ctx, of) + ")"
}

// readingOf is what was found of an answer, one line each.
func readingOf(ctx context.Context, f insight.Found, late bool) (list []string) {
	if f.Compared {
		list = append(list, web.T(ctx, "reading.on", "Share", percent(f.On)))
	}
	list = append(list, web.T(ctx, "reading.taken", "Taken", f.Taken, "Asked", f.Asked))
	if f.Copied > 0 {
		list = append(list, web.T(ctx, "reading.copied", "Share", percent(f.Copied), "Own", f.Own))
	}
	list = append(list, marksOf(ctx, f.Marks))
	days := web.T(ctx, "reading.days", "Days", oneDigit(f.Days))
	if late {
		days += " · " + web.T(ctx, "reading.late")
	}
	return append(list, days)
}

func marksOf(ctx context.Context, marks []string) string {
	if len(marks) == 0 {
		return web.T(ctx, "reading.marks_none")
	}
	names := make([]string, len(marks))
	for i, m := range marks {
		names[i] = web.T(ctx, "reading.mark_"+m)
	}
	return web.T(ctx, "reading.marks", "Marks", strings.Join(names, web.T(ctx, "reading.and")))
}

// A checkView is how an answer reads that is being written.
type checkView struct {
	flow.DraftReading
	late bool
	due  time.Time
}

// checked reads what was typed of an answer, for its writer.
func (b *Workbench) checked(ctx context.Context, by access.Actor, c cases.Case, form url.Values) (*checkView, error) {
	if form.Get("answer") == "" {
		return nil, nil
	}
	x, err := b.Insight.ReadDraft(ctx, by, c, cases.Answer{Text: form.Get("answer"), English: form.Get("english")})
	if err != nil {
		return nil, err
	}
	due := c.Clocks.ResolveDue
	return &checkView{x, !due.IsZero() && b.Now().After(due), due}, nil
}

// answerHints says how an answer reads while it is being written.
func (b *Workbench) answerHints(w http.ResponseWriter, r *http.Request, c cases.Case, form url.Values) error {
	ctx := r.Context()
	v, err := b.checked(ctx, access.From(ctx), c, form)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(ctx, w, http.StatusOK, answerReading(v))
}

// A piece is a part of a text, stock or the writer's own.
type piece struct {
	text  string
	stock bool
}

// pieces cuts an answer where phrases begin and end that stand in many others.
func (v *checkView) pieces() (list []piece) {
	signs := []rune(v.Answer)
	at := 0
	for _, s := range v.Stretches {
		if s.End > len(signs) {
			break
		}
		if s.Start > at {
			list = append(list, piece{string(signs[at:s.Start]), false})
		}
		list = append(list, piece{string(signs[s.Start:s.End]), true})
		at = s.End
	}
	return append(list, piece{string(signs[at:]), false})
}

// ask is the words of something that was asked.
func (v *checkView) ask(a answers.Ask) string {
	signs := []rune(v.Question)
	return short(string(signs[min(a.Start, len(signs)):min(a.End, len(signs))]), 80)
}

func (v *checkView) marks() (list []string) {
	for _, m := range v.Marks {
		list = append(list, string(m))
	}
	return list
}
