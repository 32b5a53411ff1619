package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAdministration is an administrator who adds somebody, words the city's
// name for a thing anew, and changes a table with a spreadsheet: what is
// wrong is named, what would change is seen first, and who did it is on
// record.
func TestAdministration(t *testing.T) {
	at, b := visit(t), Browser(t)
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}, {"without scripts", View{Width: 375, NoScript: true}}} {
		t.Run(v.name, func(t *testing.T) {
			p := b.Page(t, at, v.View)
			enter(p, "administrator")
			good(p)
			p.Screenshot("administration")
			p.Follow("a[href='/work/admin/people']")
			good(p)
			key, _ := known("")
			p.Fill("#login", "new."+strings.ToLower(key))
			p.Follow("form[method=post].card button")
			good(p)
			if p.Count(".error-summary li") < 3 { // name, unit, role
				t.Error("what is missing is not said")
			}
			p.Fill("#name", "新来的"+key)
			p.Choose("select[name=unit]", "um-facilities")
			p.Click("input[name=role][value=handler]")
			p.Follow("form[method=post].card button")
			good(p)
			p.Shows("/work/setup/")
			p.Screenshot("person")

			p.Go("/work/admin/tables/templates")
			good(p)
			p.Follow("a[href='/work/admin/tables/templates/row']")
			good(p)
			id := "t-" + strings.ToLower(key)
			p.Fill("#id", id)
			p.Fill("#name_zh", "模板"+key)
			p.Fill("#text_zh", "编号{nummer}")
			p.Follow("form[method=post].card button")
			good(p)
			p.Shows("{nummer}")
			p.Fill("#text_zh", "编号{number}的事")
			p.Follow("form[method=post].card button")
			good(p)
			p.Shows("模板" + key)

			bring := func(text string) {
				name := filepath.Join(t.TempDir(), "table.csv")
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				p.Go("/work/admin/tables/templates")
				p.Upload("#file", name)
				p.Follow("form[enctype] button")
				good(p)
			}
			header := "id,unit,category,name_zh,name_en,text_zh,text_en\n"
			bring(header + id + ",nobody,,,,,\n")
			p.Shows("templates.csv")
			bring(header + id + ",,,另一个名" + key + ",,编号{number},\n")
			p.Shows("另一个名" + key)
			p.Screenshot("preview")
			// It would take all others away: somebody else may still use them.
			if p.Count("details") < 2 {
				t.Error("what would go is not shown")
			}
		})
	}
}
