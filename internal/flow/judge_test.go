package flow

import (
	"fmt"
	"testing"

	"yiwang/internal/algo/classify"
	"yiwang/internal/city/org"
)

// trained is a classifier that has learned each word as one label.
func trained(t *testing.T, label map[string]string) *classify.Model {
	t.Helper()
	var rows []classify.Row
	for word, l := range label {
		for i := range 12 {
			rows = append(rows, classify.Row{Text: fmt.Sprintf("%s%d", word, i), Label: l})
		}
	}
	m, err := classify.Train(t.Context(), rows, classify.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Who is better over all is not put in force where one channel or area gets
// clearly worse by it, and only there.
func TestJudge(t *testing.T) {
	lamp, noise, bus := "路灯不亮了", "夜里施工吵闹", "公交车不停站"
	champion := trained(t, map[string]string{lamp: "lamp", noise: "bus", bus: "noise"})
	challenger := trained(t, map[string]string{lamp: "noise", noise: "noise", bus: "bus"})
	say := func(n int, word, label, area, channel string) (list []lesson) {
		for range n {
			list = append(list, lesson{Row: classify.Row{Text: word, Label: label}, area: org.AreaID(area), channel: channel})
		}
		return list
	}
	all := func(lists ...[]lesson) (out []lesson) {
		for _, l := range lists {
			out = append(out, l...)
		}
		return out
	}
	for _, test := range []struct {
		story string
		held  []lesson
		want  Ruling
		where string
	}{
		{"better everywhere", all(say(60, noise, "noise", "a", "web"), say(40, bus, "bus", "b", "phone")), Better, ""},
		{"better over all, worse on the phone", all(say(90, noise, "noise", "a", "web"), say(40, lamp, "lamp", "a", "phone")), WorseIn, "phone"},
		{"better over all, worse in a street", all(say(90, noise, "noise", "a", "web"), say(40, lamp, "lamp", "b", "web")), WorseIn, "b"},
		{"worse on the phone, of which there are too few to tell", all(say(90, noise, "noise", "a", "web"), say(partLeast-1, lamp, "lamp", "a", "phone")), Better, ""},
		{"worse on the phone by what chance would give", all(say(90, noise, "noise", "a", "web"), say(20, bus, "bus", "b", "phone"), say(24, lamp, "lamp", "b", "phone")), Better, ""},
		{"as much lost as won", all(say(40, noise, "noise", "a", "web"), say(40, lamp, "lamp", "a", "web")), NotBetter, ""},
		{"a little better, as by chance", all(say(12, noise, "noise", "a", "web"), say(9, lamp, "lamp", "a", "web"), say(40, "", "other", "a", "web")), NotSure, ""},
	} {
		var got Trial
		if err := got.judge(champion, challenger, test.held); err != nil {
			t.Fatal(err)
		}
		if got.Ruling != test.want || got.Where != test.where {
			t.Errorf("%s: %s %q, want %s %q: %+v", test.story, got.Ruling, got.Where, test.want, test.where, got.Parts)
		}
		if inForce := test.want == Better; got.Ruling.InForce() != inForce {
			t.Errorf("%s: in force %v", test.story, !inForce)
		}
	}
}

// All that was taken for something else is kept, and what each category was
// read as: a reader can count again from it how many were right.
func TestMarks(t *testing.T) {
	var outs []classify.Outcome
	for i := range 40 {
		for j := range 40 {
			outs = append(outs, classify.Outcome{Is: fmt.Sprint(i), Said: fmt.Sprint((i * j) % 40), Prob: 0.5})
		}
	}
	m, err := marks(outs)
	if err != nil {
		t.Fatal(err)
	}
	wrong, is, said, right := 0, 0, 0, 0
	for _, x := range m.Confused {
		wrong += x.N
	}
	for _, l := range m.Labels {
		is, said, right = is+l.Is, said+l.Said, right+l.Right
		if l.Is != 40 || l.Right > min(l.Is, l.Said) {
			t.Errorf("%+v", l)
		}
	}
	if is != len(outs) || said != len(outs) || right != m.Right || wrong != len(outs)-m.Right || len(m.Labels) != 40 {
		t.Errorf("%d are, %d said, %d right, %d wrong of %d: %d categories", is, said, right, wrong, len(outs), len(m.Labels))
	}
}
