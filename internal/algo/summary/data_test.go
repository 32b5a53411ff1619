//go:build data

package summary_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiwang/internal/algo/summary"
	"yiwang/internal/base/golden"
	"yiwang/internal/base/table"
)

// messages reads a file of real messages.
func messages(t *testing.T, name string) (out []summary.Message) {
	t.Helper()
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of real messages")
	}
	f, err := table.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	m, err := table.ParseMapping("subject=留言主题,text=留言详情", f.Header, []string{"subject", "text"})
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := f.Next()
		if err != nil {
			return out
		}
		out = append(out, summary.Message{Subject: m.Get(row, "subject"), Text: m.Get(row, "text")})
	}
}

// TestDataRouge compares one line taken out of each real message with the
// subject that its author gave it, and so do the baselines.
func TestDataRouge(t *testing.T) {
	var b strings.Builder
	for _, name := range []string{"annex4_replies", "annex3_messages"} {
		list := messages(t, "messages/"+name+".csv.gz")
		texts := make([]string, len(list))
		for i, m := range list {
			texts[i] = m.Text
		}
		back := summary.Learn(texts)
		var ours, lead, rank, cut float64
		for _, m := range list {
			for _, s := range back.Of(m.Text, 1) {
				ours += summary.RougeL(s.Text, m.Subject)
			}
			first := summary.Lead(m.Text)
			lead += summary.RougeL(first, m.Subject)
			cut += summary.RougeL(string([]rune(first)[:min(30, len([]rune(first)))]), m.Subject)
			rank += summary.RougeL(summary.TextRank(m.Text), m.Subject)
		}
		n := float64(len(list))
		if ours <= lead || ours <= rank {
			t.Errorf("%s: a baseline is better", name)
		}
		fmt.Fprintf(&b, "%s: %d messages, ROUGE-L F against the subject: ours %.3f, lead-1 %.3f, its first 30 signs %.3f, TextRank %.3f\n", name, len(list), ours/n, lead/n, cut/n, rank/n)
	}
	golden.Check(t, "rouge.txt", []byte(b.String()))
}

// TestDataGroups tells forty messages about one matter in five lines: how near
// the line that is nearest comes to each subject, beside the first sentences
// of five of the messages.
func TestDataGroups(t *testing.T) {
	list := messages(t, "messages/annex3_messages.csv.gz")
	texts := make([]string, len(list))
	for i, m := range list {
		texts[i] = m.Text
	}
	back := summary.Learn(texts)
	var b strings.Builder
	for _, word := range []string{"搅拌", "车位", "麻将", "公积金", "幼儿园", "油烟"} {
		var group, bare []summary.Message // bare: without the subjects they are measured by
		for _, m := range list {
			if len(group) < 40 && strings.Contains(m.Subject, word) {
				group = append(group, m)
				bare = append(bare, summary.Message{Text: m.Text})
			}
		}
		var ours, lead []string
		for _, l := range back.Group(bare, 5) {
			ours = append(ours, l.Text)
		}
		for i := range 5 {
			lead = append(lead, summary.Lead(bare[i*len(bare)/5].Text))
		}
		nearest := func(lines []string) (sum float64) {
			for _, m := range group {
				most := 0.0
				for _, l := range lines {
					most = max(most, summary.RougeL(l, m.Subject))
				}
				sum += most
			}
			return sum / float64(len(group))
		}
		if nearest(ours) <= nearest(lead) {
			t.Errorf("%s: first sentences tell more", word)
		}
		fmt.Fprintf(&b, "%s: %d messages in %d lines, mean ROUGE-L F of the nearest %.3f, of five first sentences %.3f\n", word, len(group), len(ours), nearest(ours), nearest(lead))
	}
	golden.Check(t, "groups.txt", []byte(b.String()))
}
