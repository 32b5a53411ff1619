// Package portal is the residents' door: say it, see what becomes of it,
// answer, confirm or dispute. It has no rules; those stand in the rooms.
package portal

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/recent"
	"yiwang/internal/city/access"
	"yiwang/internal/city/account"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// Texts are the words of these pages.
//
//go:embed texts
var Texts embed.FS

// A Portal serves residents and firms.
type Portal struct {
	Site      *web.Site
	Intake    *intake.Service
	Cases     *cases.Service
	Requests  *flow.Requests
	Learning  *flow.Learning
	Sealing   *flow.Sealing
	Files     *files.Service
	Knowledge *knowledge.Service
	Law       *law.Service
	// Supervision has the topics of the month.
	Supervision *flow.Supervision
	Org         *org.Service
	Now         func() time.Time
	// Submissions limits requests, Hints what is asked while one is written,
	// Codes wrong receipt codes, Uploads photos, by address.
	Submissions, Hints, Codes, Uploads *web.Limiter

	Accounts *account.Service
	Sessions *scs.SessionManager
	SignIns  *web.Limiter

	figures recent.Memory[district]
	counts  recent.Memory[flow.Counts]
}

// Routes mounts the portal's pages.
func (p *Portal) Routes(mux *http.ServeMux) {
	mux.Handle("GET /{$}", p.Site.Page(p.home))
	mux.Handle("GET /requests/new", p.Site.Page(p.newRequest))
	mux.Handle("POST /requests/new", p.Site.Page(p.newRequest)) // from the box on the home page
	mux.Handle("GET /receipts", p.Site.Page(p.receipts))
	mux.Handle("POST /receipts", p.Site.Page(p.findReceipt))
	mux.Handle("POST /r/{code}/{action}", p.Sessions.LoadAndSave(p.Site.Page(p.act)))
	mux.Handle("GET /r/{code}/photos/{id}", p.Site.Page(p.photo))
	mux.Handle("POST /r/{code}/photos", p.Site.Page(p.addPhoto))
	mux.Handle("POST /requests/hints", p.Site.Page(p.hints))
	mux.Handle("POST /uploads", p.Site.JSON(p.beginUpload))
	mux.Handle("PATCH /uploads/{token}", p.Site.JSON(p.upload))
	mux.Handle("GET /uploads/{token}", p.Site.JSON(p.uploaded))
	mux.Handle("DELETE /uploads/{token}", p.Site.JSON(p.discard))
	mux.Handle("GET /map.json", p.Site.JSON(p.geometry))
	mux.Handle("GET /public", p.Site.Page(p.public))
	mux.Handle("GET /public/{number}", p.Site.Page(p.publicCase))
	mux.Handle("GET /public.atom", p.Site.Page(p.feed))
	mux.Handle("GET /programmes", p.Site.Page(p.programmes))
	mux.Handle("GET /figures", p.Site.Page(p.figuresPage))
	mux.Handle("GET /figures/{table}", p.Site.Page(p.figuresTable))
	mux.Handle("GET /figures/rulings", p.Site.Page(p.rulings))
	mux.Handle("GET /figures/rulings.csv", p.Site.Page(p.rulingsTable))
	mux.Handle("GET /figures/sample", p.Site.Page(p.samples))
	mux.Handle("GET /figures/sample/{month}/{file}", p.Site.Page(p.sampleFile))
	mux.Handle("GET /register", p.Site.Page(p.register))
	mux.Handle("GET /register.json", p.Site.JSON(p.registerFile))
	mux.Handle("GET /place", p.Site.Page(p.place))
	mux.Handle("GET /answers", p.Site.Page(p.answers))
	mux.Handle("GET /answers/{id}", p.Site.Page(p.answer))
	mux.Handle("POST /answers/{id}/helped", p.Site.Page(p.rate))
	own := func(pattern string, h web.Handler) { mux.Handle(pattern, p.Sessions.LoadAndSave(p.Site.Page(h))) }
	own("GET /account", p.account)
	own("POST /account/{action}", p.enterAccount)
	own("POST /r/{code}/keep", p.keep)
	own("POST /requests", p.submit)
	own("GET /r/{code}", p.receipt)
	mux.Handle("GET /about", p.Site.Page(p.about))
}

