package setup_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yiwang/internal/flow/setup"
)

// change says what somebody got wrong in a good folder: in a file, old is
// replaced by new; with old empty, new is the whole file.
type change struct{ file, old, new string }

func TestABadFolderIsRefused(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(small()["areas.csv"])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		story string
		change
		want []string // the problems: file, row, column and key
	}{
		{"a file forgotten", change{"rules.csv", "", "\x00gone"}, []string{"rules.csv 0 missing_file"}},
		{"a file misnamed", change{"duty.csv", "", "id\n"}, []string{"duty.csv 0 unknown_file"}},
		{"a file of nothing", change{"rules.csv", "", ""}, []string{"rules.csv 0 empty_file"}},
		{"a header alone", change{"rules.csv", "", "id,category,any\n"}, []string{"rules.csv 0 no_rows"}},
		{"saved by an old Excel", change{"areas.csv", "", gb}, []string{"areas.csv 0 gb18030"}},
		{"saved as Unicode text", change{"areas.csv", "", "\xff\xfei\x00d\x00"}, []string{"areas.csv 0 utf16"}},
		{"half a character", change{"areas.csv", "东街道", "\xe4\xb8东"}, []string{"areas.csv 3 not_utf8"}},
		{"a NUL", change{"areas.csv", "东", "东\x00"}, []string{"areas.csv 3 nul"}},
		{"a bell", change{"areas.csv", "东", "东\a"}, []string{"areas.csv 3 name_zh control_character"}},
		{"a whole book in a cell", change{"areas.csv", "东", strings.Repeat("东", 4001)}, []string{"areas.csv 3 name_zh cell_too_long"}},
		{"semicolons", change{"rules.csv", "", "id;category;any\nr1;pothole;x\n"}, []string{"rules.csv 1 separator"}},
		{"a column of one's own", change{"areas.csv", "population\n", "people\n"}, []string{"areas.csv 1 people unknown_column", "areas.csv 1 population missing_column"}},
		{"a column twice", change{"areas.csv", "population\n", "population,id\n"}, []string{"areas.csv 1 id column_twice"}},
		{"a comma too many", change{"areas.csv", "东街道", "东,街道"}, []string{"areas.csv 3 cell_count"}},
		{"a stray quotation mark", change{"areas.csv", "东街道", `东"街道`}, []string{"areas.csv 3 bad_quotes"}},

		{"an id with a blank", change{"areas.csv", "west,xs", "we st,xs"}, []string{"areas.csv 4 id bad_id", "areas.geojson 2 properties.id unknown_area", "duties.csv 5 area unknown_area"}},
		{"an id twice", change{"areas.csv", "west,xs", "east,xs"}, []string{"areas.csv 4 id id_twice", "areas.geojson 2 properties.id unknown_area", "duties.csv 5 area unknown_area"}},
		{"a parent that is not there", change{"areas.csv", "west,xs", "west,sx"}, []string{"areas.csv 4 parent unknown_parent"}},
		{"an area inside itself", change{"areas.csv", "west,xs", "west,west"}, []string{"areas.csv 4 parent loop"}},
		{"areas in a ring", change{"areas.csv", "east,xs,street,东街道,East,6\nwest,xs", "east,west,street,东街道,East,6\nwest,east"}, []string{"areas.csv 3 parent loop", "areas.csv 4 parent loop"}},
		{"two cities", change{"areas.csv", "west,xs", "west,"}, []string{"areas.csv 4 parent second_root"}},
		{"no city", change{"areas.csv", "xs,,district", "xs,east,district"}, []string{"areas.csv 0 parent no_root", "areas.csv 2 parent loop", "areas.csv 3 parent loop"}},
		{"a street in a street", change{"areas.csv", "west,xs", "west,east"}, []string{"areas.csv 4 level level_order"}},
		{"a level of one's own", change{"areas.csv", "west,xs,street", "west,xs,quarter"}, []string{"areas.csv 4 level choice"}},
		{"nameless", change{"areas.csv", "西街道", " "}, []string{"areas.csv 4 name_zh empty"}},
		{"a population with a comma", change{"areas.csv", "West,4", "West,\"4,000\""}, []string{"areas.csv 4 population number"}},

		{"not GeoJSON", change{"areas.geojson", "", `{"type":"Topology"}`}, []string{"areas.geojson 0 type not_features"}},
		{"not JSON", change{"areas.geojson", "", "{\n{"}, []string{"areas.geojson 2 bad_json"}},
		{"JSON that ends early", change{"areas.geojson", "", `{"type":`}, []string{"areas.geojson 0 bad_json"}},
		{"JSON and then some", change{"calendar.json", "", `{"timezone": "Asia/Shanghai", "week": [1], "work": [["09:00", "17:00"]]} {}`}, []string{"calendar.json 0 bad_json"}},
		{"a street without a shape", change{"areas.geojson", "," + square("west", 113), ""}, []string{"areas.geojson 0 properties.id no_shape"}},
		{"a shape twice", change{"areas.geojson", square("west", 113), square("west", 113) + "," + square("west", 112)}, []string{"areas.geojson 3 properties.id id_twice"}},
		{"a shape of nobody", change{"areas.geojson", `{"id":"west"}`, `{}`}, []string{"areas.geojson 2 properties.id shape_no_id", "areas.geojson 0 properties.id no_shape"}},
		{"a street that is a point", change{"areas.geojson", square("west", 113), `{"type":"Feature","properties":{"id":"west"},"geometry":{"type":"Point","coordinates":[113,30]}}`}, []string{"areas.geojson 2 geometry not_polygon"}},
		{"no geometry", change{"areas.geojson", square("west", 113), `{"type":"Feature","properties":{"id":"west"},"geometry":null}`}, []string{"areas.geojson 2 geometry not_polygon"}},
		{"in metres", change{"areas.geojson", square("west", 113), square("west", 500113)}, []string{"areas.geojson 2 geometry out_of_range"}},
		{"latitude first", change{"areas.geojson", square("west", 113), `{"type":"Feature","properties":{"id":"west"},"geometry":{"type":"Polygon","coordinates":[[[30,113],[31,113],[31,114],[30,113]]]}}`}, []string{"areas.geojson 2 geometry out_of_range"}},
		{"an open ring", change{"areas.geojson", "[114,31],[114,30]]", "[114,31],[114,30.5]]"}, []string{"areas.geojson 1 geometry open_ring"}},
		{"a ring of three", change{"areas.geojson", square("west", 113), `{"type":"Feature","properties":{"id":"west"},"geometry":{"type":"Polygon","coordinates":[[[113,30],[114,30],[113,30]]]}}`}, []string{"areas.geojson 2 geometry short_ring"}},
		{"words for numbers", change{"areas.geojson", square("west", 113), `{"type":"Feature","properties":{"id":"west"},"geometry":{"type":"Polygon","coordinates":"west"}}`}, []string{"areas.geojson 2 geometry bad_shape"}},

		{"a second hotline", change{"units.csv", "roads,,department", "roads,,hotline"}, []string{"units.csv 3 type second_hotline"}},
		{"no hotline", change{"units.csv", "hotline,,hotline", "hotline,,department"}, []string{"units.csv 0 type no_hotline"}},
		{"a section of nobody", change{"units.csv", "lamps,roads", "lamps,"}, []string{"units.csv 4 parent section_parent"}},
		{"a street office for nowhere", change{"units.csv", "East Office,east", "East Office,"}, []string{"units.csv 5 area street_area"}},
		{"a unit for an area that is not there", change{"units.csv", "East Office,east", "East Office,est"}, []string{"units.csv 5 area unknown_area", "duties.csv 4 area outside_street"}},
		{"the leader signs before the check", change{"units.csv", "check,sign", "sign,check"}, []string{"units.csv 3 chain chain_order"}},
		{"a step that is none", change{"units.csv", "check,sign", "check,stamp"}, []string{"units.csv 3 chain choice"}},
		{"a step twice", change{"units.csv", "check,sign", "check,check"}, []string{"units.csv 3 chain part_twice"}},

		{"a kind of one's own", change{"categories.csv", "Potholes,help", "Potholes,plea"}, []string{"categories.csv 3 kind choice"}},
		{"perhaps public", change{"categories.csv", "Hens,complaint,no", "Hens,complaint,maybe"}, []string{"categories.csv 4 public choice"}},
		{"very urgent", change{"categories.csv", "no,ordinary,yes", "no,very,yes"}, []string{"categories.csv 4 risk choice"}},
		{"four levels", change{"categories.csv", "hens,,", "deep,road,深,Deep,help,no,,no\ndeeper,deep,更深,Deeper,help,no,,no\nhens,deeper,"}, []string{"categories.csv 6 parent too_deep"}},
		{"a kind nobody answers for", change{"categories.csv", "hens,,", "geese,,养鹅,Geese,help,no,,no\nhens,,"}, []string{"categories.csv 4 id no_duty"}},

		{"a rule for a group", change{"rules.csv", "r1,pothole", "r1,road"}, []string{"rules.csv 2 category not_leaf"}},
		{"a rule for nothing", change{"rules.csv", "r1,pothole", "r1,pot"}, []string{"rules.csv 2 category unknown_category"}},
		{"a rule that names nobody", change{"rules.csv", ",urgent,,", ",urgent,park,"}, []string{"rules.csv 2 lead unknown_unit"}},
		{"a rule that names the hotline", change{"rules.csv", ",urgent,,", ",urgent,hotline,"}, []string{"rules.csv 2 lead rule_hotline"}},
		{"a rule that gives a department's work to a street", change{"rules.csv", ",urgent,,", ",urgent,east-office,"}, []string{"rules.csv 2 lead departments_work"}},
		{"helpers of nobody", change{"rules.csv", ",urgent,,", ",urgent,,lamps"}, []string{"rules.csv 2 helpers rule_no_lead"}},
		{"who leads helps itself", change{"rules.csv", ",urgent,,", ",urgent,lamps,lamps"}, []string{"rules.csv 2 helpers helper_leads"}},
		{"a rule without words", change{"rules.csv", "养鸡", ""}, []string{"rules.csv 3 any no_words"}},
		{"a bar too many", change{"rules.csv", "养鸡", "养鸡||鸭"}, []string{"rules.csv 3 any empty_part"}},
		{"a word twice, once in capitals", change{"rules.csv", "路面坑洼|", "pothole|"}, []string{"rules.csv 2 any part_twice"}},
		{"a route called work", change{"routes.csv", "fire,emergency", "work,emergency"}, []string{"routes.csv 2 id route_taken"}},
		{"a key that seals nothing", change{"routes.csv", "fire,emergency,火警,Fire,119,着火了|on fire,请拨119,Ring 119,", "fire,emergency,火警,Fire,119,着火了|on fire,请拨119,Ring 119,yiwang-open-x"}, []string{"routes.csv 2 key seal_key"}},
		{"nothing to tell", change{"routes.csv", "请拨119", ""}, []string{"routes.csv 2 tell_zh empty"}},

		{"a duty with no unit", change{"duties.csv", "d2,pothole,,lamps", "d2,pothole,,"}, []string{"duties.csv 3 unit empty"}},
		{"a unit that is not there", change{"duties.csv", ",roads,lamps", ",raods,lamps"}, []string{"duties.csv 2 unit unknown_unit"}},
		{"a helper that is not there", change{"duties.csv", ",roads,lamps", ",roads,lumps"}, []string{"duties.csv 2 helpers unknown_unit"}},
		{"who leads helps too", change{"duties.csv", ",roads,lamps", ",roads,roads"}, []string{"duties.csv 2 helpers helper_leads"}},
		{"a limit in words", change{"duties.csv", "4wh,7d,,,,2026", "4wh,a week,,,,2026"}, []string{"duties.csv 2 resolve limit"}},
		{"no limit", change{"duties.csv", "4wh,7d,,,,2026", ",7d,,,,2026"}, []string{"duties.csv 2 accept empty"}},
		{"a date as people write it", change{"duties.csv", "2026-06-30", "30.6.2026"}, []string{"duties.csv 2 to date", "duties.csv 3 from overlap"}},
		{"from June to May", change{"duties.csv", "2026-07-01,", "2026-07-01,2026-05-01"}, []string{"duties.csv 3 to ends_before", "categories.csv 3 id duty_gap"}},
		{"two units on one day", change{"duties.csv", "2026-07-01", "2026-06-30"}, []string{"duties.csv 3 from overlap"}},
		{"a day without anybody", change{"duties.csv", "2026-07-01", "2026-07-02"}, []string{"categories.csv 3 id duty_gap"}},
		{"a duty that ends and none after", change{"duties.csv", "2026-07-01,", "2026-07-01,2027-01-01"}, []string{"categories.csv 3 id duty_gap"}},
		{"a street without anybody", change{"duties.csv", "d4,hens,west,roads,,《条例》,Rules,1wd,10wd,,,,\n", ""}, []string{"categories.csv 4 id no_duty_in"}},
		{"roads passed down to a street", change{"duties.csv", "d2,pothole,,lamps", "d2,pothole,,east-office"}, []string{"duties.csv 3 unit departments_work", "duties.csv 3 area outside_street"}},
		{"a street's duty in the next street", change{"duties.csv", "d4,hens,west,roads", "d4,hens,west,east-office"}, []string{"duties.csv 5 area outside_street"}},

		{"a key misspelt", change{"city.json", "confirm_days", "confirm_day"}, []string{"city.json 0 bad_json"}},
		{"a text for a number", change{"city.json", `"confirm_days": 5`, `"confirm_days": "5"`}, []string{"city.json 3 policy.confirm_days bad_json"}},
		{"no days to confirm", change{"city.json", `"confirm_days": 5`, `"confirm_days": 0`}, []string{"city.json 0 policy.confirm_days range"}},
		{"a profile that is not", change{"city.json", `"small_cell": 5`, `"small_cell": 5, "profile": "soon"`}, []string{"city.json 0 policy.profile choice"}},
		{"extensions without a limit", change{"city.json", `"small_cell": 5`, `"small_cell": 5, "extension_cap": "ever"`}, []string{"city.json 0 policy.extension_cap limit"}},
		{"more hops than there are units", change{"city.json", `"small_cell": 5`, `"small_cell": 5, "hop_limit": 1000`}, []string{"city.json 0 policy.hop_limit range"}},
		{"a pause for ever", change{"city.json", `"5wd"`, `""`}, []string{"city.json 0 policy.pause_cap limit"}},
		{"a city that speaks French", change{"city.json", `"default_language": "zh"`, `"default_language": "fr"`}, []string{"city.json 0 default_language choice"}},
		{"no telephone", change{"city.json", `"12345"`, `""`}, []string{"city.json 0 hotline empty"}},

		{"another time zone", change{"calendar.json", "Asia/Shanghai", "Asia/Urumqi"}, []string{"calendar.json 0 timezone timezones"}},
		{"offices that close before they open", change{"calendar.json", "17:00", "08:00"}, []string{"calendar.json 0 bad_calendar"}},
		{"no years", change{"calendar/2026.json", "", "\x00gone"}, []string{"calendar/ 0 no_years"}},
		{"the wrong year", change{"calendar/2026.json", `"year": 2026`, `"year": 2025`}, []string{"calendar/2026.json 0 year wrong_year"}},
		{"31 September", change{"calendar/2026.json", "2026-01-01", "2026-09-31"}, []string{"calendar/2026.json 1 date date"}},
		{"a holiday and a working day", change{"calendar/2026.json", "true}", `true}, {"name": "补班", "date": "2026-01-01", "isOffDay": false}`}, []string{"calendar/2026.json 2 date holiday_twice"}},
		{"two years that disagree", change{"calendar/2027.json", "", `{"year": 2027, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": false}]}`}, []string{"calendar/2027.json 1 date holiday_twice"}},

		{"a text in one language", change{"texts.csv", ",Hello", ","}, []string{"texts.csv 2 en empty"}},
		{"braces", change{"texts.csv", "Hello", "Hello {{.Name"}, []string{"texts.csv 2 en bad_template"}},
		{"a key with blanks", change{"texts.csv", "city.slogan", "city slogan"}, []string{"texts.csv 2 key bad_key"}},
		{"a role of one's own", change{"people.csv", "section_head", "boss"}, []string{"people.csv 2 role choice"}},
		{"somebody from nowhere", change{"people.csv", ",lamps,", ",lamp,"}, []string{"people.csv 2 unit unknown_unit"}},
		{"roads that are points", change{"streets.geojson", "", `{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[1,2]}}]}`}, []string{"streets.geojson 1 geometry bad_shape"}},
	} {
		t.Run(c.story, func(t *testing.T) {
			files := small()
			switch {
			case c.new == "\x00gone":
				delete(files, c.file)
			case c.old == "":
				files[c.file] = c.new
			case !strings.Contains(files[c.file], c.old):
				t.Fatalf("%q is not in %s", c.old, c.file)
			default:
				files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			}
			f, problems := setup.Read(folder(files))
			if f != nil || problems == nil {
				t.Fatal("the folder was taken")
			}
			var have []string
			for _, p := range problems {
				where := fmt.Sprintf("%s %d ", p.File, p.Row)
				if p.Column != "" {
					where += p.Column + " "
				}
				have = append(have, where+strings.TrimPrefix(p.Key, "city_folder."))
				for _, lang := range []string{"zh", "en"} {
					if said := p.In(lang); strings.Contains(said, p.Key) || strings.Contains(said, "<no value>") {
						t.Errorf("said badly: %s", said)
					}
				}
			}
			if !slices.Equal(have, c.want) {
				t.Errorf("found %q, want %q\n%v", have, c.want, problems)
			}
		})
	}
}

