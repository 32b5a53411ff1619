package process_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/process"
	"yiwang/internal/base/golden"
)

// check looks for what no drawing may have, and for what each must.
func check(t testing.TB, svg []byte) (texts []string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	has := map[string]int{}
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, svg)
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			has[e.Name.Local]++
			switch e.Name.Local {
			case "svg", "title", "desc", "g", "path", "rect", "text":
			default:
				t.Errorf("there is a <%s>", e.Name.Local)
			}
			for _, a := range e.Attr {
				if a.Name.Local == "style" || a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "url(") {
					t.Errorf("there is %s=%q", a.Name.Local, a.Value)
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s=%q", a.Name.Local, a.Value)
				}
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if s := strings.TrimSpace(string(e)); s != "" {
				texts = append(texts, s)
			}
		}
	}
	if has["svg"] != 1 || has["title"] < 1 || has["desc"] != 1 || depth != 0 {
		t.Errorf("%v", has)
	}
	if !bytes.Contains(svg, []byte(`role="img"`)) {
		t.Error("it is no image to a screen reader")
	}
	return texts
}

func TestSVG(t *testing.T) {
	six, many := process.Discover(logOf(hotline(4000, 1))), process.Discover(logOf(office(3000, 1)))
	meant := process.Model{Follows: map[string][]string{"受理": {"派单"}, "派单": {"接单", "退单"}, "退单": {"派单"}, "接单": {"办理"}, "办理": {"答复"}, "答复": {"回访", "办理"}}}
	planned := process.Discover(logOf(hotline(4000, 1)))
	meant.Mark(&planned.Graph)
	for _, c := range []struct {
		name string
		g    process.Graph
		w    process.Labels
		has  []string
	}{
		{"hotline", six.Graph, process.Chinese, []string{"开始", "结束", "受理", "▲ 瓶颈", "↩\ufe0e 返回", "4,000"}},
		{"hotline-planned-en", planned.Graph, process.English, []string{"start", "end", "▲ bottleneck", "↩\ufe0e back", "! not planned"}},
		{"office", many.Graph, process.Chinese, []string{"申请行政复议", "不予许可告知"}},
		{"office-half-en", many.Simplify(0.5), process.English, []string{"start", "材料预审"}},
	} {
		svg := process.SVG(c.g, process.Drawing{Labels: c.w, Title: "一 <b> & 二", ID: "p1"})
		texts := strings.Join(check(t, svg), "\n")
		for _, s := range append(c.has, "一 <b> & 二") {
			if !strings.Contains(texts, s) {
				t.Errorf("%s: there is no %q", c.name, s)
			}
		}
		golden.Check(t, c.name+".svg", svg)
	}
}

// Nothing, one event, an activity that follows itself: each is drawn.
func TestSmallDrawings(t *testing.T) {
	for _, lines := range [][]string{
		{},
		{"a 受理@0"},
		{"a 受理@0 受理@1 受理@2"},
		{"a 受理@0 派单@1 受理@2 派单@3"},
		{"a 受理@0", "b 派单@0"},
	} {
		r := process.Discover(story(t, lines...))
		texts := check(t, process.SVG(r.Graph, process.Drawing{Labels: process.Chinese, Title: "图"}))
		if s := strings.Join(texts, "\n"); !strings.Contains(s, "开始") {
			t.Errorf("%v: %s", lines, s)
		}
	}
}

// However large the graph, the drawing is bounded, and says what is missing.
func TestHugeGraph(t *testing.T) {
	g := process.Graph{Cases: 1}
	for i := range 3000 {
		g.Activities = append(g.Activities, process.Activity{Name: fmt.Sprint("step ", i), Count: 9, Cases: 1, Starts: 1, Ends: 1})
		for j := range 5 {
			g.Edges = append(g.Edges, process.Edge{From: fmt.Sprint("step ", i), To: fmt.Sprint("step ", (i*7+j*j)%3000), Count: 1, Cases: 1})
		}
	}
	texts := strings.Join(check(t, process.SVG(g, process.Drawing{Labels: process.English, Title: "huge"})), "\n")
	if !strings.Contains(texts, "Not drawn: 2,9") {
		t.Error("it does not say what is not drawn")
	}
}

