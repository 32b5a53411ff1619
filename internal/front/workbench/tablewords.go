package workbench

import (
	"context"
	"slices"
	"strings"

	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

// long reports whether a cell is written in several lines.
func long(column string) bool {
	return slices.ContainsFunc([]string{"hint_", "work_", "tell_", "text_"}, func(p string) bool { return strings.HasPrefix(column, p) }) ||
		column == "zh" || column == "en" || column == "any"
}

// columnHint helps to write a cell, "" where its name says enough.
func columnHint(ctx context.Context, t setup.Table, key, column string) string {
	switch column {
	case "accept", "resolve", "contact", "statutory":
		return web.T(ctx, "admin.limit_hint")
	case "any", "all", "none":
		return web.T(ctx, "col.words_hint")
	case "helpers", "chain":
		return web.T(ctx, "col."+column+"_hint")
	case "from", "to", "changed", "date":
		if t.Name == "process" {
			return ""
		}
		return web.T(ctx, "col.day_hint")
	case "automatic", "wrong":
		return web.T(ctx, "col."+column+"_hint")
	case "text_zh", "text_en":
		return web.T(ctx, "col.fields_hint", "Fields", "{"+strings.Join(org.TemplateFields, "}, {")+"}")
	case "value":
		if slices.Contains([]string{"policy.dispatch", "policy.return_window", "policy.pause_cap", "policy.ruling", "policy.extension_cap"}, key) {
			return web.T(ctx, "admin.limit_hint")
		}
	case t.Columns[0]:
		if !t.Fixed && t.Name != "days" {
			return web.T(ctx, "col.id_hint")
		}
	}
	return ""
}

// rowTitle names a row by its Chinese or English name, if it has one.
func rowTitle(ctx context.Context, t setup.Table, row []string) string {
	if t.Name == "policy" {
		return web.T(ctx, "policy."+strings.TrimPrefix(row[0], "policy."))
	}
	if t.Name == "laws" {
		cell := func(name string) string { return row[t.Column(name)] }
		a := law.Article{Act: org.Name{ZH: cell("act_zh"), EN: cell("act_en")}, Article: org.Name{ZH: cell("article_zh"), EN: cell("article_en")}}
		return first(a.In(web.Lang(ctx)), row[0])
	}
	for _, lang := range []string{web.Lang(ctx), "zh"} {
		if i := t.Column("name_" + lang); i >= 0 && row[i] != "" {
			return row[i]
		}
	}
	return row[0]
}

// cellsOf lists the cells that differ between two rows, or all of the one
// there is.
func cellsOf(ctx context.Context, t setup.Table, c setup.Change) (list []changedCell) {
	for i, column := range t.Columns {
		cell := changedCell{column: web.T(ctx, "col."+column)}
		if c.Before != nil {
			cell.before = c.Before[i]
		}
		if c.After != nil {
			cell.after = c.After[i]
		}
		if cell.before != cell.after {
			list = append(list, cell)
		}
	}
	return list
}

type changedCell struct{ column, before, after string }

func rowOf(c setup.Change) []string {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

func changeKind(c setup.Change) string {
	switch {
	case c.Before == nil:
		return "admin.row_new"
	case c.After == nil:
		return "admin.row_gone"
	}
	return "admin.row_changed"
}

// shown are the columns of a list, the most telling ones.
func shown(t setup.Table) []int {
	var list []int
	for i, c := range t.Columns {
		if i > 0 && !long(c) && !strings.HasSuffix(c, "_en") && len(list) < 6 || t.Name == "texts" && i > 0 {
			list = append(list, i)
		}
	}
	return list
}
