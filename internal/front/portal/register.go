package portal

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// registerDays is how far back it is told what went out by itself.
const registerDays = 30

// A registerView is the public record of the program that reads requests, made
// from what it runs on.
type registerView struct {
	flow.Register
	city org.City
	sum  triage.Sum // of the last days
}

func (p *Portal) registerOf(ctx context.Context) (v registerView, err error) {
	if v.Register, err = p.Learning.Register(ctx); err != nil {
		return v, err
	}
	if v.city, err = p.Org.City(ctx); err != nil {
		return v, err
	}
	v.sum, err = p.Requests.Triage.Sum(ctx, registerDays)
	return v, err
}

func (p *Portal) register(w http.ResponseWriter, r *http.Request) error {
	v, err := p.registerOf(r.Context())
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, registerPage(v))
}

// automatic lists the categories whose cases may go out without a person.
func (v registerView) automatic() (list []org.Category) {
	for _, k := range v.city.Catalogue.Leaves() {
		if k.Automatic > 0 {
			list = append(list, k)
		}
	}
	return list
}

// answers is the unit that answers for the program.
func (v registerView) answers(lang string) string {
	return v.city.HotlineUnit().Name.In(lang)
}

// said is a count as everybody may know it.
func (v registerView) said(n int) string {
	if n > 0 && n < v.city.Policy.SmallCell {
		return "< " + strconv.Itoa(v.city.Policy.SmallCell)
	}
	return strconv.Itoa(n)
}

func (v registerView) part(ctx context.Context, p flow.PartMarks) string {
	if p.Of == "area" {
		return v.city.AreaName(org.AreaID(p.Name), web.Lang(ctx))
	}
	return web.T(ctx, "channel."+p.Name)
}

// A registerJSON is the record for other programs. Texts come in both
// languages; shares are of 1.
type registerJSON struct {
	Name        registerText     `json:"name"`
	Purpose     registerText     `json:"purpose"`
	How         registerText     `json:"how"`
	Data        registerText     `json:"data"`
	Limits      registerText     `json:"limits"`
	Refuse      registerText     `json:"refuse"`
	Appeal      registerText     `json:"appeal"`
	Responsible registerText     `json:"responsible"`
	Phone       string           `json:"phone"`
	InForce     *registerModel   `json:"in_force"` // null: the catalogue's rules read alone
	Known       int              `json:"cases_known,omitempty"`
	Least       int              `json:"cases_needed,omitempty"`
	Judged      *registerJudged  `json:"judged"` // null: not yet
	Automatic   registerSent     `json:"automatic"`
	History     []registerChange `json:"history"`
}

type registerText struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

type registerModel struct {
	Version string         `json:"version"`
	Since   time.Time      `json:"since"`
	Rows    int            `json:"trained_on"`
	Until   time.Time      `json:"trained_until"`
	Settled map[string]int `json:"settled"`
}

type registerJudged struct {
	At    time.Time       `json:"at"`
	N     int             `json:"n"`
	Right registerShare   `json:"right"`
	ECE   float64         `json:"ece"`
	F1    float64         `json:"macro_f1"`
	Parts []registerShare `json:"parts"`
}

type registerShare struct {
	Of    string  `json:"of,omitempty"`
	Name  string  `json:"name,omitempty"`
	N     int     `json:"n"`
	Count int     `json:"count"`
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

type registerSent struct {
	Days       int                 `json:"days"`
	Sent       string              `json:"sent"` // a small one is not told: "< 5"
	Checked    string              `json:"checked"`
	Fit        string              `json:"fit"`
	Asked      string              `json:"asked_for_a_person"`
	Categories []registerThreshold `json:"categories"`
}

type registerThreshold struct {
	ID      string       `json:"id"`
	Name    registerText `json:"name"`
	Percent int          `json:"percent"`
}

type registerChange struct {
	At      time.Time   `json:"at"`
	Ruling  flow.Ruling `json:"ruling"`
	Version string      `json:"version"`
	Rows    int         `json:"trained_on"`
}

func shareOf(of, name string, right, n int) registerShare {
	i := rates.Wilson(right, n)
	return registerShare{of, name, n, right, float64(right) / float64(n), i.Low, i.High}
}

func (p *Portal) registerFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := p.registerOf(ctx)
	if err != nil {
		return err
	}
	zh, en := p.Site.Context(ctx, "zh"), p.Site.Context(ctx, "en")
	text := func(key string) registerText {
		hotline := v.city.Policy.Hotline
		return registerText{web.T(zh, key, "Hotline", hotline), web.T(en, key, "Hotline", hotline)}
	}
	out := registerJSON{
		Name: text("register.name"), Purpose: text("register.purpose"), How: text("register.how"), Data: text("register.data"), Limits: text("register.limits"),
		Refuse: text("register.refuse"), Appeal: text("register.appeal"), Responsible: registerText{v.answers("zh"), v.answers("en")}, Phone: v.city.Policy.Hotline,
		Known: v.Known, Least: v.Least,
		Automatic: registerSent{
			Days: registerDays, Sent: v.said(v.sum.Sent), Checked: v.said(v.sum.Checked), Fit: v.said(v.sum.Fit), Asked: v.said(v.sum.Asked), Categories: []registerThreshold{},
		},
		History: []registerChange{},
	}
	if m := v.InForce; m != nil {
		out.InForce = &registerModel{m.Model, m.At, m.Rows, m.Until, m.Settled}
	}
	if s := v.Standing; s != nil {
		out.Judged = &registerJudged{At: s.At, N: s.Marks.N, Right: shareOf("", "", s.Marks.Right, s.Marks.N), ECE: s.Marks.ECE, F1: s.Marks.MacroF1, Parts: []registerShare{}}
		for _, x := range s.Parts {
			out.Judged.Parts = append(out.Judged.Parts, shareOf(x.Of, x.Name, x.Right, x.N))
		}
	}
	for _, k := range v.automatic() {
		out.Automatic.Categories = append(out.Automatic.Categories, registerThreshold{string(k.ID), registerText{k.Name.ZH, k.Name.EN}, k.Automatic})
	}
	for _, t := range v.History {
		out.History = append(out.History, registerChange{t.At, t.Ruling, t.Model, t.Rows})
	}
	body, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(append(body, '\n'))
	return err
}
