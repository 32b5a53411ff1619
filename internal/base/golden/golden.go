// Package golden compares what a test got with a file that people have read
// and signed off: who may do what, the states, the accuracy of an algorithm.
// After `go test -update` the reviewer sees the difference.
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the tests got into their golden files")

// Check fails the test where got differs from the file testdata/name of its
// package; with -update it writes the file.
func Check(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with: go test -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has changed; if that is right: go test -update\n%s", path, difference(string(want), string(got)))
	}
}

// difference shows the lines that only one of the two has, where the first
// and the last differing lines are, which is enough to find the place.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for len(w) > 0 && len(g) > 0 && w[0] == g[0] {
		w, g = w[1:], g[1:]
	}
	for len(w) > 0 && len(g) > 0 && w[len(w)-1] == g[len(g)-1] {
		w, g = w[:len(w)-1], g[:len(g)-1]
	}
	const most = 40
	var b strings.Builder
	for _, side := range []struct {
		mark  string
		lines []string
	}{{"- ", w}, {"+ ", g}} {
		for i, line := range side.lines {
			if i == most {
				b.WriteString(side.mark + "…\n")
				break
			}
			b.WriteString(side.mark + line + "\n")
		}
	}
	return b.String()
}
