package setup

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// A Table is one of the tables that describe a city: a CSV file of its
// folder, or what stands in a JSON file there, as rows.
type Table struct {
	Name    string
	File    string   // in which Read names what is wrong
	Columns []string // the first one says which row it is
	Fixed   bool     // it has these rows and no others
	rows    func(*Folder) [][]string
}

// Tables are the tables that a city is changed by.
var Tables = []Table{
	{"units", fileUnits, []string{"id", "parent", "type", "name_zh", "name_en", "area", "phone", "chain", "work_zh", "work_en"}, false, unitRows},
	{"categories", fileCategories, []string{"id", "parent", "name_zh", "name_en", "kind", "public", "risk", "street_ok", "hint_zh", "hint_en", "automatic", "into", "wrong"}, false, categoryRows},
	{"duties", fileDuties, []string{"id", "category", "area", "unit", "helpers", "basis_zh", "basis_en", "law", "accept", "resolve", "urgency", "chain", "from", "to", "contact", "statutory"}, false, dutyRows},
	{"rules", fileRules, []string{"id", "category", "any", "all", "none", "urgency", "law", "lead", "helpers"}, false, ruleRows},
	{"routes", fileRoutes, []string{"id", "type", "name_zh", "name_en", "phone", "any", "tell_zh", "tell_en", "key"}, false, routeRows},
	{"templates", fileTemplates, []string{"id", "unit", "category", "name_zh", "name_en", "text_zh", "text_en"}, false, templateRows},
	{"areas", fileAreas, []string{"id", "parent", "level", "name_zh", "name_en", "population"}, false, areaRows},
	{"days", "calendar/", []string{"date", "off", "name"}, false, dayRows},
	{"policy", fileCity, []string{"key", "value"}, true, policyRows},
	{"profiles", fileProfiles, profileColumns, false, profileRows},
	{"laws", fileLaws, []string{"id", "act_zh", "act_en", "article_zh", "article_en", "from", "to", "changed", "link"}, false, lawRows},
	{"process", fileProcess, planColumns, false, planRows},
	{"texts", fileTexts, []string{"key", "zh", "en"}, false, textRows},
}

// People is the table of who works here. They are no part of a city's versions:
// package access keeps them. Nobody's password is in it.
var People = Table{"people", filePeople, []string{"login", "name_zh", "name_en", "role", "unit", "area", "left"}, false, peopleRows}

// TableByName gives the table of a name.
func TableByName(name string) (Table, bool) {
	i := slices.IndexFunc(Tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, false
	}
	return Tables[i], true
}

// Rows are the rows that a city has in the table, with a cell for each column.
func (t Table) Rows(f *Folder) [][]string { return t.rows(f) }

// Column is the place of a column, or -1.
func (t Table) Column(name string) int { return slices.Index(t.Columns, name) }

// CSV writes rows as the table's file has them, with the byte order mark by
// which spreadsheets know that it is UTF-8.
func (t Table) CSV(rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	_ = w.Write(t.Columns) // into memory
	_ = w.WriteAll(rows)
	return b.Bytes()
}

// With gives a city in which a table has other rows, or what is wrong with
// them. A problem's row in the table's own file is its place in rows, plus 2.
func With(f *Folder, t Table, rows [][]string) (*Folder, Problems) {
	return WithAll(f, map[string][][]string{t.Name: rows})
}

// WithAll is With for several tables at once, by name: what is wrong in each
// of them and what does not fit between them.
func WithAll(f *Folder, tables map[string][][]string) (*Folder, Problems) {
	body, problems := write(f, tables, zip.Store) // read at once
	if len(problems) > 0 {
		return nil, problems
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, Problems{{File: ".", Key: "city_folder.unreadable", Args: map[string]any{"Reason": err.Error()}}}
	}
	made, problems := Read(z)
	for _, t := range append(slices.Clone(Tables), People) {
		if rows, given := tables[t.Name]; given && strings.HasSuffix(t.File, ".csv") {
			problems.rows(t, rows)
		}
	}
	return made, problems
}

// rows makes lines of a table's file the places of its rows.
func (ps Problems) rows(t Table, rows [][]string) {
	line := 2
	at := map[int]int{} // the line of the file in which a row begins
	for i, r := range rows {
		at[line] = i + 2
		line += 1 + strings.Count(strings.Join(r, ""), "\n")
	}
	for i, p := range ps {
		if p.File == t.File && p.Row > 1 {
			ps[i].Row = at[p.Row]
		}
	}
}

