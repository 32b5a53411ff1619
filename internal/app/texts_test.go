package app_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yiwang/internal/app"
)

// messages reads the words of all packages in one language.
func messages(t *testing.T, lang string) map[string]string {
	t.Helper()
	all := map[string]string{}
	each(t, func(path string, body []byte) {
		if filepath.Base(path) != lang+".json" || filepath.Base(filepath.Dir(path)) != "texts" {
			return
		}
		var list map[string]any
		if err := json.Unmarshal(body, &list); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for k, v := range list {
			text, _ := json.Marshal(v)
			all[k] = string(text)
		}
	})
	return all
}

func each(t *testing.T, f func(path string, body []byte)) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (e.Name() == "node_modules" || strings.HasPrefix(e.Name(), ".") && e.Name() != ".." && e.Name() != "../.." || e.Name() == "testdata") {
			return fs.SkipDir
		}
		if e.IsDir() {
			return nil
		}
		body, err := os.ReadFile(path) //nolint:gosec // our own source
		if err == nil {
			f(path, body)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	said = regexp.MustCompile(`(?:\bT\(ctx|web\.T\(ctx|web\.T\(r\.Context\(\)|errs\.New\(errs\.\w+|errs\.Field\("?[\w.\[\]+ ()"]+?"?), "([a-zA-Z_-]+\.[a-zA-Z0-9_.-]+)"`)
	gap  = regexp.MustCompile(`\{\{ *\.(\w+)`)
)

// Every text is there in both languages, with the same gaps, and every text
// that the program asks for by its name is there.
func TestTexts(t *testing.T) {
	if _, err := app.Texts(); err != nil {
		t.Fatal(err)
	}
	zh, en := messages(t, "zh"), messages(t, "en")
	for key, text := range zh {
		other, ok := en[key]
		if !ok {
			t.Errorf("%q is not there in English", key)
			continue
		}
		if a, b := gaps(text), gaps(other); !slices.Equal(a, b) {
			t.Errorf("%q has the gaps %v in Chinese and %v in English", key, a, b)
		}
		if text == `""` || other == `""` {
			t.Errorf("%q says nothing", key)
		}
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("%q is not there in Chinese", key)
		}
	}
	asked := 0
	each(t, func(path string, body []byte) {
		if filepath.Ext(path) != ".go" && filepath.Ext(path) != ".templ" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return
		}
		for _, m := range said.FindAllSubmatch(body, -1) {
			asked++
			key := string(m[1])
			if strings.HasSuffix(key, ".") || strings.HasSuffix(key, "_") { // the beginning of one
				continue
			}
			if zh[key] == "" {
				t.Errorf("%s asks for %q, which is not there", path, key)
			}
		}
	})
	if asked < 300 {
		t.Errorf("only %d texts are asked for: is the pattern of this test still right?", asked)
	}
}

func gaps(text string) (list []string) {
	for _, m := range gap.FindAllStringSubmatch(text, -1) {
		if m[1] != "PluralCount" && !slices.Contains(list, m[1]) {
			list = append(list, m[1])
		}
	}
	slices.Sort(list)
	return list
}
