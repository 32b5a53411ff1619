package ids

import (
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// A year of history loaded in a minute sorts as it happened, and so do two
// that were made within one millisecond.
func TestOrderIsTime(t *testing.T) {
	made := []string{
		New(noon.Add(-365 * 24 * time.Hour)),
		New(noon),
		New(noon.Add(time.Microsecond)),
		New(noon.Add(999 * time.Microsecond)),
		New(noon.Add(time.Millisecond)),
		New(noon.Add(time.Hour)),
	}
	if !slices.IsSorted(made) {
		t.Errorf("out of order: %v", made)
	}
}

func TestNewIsNew(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		id := New(noon)
		if seen[id] {
			t.Fatalf("%s was made twice", id)
		}
		seen[id] = true
	}
}

// The same seed gives the same history on every machine, and its ids look
// like all others.
func TestSeeded(t *testing.T) {
	if a, b := Seeded(noon, 7), Seeded(noon, 7); a != b {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := Seeded(noon, 7), Seeded(noon, 8); a == b {
		t.Errorf("two seeds gave %s", a)
	}
	for _, id := range []string{Seeded(noon, 0), Seeded(noon, 1<<64-1), New(noon)} {
		if !Valid(id) || id[14] != '7' || id[19] < '8' || id[19] > 'b' {
			t.Errorf("%s is not a UUIDv7", id)
		}
	}
	if a, b := Seeded(noon, 1<<64-1), Seeded(noon.Add(time.Millisecond), 0); a > b {
		t.Errorf("%s sorts after %s", a, b)
	}
}

func TestValid(t *testing.T) {
	for _, c := range []struct {
		story, id string
		valid     bool
	}{
		{"ours", "019ca9a5-e400-7000-8000-000000000000", true},
		{"nothing", "", false},
		{"in braces, as some programs write them", "{019ca9a5-e400-7000-8000-000000000000}", false},
		{"without lines", "019ca9a5e40070008000000000000000", false},
		{"a path", "../../../../../../../../etc/passwd01", false},
		{"no hexadecimal digits", "019ca9a5-e400-7000-8000-00000000000g", false},
	} {
		if Valid(c.id) != c.valid {
			t.Errorf("%s: %v", c.story, !c.valid)
		}
	}
}

func TestToken(t *testing.T) {
	a, b := Token(16), Token(16)
	if len(a) != 32 || a == b {
		t.Errorf("%s and %s", a, b)
	}
}
