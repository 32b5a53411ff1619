package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

type peopleView struct {
	page  web.Page
	city  org.City
	query string
	list  []access.Staff
	all   int
	from  int
	typed url.Values
	wrong map[string]string
}

type personView struct {
	page    web.Page
	city    org.City
	staff   access.Staff
	people  []access.Staff
	history []access.Record
	names   map[access.StaffID]org.Name
	signIn  meView
	open    int // cases they have in hand
	link    string
	typed   url.Values
	wrong   map[string]string
}

// personForm is the fields of somebody new or changed.
type personForm struct {
	city  org.City
	typed url.Values
	wrong map[string]string
}

func (personForm) roles() []access.Role { return access.Roles }

func (f personForm) has(r access.Role) bool { return slices.Contains(f.typed["role"], string(r)) }

func (v peopleView) pageOf(from int) string {
	if from < 0 || from >= v.all {
		return ""
	}
	return "/work/admin/people?" + url.Values{"q": {v.query}, "from": {strconv.Itoa(from)}}.Encode()
}

func (b *Workbench) people(w http.ResponseWriter, r *http.Request) error {
	return b.renderPeople(w, r, http.StatusOK, url.Values{}, nil)
}

func (b *Workbench) renderPeople(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	q := r.URL.Query()
	v := peopleView{page: b.page(ctx, web.T(ctx, "people.title"), "/work/admin/people"), query: strings.TrimSpace(q.Get("q")), typed: typed, wrong: wrong}
	list, err := b.Staff.List(ctx, access.From(ctx))
	if err != nil {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	words := strings.Fields(strings.ToLower(v.query))
	for _, s := range list {
		in := strings.ToLower(strings.Join([]string{s.Login, s.Name.ZH, s.Name.EN, v.city.UnitName(s.Unit, "zh"), v.city.UnitName(s.Unit, "en"), rolesText(ctx, s.Roles)}, " "))
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(in, word) }) {
			v.list = append(v.list, s)
		}
	}
	v.all = len(v.list)
	v.from, _ = strconv.Atoi(q.Get("from")) // what is no number is the beginning
	v.from = min(max(v.from, 0), v.all)
	v.list = v.list[v.from:min(v.from+rowsPerPage, v.all)]
	return web.Render(ctx, w, status, peoplePage(v))
}

func newStaff(form url.Values) access.NewStaff {
	n := access.NewStaff{
		Login: strings.TrimSpace(form.Get("login")), Name: org.Name{ZH: strings.TrimSpace(form.Get("name")), EN: strings.TrimSpace(form.Get("name_en"))},
		Unit: org.UnitID(form.Get("unit")), Area: org.AreaID(form.Get("area")),
	}
	for _, r := range form["role"] {
		n.Roles = append(n.Roles, access.Role(r))
	}
	return n
}

func (b *Workbench) addPerson(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	st, secret, err := b.Staff.Add(ctx, access.From(ctx), newStaff(form))
	if err != nil {
		if wrong := web.Messages(ctx, err); wrong != nil {
			return b.renderPeople(w, r, web.Status(err), form, wrong)
		}
		return err
	}
	b.Sessions.Put(ctx, "link:"+string(st.ID), secret)
	return web.See(w, r, "/work/admin/people/"+url.PathEscape(string(st.ID)))
}

