package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Commands that answer row by row answer every row, also one with nothing in
// it; and they say how a file is written.
func TestEveryRow(t *testing.T) {
	dir := folder(t)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("1,路灯不亮，电话13800138000,照明\n,,\n2,,供水\n3,自来水停了两天,供水\n")
	if err != nil {
		t.Fatal(err)
	}
	head := "编号,内容,类别\n"
	if err := os.WriteFile(filepath.Join(dir, "mixed.csv"), []byte(head+gb+"4,路灯一闪一闪,照明\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := simplifiedchinese.GB18030.NewEncoder().String(head)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "gb.csv"), []byte(all+gb), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := yiwang(t, dir, "classify", "train", "--data", "mixed.csv", "--map", "text=内容,label=类别", "--model", "m"); code != 0 || !strings.Contains(errs, "two encodings") {
		t.Fatal(code, errs)
	}
	for _, args := range [][]string{
		{"classify", "predict", "--model", "m", "--map", "id=编号,text=内容"},
		{"pii", "--map", "id=编号,text=内容", "--json"},
		{"summarize", "--map", "id=编号,text=内容", "--json"},
		{"keywords", "--map", "id=编号,text=内容", "--json"},
	} {
		for file, rows := range map[string]int{"mixed.csv": 5, "gb.csv": 4} {
			out, errs, code := yiwang(t, dir, append(args, "--data", file)...)
			if n := strings.Count(out, "\n"); code != 0 || n != rows || !strings.Contains(errs, file) || !strings.Contains(errs, "GB18030") {
				t.Errorf("%v %s: %d lines, %s", args, file, n, errs)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "empty.csv"), []byte("text,label\n,a\n,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := yiwang(t, dir, "classify", "train", "--data", "empty.csv", "--map", "text=text,label=label", "--model", "m2"); code != 1 || !strings.Contains(errs, "nothing to learn from") {
		t.Error(code, errs)
	}
}