// Write gives a city as its folder, packed as a ZIP file, which Read reads again.
func Write(f *Folder) ([]byte, error) {
	body, problems := write(f, nil, zip.Deflate)
	if len(problems) > 0 {
		return nil, problems
	}
	return body, nil
}

func write(f *Folder, with map[string][][]string, method uint16) ([]byte, Problems) {
	var b bytes.Buffer
	out := &writer{zip: zip.NewWriter(&b), method: method}
	for _, t := range Tables {
		rows, given := with[t.Name]
		if !given {
			rows = t.rows(f)
		}
		switch {
		case t.Name == "policy":
			out.policy(f, rows)
		case t.Name == "days":
			out.days(f, rows)
		case len(rows) > 0 || !slices.Contains([]string{fileTexts, fileTemplates, fileProfiles, fileLaws, fileProcess}, t.File):
			out.put(t.File, t.CSV(rows))
		}
	}
	if rows, given := with[People.Name]; given {
		out.put(People.File, People.CSV(rows))
	}
	out.shapes(f)
	if err := out.zip.Close(); err != nil && len(out.problems) == 0 {
		out.problems = Problems{{File: ".", Key: "city_folder.unreadable", Args: map[string]any{"Reason": err.Error()}}}
	}
	return b.Bytes(), out.problems
}

type writer struct {
	zip      *zip.Writer
	method   uint16
	problems Problems
}

func (w *writer) put(name string, body []byte) {
	file, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: w.method})
	if err == nil {
		_, err = file.Write(body)
	}
	if err != nil {
		w.problems = append(w.problems, Problem{File: name, Key: "city_folder.unreadable", Args: map[string]any{"Reason": err.Error()}})
	}
}

func (w *writer) json(name string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		w.problems = append(w.problems, Problem{File: name, Key: "city_folder.unreadable", Args: map[string]any{"Reason": err.Error()}})
		return
	}
	w.put(name, body)
}

func (w *writer) shapes(f *Folder) {
	var list []feature
	for _, a := range f.Directory.Areas {
		if len(a.Shape) == 0 {
			continue
		}
		var g geometry
		if err := json.Unmarshal(a.Shape, &g); err != nil {
			w.problems = append(w.problems, Problem{File: fileShapes, Key: "city_folder.unreadable", Args: map[string]any{"Reason": err.Error()}})
			return
		}
		list = append(list, feature{"Feature", map[string]any{"id": a.ID}, &g})
	}
	if len(list) > 0 {
		w.json(fileShapes, map[string]any{"type": "FeatureCollection", "features": list})
	}
	if len(f.Map) > 0 {
		w.put(fileStreets, f.Map)
	}
}

// The rows of policy are named by where they stand in city.json.
func policyRows(f *Folder) [][]string {
	p := f.Directory.Policy
	return [][]string{
		{"name.zh", p.City.ZH},
		{"name.en", p.City.EN},
		{"hotline", p.Hotline},
		{"default_language", p.DefaultLanguage},
		{"population", strconv.Itoa(p.Population)},
		{"policy.dispatch", p.Dispatch.String()},
		{"policy.confirm_days", strconv.Itoa(p.ConfirmDays)},
		{"policy.return_window", p.ReturnWindow.String()},
		{"policy.pause_cap", p.PauseCap.String()},
		{"policy.small_cell", strconv.Itoa(p.SmallCell)},
		{"policy.ladder", p.Ladder.String()},
		{"policy.hop_limit", strconv.Itoa(p.HopLimit)},
		{"policy.ruling", p.Ruling.String()},
		{"policy.extension_cap", p.ExtensionCap.String()},
		{"policy.shelf_days", strconv.Itoa(p.ShelfDays)},
		{"policy.shelf_times", strconv.Itoa(p.ShelfTimes)},
		{"policy.profile", p.Profile},
		{"policy.call_tries", strconv.Itoa(p.CallTries)},
		{"policy.two_persons", yes(p.TwoPersons)},
	}
}

