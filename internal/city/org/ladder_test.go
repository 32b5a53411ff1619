package org_test

import (
	"testing"

	"yiwang/internal/city/org"
)

func TestParseLadder(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"as shipped", "-4wh handler, 0 section_head, 1wd unit_leader, 3wd supervisor leader", "-4wh handler, 0 section_head, 1wd unit_leader, 3wd supervisor leader"},
		{"written carelessly", " 0   section_head ,1wd unit_leader", "0 section_head, 1wd unit_leader"},
		{"none", "", ""},
		{"a loop: back to an earlier time", "0 handler, 1wd section_head, 0 handler", "bad"},
		{"twice at one time", "1wd handler, 1wd section_head", "bad"},
		{"back before the deadline", "1wd handler, -1wd section_head", "bad"},
		{"nobody", "0", "bad"},
		{"an empty rung", "0 handler,,1wd section_head", "bad"},
		{"no such role", "0 mayor", "bad"},
		{"one role twice", "0 leader leader", "bad"},
		{"no such time", "soon handler", "bad"},
		{"minus nothing", "- handler", "bad"},
		{"more than anybody climbs", "0 leader, 1h leader, 2h leader, 3h leader, 4h leader, 5h leader, 6h leader, 7h leader, 8h leader, 9h leader, 10h leader", "bad"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, err := org.ParseLadder(test.text)
			if got := l.String(); (err != nil) != (test.want == "bad") || err == nil && got != test.want {
				t.Errorf("%q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func FuzzParseLadder(f *testing.F) {
	f.Add("-4wh handler, 0 section_head, 1wd unit_leader")
	f.Fuzz(func(t *testing.T, s string) {
		l, err := org.ParseLadder(s)
		if err != nil {
			return
		}
		again, err := org.ParseLadder(l.String())
		if err != nil || again.String() != l.String() {
			t.Errorf("%q becomes %q, and that %q (%v)", s, l, again, err)
		}
	})
}
