package setup_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

const liancheng = "../../../examples/liancheng"

func TestLianchengIsAGoodFolder(t *testing.T) {
	f, problems := setup.Read(os.DirFS(liancheng))
	if problems != nil {
		t.Fatal(problems)
	}
	count := map[org.Level]int{}
	people := map[org.Level]int{}
	for _, a := range f.Directory.Areas {
		count[a.Level]++
		people[a.Level] += a.Population
		if len(a.Shape) == 0 {
			t.Errorf("%s has no shape", a.ID)
		}
	}
	for level, n := range people {
		if n != f.Directory.Policy.Population {
			t.Errorf("%d people live in areas of level %s, %d in the city", n, level, f.Directory.Policy.Population)
		}
	}
	if count[org.LevelStreet] != 8 || count[org.LevelCommunity] < 40 || count[org.LevelGrid] < 150 {
		t.Errorf("areas by level: %v", count)
	}
	types := map[org.UnitType]int{}
	for _, u := range f.Directory.Units {
		types[u.Type]++
	}
	if types[org.Department] < 20 || types[org.StreetOffice] != 8 || types[org.Partner] < 4 {
		t.Errorf("units by type: %v", types)
	}
	if n := len(f.Catalogue.Leaves()); n < 80 {
		t.Errorf("only %d kinds of matters", n)
	}
	if len(f.People) < 60 || len(f.Texts) == 0 || len(f.Map) == 0 {
		t.Errorf("%d people, %d texts, map of %d bytes", len(f.People), len(f.Texts), len(f.Map))
	}
}

// Whatever happens in the district, wherever and whenever: somebody answers
// for it, and there are people there to handle and to check it.
func TestSomebodyAnswersForEverythingInLiancheng(t *testing.T) {
	f, problems := setup.Read(os.DirFS(liancheng))
	if problems != nil {
		t.Fatal(problems)
	}
	staffed := map[org.UnitID]map[string]bool{}
	for _, p := range f.People {
		for _, up := range f.Directory.Up(p.Unit) { // who leads a department leads its sections
			if staffed[up] == nil {
				staffed[up] = map[string]bool{}
			}
		}
		for _, unit := range f.Directory.Down(p.Unit) {
			if staffed[unit] == nil {
				staffed[unit] = map[string]bool{}
			}
			for _, role := range p.Roles {
				if unit == p.Unit || role == "unit_leader" {
					staffed[unit][string(role)] = true
				}
			}
		}
	}
	days := []string{"2011-03-01", "2025-12-31", "2026-01-01", "2030-06-01"}
	for _, k := range f.Catalogue.Leaves() {
		for _, day := range days {
			for _, a := range append(f.Directory.Areas, org.Area{}) {
				d, ok := f.Catalogue.Duty(f.Directory, k.ID, a.ID, day)
				if !ok {
					t.Fatalf("nobody answers for %s in %q on %s", k.ID, a.ID, day)
				}
				unit, _ := f.Directory.Unit(d.Unit)
				if unit.Type == org.StreetOffice && !k.StreetOK {
					t.Errorf("%s, a department's work, goes to %s", k.ID, d.Unit)
				}
				chain := d.Chain
				if chain == nil {
					chain = unit.Chain
				}
				roles := staffed[d.Unit]
				if !roles["handler"] || slices.Contains(chain, "check") && !roles["section_head"] || slices.Contains(chain, "sign") && !roles["unit_leader"] {
					t.Fatalf("%s has not the people that %s needs: chain %v, roles %v", d.Unit, k.ID, chain, slices.Sorted(maps.Keys(roles)))
				}
			}
		}
	}
	bikes := func(day string) org.UnitID {
		d, _ := f.Catalogue.Duty(f.Directory, "shared-bikes", "lianhu", day)
		return d.Unit
	}
	if before, after := bikes("2025-12-31"), bikes("2026-01-01"); before != "tr-passenger" || after != "um-appearance" {
		t.Errorf("shared bikes are handed over on New Year's Day 2026: %s, then %s", before, after)
	}
}

