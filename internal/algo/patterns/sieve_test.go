package patterns_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"yiwang/internal/algo/patterns"
)

// What is found in data with too many different items to be held is the same
// as if all were held.
func TestSieve(t *testing.T) {
	const rows = 60_000
	read := func(s *patterns.Sieve) (*patterns.Data, error) {
		b := patterns.NewTable("number", "kind", "text")
		if s != nil {
			b = s.Table("number", "kind", "text")
		}
		for i := range rows {
			text := strings.Repeat("a text that nobody else has ", 50) + fmt.Sprint(i)
			if i%1000 == 0 {
				text = "the usual text"
			}
			if err := b.Add(fmt.Sprint(i), fmt.Sprint("kind ", i%7), text); err != nil {
				return nil, errors.New(err.Error()) // as commands do, which put the line before it
			}
		}
		return b.Data(), nil
	}
	found := func(d *patterns.Data) (out []string) {
		err := patterns.Mine(context.Background(), d, patterns.Options{MinSupport: 40}, func(items []int, support int) error {
			names := []string{}
			for _, item := range items {
				names = append(names, d.Name(item))
			}
			slices.Sort(names)
			out = append(out, fmt.Sprint(names, support))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	whole, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := patterns.NewSieve(40)
	times := 1
	d, err := read(s)
	for s.Again(err) {
		times++
		d, err = read(s)
	}
	if err != nil || times != 3 {
		t.Fatalf("read %d times: %v", times, err)
	}
	if d.Items() > rows/10 || d.Different() != whole.Items() || d.Transactions() != rows {
		t.Errorf("%d items are kept of %d, and should be few of %d", d.Items(), d.Different(), whole.Items())
	}
	if got, want := found(d), found(whole); !slices.Equal(got, want) {
		t.Errorf("found %d sets, and should %d", len(got), len(want))
	}
}

// An error of the data is no reason to read it again; little data is read
// once.
func TestSieveOnce(t *testing.T) {
	s := patterns.NewSieve(1)
	if _, err := s.ReadNumbers(strings.NewReader("1 2\n3 x\n")); err == nil || s.Again(err) {
		t.Errorf("read again after %v", err)
	}
	s = patterns.NewSieve(1)
	d, err := s.ReadBaskets(strings.NewReader("a\tb\nb\n"), '\t')
	if err != nil || s.Again(err) || d.Different() != 2 {
		t.Errorf("read again after %v, or not 2 items", err)
	}
	if errors.Is(err, patterns.ErrCrowded) {
		t.Error("two items are too many")
	}
}
