package process

import (
	"fmt"
	"strconv"
	"strings"
)

// Labels are the words of a drawing in one language. The texts with %s take
// what their comment names, in that order.
type Labels struct {
	Lang       string // of the words, as in HTML
	Start, End string
	Again      string // in a box: how often it was repeated
	Bottleneck string
	Return     string
	Deviates   string
	Legend     struct{ Width, Wait, Return, Bottleneck, Deviates string }
	Hidden     string // activities, edges and steps that are not drawn
	Summary    string // cases, activities, edges
	Busiest    string // from, to, how often, wait
	Slow       string // from, to, wait
	Back       string // from, to, how often
	Edge       string // from, to, how often, wait, the wait of 90 %
	Units      [4]string
}

// English and Chinese are labels for drawings.
var (
	English = Labels{
		Lang: "en", Start: "start", End: "end", Again: "%s again", Bottleneck: "bottleneck", Return: "back", Deviates: "not planned",
		Legend: struct{ Width, Wait, Return, Bottleneck, Deviates string }{
			"A thicker line: more often. Beside it: how often, and the median wait.",
			"Waits are elapsed time, nights and holidays included.",
			"Dashed: back to where the case has been.",
			"Bottleneck: slow, and a large part of all waiting.",
			"Dotted: not as planned.",
		},
		Hidden:  "Not drawn: %s activities, %s lines with %s steps.",
		Summary: "%s cases, %s activities, %s ways between them.",
		Busiest: "Most often %s is followed by %s: %s times, after %s.",
		Slow:    "Bottleneck: from %s to %s, median %s.",
		Back:    "Back from %s to %s: %s times.",
		Edge:    "%s → %s: %s times; half within %s, 90 %% within %s",
		Units:   [4]string{"s", "min", "h", "days"},
	}
	Chinese = Labels{
		Lang: "zh", Start: "开始", End: "结束", Again: "重复 %s", Bottleneck: "瓶颈", Return: "返回", Deviates: "计划外",
		Legend: struct{ Width, Wait, Return, Bottleneck, Deviates string }{
			"线越粗，走得越多；旁边是次数和等待的中位数。",
			"等待按自然时间计算，含夜间和节假日。",
			"虚线：回到走过的环节。",
			"瓶颈：走得慢，占去全部等待的一大块。",
			"点线：规定里没有的走法。",
		},
		Hidden:  "未画出：%s 个环节，%s 条线，共 %s 次。",
		Summary: "共 %s 件，%s 个环节，%s 种走法。",
		Busiest: "最常见的是“%s”之后“%s”：%s 次，中位等待 %s。",
		Slow:    "瓶颈：从“%s”到“%s”，中位等待 %s。",
		Back:    "从“%s”回到“%s”：%s 次。",
		Edge:    "%s → %s：%s 次；一半在 %s 内，九成在 %s 内",
		Units:   [4]string{"秒", "分钟", "小时", "天"},
	}
)

// Wait writes seconds in the unit that fits: 45 s, 12 min, 3.5 h, 2.3 days.
func (l Labels) Wait(seconds float64) string {
	value, unit := seconds, 0
	switch {
	case seconds >= 48*3600:
		value, unit = seconds/86_400, 3
	case seconds >= 3600:
		value, unit = seconds/3600, 2
	case seconds >= 60:
		value, unit = seconds/60, 1
	}
	digits := 0
	if unit > 1 && value < 10 {
		digits = 1
	}
	return strings.TrimSuffix(strconv.FormatFloat(value, 'f', digits, 64), ".0") + " " + l.Units[unit]
}

// Number writes a count with its thousands apart.
func (l Labels) Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// describe says in words what a drawing shows, for who cannot see it.
func (l Labels) describe(g *Graph) string {
	lines := []string{fmt.Sprintf(l.Summary, l.Number(g.Cases), l.Number(len(g.Activities)), l.Number(len(g.Edges)))}
	if len(g.Edges) > 0 {
		e := g.Edges[0]
		lines = append(lines, fmt.Sprintf(l.Busiest, e.From, e.To, l.Number(e.Count), l.Wait(e.Median)))
	}
	for _, e := range g.Edges {
		if e.Bottleneck {
			lines = append(lines, fmt.Sprintf(l.Slow, e.From, e.To, l.Wait(e.Median)))
		}
	}
	backs := 0
	for _, e := range g.Edges {
		if e.Return && backs < 5 {
			backs++
			lines = append(lines, fmt.Sprintf(l.Back, e.From, e.To, l.Number(e.Count)))
		}
	}
	return strings.Join(append(lines, l.hidden(g)...), " ")
}

func (l Labels) hidden(g *Graph) []string {
	h := g.Hidden
	if h == (Hidden{}) {
		return nil
	}
	return []string{fmt.Sprintf(l.Hidden, l.Number(h.Activities), l.Number(h.Edges), l.Number(h.Steps))}
}