func (b *Workbench) person(w http.ResponseWriter, r *http.Request) error {
	return b.renderPerson(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderPerson(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := personView{wrong: wrong}
	if typed.Get("action") == "change" {
		v.typed = typed
	}
	var err error
	if v.staff, v.history, err = b.Staff.One(ctx, by, access.StaffID(r.PathValue("id"))); err != nil {
		return err
	}
	v.page = b.page(ctx, v.staff.Name.In(web.Lang(ctx)), "/work/admin/people")
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.people, err = b.Staff.List(ctx, by); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	if v.open, err = b.Administration.InHand(ctx, by, v.staff.ID); err != nil {
		return err
	}
	if v.typed == nil {
		v.typed = url.Values{"name": {v.staff.Name.ZH}, "name_en": {v.staff.Name.EN}, "unit": {string(v.staff.Unit)}, "area": {string(v.staff.Area)}}
		for _, role := range v.staff.Roles {
			v.typed.Add("role", string(role))
		}
	}
	v.signIn = meView{page: v.page, staff: v.staff, city: v.city, names: v.names, action: r.URL.Path, typed: typed, wrong: wrong}
	if err := b.fillMe(ctx, by, &v.signIn); err != nil {
		return err
	}
	// The link is shown once: it sets a password.
	if secret := b.Sessions.PopString(ctx, "link:"+string(v.staff.ID)); secret != "" {
		v.link = b.setupLink(r, secret)
	}
	return web.Render(ctx, w, status, personPage(v))
}

// setupLink is the address at which somebody sets a password.
func (b *Workbench) setupLink(r *http.Request, secret string) string {
	return b.Site.Base(r) + "/work/setup/" + secret
}

type linksView struct {
	page  web.Page
	links []setupLine
}

type setupLine struct{ login, name, link string }

// keepLinks keeps the links of people who are new until they are shown.
func (b *Workbench) keepLinks(ctx context.Context, list []access.Invitation) {
	lines := make([]string, len(list))
	for i, s := range list {
		lines[i] = strings.Join([]string{s.Staff.Login, s.Staff.Name.In(web.Lang(ctx)), s.Secret}, "\t")
	}
	b.Sessions.Put(ctx, "links", strings.Join(lines, "\n"))
}

// peopleLinks shows them, once.
func (b *Workbench) peopleLinks(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := b.mayManage(ctx); err != nil {
		return err
	}
	v := linksView{page: b.page(ctx, web.T(ctx, "people.links"), "/work/admin/people")}
	for line := range strings.Lines(b.Sessions.PopString(ctx, "links")) {
		if cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(cells) == 3 {
			v.links = append(v.links, setupLine{cells[0], cells[1], b.setupLink(r, cells[2])})
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(ctx, w, http.StatusOK, linksPage(v))
}

// changePerson changes somebody, gives them a new link, or ends their work here.
func (b *Workbench) changePerson(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	by, id := access.From(ctx), access.StaffID(r.PathValue("id"))
	switch form.Get("action") {
	case "change":
		err = b.Administration.Change(ctx, by, id, newStaff(form))
	case "link":
		var secret string
		if secret, err = b.Staff.Relink(ctx, by, id); err == nil {
			b.Sessions.Put(ctx, "link:"+string(id), secret)
		}
	case "leave":
		err = b.Administration.Leave(ctx, by, id, access.StaffID(form.Get("to")))
	case "return":
		err = b.Staff.Return(ctx, by, id)
	default:
		err = b.signInChange(ctx, by, id, form)
	}
	if err == nil {
		return web.See(w, r, r.URL.Path)
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderPerson(w, r, web.Status(err), form, wrong)
	}
	return err
}

// colleagues are those of the same unit who can take over.
func (v personView) colleagues(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "people.whoever")}}
	for _, s := range v.people {
		if s.ID != v.staff.ID && s.LeftAt.IsZero() && slices.Contains(v.city.Down(v.staff.Unit), s.Unit) {
			list = append(list, web.Option{Value: string(s.ID), Label: s.Name.In(web.Lang(ctx))})
		}
	}
	return list
}

// said says how somebody was, in one line.
func (v personView) said(ctx context.Context, s access.Staff) string {
	words := []string{s.Name.In(web.Lang(ctx)), v.city.UnitName(s.Unit, web.Lang(ctx)), rolesText(ctx, s.Roles)}
	if s.Area != "" {
		words = append(words, v.city.AreaName(s.Area, web.Lang(ctx)))
	}
	if !s.LeftAt.IsZero() {
		words = append(words, web.T(ctx, "people.left"))
	}
	return strings.Join(words, " · ")
}

func rolesText(ctx context.Context, list []access.Role) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = web.T(ctx, "role."+string(r))
	}
	return strings.Join(words, web.T(ctx, "people.comma"))
}

func personState(s access.Staff) string {
	switch {
	case !s.LeftAt.IsZero():
		return "people.left"
	case !s.Ready:
		return "people.not_ready"
	}
	return "people.ready"
}

func allUnits(ctx context.Context, city org.City) []web.Option {
	list := []web.Option{{Value: "", Label: "–"}}
	for _, u := range city.Units {
		list = append(list, web.Option{Value: string(u.ID), Label: u.Name.In(web.Lang(ctx))})
	}
	return list
}

// largeAreas are those a leader may be given: down to streets.
func largeAreas(ctx context.Context, city org.City) []web.Option {
	list := []web.Option{{Value: "", Label: "–"}}
	for _, a := range city.Areas {
		if a.Level != org.LevelGrid && a.Level != org.LevelCommunity {
			list = append(list, web.Option{Value: string(a.ID), Label: a.Name.In(web.Lang(ctx))})
		}
	}
	return list
}

// cityFile gives the whole city as its folder, packed.
func (b *Workbench) cityFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	city, err := b.Administration.City(ctx, access.From(ctx))
	if err != nil {
		return err
	}
	body, err := setup.Write(city.Folder)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="city.zip"`)
	_, err = w.Write(body)
	return err
}
