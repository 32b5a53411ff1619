package portal

import (
	"net/http"
	"net/url"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// answersView is the page on which articles are looked for.
type answersView struct {
	query    string
	category org.CategoryID
	city     org.City
	found    []knowledge.Article
}

type answerView struct {
	article knowledge.Article
	city    org.City
	laws    *law.Register
	see     []knowledge.Article
	thanked bool
	asked   string // what was typed about what is missing
	wrong   map[string]string
}

// groups are the categories on top, to look through.
func (v answersView) groups() []org.Category {
	var list []org.Category
	for _, c := range v.city.Catalogue.Categories {
		if c.Parent == "" {
			list = append(list, c)
		}
	}
	return list
}

// answers looks for articles, or lists what was asked most.
func (p *Portal) answers(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := r.URL.Query()
	v := answersView{query: strings.TrimSpace(q.Get("q")), category: org.CategoryID(q.Get("category"))}
	var err error
	if v.city, err = p.Org.City(ctx); err != nil {
		return err
	}
	if v.query == "" {
		v.found, err = p.Knowledge.Shown(ctx, knowledge.Query{Category: v.category, Limit: 50})
	} else {
		var found []knowledge.Found
		found, err = p.Knowledge.Find(ctx, knowledge.Query{Text: v.query, Category: v.category, Limit: 20})
		for _, f := range found {
			v.found = append(v.found, f.Article)
		}
	}
	if err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, answersPage(v))
}

func (p *Portal) answer(w http.ResponseWriter, r *http.Request) error {
	return p.renderAnswer(w, r, http.StatusOK, answerView{thanked: r.URL.Query().Has("thanks")})
}

func (p *Portal) renderAnswer(w http.ResponseWriter, r *http.Request, status int, v answerView) error {
	ctx := r.Context()
	var err error
	if v.article, err = p.Knowledge.Article(ctx, access.Actor{}, knowledge.ID(r.PathValue("id"))); err != nil {
		return err
	}
	if v.city, err = p.Org.City(ctx); err != nil {
		return err
	}
	if v.laws, err = p.Law.Register(ctx); err != nil {
		return err
	}
	for _, id := range v.article.Public.See {
		a, err := p.Knowledge.Article(ctx, access.Actor{}, id)
		if errs.Is(err, errs.NotFound) {
			continue // taken off since
		}
		if err != nil {
			return err
		}
		v.see = append(v.see, a)
	}
	return web.Render(ctx, w, status, answerPage(v))
}

// rate takes what a reader says of an article.
func (p *Portal) rate(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err == nil && !p.Submissions.Allow(p.Site.Address(r)) {
		err = errs.New(errs.TooMany, "portal.too_many")
	}
	if err == nil {
		err = p.Knowledge.Rate(r.Context(), access.Actor{}, knowledge.ID(r.PathValue("id")), form.Get("helped") == "yes", form.Get("asked"))
	}
	if err == nil {
		return web.See(w, r, "/answers/"+url.PathEscape(r.PathValue("id"))+"?thanks")
	}
	if wrong := web.Messages(r.Context(), err); wrong != nil && !errs.Is(err, errs.NotFound) {
		return p.renderAnswer(w, r, web.Status(err), answerView{asked: form.Get("asked"), wrong: wrong})
	}
	return err
}