func (w *writer) policy(f *Folder, rows [][]string) {
	at := map[string]string{}
	line := map[string]int{}
	for i, r := range rows {
		at[r[0]], line[r[0]] = r[1], i+2
	}
	number := func(key string) int {
		n, err := strconv.Atoi(at[key])
		if err != nil {
			w.problems = append(w.problems, Problem{File: fileCity, Row: line[key], Column: key, Key: "city_folder.number", Args: map[string]any{"Value": at[key]}})
		}
		return n
	}
	c := cityFile{
		ID: "city", Name: org.Name{ZH: at["name.zh"], EN: at["name.en"]}, Hotline: at["hotline"], Timezone: f.Calendar.Config().Timezone,
		DefaultLanguage: at["default_language"], Population: number("population"),
	}
	c.Policy.Dispatch, c.Policy.ReturnWindow, c.Policy.PauseCap = at["policy.dispatch"], at["policy.return_window"], at["policy.pause_cap"]
	c.Policy.ConfirmDays, c.Policy.SmallCell, c.Policy.CallTries = number("policy.confirm_days"), number("policy.small_cell"), number("policy.call_tries")
	c.Policy.HopLimit, c.Policy.Ruling = number("policy.hop_limit"), at["policy.ruling"]
	c.Policy.ExtensionCap, c.Policy.ShelfDays, c.Policy.ShelfTimes = at["policy.extension_cap"], number("policy.shelf_days"), number("policy.shelf_times")
	c.Policy.Profile = at["policy.profile"]
	c.Policy.Ladder = at["policy.ladder"]
	if c.Policy.TwoPersons = at["policy.two_persons"] == "yes"; !c.Policy.TwoPersons && at["policy.two_persons"] != "no" {
		w.problems = append(w.problems, Problem{
			File: fileCity, Row: line["policy.two_persons"], Column: "policy.two_persons", Key: "city_folder.choice",
			Args: map[string]any{"Value": at["policy.two_persons"], "Values": "yes, no"},
		})
	}
	w.json(fileCity, c)
}