func TestAFileOfMoreThan50MB(t *testing.T) {
	files := folder(small())
	files["rules.csv"] = &fstest.MapFile{Data: bytes.Repeat([]byte("x"), setup.MaxFile+1)}
	_, problems := setup.Read(files)
	if len(problems) != 1 || problems[0].Key != "city_folder.too_large" {
		t.Error(problems)
	}
}

// Every bad row of a table is named; a file that is wrong from end to end, and
// longer than any table, is cut.
func TestManyProblemsAreCut(t *testing.T) {
	files := small()
	files["rules.csv"] += strings.Repeat("r9,pothole,坑,,,\n", 500)
	if _, problems := setup.Read(folder(files)); len(problems) != 500 {
		t.Errorf("%d problems of 500 bad rows", len(problems))
	}
	files["rules.csv"] += strings.Repeat("r9,pothole,坑,,,\n", setup.MaxRows)
	_, problems := setup.Read(folder(files))
	last := problems[len(problems)-1]
	if len(problems) != setup.MaxRows+1 || last.Key != "city_folder.more" {
		t.Errorf("%d problems, the last is %s", len(problems), last)
	}
}

func TestAProblemSaysWhereAndWhat(t *testing.T) {
	files := small()
	files["duties.csv"] = strings.Replace(files["duties.csv"], ",roads,lamps", ",raods,lamps", 1)
	_, problems := setup.Read(folder(files))
	if have, want := problems.Error(), `duties.csv, row 2, column unit: there is no unit “raods” in units.csv`; have != want {
		t.Errorf("%s\nwant %s", have, want)
	}
	if have, want := problems.In("zh"), `duties.csv，第2行，列 unit：units.csv 里没有单位“raods”`; have != want {
		t.Errorf("%s\nwant %s", have, want)
	}
}

func FuzzRead(f *testing.F) {
	for name, text := range small() {
		f.Add(name, []byte(text))
	}
	f.Add("areas.csv", []byte("id,parent\n\"a\nb\",\r\n"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if !fs.ValidPath(name) || strings.HasPrefix(name, "calendar.json/") {
			return
		}
		files := folder(small())
		if _, known := files[name]; !known {
			return
		}
		files[name] = &fstest.MapFile{Data: data}
		city, problems := setup.Read(files)
		if (city == nil) == (len(problems) == 0) {
			t.Errorf("a folder %v and %d problems", city != nil, len(problems))
		}
		for _, p := range problems {
			if p.File == "" || strings.Contains(p.String(), "<no value>") {
				t.Errorf("problem: %#v", p)
			}
		}
	})
}
