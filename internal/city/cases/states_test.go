package cases_test

import (
	"fmt"
	"strings"
	"testing"

	"yiwang/internal/base/golden"
	"yiwang/internal/city/cases"
)

// what the states are called, and who has the next step in them.
var stateWords = map[cases.State][3]string{
	cases.Waiting:    {"待派单", "to be sent to a unit", "a dispatcher"},
	cases.Dispatched: {"待接单", "to be accepted by its lead", "the lead"},
	cases.Accepted:   {"办理中", "being worked on; also while a question to the resident is open", "the lead, or the resident who is asked"},
	cases.Returned:   {"退单待决定", "the lead says it is not theirs; it stays the lead until the ruling, and its clocks run on", "a dispatcher"},
	cases.Checking:   {"答复审核中", "a drafted answer passes the chain of checks", "section head, then unit leader, then hotline, as far as the chain has them"},
	cases.Shelved:    {"挂账", "cannot be solved now; the resident knows why and until when, and it comes back to its unit on that day", "nobody, until its day"},
	cases.Answered:   {"已答复", "the resident has the answer and may confirm or contest it", "the resident"},
	cases.Contested:  {"居民有异议", "the resident says that it is not solved", "a dispatcher who did not give the answer"},
	cases.Closed:     {"已办结", "nothing more is done; what is sealed for a body outside comes here from every other state", "nobody"},
}

// what makes a case take each step.
var stepWords = map[[2]cases.State]string{
	{cases.Waiting, cases.Dispatched}:    "send",
	{cases.Waiting, cases.Answered}:      "answer on the spot, or show another way",
	{cases.Waiting, cases.Closed}:        "withdraw",
	{cases.Dispatched, cases.Accepted}:   "accept",
	{cases.Dispatched, cases.Returned}:   "return",
	{cases.Dispatched, cases.Dispatched}: "send elsewhere",
	{cases.Dispatched, cases.Closed}:     "withdraw",
	{cases.Dispatched, cases.Waiting}:    "take back what went out without a person",
	{cases.Accepted, cases.Checking}:     "send the draft up",
	{cases.Accepted, cases.Returned}:     "return",
	{cases.Accepted, cases.Dispatched}:   "send elsewhere",
	{cases.Accepted, cases.Shelved}:      "put off, signed by the leader and approved by the hotline",
	{cases.Shelved, cases.Accepted}:      "its day has come, or the hotline takes it up before",
	{cases.Shelved, cases.Closed}:        "withdraw",
	{cases.Accepted, cases.Closed}:       "withdraw",
	{cases.Returned, cases.Dispatched}:   "uphold the return, or refuse it before it was accepted",
	{cases.Returned, cases.Accepted}:     "refuse the return",
	{cases.Returned, cases.Closed}:       "withdraw",
	{cases.Checking, cases.Checking}:     "pass a step",
	{cases.Checking, cases.Accepted}:     "send back",
	{cases.Checking, cases.Answered}:     "pass the last step",
	{cases.Checking, cases.Dispatched}:   "a ruling gives it to another unit",
	{cases.Checking, cases.Closed}:       "withdraw",
	{cases.Answered, cases.Contested}:    "not solved",
	{cases.Answered, cases.Closed}:       "all say solved, or it was no work of ours",
	{cases.Contested, cases.Accepted}:    "reopen",
	{cases.Contested, cases.Waiting}:     "reopen what was answered on the spot",
	{cases.Contested, cases.Answered}:    "the answer stands, others may still speak",
	{cases.Contested, cases.Closed}:      "the answer stands",
}

// docs/states.md says what the code does; it is made here.
func TestStatesPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# The states of a case

This page is made from the moves in ` + "`internal/city/cases/states.go`" + `; a test fails where the two differ, and
` + "`go test ./internal/city/cases -run StatesPage -update`" + ` writes it anew.

A state says how far the work is. Whether the matter is solved is the outcome's business and the resident's verdict:
closed is not solved.

` + "```mermaid\nstateDiagram-v2\n\t[*] --> waiting: open\n")
	for _, from := range cases.States {
		for _, to := range cases.Moves[from] {
			words := stepWords[[2]cases.State{from, to}]
			if words == "" {
				t.Errorf("nothing says what makes a case go from %s to %s", from, to)
			}
			if words != "withdraw" { // it can be taken back from all of these: said below
				fmt.Fprintf(&b, "\t%s --> %s: %s\n", from, to, words)
			}
		}
	}
	b.WriteString("\tclosed --> [*]\n```\n\n| state | 状态 | what it means | who has the next step | steps from here |\n|---|---|---|---|---|\n")
	for _, s := range cases.States {
		var steps []string
		for _, to := range cases.Moves[s] {
			steps = append(steps, fmt.Sprintf("%s (%s)", to, stepWords[[2]cases.State{s, to}]))
		}
		w := stateWords[s]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s, w[0], w[1], w[2], strings.Join(steps, ", "))
	}
	b.WriteString(`
What no step shows:

- The resident may withdraw from every state in which somebody works on the case. Where several share it, the case goes on
  for the others.
- An answer that nobody contests until the last day to confirm it is closed from then on. Nothing is written for that: the
  resident's verdict is *unconfirmed*, which counts neither for nor against anybody.
- From ` + "`dispatched`" + ` on a case has exactly one lead.
- Whether a case is late is asked of its clocks, never stored.
`)
	golden.Check(t, "../../../../docs/states.md", []byte(b.String()))
	for _, s := range cases.States {
		if s.Far() < 0 {
			t.Errorf("how far is %s?", s)
		}
	}
	if len(cases.Moves) != len(cases.States) || len(stateWords) != len(cases.States) {
		t.Error("a state has no words or no moves")
	}
}