// draft is the form of a request as it was typed.
type draft struct {
	Text, Kind, Area, Address, Lat, Lon, Contact, Key, SameAs, ByPerson string
	Photos                                                              []string // tokens of photos sent before
	wrong                                                               map[string]string
	hints                                                               hints
	missed                                                              string // an article that did not help, they just said
}

func (p *Portal) home(w http.ResponseWriter, r *http.Request) error {
	f, err := p.district(r.Context())
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, homePage(f.week))
}

func (p *Portal) newRequest(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	d := draft{Area: q.Get("area"), Address: q.Get("address"), Lat: q.Get("lat"), Lon: q.Get("lon"), SameAs: q.Get("same_as"), Key: "web:" + ids.Token(16)}
	if r.Method == http.MethodPost {
		form, err := web.Form(r)
		if err != nil && web.Messages(r.Context(), err) == nil {
			return err
		}
		if d = read(form); form.Get("mask") != "" {
			d.Text = pii.Mask(d.Text, needless(d.Text))
		}
		if d.Key == "" {
			d.Key = "web:" + ids.Token(16)
		}
		found, err := p.helped(r, form)
		if wrong := web.Messages(r.Context(), err); wrong != nil && !errs.Is(err, errs.NotFound) {
			d.wrong = wrong
			return p.form(w, r, web.Status(err), d)
		}
		if err != nil {
			return err
		}
		if found != "" {
			return web.See(w, r, "/answers/"+url.PathEscape(found)+"?thanks")
		}
		d.missed = form.Get("not_helped")
	}
	return p.form(w, r, http.StatusOK, d)
}

func (p *Portal) form(w http.ResponseWriter, r *http.Request, status int, d draft) error {
	city, err := p.Org.City(r.Context())
	if err != nil {
		return err
	}
	if _, err := d.pointIn(city); err != nil { // of a code or another form; what was sent is refused before
		d.refuse(r.Context(), web.Messages(r.Context(), err))
	}
	if d.hints, err = p.hintsFor(r, d); err != nil {
		return err
	}
	d.hints.missed = d.missed
	return web.Render(r.Context(), w, status, requestForm(d, web.AreaOptions(city.Directory, web.Lang(r.Context()))))
}

func (p *Portal) submit(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	d := read(form)
	var q intake.Request
	var lost int
	if err == nil {
		q, lost, err = p.take(r, d)
	}
	if err == nil {
		id, err := p.signedIn(r.Context())
		if err == nil && id != "" {
			err = p.Accounts.Put(r.Context(), id, string(q.ID))
		}
		if err != nil { // the receipt counts more than the account, which it can be put into again
			p.Site.Log.WarnContext(r.Context(), "not put into the account", "request", q.ID, "error", err)
		}
		to := "/r/" + q.Receipt.String() + "?new=1"
		if lost > 0 {
			to += "&lost=" + strconv.Itoa(lost)
		}
		return web.See(w, r, to)
	}
	wrong := web.Messages(r.Context(), err)
	if wrong == nil {
		return err
	}
	d.refuse(r.Context(), wrong)
	if errs.Is(err, errs.Conflict) { // sent before in other words: the next press is a new request
		d.Key = "web:" + ids.Token(16)
	}
	return p.form(w, r, web.Status(err), d)
}

// read takes what was typed.
func read(form url.Values) draft {
	return draft{
		Text: form.Get("text"), Kind: form.Get("kind"), Area: form.Get("area"), Address: form.Get("address"),
		Lat: form.Get("lat"), Lon: form.Get("lon"), Contact: form.Get("contact"), Key: form.Get("key"), SameAs: form.Get("same_as"), ByPerson: form.Get("by_person"), Photos: form["photo"],
	}
}

