package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Messages are learned, measured and sorted without a database.
func TestClassify(t *testing.T) {
	dir := folder(t)
	var b strings.Builder
	b.WriteString("编号,内容,类别\n")
	speak := map[string][]string{
		"供水": {"水管漏水了", "自来水停了一天", "水压太低", "水表坏了"},
		"道路": {"路面有个大坑", "路灯不亮", "井盖松动", "人行道破损"},
		"噪音": {"广场舞太吵", "工地半夜施工", "音响扰民", "狗叫一夜"},
	}
	for i := range 240 {
		for label, list := range speak {
			b.WriteString(strings.Join([]string{label, "请尽快处理，" + list[i%4] + "，谢谢", label}, ",") + "\n")
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"a.model", "b.model"} {
		if _, errs, code := yiwang(t, dir, "classify", "train", "--data", "rows.csv", "--map", "text=内容,label=类别", "--model", model); code != 0 || !strings.Contains(errs, "3 labels") {
			t.Fatal(errs)
		}
	}
	a, err1 := os.ReadFile(filepath.Join(dir, "a.model"))
	c, err2 := os.ReadFile(filepath.Join(dir, "b.model"))
	if err1 != nil || err2 != nil || string(a) != string(c) {
		t.Errorf("the same data and seed made two models (%v, %v)", err1, err2)
	}
	out, errs, code := yiwang(t, dir, "classify", "eval", "--data", "rows.csv", "--map", "text=内容,label=类别", "--model", "a.model", "--json")
	var report struct {
		N        int
		Accuracy float64
		MacroF1  float64 `json:"macro_f1"`
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || report.N != 720 || report.Accuracy < 0.99 || report.MacroF1 < 0.99 {
		t.Errorf("%d %s%s (%v)", code, out, errs, err)
	}
	out, _, _ = yiwang(t, dir, "classify", "predict", "--data", "rows.csv", "--map", "id=编号,text=内容", "--model", "a.model")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var first struct {
		ID, Label string
		Prob      float64
	}
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || len(lines) != 720 || first.Label != first.ID || first.Prob < 0.8 {
		t.Errorf("%d lines, the first %s (%v)", len(lines), lines[0], err)
	}
	for name, body := range map[string]string{
		"costs.csv": "label,said,cost\n,,0.2\n噪音,供水,1e300\n道路,供水,1e300\n", "twice.csv": "label,said,cost\n,,0.2\n噪音,供水,2\n噪音,供水,3\n",
		"noask.csv": "label,said,cost\n噪音,供水,2\n", "unknown.csv": "label,said,cost\n,,1\n噪声,供水,2\n", "less.csv": "label,said,cost\n,,-1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A mistake that would cost a great deal is not risked: a person decides.
	out, errs, code = yiwang(t, dir, "classify", "predict", "--data", "rows.csv", "--map", "id=编号,text=内容", "--model", "a.model", "--json", "--costs", "costs.csv")
	said := map[string]int{}
	for l := range strings.SplitSeq(strings.TrimSpace(out), "\n") {
		var d struct {
			ID   string
			Said *string
			Cost *float64
		}
		if err := json.Unmarshal([]byte(l), &d); err != nil || d.Cost == nil || *d.Cost > 0.2 || !strings.Contains(l, `"said":`) || !strings.Contains(l, `"top":`) {
			t.Fatalf("%s (%v)", l, err)
		}
		if d.Said != nil {
			said[d.ID+*d.Said]++
		} else {
			said[d.ID]++
		}
	}
	if code != 0 || said["供水"] != 240 || said["道路道路"] != 240 || said["噪音噪音"] != 240 {
		t.Errorf("%d %v %s", code, said, errs)
	}
	for name, says := range map[string]string{"twice.csv": "twice", "noask.csv": "ask", "unknown.csv": "噪声", "less.csv": "from 0", "rows.csv": "label"} {
		if out, errs, code := yiwang(t, dir, "classify", "predict", "--data", "rows.csv", "--map", "text=内容", "--model", "a.model", "--costs", name); code == 0 || out != "" || !strings.Contains(errs, says) {
			t.Errorf("%s: %d %s %s", name, code, out, errs)
		}
	}
	for _, args := range [][]string{
		{"train", "--data", "rows.csv", "--map", "text=内容", "--model", "c.model"},
		{"train", "--data", "rows.csv", "--map", "text=无,label=类别", "--model", "c.model"},
		{"eval", "--data", "rows.csv", "--map", "text=内容,label=类别", "--model", "rows.csv"},
	} {
		if _, errs, code := yiwang(t, dir, append([]string{"classify"}, args...)...); code == 0 || errs == "" {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "c.model")); err == nil {
		t.Error("a model was left behind by what was refused")
	}
}
