package cases_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"yiwang/internal/city/cases"
)

// Both languages say the same things with the same gaps; every message this
// room gives has a text, and every text is given.
func TestTexts(t *testing.T) {
	read := func(name string) (m map[string]string) {
		raw := must(cases.Texts.ReadFile("texts/" + name + ".json"))(t)
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	zh, en := read("zh"), read("en")
	gaps := regexp.MustCompile(`{{[^}]*}}`)
	for key, text := range zh {
		if en[key] == "" || !slices.Equal(gaps.FindAllString(text, -1), gaps.FindAllString(en[key], -1)) {
			t.Errorf("%s: %q and %q", key, text, en[key])
		}
	}
	said := map[string]bool{}
	given := regexp.MustCompile(`(?:errs\.(?:New\([^"]*|Field\("[a-z_]+", )|key = )"(case\.[a-z_]+)"`)
	missing := regexp.MustCompile(`needed\("([a-z_]+)"`)
	for _, pattern := range []string{"*.go", "casesql/*.go"} {
		for _, file := range must(filepath.Glob(pattern))(t) {
			code := must(os.ReadFile(file))(t)
			for _, found := range given.FindAllSubmatch(code, -1) {
				said[string(found[1])] = true
			}
			for _, found := range missing.FindAllSubmatch(code, -1) {
				said["case."+string(found[1])+"_missing"] = true
			}
		}
	}
	said["case.not_text"], said["case.too_long"] = true, true
	for key := range said {
		if zh[key] == "" {
			t.Errorf("%s has no text", key)
		}
		delete(zh, key)
	}
	for key := range zh {
		t.Errorf("nobody says %s", key)
	}
}
