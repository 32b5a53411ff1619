package setup

import (
	"unicode/utf8"

	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
)

// laws reads the register of law, before what rests on it.
func (r *reader) laws() {
	r.law = map[org.LawID]bool{}
	if !r.has(fileLaws) {
		return
	}
	t := r.table(fileLaws, "id act_zh act_en", "article_zh article_en from to changed link")
	r.lawUnread = !t.ok
	seen := map[string]int{}
	for _, w := range t.rows {
		a := law.Article{
			ID: org.LawID(w.id(seen)), Act: w.name("act"), Article: org.Name{ZH: w.cell["article_zh"], EN: w.cell["article_en"]},
			From: w.date("from"), To: w.date("to"), Changed: w.date("changed"), Link: w.cell["link"],
		}
		w.endsAfter(a.From, a.To)
		if a.Link != "" && !law.Address(a.Link) {
			w.bad("link", "address", "Value", a.Link)
		}
		r.law[a.ID] = true
		r.folder.Laws = append(r.folder.Laws, a)
	}
}

// knownLaw gives the article of law a row rests on, or "".
func (r *reader) knownLaw(w row, column, id string) org.LawID {
	if id != "" && !r.law[org.LawID(id)] && !r.lawUnread {
		w.bad(column, "unknown_law", "Value", id)
	}
	return org.LawID(id)
}

func (w row) endsAfter(from, to string) {
	if to != "" && to < from {
		w.bad("to", "ends_before", "From", from, "To", to)
	}
}

// articles reads the knowledge base that a city begins with.
func (r *reader) articles() {
	if !r.has(fileArticles) {
		return
	}
	t := r.table(fileArticles, "id unit title_zh body_zh", "title_en body_en category area laws service from to")
	seen := map[string]int{}
	for _, w := range t.rows {
		w.id(seen)
		c := knowledge.Content{
			ZH: knowledge.Words{Title: w.need("title_zh"), Body: w.need("body_zh")}, EN: knowledge.Words{Title: w.cell["title_en"], Body: w.cell["body_en"]},
			Category: org.CategoryID(w.cell["category"]), Area: org.AreaID(w.cell["area"]), Service: w.cell["service"], From: w.date("from"), To: w.date("to"),
		}
		unit := w.need("unit")
		r.knownUnit(w, "unit", unit)
		if c.Category != "" {
			r.knownLeaf(w, "category")
		}
		if c.Area != "" {
			r.knownArea(w, string(c.Area))
		}
		for _, id := range w.list("laws") {
			c.Laws = append(c.Laws, r.knownLaw(w, "laws", id))
		}
		if c.Service != "" && !law.Address(c.Service) {
			w.bad("service", "address", "Value", c.Service)
		}
		w.endsAfter(c.From, c.To)
		if (c.EN.Title == "") != (c.EN.Body == "") {
			w.bad("title_en", "half_english")
		}
		for _, f := range []struct {
			column, text string
			most         int
		}{{"title_zh", c.ZH.Title, knowledge.MaxTitle}, {"title_en", c.EN.Title, 2 * knowledge.MaxTitle}} {
			if utf8.RuneCountInString(f.text) > f.most {
				w.bad(f.column, "cell_too_long", "Max", f.most)
			}
		}
		r.folder.Articles = append(r.folder.Articles, knowledge.Article{Unit: org.UnitID(unit), Public: c})
	}
}