// Words stand on the reader's ink; marks are above 3 : 1 on white and on dark
// paper, and quiet lines above 4.5 : 1 with the ink of each.
func TestContrast(t *testing.T) {
	svg := string(process.SVG(process.Discover(logOf(hotline(400, 1))).Graph, process.Drawing{Labels: process.Chinese}))
	colours := map[string]bool{}
	for _, attribute := range []string{`stroke="`, `fill="`} {
		for _, part := range strings.Split(svg, attribute)[1:] {
			c, _, _ := strings.Cut(part, `"`)
			colours[c] = true
		}
	}
	for c := range colours {
		if c == "none" || c == "currentColor" {
			continue
		}
		for _, paper := range []string{"#ffffff", "#f5f7f8", "#151c22", "#0e1419"} {
			if r := contrast(light(t, c), light(t, paper)); r < 3 {
				t.Errorf("%s on %s: %.2f", c, paper, r)
			}
		}
	}
	for _, p := range [][2]string{{"#14202b", "#ffffff"}, {"#000000", "#ffffff"}, {"#e8edf1", "#151c22"}} {
		if r := contrast(light(t, mix(t, p[0], p[1], 0.62)), light(t, p[1])); r < 4.5 {
			t.Errorf("lines of %s on %s: %.2f", p[0], p[1], r)
		}
	}
	if !strings.Contains(svg, `stroke-opacity="0.62"`) || strings.Contains(svg, "<text fill") {
		t.Error("the test looks at other lines than there are")
	}
}

func rgb(t testing.TB, s string) (c [3]float64) {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	return [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
}

func mix(t testing.TB, ink, paper string, share float64) string {
	a, b := rgb(t, ink), rgb(t, paper)
	s := "#"
	for i := range a {
		s += fmt.Sprintf("%02x", int(share*a[i]+(1-share)*b[i]))
	}
	return s
}

// light is the relative luminance of WCAG 2.
func light(t testing.TB, s string) float64 {
	sum := 0.0
	for i, c := range rgb(t, s) {
		c /= 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += c * [3]float64{0.2126, 0.7152, 0.0722}[i]
	}
	return sum
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

func TestWait(t *testing.T) {
	for seconds, want := range map[float64]string{0: "0 秒", 45: "45 秒", 90: "2 分钟", 3600: "1 小时", 12_600: "3.5 小时", 90_000: "25 小时", 200_000: "2.3 天", 2e7: "231 天"} {
		if got := process.Chinese.Wait(seconds); got != want {
			t.Errorf("%v is %s, want %s", seconds, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := process.English.Number(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}

// The same graph is drawn the same, whatever names it has.
func TestDrawAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := events(t)
		name := rapid.String().Draw(t, "name")
		for i := range list {
			if list[i].Activity == "A" {
				list[i].Activity = name + "A"
			}
		}
		g := process.Discover(logOf(list)).Simplify(rapid.Float64Range(0, 1).Draw(t, "detail"))
		o := process.Drawing{Labels: process.English, Title: name, ID: "x"}
		a, b := process.SVG(g, o), process.SVG(g, o)
		if !bytes.Equal(a, b) {
			t.Fatal("two drawings of one graph differ")
		}
		d := xml.NewDecoder(bytes.NewReader(a))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("%v\n%s", err, a)
			}
		}
	})
}

func FuzzSVG(f *testing.F) {
	f.Add("受理\n派单\n受理\n\n答复", 0.5)
	f.Add("a\na\na\nb\n\nc\nb\na", 1.0)
	f.Add("<svg>\n&\n\x00\n\u202e右", 0.0)
	f.Fuzz(func(t *testing.T, text string, detail float64) {
		l := &process.Log{}
		c := 0
		for i, line := range strings.Split(text, "\n") {
			if line == "" {
				c++
			}
			// What is refused is left out.
			_ = l.Add(process.Event{Case: fmt.Sprint(c), Activity: line, Time: monday.AddDate(0, 0, i)})
		}
		g := process.Discover(l).Simplify(detail)
		if !connected(g) {
			t.Errorf("not connected at %v: %q", detail, text)
		}
		check(t, process.SVG(g, process.Drawing{Labels: process.Chinese, Title: text, ID: "x"}))
	})
}