func dayRows(f *Folder) [][]string {
	seen := map[string]bool{}
	var rows [][]string
	for _, y := range f.Calendar.Years() {
		for _, d := range y.Days {
			if !seen[d.Date] {
				seen[d.Date] = true
				rows = append(rows, []string{d.Date, yes(d.Off), d.Name})
			}
		}
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return rows
}

// days puts the days into the files of their years. The rows of the table
// have no file of their own, so what Read could not place is said here.
func (w *writer) days(f *Folder, rows [][]string) {
	years := map[string]*calendar.Year{}
	for _, y := range f.Calendar.Years() {
		years[strconv.Itoa(y.Year)] = &calendar.Year{Year: y.Year, Provisional: y.Provisional, Days: []calendar.Day{}}
	}
	for i, r := range rows {
		year, _, _ := strings.Cut(r[0], "-")
		n, err := strconv.Atoi(year)
		if err != nil || len(year) != 4 {
			w.problems = append(w.problems, Problem{File: "calendar/", Row: i + 2, Column: "date", Key: "city_folder.date", Args: map[string]any{"Value": r[0]}})
			continue
		}
		if r[1] != "yes" && r[1] != "no" {
			w.problems = append(w.problems, Problem{File: "calendar/", Row: i + 2, Column: "off", Key: "city_folder.choice", Args: map[string]any{"Value": r[1], "Values": "yes, no"}})
		}
		if following := strconv.Itoa(n + 1); years[year] == nil && years[following] != nil {
			year = following // New Year's holiday of the first year that is known
		}
		if years[year] == nil {
			years[year] = &calendar.Year{Year: n}
		}
		years[year].Days = append(years[year].Days, calendar.Day{Name: r[2], Date: r[0], Off: r[1] == "yes"})
	}
	for year, y := range years {
		w.json("calendar/"+year+".json", y)
	}
	w.json(fileCalendar, f.Calendar.Config())
}

func areaRows(f *Folder) (rows [][]string) {
	for _, a := range f.Directory.Areas {
		rows = append(rows, []string{string(a.ID), string(a.Parent), string(a.Level), a.Name.ZH, a.Name.EN, strconv.Itoa(a.Population)})
	}
	return rows
}

func unitRows(f *Folder) (rows [][]string) {
	for _, u := range f.Directory.Units {
		rows = append(rows, []string{
			string(u.ID), string(u.Parent), string(u.Type), u.Name.ZH, u.Name.EN, string(u.Area), u.Phone, strings.Join(u.Chain, ","), u.Work.ZH, u.Work.EN,
		})
	}
	return rows
}

func categoryRows(f *Folder) (rows [][]string) {
	for _, k := range f.Catalogue.Categories {
		number := func(n int) string {
			if n == 0 {
				return ""
			}
			return strconv.Itoa(n)
		}
		rows = append(rows, []string{
			string(k.ID), string(k.Parent), k.Name.ZH, k.Name.EN, k.Kind, yes(k.Public), urgencies[k.Urgency], yes(k.StreetOK), k.Hint.ZH, k.Hint.EN,
			number(k.Automatic), string(k.Into), number(k.Wrong),
		})
	}
	return rows
}

func ruleRows(f *Folder) (rows [][]string) {
	for _, r := range f.Catalogue.Rules {
		rows = append(rows, []string{
			r.ID, string(r.Category), strings.Join(r.Any, "|"), strings.Join(r.All, "|"), strings.Join(r.None, "|"), urgencies[r.Urgency], string(r.Law), string(r.Lead), commas(r.Helpers),
		})
	}
	return rows
}

// commas is units as a cell has them.
func commas(list []org.UnitID) string {
	words := make([]string, len(list))
	for i, u := range list {
		words[i] = string(u)
	}
	return strings.Join(words, ",")
}

func routeRows(f *Folder) (rows [][]string) {
	for _, r := range f.Catalogue.Routes {
		rows = append(rows, []string{r.ID, r.Type, r.Name.ZH, r.Name.EN, r.Phone, strings.Join(r.Any, "|"), r.Tell.ZH, r.Tell.EN, r.Key})
	}
	return rows
}

func dutyRows(f *Folder) (rows [][]string) {
	for _, d := range f.Catalogue.Duties {
		rows = append(rows, []string{
			string(d.ID), string(d.Category), string(d.Area), string(d.Unit), commas(d.Helpers), d.Basis.ZH, d.Basis.EN, string(d.Law),
			d.Accept.String(), d.Resolve.String(), urgencies[d.Urgency], strings.Join(d.Chain, ","), d.From, d.To, d.Contact.String(), d.Statutory.String(),
		})
	}
	return rows
}

func templateRows(f *Folder) (rows [][]string) {
	for _, t := range f.Catalogue.Templates {
		rows = append(rows, []string{t.ID, string(t.Unit), string(t.Category), t.Name.ZH, t.Name.EN, t.Text.ZH, t.Text.EN})
	}
	return rows
}

func peopleRows(f *Folder) (rows [][]string) {
	for _, p := range f.People {
		roles := make([]string, len(p.Roles))
		for i, role := range p.Roles {
			roles[i] = string(role)
		}
		rows = append(rows, []string{p.Login, p.Name.ZH, p.Name.EN, strings.Join(roles, ","), string(p.Unit), string(p.Area), yes(p.Left)})
	}
	return rows
}

func textRows(f *Folder) (rows [][]string) {
	for key, n := range f.Texts {
		rows = append(rows, []string{key, n.ZH, n.EN})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return rows
}

func lawRows(f *Folder) (rows [][]string) {
	for _, a := range f.Laws {
		rows = append(rows, []string{string(a.ID), a.Act.ZH, a.Act.EN, a.Article.ZH, a.Article.EN, a.From, a.To, a.Changed, a.Link})
	}
	return rows
}

var urgencies = []string{"ordinary", "urgent", "emergency"}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// Changed compares two states of a table: the rows that came, went or are
// otherwise, in the order of the newer one, those that went last. The first
// cell says which row it is.
func Changed(before, after [][]string) (list []Change) {
	old := make(map[string][]string, len(before))
	for _, r := range before {
		old[r[0]] = r
	}
	for _, r := range after {
		was, had := old[r[0]]
		delete(old, r[0])
		if !had || !slices.Equal(was, r) {
			list = append(list, Change{Before: was, After: r})
		}
	}
	for _, r := range before {
		if _, gone := old[r[0]]; gone {
			list = append(list, Change{Before: r})
		}
	}
	return list
}

// A Change is a row before and after; nil where there was or is none.
type Change struct{ Before, After []string }

// Key says which row changed.
func (c Change) Key() string {
	if c.After != nil {
		return c.After[0]
	}
	return c.Before[0]
}
