package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// axe is the accessibility checker, which `npm ci` has put beside the tests.
var axe = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		return "", fmt.Errorf("%w; run: npm ci --ignore-scripts", err)
	}
	return string(b), nil
})

// A Violation is a rule that a page breaks, and where.
type Violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// String tells it to the one who mends the page.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.ID, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
	}
	return b.String()
}

// Axe fails the test for each rule of WCAG 2.2, levels A and AA, that the page
// breaks, as far as a program can tell.
func (p *Page) Axe() {
	p.T.Helper()
	for _, v := range p.Violations() {
		p.T.Errorf("%s: %s", p.Path(), v)
	}
}

// Violations are the rules that the page breaks.
func (p *Page) Violations() []Violation {
	p.T.Helper()
	source, err := axe()
	if err != nil {
		p.T.Fatal(err)
	}
	if p.noScript {
		// The checker is a script; those of the page stay as they are, not run.
		run(p, "let axe run", scripts(true))
		defer func() { run(p, "switch scripts off again", scripts(false)) }()
	}
	run(p, "load axe", chromedp.Evaluate[chromedp.Void](source))
	found := run(p, "run axe", chromedp.Evaluate[[]byte](`axe.run(document, {
		runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
		resultTypes: ["violations"],
	}).then(r => r.violations)`, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	var list []Violation
	if err := json.Unmarshal(found, &list); err != nil {
		p.T.Fatalf("axe: %v", err)
	}
	return list
}

func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has JSON
	}
	return string(b)
}
