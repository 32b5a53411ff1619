package topics

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"yiwang/internal/algo/keywords"
	"yiwang/internal/algo/summary"
)

const (
	lines     = 3      // of a topic's summary
	words     = 6      // keywords of a topic
	described = 400    // messages of one topic that are read for it
	learned   = 20_000 // messages that it is learned from what is common
	longArea  = 6      // signs of a district's name that is told before a place
)

// A describer puts topics into words.
type describer struct {
	names    census
	messages float64
	words    *keywords.Lexicon
	back     *summary.Background
	formulas formulas
}

// newDescriber learns from messages what is common among them.
func newDescriber(v *vocabulary, messages []Message) *describer {
	var all []string
	f := v.formulas(messages)
	for i := 0; i < len(messages); i += 1 + len(messages)/learned {
		subject, _ := f.without(messages[i].Subject)
		said, _ := f.without(messages[i].Text)
		all = append(all, subject+"\n"+said)
	}
	return &describer{v.names, v.messages, keywords.Learn(all), summary.Learn(all), f}
}

// describe fills in what a topic is called. Members of many are read evenly.
func (d *describer) describe(t *Topic, messages []Message) {
	step := 1 + len(t.Members)/described
	var members []int
	var group []summary.Message
	var texts []string
	var cut [][2]int // signs of the formulas of each, in text and subject
	for k := 0; k < len(t.Members); k += step {
		m := messages[t.Members[k]]
		subject, ofSubject := d.formulas.without(m.Subject)
		said, ofText := d.formulas.without(m.Text)
		members = append(members, t.Members[k])
		group = append(group, summary.Message{Subject: subject, Text: said})
		texts = append(texts, subject+"\n"+said)
		cut = append(cut, [2]int{ofText, ofSubject})
	}
	t.Summary = []Line{}
	for _, l := range d.back.Group(group, lines) {
		n := cut[l.Message][0]
		if l.InSubject {
			n = cut[l.Message][1]
		}
		t.Summary = append(t.Summary, Line{members[l.Message], l.Start + n, l.End + n, l.InSubject, l.Text})
	}
	t.Keywords = []string{}
	for _, w := range d.words.Of(texts, words) {
		t.Keywords = append(t.Keywords, w.Text)
	}
	t.Title = title(group)
	if t.Title == "" && len(t.Summary) > 0 {
		t.Title = t.Summary[0].Text
	}
	t.Place, t.Who = d.named(group)
}

// title is the subject that has most in common with the others, of equal ones
// the shortest.
func title(group []summary.Message) string {
	const compared = 60
	step := 1 + len(group)/compared
	var subjects []string
	for i := 0; i < len(group); i += step {
		subjects = append(subjects, strings.TrimSpace(group[i].Subject))
	}
	alike := summary.RougeLs(subjects)
	best, most := "", -1.0
	for i, s := range subjects {
		if s == "" {
			continue
		}
		sum := 0.0
		for j := range subjects {
			if i != j {
				sum += alike[i][j]
			}
		}
		if sum > most || sum == most && len(s) < len(best) {
			best, most = s, sum
		}
	}
	return best
}

// named gives the place and the body that most of texts name: those with the
// greatest n·ln((N+500)/c)·ln(1+l), for n texts with the name, l signs long, which
// stands c times in all N messages; in a subject it counts twice. One that is
// in less than a fifth of the texts is not theirs, nor one that is nowhere
// else, since where it begins is then a guess. A place is told with its district where a third of the
// texts name that.
func (d *describer) named(group []summary.Message) (spot, who string) {
	type mention struct {
		written string
		kind    kind
		texts   int
		each    float64 // what a text counts
		weight  float64
	}
	found := map[string]*mention{}
	var list []*mention
	var names []name
	last := map[string]int{}
	for i, g := range group {
		for k, s := range [2]string{g.Subject, g.Text} {
			folded := signs(s)
			var written []rune
			names = d.names.names(names[:0], folded)
			for _, n := range names {
				key := string(folded[n.from:n.to])
				if last[key] == i+1 {
					continue
				}
				last[key] = i + 1
				m := found[key]
				if m == nil {
					often := float64(*d.names.at(hashBack(0, folded[n.from:n.to])))
					if written == nil {
						written = []rune(s)
					}
					m = &mention{written: string(written[n.from:n.to]), kind: n.kind}
					if often > 1 || k == 0 {
						m.each = math.Log((d.messages+unseen)/max(1, often)) * math.Log(float64(1+n.to-n.from))
					}
					found[key] = m
					list = append(list, m)
				}
				m.texts++
				m.weight += m.each * float64(2-k)
			}
		}
	}
	most := func(share int, kinds ...kind) string {
		best, heaviest := "", 0.0
		for _, m := range list {
			if m.texts < min(2, len(group)) || m.texts*share < len(group) || !slices.Contains(kinds, m.kind) {
				continue
			}
			if m.weight > heaviest || m.weight == heaviest && m.written < best {
				best, heaviest = m.written, m.weight
			}
		}
		return best
	}
	spot = most(5, place)
	if district := most(3, area); !strings.Contains(spot, district) && (spot == "" || utf8.RuneCountInString(district) <= longArea) {
		spot = district + spot
	}
	return spot, most(5, body)
}
