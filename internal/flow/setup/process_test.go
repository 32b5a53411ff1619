package setup_test

import (
	"archive/zip"
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"

	"yiwang/internal/city/cases"
	"yiwang/internal/flow/setup"
)

// The description's example is read, and written again as it was; it names
// every step.
func TestPlan(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/formats/city-folder.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(doc), "\n## process.csv\n")
	for _, k := range cases.StepKinds {
		if !strings.Contains(section, "`"+string(k)+"`") {
			t.Errorf("the description does not say %s", k)
		}
	}
	_, example, _ := strings.Cut(section, "```csv\n")
	example, _, _ = strings.Cut(example, "```")
	files := small()
	files["process.csv"] = example
	f, problems := setup.Read(folderOf(files))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if n := len(f.Directory.Policy.Plan); n != strings.Count(example, "\n")-1 {
		t.Fatalf("%d passages", n)
	}
	body, err := setup.Write(f)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	again, problems := setup.Read(z)
	if len(problems) > 0 || !reflect.DeepEqual(again.Directory.Policy, f.Directory.Policy) {
		t.Errorf("written otherwise: %v", problems)
	}
}

func TestBadPlan(t *testing.T) {
	for _, test := range []struct{ story, rows, column, key string }{
		{"a step that is none", "a,,opened\nb,opened,sent\n", "to", "city_folder.choice"},
		{"nothing at all", "a,,opened\nb,,\n", "to", "city_folder.empty"},
		{"twice", "a,,opened\nb,opened,answered\nc,opened,answered\n", "to", "city_folder.passage_twice"},
		{"one id for two", "a,,opened\na,opened,answered\n", "id", "city_folder.id_twice"},
		{"nobody comes there", "a,,opened\nb,contested,reopened\n", "from", "city_folder.passage_unreached"},
	} {
		files := small()
		files["process.csv"] = "id,from,to\n" + test.rows
		_, problems := setup.Read(folderOf(files))
		if len(problems) != 1 || problems[0].File != "process.csv" || problems[0].Column != test.column || problems[0].Key != test.key {
			t.Errorf("%s: %v", test.story, problems)
		}
	}
}
