package setup_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

// A city that is written and read again is the same city.
func TestWrite(t *testing.T) {
	first := readAll(t)
	body, err := setup.Write(first)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	second, problems := setup.Read(z)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, what := range []struct {
		name string
		of   func(*setup.Folder) ([]byte, error)
	}{
		{"directory", func(f *setup.Folder) ([]byte, error) { return org.EncodeDirectory(f.Directory) }},
		{"catalogue", func(f *setup.Folder) ([]byte, error) { return org.EncodeCatalogue(f.Catalogue) }},
		{"texts", func(f *setup.Folder) ([]byte, error) { return json.Marshal(f.Texts) }},
		{"laws", func(f *setup.Folder) ([]byte, error) { return law.NewRegister(f.Laws).Encode() }},
		{"streets", func(f *setup.Folder) ([]byte, error) { return f.Map, nil }},
	} {
		a, err1 := what.of(first)
		b, err2 := what.of(second)
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s is not the same again (%v, %v)\n%.300s\n%.300s", what.name, err1, err2, a, b)
		}
	}
	for day := time.Date(2006, 12, 1, 4, 0, 0, 0, time.UTC); day.Year() < 2030; day = day.AddDate(0, 0, 1) {
		if a, b := first.Calendar, second.Calendar; a.WorkingDay(day) != b.WorkingDay(day) || a.Provisional(day) != b.Provisional(day) {
			t.Fatalf("%s is not the same day again", day.Format(time.DateOnly))
		}
	}
	for _, table := range setup.Tables {
		if changes := setup.Changed(table.Rows(first), table.Rows(second)); len(changes) > 0 {
			t.Errorf("%s: %v", table.Name, changes)
		}
	}
}

func readAll(t *testing.T) *setup.Folder {
	t.Helper()
	f, problems := setup.Read(os.DirFS(liancheng))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return f
}

// Other rows in one table are refused whole, with every bad row named by its
// place, also behind a cell of several lines.
func TestWith(t *testing.T) {
	f := readAll(t)
	templates, _ := setup.TableByName("templates")
	rows := slices.Clone(templates.Rows(f))
	rows[0] = slices.Clone(rows[0])
	rows[0][5] += "\n第二行\n第三行"
	rows = append(rows, []string{"t-x", "no-such-unit", "", "坏", "", "{nummer}", ""})
	_, problems := setup.With(f, templates, rows)
	want := len(rows) + 1
	if len(problems) != 2 || problems[0].Row != want || problems[0].Column != "unit" || problems[1].Row != want || problems[1].Column != "text_zh" {
		t.Errorf("%v", problems)
	}
	rows[len(rows)-1] = []string{"t-x", "", "", "好", "", "编号{number}", ""}
	made, problems := setup.With(f, templates, rows)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if c := setup.Changed(templates.Rows(f), templates.Rows(made)); len(c) != 2 || c[0].Key() != "t-visited" || c[1].Before != nil {
		t.Errorf("%v", c)
	}

	policy, _ := setup.TableByName("policy")
	rows = policy.Rows(f)
	rows[4][1], rows[5][1] = "many", "2 hours"
	if _, problems := setup.With(f, policy, rows); len(problems) != 1 || problems[0].Row != 6 {
		t.Errorf("%v", problems)
	}
	rows[4][1] = "1000"
	if _, problems := setup.With(f, policy, rows); len(problems) != 1 || problems[0].Column != "policy.dispatch" {
		t.Errorf("%v", problems)
	}
	days, _ := setup.TableByName("days")
	rows = append(days.Rows(f), []string{"2030-01-01", "yes", "元旦"}, []string{"someday", "yes", "?"}, []string{"2030-01-02", "perhaps", "?"})
	if _, problems := setup.With(f, days, rows); len(problems) != 2 || problems[0].Row != len(rows) {
		t.Errorf("%v", problems)
	}
	if made, problems := setup.With(f, days, rows[:len(rows)-2]); len(problems) > 0 || len(days.Rows(made)) != len(rows)-2 {
		t.Errorf("%v", problems)
	}
}

// A category that was merged takes no new matter, and its name is still known.
func TestMerged(t *testing.T) {
	f := readAll(t)
	categories, _ := setup.TableByName("categories")
	rows := categories.Rows(f)
	i := slices.IndexFunc(rows, func(r []string) bool { return r[0] == "roads-pavement" })
	rows[i][categories.Column("into")] = "roads-pothole"
	_, problems := setup.With(f, categories, rows)
	text := problems.Error()
	if !strings.Contains(text, "duties.csv") || !strings.Contains(text, "rules.csv") {
		t.Errorf("rules and duties of what is merged: %v", text)
	}
	rows[i][categories.Column("into")] = "roads"
	if _, problems := setup.With(f, categories, rows); !strings.Contains(problems.Error(), "cannot take it over") {
		t.Errorf("merged into one that has others below it: %v", problems)
	}
	c := *f.Catalogue
	k := slices.IndexFunc(c.Categories, func(k org.Category) bool { return k.ID == "roads-pavement" })
	c.Categories = slices.Clone(c.Categories)
	c.Categories[k].Into = "roads-pothole"
	merged := org.NewCatalogue(c)
	if merged.Leaf("roads-pavement") || merged.Now("roads-pavement") != "roads-pothole" || merged.CategoryName("roads-pavement", "en") == "roads-pavement" {
		t.Error("the merged category takes matters still, or has no name")
	}
	if !slices.Contains(merged.Under("roads-pothole"), "roads-pavement") {
		t.Error("its cases are not counted where it was merged into")
	}
}
