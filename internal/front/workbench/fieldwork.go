package workbench

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/city/intake"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// wayView is the way of somebody who works outside.
type wayView struct {
	page  web.Page
	staff access.StaffID
	unit  bool
	stops []stopView
	at    time.Time
	kept  cases.Number // where a note was just kept
	typed url.Values   // of the form that came back
	wrong map[string]string
}

type stopView struct {
	row
	point *intake.Point
	away  string // from the stop before
	key   string // of the next note
}

// way shows the cases of a day in the order to pass them.
func (b *Workbench) way(w http.ResponseWriter, r *http.Request) error {
	return b.renderWay(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderWay(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	if !by.Is(access.Handler, access.SectionHead, access.UnitLeader) {
		return errs.New(errs.Denied, "access.denied")
	}
	q := r.URL.Query()
	v := wayView{page: b.page(ctx, web.T(ctx, "way.title"), "/work/way"), staff: by.Staff, unit: q.Get("of") == "unit", at: b.Now(), kept: cases.Number(q.Get("kept")), typed: typed, wrong: wrong}
	v.page.More = "way"
	stops, err := b.Requests.Way(ctx, by, v.unit, pointOf(q))
	if err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	for _, s := range stops {
		v.stops = append(v.stops, stopView{row: b.row(ctx, city, s.Case, v.at), point: s.Point, away: away(ctx, s), key: ids.New(v.at)})
	}
	return web.Render(ctx, w, status, wayPage(v))
}

// pointOf is where the browser says one is; nil if it does not say.
func pointOf(q url.Values) *intake.Point {
	lat, err1 := strconv.ParseFloat(q.Get("lat"), 64)
	lon, err2 := strconv.ParseFloat(q.Get("lon"), 64)
	if err1 != nil || err2 != nil || !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) {
		return nil
	}
	return &intake.Point{Lat: lat, Lon: lon}
}

func away(ctx context.Context, s flow.Stop) string {
	switch {
	case s.Meters < 0:
		return ""
	case s.Meters < 1000:
		return web.T(ctx, "way.meters", "Count", int(s.Meters/10+0.5)*10)
	}
	return web.T(ctx, "way.km", "Km", oneDigit(s.Meters/1000))
}

// geo is the address by which a phone opens its own map.
func (s stopView) geo() string {
	return "geo:" + coordinates(*s.point)
}

func coordinates(p intake.Point) string {
	return strconv.FormatFloat(p.Lat, 'f', 6, 64) + "," + strconv.FormatFloat(p.Lon, 'f', 6, 64)
}

// visit keeps what was found at the place, from a page that waited for a
// line: the photos came before, in pieces. Told again, it is kept once.
func (b *Workbench) visit(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err == nil {
		err = b.keepVisit(r, form, func(ctx context.Context, _ access.Actor, to files.Owner) (int, error) {
			_, err := b.Files.Attach(ctx, form["photo"], to)
			return len(form["photo"]), err
		})
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// visitForm is visit for a page without scripts: the photo comes with the form.
func (b *Workbench) visitForm(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	number := cases.Number(r.PathValue("number"))
	err = b.keepVisit(r, form, func(ctx context.Context, by access.Actor, to files.Owner) (int, error) {
		name, raw, err := web.PhotoOf(r)
		if len(raw) == 0 && errsOnly(err, "photo.empty") {
			return 0, nil
		}
		if err == nil {
			_, err = b.Files.Take(ctx, by.ID(), name, raw, to)
		}
		return 1, err
	})
	if err == nil {
		return web.See(w, r, "/work/way?kept="+url.QueryEscape(string(number))+"#"+url.QueryEscape(string(number)))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		form.Set("number", string(number))
		return b.renderWay(w, r, web.Status(err), form, wrong)
	}
	return err
}

// errsOnly reports whether an error says this and nothing else.
func errsOnly(err error, key string) bool {
	e := errs.Of(err)
	return e != nil && e.Key == key
}

func (b *Workbench) keepVisit(r *http.Request, form url.Values, photos func(context.Context, access.Actor, files.Owner) (int, error)) error {
	ctx := r.Context()
	by := access.From(ctx)
	c, err := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	if err := by.Can(access.CaseNote, c.Resource(city.Directory)); err != nil {
		return err
	}
	written := b.Now()
	if ms, err := strconv.ParseInt(form.Get("at"), 10, 64); err == nil {
		written = time.UnixMilli(ms).UTC()
	}
	n, err := photos(ctx, by, files.Owner{Kind: files.OfAnswer, ID: string(c.ID)})
	if err != nil {
		return err
	}
	_, err = b.Cases.Visit(ctx, by, c.ID, cases.Visit{Key: form.Get("key"), At: written, Text: form.Get("note"), Photos: n})
	return err
}

// wayWorker is the script that shows the way also without a line. Its address
// stays the same, as browsers want of it.
func (b *Workbench) wayWorker(w http.ResponseWriter, r *http.Request) {
	web.ServeAsset(w, r, "offline.js")
}

// noteOf and wrongOf are of the form that came back, of the several on the page.
func (v wayView) noteOf(s stopView) string {
	if v.typed.Get("number") != string(s.c.Number) {
		return ""
	}
	return v.typed.Get("note")
}

// idOf is what the list of mistakes leads to, in the form that came back.
func (v wayView) idOf(s stopView, field string) string {
	if v.wrongOf(s, field) != "" {
		return field
	}
	return field + "-" + string(s.c.Number)
}

func (v wayView) wrongOf(s stopView, field string) string {
	if v.typed.Get("number") != string(s.c.Number) {
		return ""
	}
	return v.wrong[field]
}