// take submits what was typed, and says how many of its photos were lost.
func (p *Portal) take(r *http.Request, d draft) (q intake.Request, lost int, err error) {
	if !p.Submissions.Allow(p.Site.Address(r)) {
		return q, 0, errs.New(errs.TooMany, "portal.too_many")
	}
	in := intake.Draft{
		Text: d.Text, Kind: d.Kind, Area: org.AreaID(d.Area), Address: d.Address, Contact: intake.Contact(d.Contact), Channel: intake.Web, Key: d.Key, SameAs: d.SameAs, ByPerson: d.ByPerson == "yes",
	}
	if in.Point, err = d.point(); err != nil {
		return q, 0, err
	}
	if len(d.Photos) > files.MaxPhotos {
		return q, 0, errs.Field("photo", "file.too_many", "Max", files.MaxPhotos)
	}
	if q, err = p.Intake.Submit(r.Context(), access.Actor{}, in); err != nil {
		return q, 0, err
	}
	return q, p.attach(r.Context(), q.ID, d.Photos), nil
}

// attach gives photos to a request and says how many are not there in the end:
// one waits no longer than a day. The receipt counts more than the photos,
// which can be added again; who sends a form twice has lost none.
func (p *Portal) attach(ctx context.Context, id intake.ID, tokens []string) (lost int) {
	if len(tokens) == 0 {
		return 0
	}
	owner := files.Owner{Kind: files.OfRequest, ID: string(id)}
	if _, err := p.Files.Attach(ctx, tokens, owner); err != nil {
		p.Site.Log.ErrorContext(ctx, "photos not attached", "request", id, "error", err)
	}
	of, err := p.Files.Of(ctx, owner.Kind, []string{owner.ID})
	if err != nil {
		p.Site.Log.ErrorContext(ctx, "photos not counted", "request", id, "error", err)
	}
	return max(0, len(slices.Compact(slices.Sorted(slices.Values(tokens))))-len(of[owner.ID]))
}

// point reads the place that was clicked on the map; nil if there is none.
func (d draft) point() (*intake.Point, error) {
	if d.Lat == "" && d.Lon == "" {
		return nil, nil
	}
	lat, err1 := strconv.ParseFloat(d.Lat, 64)
	lon, err2 := strconv.ParseFloat(d.Lon, 64)
	if err1 != nil || err2 != nil {
		return nil, errs.Field("lat", "portal.bad_position")
	}
	return intake.NewPoint(&lat, &lon), nil
}

// pointIn is point, in the city.
func (d draft) pointIn(city org.City) (*intake.Point, error) {
	point, err := d.point()
	if err != nil || point == nil {
		return nil, err
	}
	return point, point.In(city)
}

// refuse says beside the fields what is wrong. A point that cannot be used is
// taken out, which nobody could do by hand.
func (d *draft) refuse(ctx context.Context, wrong map[string]string) {
	d.wrong = wrong
	if m := first(wrong, "lat", "lon"); m != "" {
		d.Lat, d.Lon = "", ""
		wrong["address"] = strings.TrimSpace(wrong["address"] + " " + m + " " + web.T(ctx, "portal.point_dropped"))
		delete(wrong, "lat")
		delete(wrong, "lon")
	}
}

func (p *Portal) receipts(w http.ResponseWriter, r *http.Request) error {
	return web.Render(r.Context(), w, http.StatusOK, receiptsPage("", nil))
}

func (p *Portal) findReceipt(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err == nil {
		_, _, err = p.byReceipt(r, form.Get("receipt"))
	}
	if err == nil {
		code, err := intake.ParseReceipt(form.Get("receipt"))
		if err != nil {
			return err
		}
		return web.See(w, r, "/r/"+code.String())
	}
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) || errs.Is(err, errs.TooMany) {
		return web.Render(r.Context(), w, web.Status(err), receiptsPage(form.Get("receipt"), map[string]string{"receipt": web.Explain(r.Context(), err)}))
	}
	return err
}

