package golden

import "testing"

func TestDifference(t *testing.T) {
	for _, c := range []struct{ story, want, got, shown string }{
		{"one line changed", "a\nb\nc\n", "a\nB\nc\n", "- b\n+ B\n"},
		{"a line more", "a\nc\n", "a\nb\nc\n", "+ b\n"},
		{"a line less", "a\nb\nc\n", "a\nc\n", "- b\n"},
		{"same line twice", "a\na\n", "a\na\na\n", "+ a\n"},
	} {
		if shown := difference(c.want, c.got); shown != c.shown {
			t.Errorf("%s: %q, want %q", c.story, shown, c.shown)
		}
	}
}
