package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What says nearly the same is found, and pairs are measured, without a
// database.
func TestSimilar(t *testing.T) {
	dir := folder(t)
	write := func(name string, lines ...string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const pit = "湖滨路菜市场门口的路面塌了一个大坑，昨天晚上有位老人骑车经过时摔倒受伤"
	write("rows.csv", "编号,内容,时间,地点", "007,\""+pit+"\",2026/3/1 9:00:00,湖滨路", "8,楼下烧烤店油烟太大,2026/3/1,翠竹园", "a-9,\"您好，"+pit+"，谢谢\",2026/3/5,湖滨路",
		"10,,,", "11,请问居住证怎么办理,,", "12,单位拖欠工资三个月,2026/3/2,")
	for _, args := range [][]string{{"similar"}, {"similar", "groups"}} {
		out, errs, code := yiwang(t, dir, append(args, "--data", "rows.csv", "--map", "id=编号,text=内容,time=时间,place=地点", "--json")...)
		var groups []struct {
			IDs   []string
			Score float64
		}
		if err := json.Unmarshal([]byte(out), &groups); err != nil || code != 0 || len(groups) != 1 || strings.Join(groups[0].IDs, " ") != "007 a-9" ||
			groups[0].Score < 0.5 || groups[0].Score >= 1 || !strings.Contains(errs, "1 have no words") {
			t.Errorf("%d %s%s (%v)", code, out, errs, err)
		}
	}
	write("one.csv", "id,text", "1,路灯不亮")
	if out, errs, code := yiwang(t, dir, "similar", "--data", "one.csv", "--json"); code != 0 || out != "[]\n" {
		t.Errorf("%d %s%s", code, out, errs)
	}

	pairs := []string{"a,b,label"}
	for i, verb := range []string{"还款", "查询", "开通", "关闭", "提现", "充值"} {
		pairs = append(pairs, fmt.Sprintf("怎么%s%d,如何%s%d,1", verb, i, verb, i), fmt.Sprintf("怎么%s%d,手机号丢了,0", verb, i))
	}
	write("pairs.csv", pairs...)
	out, errs, code := yiwang(t, dir, "similar", "score", "--pairs", "pairs.csv", "--json")
	var report struct {
		N             int
		AUROC, BestF1 float64
	}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(out, "best_f1", "BestF1")), &report); err != nil || code != 0 || report.N != 12 || report.AUROC != 1 || report.BestF1 != 1 {
		t.Errorf("%d %s%s (%v)", code, out, errs, err)
	}
	write("plain.csv", "x,y", "怎么还款,如何还款", "怎么还款,", "怎么还款,怎么还款")
	out, errs, code = yiwang(t, dir, "similar", "score", "--pairs", "plain.csv", "--map", "a=x,b=y", "--json")
	if lines := strings.Split(out, "\n"); code != 0 || len(lines) != 4 || lines[1] != `{"row":2,"score":0.0000}` || lines[2] != `{"row":3,"score":1.0000}` {
		t.Errorf("%d %s%s", code, out, errs)
	}

	write("twice.csv", "id,text", "1,路灯不亮", "1,水管爆裂")
	write("noid.csv", "id,text", ",路灯不亮")
	write("notime.csv", "id,text,time", "1,路灯不亮,昨天")
	write("onekind.csv", "a,b,label", "怎么还款,如何还款,1")
	write("nolabel.csv", "a,b,label", "怎么还款,如何还款,maybe")
	for said, args := range map[string][]string{
		"line 3":           {"--data", "twice.csv"},
		"line 2":           {"--data", "noid.csv"},
		"时间":               {"--data", "rows.csv", "--map", "id=编号,text=内容,time=无"},
		"--map id=COLUMN":  {"--data", "plain.csv"},
		"line 2: ":         {"--data", "notime.csv"},
		"nothing to tell":  {"score", "--pairs", "onekind.csv"},
		`label is "maybe"`: {"score", "--pairs", "nolabel.csv"},
		"--map a=COLUMN":   {"score", "--pairs", "rows.csv"},
	} {
		if out, errs, code := yiwang(t, dir, append([]string{"similar"}, args...)...); code == 0 || out != "" || !strings.Contains(errs, said) {
			t.Errorf("%v: %d %s%s", args, code, out, errs)
		}
	}
}