// small is a city of two streets and two kinds of matters.
func small() map[string]string {
	return map[string]string{
		"city.json": `{"id": "xs", "name": {"zh": "小市", "en": "Small"}, "hotline": "12345", "timezone": "Asia/Shanghai",
			"default_language": "zh", "population": 10,
			"policy": {"dispatch": "2wh", "confirm_days": 5, "return_window": "1wd", "pause_cap": "5wd", "call_tries": 3, "small_cell": 5}}`,
		"areas.csv": "id,parent,level,name_zh,name_en,population\n" +
			"xs,,district,小市,Small,10\n" +
			"east,xs,street,东街道,East,6\n" +
			"west,xs,street,西街道,West,4\n",
		"areas.geojson": `{"type":"FeatureCollection","features":[` +
			square("east", 114) + "," + square("west", 113) + `]}`,
		"units.csv": "id,parent,type,name_zh,name_en,area,phone,chain\n" +
			"hotline,,hotline,热线,Hotline,,12345,\n" +
			"roads,,department,道路局,Roads,,1,\"check,sign\"\n" +
			"lamps,roads,section,路灯科,Lamps,,2,check\n" +
			"east-office,,street,东街道办,East Office,east,3,check\n",
		"categories.csv": "id,parent,name_zh,name_en,kind,public,risk,street_ok\n" +
			"road,,道路,Road,help,yes,ordinary,no\n" +
			"pothole,road,坑洼,Potholes,help,yes,ordinary,no\n" +
			"hens,,养鸡,Hens,complaint,no,ordinary,yes\n",
		"rules.csv":  "id,category,any,all,none,urgency,lead,helpers\nr1,pothole,路面坑洼|POTHOLE,,,urgent,,\nr2,hens,养鸡,,,,east-office,lamps\n",
		"routes.csv": "id,type,name_zh,name_en,phone,any,tell_zh,tell_en,key\nfire,emergency,火警,Fire,119,着火了|on fire,请拨119,Ring 119,\n",
		"duties.csv": "id,category,area,unit,helpers,basis_zh,basis_en,accept,resolve,urgency,chain,from,to\n" +
			"d1,pothole,,roads,lamps,《条例》,Rules,4wh,7d,,,,2026-06-30\n" +
			"d2,pothole,,lamps,,《条例》,Rules,4wh,7d,,,2026-07-01,\n" +
			"d3,hens,east,east-office,,《条例》,Rules,1wd,10wd,,,,\n" +
			"d4,hens,west,roads,,《条例》,Rules,1wd,10wd,,,,\n",
		"calendar.json":      `{"timezone": "Asia/Shanghai", "week": [1, 2, 3, 4, 5], "work": [["09:00", "17:00"]]}`,
		"calendar/2026.json": `{"year": 2026, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}]}`,
		"texts.csv":          "key,zh,en\ncity.slogan,您好,Hello\n",
		"people.csv":         "login,name_zh,name_en,role,unit,area\nli,李,Li,\"handler,section_head\",lamps,\n",
	}
}

func square(id string, lon int) string {
	p := func(x, y int) []int { return []int{lon + x, 30 + y} }
	b, _ := json.Marshal(map[string]any{
		"type": "Feature", "properties": map[string]any{"id": id},
		"geometry": map[string]any{"type": "Polygon", "coordinates": [][][]int{{p(0, 0), p(1, 0), p(1, 1), p(0, 1), p(0, 0)}}},
	})
	return string(b)
}

func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestSmallFolder(t *testing.T) {
	files := small()
	files["areas.csv"] = "\ufeff" + strings.ReplaceAll(files["areas.csv"], "\n", "\r\n") + ",,,,,\r\n" // as Excel writes it
	delete(files, "texts.csv")
	delete(files, "people.csv")
	f, problems := setup.Read(folder(files))
	if problems != nil {
		t.Fatal(problems)
	}
	if a, ok := f.Directory.Locate(30.5, 114.5); !ok || a.ID != "east" {
		t.Errorf("the point lies in %q", a.ID)
	}
	if words := f.Catalogue.Rules[0].Any; !slices.Equal(words, []string{"路面坑洼", "pothole"}) {
		t.Errorf("words of the rule: %q", words)
	}
	if d := f.Catalogue.Duties[0]; d.Accept.String() != "4wh" || !slices.Equal(d.Helpers, []org.UnitID{"lamps"}) || d.To != "2026-06-30" {
		t.Errorf("duty: %+v", d)
	}
	if f.City.CallTries != 3 || f.Directory.Policy.ConfirmDays != 5 || f.Directory.Policy.PauseCap.String() != "5wd" {
		t.Errorf("policy: %+v %+v", f.City, f.Directory.Policy)
	}
}

func TestTextsSayEveryProblemInBothLanguages(t *testing.T) {
	said := map[string]map[string]string{}
	for _, lang := range []string{"zh", "en"} {
		b, err := setup.Texts.ReadFile("texts/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatal(err)
		}
		said[lang] = texts
	}
	gaps := regexp.MustCompile(`{{\.\w+}}`)
	for key, en := range said["en"] {
		zh, ok := said["zh"][key]
		if !ok {
			t.Errorf("no Chinese for %s", key)
		}
		a, b := gaps.FindAllString(en, -1), gaps.FindAllString(zh, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			t.Errorf("%s: gaps %v in English, %v in Chinese", key, a, b)
		}
	}
	if len(said["zh"]) != len(said["en"]) {
		t.Errorf("%d texts in Chinese, %d in English", len(said["zh"]), len(said["en"]))
	}
}

// The description of the format names every column that the example has, and
// shows a row under the same header.
func TestTheFormatIsDescribed(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/formats/city-folder.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"areas", "units", "categories", "rules", "routes", "duties", "texts", "people"} {
		b, err := os.ReadFile(liancheng + "/" + name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		header, _, _ := strings.Cut(string(b), "\n")
		_, section, _ := strings.Cut(string(doc), "\n## "+name+".csv\n")
		section, _, _ = strings.Cut(section, "\n## ")
		_, example, _ := strings.Cut(section, "```csv\n")
		lines := strings.Split(example, "\n")
		if lines[0] != header {
			t.Errorf("%s.csv: the header is %q, the description's %q", name, header, lines[0])
		}
		if name == "texts" {
			continue
		}
		for column := range strings.SplitSeq(header, ",") {
			if !strings.Contains(section, "`"+column+"`") {
				t.Errorf("%s.csv: column %s is not described", name, column)
			}
		}
		if name != "rules" && name != "routes" && !strings.Contains(string(b), "\n"+lines[1]+"\n") {
			t.Errorf("%s.csv does not have the row that the description shows: %s", name, lines[1])
		}
	}
}
