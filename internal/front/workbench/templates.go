package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// fits reports whether a template is for a case: of its unit or one above it,
// and of its category or one above it.
func fits(city org.City, c cases.Case, t org.Template) bool {
	return (t.Unit == "" || slices.Contains(city.Up(c.Lead), t.Unit)) &&
		(t.Category == "" || slices.Contains(city.Catalogue.Under(t.Category), c.Category))
}

// templates are those an answer to the case can begin with.
func (v caseView) templates(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "case.no_template")}}
	for _, t := range v.city.Catalogue.Templates {
		if fits(v.city, v.c, t) {
			list = append(list, web.Option{Value: t.ID, Label: t.Name.In(web.Lang(ctx))})
		}
	}
	return list
}

// putTemplate puts a template behind what is written of an answer and shows
// the form again; nothing is kept yet.
func (b *Workbench) putTemplate(w http.ResponseWriter, r *http.Request, c cases.Case, form url.Values) error {
	city, err := b.Org.City(r.Context())
	if err != nil {
		return err
	}
	for _, t := range city.Catalogue.Templates {
		if t.ID != form.Get("template") || !fits(city, c, t) {
			continue
		}
		form.Set("answer", behind(form.Get("answer"), t.Fill("zh", fieldsOf(city, c, b.Now(), "zh"))))
		if form.Get("english") != "" {
			form.Set("english", behind(form.Get("english"), t.Fill("en", fieldsOf(city, c, b.Now(), "en"))))
		}
	}
	form.Del("template")
	return b.renderCase(w, r, http.StatusOK, form, nil, nil)
}

func behind(written, text string) string {
	return strings.TrimLeft(strings.TrimRight(written, " \r\n")+"\n"+text, "\n")
}

// fieldsOf are the values of a template's fields.
func fieldsOf(city org.City, c cases.Case, now time.Time, lang string) map[string]string {
	now = now.In(city.Calendar.Location())
	today := now.Format("1月2日")
	if lang == "en" {
		today = now.Format("2 January")
	}
	address := c.Address
	if address == "" && c.Area != "" {
		address = city.AreaName(c.Area, lang)
	}
	return map[string]string{
		"number": string(c.Number), "address": address, "category": city.Catalogue.CategoryName(c.Category, lang), "unit": city.UnitName(c.Lead, lang), "today": today,
	}
}
