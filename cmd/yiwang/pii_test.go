package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Personal data is found at the characters where it stands in the text as
// given, blanks in front included, and masked for publication.
func TestPII(t *testing.T) {
	dir := folder(t)
	body := "编号,内容\n007,\"  我叫周文斌，\n电话 138 1234 5678\"\n8,人民路的路灯坏了\n9,\n"
	if err := os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"pii", "--data", "rows.csv", "--map", "id=编号,text=内容"}
	out, errs, code := yiwang(t, dir, append(args, "--json")...)
	want := `{"id":"007","spans":[{"kind":"name","start":4,"end":7},{"kind":"phone","start":12,"end":25}]}
{"id":"8","spans":[]}
{"id":"9","spans":[]}
`
	if out != want || code != 0 {
		t.Errorf("%d %s\n%s", code, out, errs)
	}
	out, errs, code = yiwang(t, dir, append(args, "--json", "--mask")...)
	var line struct{ Masked string }
	if err := json.Unmarshal([]byte(strings.SplitAfter(out, "\n")[0]), &line); err != nil || code != 0 || line.Masked != "  我叫周**，\n电话 138 **** **78" {
		t.Errorf("%d %s\n%s (%v)", code, out, errs, err)
	}
	out, errs, code = yiwang(t, dir, append(args, "--mask")...)
	if want := "id,text\n007,\"  我叫周**，\n电话 138 **** **78\"\n8,人民路的路灯坏了\n9,\n"; out != want || code != 0 {
		t.Errorf("%d %s\n%s", code, out, errs)
	}
	// Places count the signs of the file, also those of its line breaks.
	if err := os.WriteFile(filepath.Join(dir, "windows.csv"), []byte(strings.ReplaceAll(body, "\n", "\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code = yiwang(t, dir, "pii", "--data", "windows.csv", "--map", "id=编号,text=内容", "--json")
	if want := strings.Replace(want, `"start":12,"end":25`, `"start":13,"end":26`, 1); out != want || code != 0 {
		t.Errorf("%d %s\n%s", code, out, errs)
	}
	out, errs, code = yiwang(t, dir, args...)
	if !strings.HasPrefix(out, "3 rows, 1 with personal data\n") || code != 0 {
		t.Errorf("%d %s\n%s", code, out, errs)
	}
	for _, args := range [][]string{
		{"--data", "rows.csv"},
		{"--data", "rows.csv", "--map", "text=正文"},
		{"--data", "none.csv", "--map", "text=内容"},
	} {
		if out, errs, code := yiwang(t, dir, append([]string{"pii"}, args...)...); code == 0 || errs == "" || out != "" {
			t.Errorf("%v: %d %s %s", args, code, out, errs)
		}
	}
}