// byReceipt finds a request; who tries many wrong codes has to wait.
func (p *Portal) byReceipt(r *http.Request, code string) (intake.Request, access.Actor, error) {
	addr := p.Site.Address(r)
	if p.Codes.Spent(addr) {
		return intake.Request{}, access.Actor{}, errs.New(errs.TooMany, "portal.too_many_codes")
	}
	q, by, err := p.Intake.ByReceipt(r.Context(), code)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) {
		p.Codes.Allow(addr)
	}
	return q, by, err
}

// reply is what a resident typed on the page of their receipt.
type reply struct {
	values url.Values
	wrong  map[string]string
	fresh  bool // the request has just been submitted
	lost   int  // and so many of its photos did not arrive
}

func (p *Portal) receipt(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	lost, err := strconv.Atoi(q.Get("lost"))
	if err != nil || lost > files.MaxPhotos {
		lost = 0
	}
	return p.story(w, r, http.StatusOK, reply{fresh: q.Has("new"), lost: lost})
}

func (p *Portal) story(w http.ResponseWriter, r *http.Request, status int, typed reply) error {
	ctx := r.Context()
	if _, _, err := p.byReceipt(r, r.PathValue("code")); err != nil {
		if errs.Is(err, errs.Invalid) {
			return errs.New(errs.NotFound, "receipt.mistyped")
		}
		return err
	}
	s, _, err := p.Requests.Story(ctx, r.PathValue("code"))
	if err != nil {
		return err
	}
	city, err := p.Org.City(ctx)
	if err != nil {
		return err
	}
	photos, err := p.photos(ctx, s)
	if err != nil {
		return err
	}
	return web.Render(ctx, w, status, storyPage(storyView{s, city, p.Now(), typed, photos}))
}

// act takes what the resident does on the page: answer a question, add
// words, confirm or contest, rate, withdraw.
func (p *Portal) act(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, formErr := web.Form(r)
	q, by, err := p.byReceipt(r, r.PathValue("code"))
	if err != nil {
		return err
	}
	err = formErr
	if action := r.PathValue("action"); err == nil && action == "words" && !p.Submissions.Allow(p.Site.Address(r)) {
		err = errs.New(errs.TooMany, "portal.too_many")
	}
	if err == nil {
		err = p.do(ctx, by, q, r.PathValue("action"), form)
	}
	if err == nil {
		return web.See(w, r, "/r/"+q.Receipt.String())
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return p.story(w, r, web.Status(err), reply{values: form, wrong: wrong})
	}
	return err
}

func (p *Portal) do(ctx context.Context, by access.Actor, q intake.Request, action string, form url.Values) error {
	switch action {
	case "words":
		if err := p.Sealing.Open(ctx, string(q.ID)); err != nil {
			return err
		}
		_, err := p.Intake.AddNote(ctx, by, q.ID, form.Get("words"), access.Resource{})
		return err
	case "reply":
		_, err := p.Cases.Reply(ctx, by, cases.ID(form.Get("case")), form.Get("reply"))
		return err
	case "person":
		return p.Requests.AskPerson(ctx, by, cases.ID(form.Get("case")))
	case "verdict":
		switch form.Get("verdict") {
		case "solved":
			_, err := p.Cases.Verdict(ctx, by, cases.PartID(form.Get("part")), true, "")
			return err
		case "not_solved":
			_, err := p.Cases.Verdict(ctx, by, cases.PartID(form.Get("part")), false, form.Get("missing"))
			return err
		}
		return errs.Field("verdict", "portal.choose_verdict")
	case "rate":
		stars, err := strconv.Atoi(form.Get("rating"))
		if err != nil {
			return errs.Field("rating", "portal.choose_rating")
		}
		_, err = p.Cases.Rate(ctx, by, cases.PartID(form.Get("part")), stars, form.Get("rating_text"))
		return err
	case "withdraw":
		if form.Get("sure") == "" {
			return errs.Field("sure", "portal.say_sure")
		}
		_, err := p.Cases.Withdraw(ctx, by, string(q.ID))
		return err
	}
	return errs.New(errs.NotFound, "error.no_page")
}

func (p *Portal) about(w http.ResponseWriter, r *http.Request) error {
	city, err := p.Org.City(r.Context())
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, aboutPage(city.Policy))
}
