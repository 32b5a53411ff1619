package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// messagesFile writes twelve messages: eight about a concrete plant, four
// about something else each.
func messagesFile(t *testing.T, dir string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("留言编号,留言用户,留言主题,留言时间,留言详情,点赞数\n")
	plant := []string{"搅拌站噪音扰民", "搅拌站灰尘太大", "投诉附近的搅拌站", "搅拌站半夜施工"}
	for i := range 8 {
		fmt.Fprintf(&b, "00%d,u%d,莲湖小区%s,2026/3/%d 8:00:00,\"\n\t您好，莲湖小区附近的%s，请尽快搬走。\n\",%d\n", i, i%5, plant[i%4], 9-i, plant[(i+1)%4], i)
	}
	for i, text := range []string{"12路公交车等了四十分钟", "桂花街路灯不亮", "幼儿园学位不够", ""} {
		fmt.Fprintf(&b, "1%d,,,,%s,\n", i, text)
	}
	if err := os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What the messages of a file are about is told without a database, from its
// usual headings or from what is said of them.
func TestTopics(t *testing.T) {
	dir := folder(t)
	messagesFile(t, dir)
	for _, args := range [][]string{
		{"topics", "--data", "rows.csv", "--json"},
		{"topics", "--data", "rows.csv", "--map", "id=留言编号,subject=留言主题,text=留言详情,time=留言时间,likes=点赞数,user=留言用户", "--json"},
	} {
		out, errs, code := yiwang(t, dir, args...)
		var found []topicJSON
		if err := json.Unmarshal([]byte(out), &found); err != nil || code != 0 || len(found) != 5 {
			t.Fatalf("%d %s%s (%v)", code, out, errs, err)
		}
		hot := found[0]
		if hot.Rank != 1 || hot.Messages != 8 || hot.People != 5 || hot.Likes != 28 || hot.Place != "莲湖小区" || hot.From != "2026-03-02 08:00:00" || hot.To != "2026-03-09 08:00:00" ||
			hot.Heat != 20.6 || hot.IDs[0] != "007" || len(hot.Keywords) == 0 || !strings.Contains(hot.Title, "搅拌站") {
			t.Errorf("%+v", hot)
		}
		var ids []string
		for _, topic := range found {
			ids = append(ids, topic.IDs...)
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != 12 {
			t.Errorf("ids %q", ids)
		}
	}
	out, _, code := yiwang(t, dir, "topics", "--data", "rows.csv", "--top", "1")
	if code != 0 || !strings.Contains(out, "heat 20.6 = (5 + √28) · (1 + 1.000)") || strings.Contains(out, "\n2.") {
		t.Errorf("%d %s", code, out)
	}
}

func TestTopicsRefuses(t *testing.T) {
	dir := folder(t)
	for name, c := range map[string]struct{ rows, says string }{
		"headings that match nothing": {"甲,乙\n1,2\n", "--map id=COLUMN"},
		"an id twice":                 {"id,text\n7,路灯\n8,公交\n7,水管\n", "line 4: the id 7 is on line 2 already"},
		"an id missing":               {"id,text\n,路灯\n", "line 2: the id is missing"},
		"a time that is none":         {"id,text,time\n1,路灯,昨天\n", "line 2: "},
		"likes that are none":         {"id,text,likes\n1,路灯,很多\n", "line 2: "},
	} {
		if err := os.WriteFile(filepath.Join(dir, "bad.csv"), []byte(c.rows), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, errs, code := yiwang(t, dir, "topics", "--data", "bad.csv", "--json"); code == 0 || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%s: %d %q %q", name, code, out, errs)
		}
	}
}

// Lines and keywords stand where they are told to, also where lines end as
// Windows writes them.
func TestPlacesInWindowsFiles(t *testing.T) {
	dir := folder(t)
	cell := "您好，\r\n我是莲湖小区的。\r\n莲湖小区附近的搅拌站灰尘太大，\r\n请尽快搬走搅拌站。\r\n谢谢\r\n"
	var b strings.Builder
	b.WriteString("id,text\r\n")
	for i := range 20 {
		fmt.Fprintf(&b, "%d,\"%s\"\r\n", i, cell)
	}
	if err := os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	signs := []rune(cell)
	for _, command := range []string{"summarize", "keywords"} {
		out, errs, code := yiwang(t, dir, command, "--data", "rows.csv", "--json")
		var first struct {
			Lines, Keywords []struct {
				Text       string
				Start, End int
			}
		}
		if err := json.Unmarshal([]byte(strings.SplitAfter(out, "\n")[0]), &first); err != nil || code != 0 {
			t.Fatalf("%d %s (%v)", code, errs, err)
		}
		found := slices.Concat(first.Lines, first.Keywords)
		for _, x := range found {
			if got := string(signs[x.Start:x.End]); got != x.Text || strings.TrimSpace(got) != got {
				t.Errorf("%s: %q stands at %q", command, x.Text, got)
			}
		}
		if len(found) == 0 {
			t.Errorf("%s: %s", command, out)
		}
	}
}

// A time that cannot be read is one that is unknown, unless most are.
func TestUnreadTimes(t *testing.T) {
	dir := folder(t)
	if err := os.WriteFile(filepath.Join(dir, "rows.csv"), []byte("id,text,time\n1,路灯不亮,2025-01-02\n2,路灯不亮,昨天\n3,水管漏水,—\n4,公交太少,2025年1月2日8时5分\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"topics", "--json"}, {"similar", "--json"}} {
		out, errs, code := yiwang(t, dir, append(args, "--data", "rows.csv")...)
		if code != 0 || !strings.Contains(errs, `1 of 3 times mapped to time cannot be read and count as unknown, such as "昨天" on line 3`) || !strings.Contains(out, `"2"`) {
			t.Errorf("%v: %d %s %s", args, code, out, errs)
		}
	}
}

func TestSummarize(t *testing.T) {
	dir := folder(t)
	messagesFile(t, dir)
	out, errs, code := yiwang(t, dir, "summarize", "--data", "rows.csv", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var first rowSummary
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || code != 0 || len(lines) != 12 || first.ID != "000" || len(first.Lines) != 1 {
		t.Fatalf("%d %s%s (%v)", code, out, errs, err)
	}
	// The places count the signs of the cell as it stands in the file.
	cell := []rune("\n\t您好，莲湖小区附近的搅拌站灰尘太大，请尽快搬走。\n")
	if l := first.Lines[0]; string(cell[l.Start:l.End]) != l.Text || !strings.Contains(first.Summary, "搅拌站") {
		t.Errorf("%+v", first)
	}
	out, errs, code = yiwang(t, dir, "summarize", "--data", "rows.csv", "--group", "--sentences", "2", "--json")
	var groups []groupSummary
	if err := json.Unmarshal([]byte(out), &groups); err != nil || code != 0 || len(groups) != 1 || groups[0].Messages != 12 || len(groups[0].Lines) == 0 || len(groups[0].Lines) > 2 || groups[0].Lines[0].ID == "" {
		t.Errorf("%d %s%s (%v)", code, out, errs, err)
	}
	out, _, _ = yiwang(t, dir, "summarize", "--data", "rows.csv", "--map", "id=留言编号,text=留言详情,group=留言用户", "--group", "--json")
	if err := json.Unmarshal([]byte(out), &groups); err != nil || len(groups) != 6 {
		t.Errorf("%d groups: %s", len(groups), out)
	}
}

func TestKeywords(t *testing.T) {
	dir := folder(t)
	messagesFile(t, dir)
	out, errs, code := yiwang(t, dir, "keywords", "--data", "rows.csv", "--top", "3", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var first struct {
		ID       string
		Keywords []keywordJSON
	}
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || code != 0 || len(lines) != 12 || len(first.Keywords) == 0 {
		t.Fatalf("%d %s%s (%v)", code, out, errs, err)
	}
	fields := map[string][]rune{"subject": []rune("莲湖小区搅拌站噪音扰民"), "text": []rune("\n\t您好，莲湖小区附近的搅拌站灰尘太大，请尽快搬走。\n")}
	for _, k := range first.Keywords {
		if got := string(fields[k.Field][*k.Start:*k.End]); got != k.Text {
			t.Errorf("%+v stands at %q", k, got)
		}
	}
	out, _, code = yiwang(t, dir, "keywords", "--data", "rows.csv", "--group")
	if code != 0 || !strings.Contains(out, "搅拌站") {
		t.Errorf("%d %s", code, out)
	}
}
