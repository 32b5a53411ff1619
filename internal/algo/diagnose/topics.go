package diagnose

import (
	"fmt"
	"strings"
	"time"

	"yiwang/internal/algo/topics"
)

const (
	topicSample = 40_000 // orders that topics are looked for in
	topicLeast  = 5      // orders of a topic
	topicsMost  = 50
)

// topics finds what many orders were about at the same time: topics among the
// orders of bursts. What is said all the year in all places is none.
func (w *work) topics() (*Finding, error) {
	f := &Finding{Key: "topics", Missing: w.missing(Text), Columns: []string{"order", "topic", "title", "heat", "from", "to"}}
	if len(f.Missing) > 0 {
		return f, nil
	}
	chosen, err := w.bursts()
	if err != nil {
		return nil, err
	}
	// What is common in all orders is learned from some of them: in those of
	// a few matters, what is said of one is as common as how one begins to write.
	texts := 0
	var some []int32
	step := 1 + (len(w.list)-1)/topicSample
	for i := range w.list {
		if w.list[i].text.n > 0 {
			if texts++; texts%step == 0 {
				some = append(some, int32(i))
			}
		}
	}
	all, err := w.messages(some)
	if err != nil {
		return nil, err
	}
	w.opt.Progress("topics.learn", 0, len(all))
	language, err := topics.Learn(w.ctx, all)
	if err != nil {
		return nil, err
	}
	step = 1 + (len(chosen)-1)/topicSample
	rows := chosen[:0]
	for k := 0; k < len(chosen); k += step {
		rows = append(rows, chosen[k])
	}
	messages, err := w.messages(rows)
	if err != nil {
		return nil, err
	}
	w.opt.Progress("topics", 0, len(messages))
	found, err := language.Find(w.ctx, messages)
	if err != nil {
		return nil, err
	}
	n := 0
	kept := found[:0]
	for _, t := range found {
		if len(t.Members) >= topicLeast && len(kept) < topicsMost {
			kept = append(kept, t)
			n += len(t.Members)
		}
	}
	title := func(t topics.Topic) string {
		s := cut(t.Title, 24)
		if s == "" && len(t.Members) > 0 {
			s = cut(messages[t.Members[0]].Text, 24)
		}
		if len(t.Keywords) > 0 {
			s += "（" + cut(strings.Join(t.Keywords[:min(4, len(t.Keywords))], " "), 40) + "）"
		}
		return s
	}
	f.Share = ShareOf(n, max(n, texts/step))
	f.Facts = map[string]float64{"topics": float64(len(kept)), "sample": float64(len(messages)), "step": float64(step)}
	c := Chart{Key: "topics.heat"}
	var examples []int32
	for _, t := range kept {
		c.Bars = append(c.Bars, Bar{Label: title(t), Share: ShareOf(len(t.Members), f.Share.N), Days: -1})
		examples = append(examples, rows[t.Members[0]])
	}
	if c.Bars = c.Bars[:min(len(c.Bars), bars)]; len(c.Bars) > 0 {
		f.Charts = []Chart{c}
	}
	f.Examples = w.examples(examples[:min(3, len(examples))], nil)
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(w.zone()).Format(time.DateOnly)
	}
	f.Rows = func(write func(...string) error) error {
		for k, t := range kept {
			for _, m := range t.Members {
				if err := write(w.id(int(rows[m])), decimals(float64(k+1), 0), cell(title(t)), decimals(t.Heat.Value, 1), day(t.From), day(t.To)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return f, nil
}

// messages are orders as topics are found in them.
func (w *work) messages(rows []int32) ([]topics.Message, error) {
	in := w.reader()
	out := make([]topics.Message, len(rows))
	for k, i := range rows {
		x := &w.list[i]
		m := topics.Message{ID: w.id(int(i)), Text: in.read(x.text)}
		if r := []rune(m.Text); len(r) > 600 {
			m.Text = string(r[:600])
		}
		if x.caller >= 0 {
			m.Who = fmt.Sprint(x.caller)
		}
		if x.time != 0 {
			m.Time = time.Unix(x.time, 0)
		}
		out[k] = m
	}
	return out, in.err
}
