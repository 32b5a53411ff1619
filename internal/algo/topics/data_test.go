//go:build data

package topics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"yiwang/internal/base/golden"
	"yiwang/internal/base/table"
)

// rows reads a file of the folder of real data, the columns of that names.
func rows(t *testing.T, name string, columns ...string) (out [][]string) {
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
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = row.Cells[slices.Index(f.Header, c)]
		}
		out = append(out, cells)
	}
}

// real reads the messages that hot topics are looked for in.
func real(t *testing.T) (all []Message) {
	t.Helper()
	for _, r := range rows(t, "messages/annex3_messages.csv.gz", "留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "点赞数") {
		at, err := table.ParseTime(r[3], time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		likes, err := strconv.Atoi(r[5])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Message{ID: r[0], Who: r[1], Subject: r[2], Text: r[4], Time: at, Likes: likes})
	}
	return all
}

// known are matters that many of the messages speak of, by what their
// subjects say: an estate's concrete plant, parking sold with flats, subsidies
// for graduates, a fraud, a provident fund, a school's forced labour, …
var known = []struct{ name, subject string }{
	{"parking tied to flats", "伊景园|滨河苑"},
	{"subsidy for graduates", "人才.*(补贴|购房|新政|落户|补助)|购房补贴"},
	{"car loan fraud", "58车贷"},
	{"provident fund", "公积金"},
	{"street to be rebuilt", "凉塘路"},
	{"park to be built", "泉星公园"},
	{"language school's fees", "温斯顿"},
	{"shops sold and not built", "中茂城|中贸城"},
	{"village to be moved", "茶场村"},
	{"food court", "老地方"},
	{"smoke under flats", "辉煌国际城.*(饭店|餐|商铺|烟)"},
}

// truths gives the messages of T1, whose members are known, and of the
// matters above.
func truths(t *testing.T, all []Message) (names []string, sets []map[int]bool) {
	t.Helper()
	t1 := map[string]bool{}
	for _, r := range rows(t, "hot/truth_T1.csv", "msg_id") {
		t1[r[0]] = true
	}
	is := func(name string, has func(Message) bool) {
		set := map[int]bool{}
		for i, m := range all {
			if has(m) {
				set[i] = true
			}
		}
		names, sets = append(names, name), append(sets, set)
	}
	is("T1", func(m Message) bool { return t1[m.ID] })
	for _, k := range known {
		re := regexp.MustCompile(k.subject)
		is(k.name, func(m Message) bool { return re.MatchString(m.Subject) })
	}
	return names, sets
}

// best is the F1 of the group that fits best.
func best(groups [][]int, truth map[int]bool) (f1 float64) {
	for _, g := range groups {
		both := 0
		for _, m := range g {
			if truth[m] {
				both++
			}
		}
		f1 = max(f1, 2*float64(both)/float64(len(g)+len(truth)))
	}
	return f1
}

func groupsOf(found []Topic) (out [][]int) {
	for _, t := range found {
		out = append(out, t.Members)
	}
	slices.SortFunc(out, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
	return out
}

func report(b *strings.Builder, title string, groups [][]int, names []string, sets []map[int]bool) {
	single := 0
	for _, g := range groups {
		if len(g) == 1 {
			single++
		}
	}
	fmt.Fprintf(b, "%s: %d topics, %d of one message, the largest of %d and %d\n", title, len(groups), single, len(groups[0]), len(groups[1]))
	mean := 0.0
	for i, name := range names {
		f1 := best(groups, sets[i])
		mean += f1 / float64(len(names))
		fmt.Fprintf(b, "  %-26s %3d messages, F1 %.2f\n", name, len(sets[i]), f1)
	}
	fmt.Fprintf(b, "  mean F1 %.2f\n", mean)
}

// TestDataTopics finds topics among 4,326 real messages, at once and as they
// came.
func TestDataTopics(t *testing.T) {
	all := real(t)
	names, sets := truths(t, all)
	var b strings.Builder
	found, err := Find(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	groups := groupsOf(found)
	if f1 := best(groups, sets[0]); f1 < 0.95 || len(groups[0]) > 2*len(sets[0]) {
		t.Errorf("T1 with F1 %.3f; the largest topic has %d messages", f1, len(groups[0]))
	}
	report(&b, "all at once", groups, names, sets)

	slices.SortStableFunc(all, earlier)
	_, sets = truths(t, all)
	s := NewStream()
	in := make([]int64, len(all))
	for i, m := range all {
		in[i] = s.Add(m)
		if i%1000 == 999 {
			if _, err := s.Topics(context.Background(), 10); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.Topics(context.Background(), 10); err != nil {
		t.Fatal(err)
	}
	into := map[int64]int64{}
	for _, m := range s.Merges() {
		into[m.From] = m.Into
	}
	by := map[int64][]int{}
	for i, topic := range in {
		for into[topic] != 0 {
			topic = into[topic]
		}
		by[topic] = append(by[topic], i)
	}
	groups = groups[:0]
	for _, g := range by {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
	report(&b, "one after the other", groups, names, sets)

	// Of a part, every second or fourth, topics are found; the others join them.
	for _, every := range []int{2, 4} {
		var part []Message
		for i := 0; i < len(all); i += every {
			part = append(part, all[i])
		}
		found, rest, err := FindPart(context.Background(), part, nil)
		if err != nil {
			t.Fatal(err)
		}
		groups := make([][]int, len(found))
		for i, topic := range found {
			for _, m := range topic.Members {
				groups[i] = append(groups[i], m*every)
			}
		}
		for i, m := range all {
			if i%every == 0 {
				continue
			}
			if k := rest.Add(m); k >= 0 {
				groups[k] = append(groups[k], i)
			} else {
				groups = append(groups, []int{i})
			}
		}
		slices.SortFunc(groups, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
		report(&b, fmt.Sprintf("one in %d, and the others joined", every), groups, names, sets)
	}
	golden.Check(t, "accuracy.txt", []byte(b.String()))
}

// TestDataRobust changes each value of the setting by a fifth: no topic may
// hang on one of them.
func TestDataRobust(t *testing.T) {
	all := real(t)
	names, sets := truths(t, all)
	var b strings.Builder
	for _, c := range []struct {
		what   string
		change func(*setting, float64)
	}{
		{"alike", func(s *setting, by float64) { s.alike *= by }},
		{"matter", func(s *setting, by float64) { s.matter *= by }},
		{"subject", func(s *setting, by float64) { s.subject *= by }},
		{"stays", func(s *setting, by float64) { s.stays *= by }},
		{"fades", func(s *setting, by float64) { s.fades *= by }},
	} {
		for _, by := range []float64{0.8, 1.2} {
			v := newVocabulary(len(all))
			c.change(&v.setting, by)
			found, err := v.group(context.Background(), all)
			if err != nil {
				t.Fatal(err)
			}
			groups := groupsOf(found)
			mean := 0.0
			for i := range names {
				mean += best(groups, sets[i]) / float64(len(names))
			}
			f1 := best(groups, sets[0])
			if f1 < 0.9 || len(groups[0]) > 2*len(sets[0]) {
				t.Errorf("%s · %.1f: T1 with F1 %.2f, largest topic %d", c.what, by, f1, len(groups[0]))
			}
			fmt.Fprintf(&b, "%-8s · %.1f: T1 %.2f, parking %.2f, subsidy %.2f, mean %.2f, largest topic %d\n",
				c.what, by, f1, best(groups, sets[1]), best(groups, sets[2]), mean, len(groups[0]))
		}
	}
	golden.Check(t, "robust.txt", []byte(b.String()))
}
