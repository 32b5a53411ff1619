package flow_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"yiwang/internal/algo/topics"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
)

// Messages in the same words are one topic, until people put their cases into
// different categories; what nobody has looked at goes with the most. Each line
// of a topic stands in a message of it.
func TestMatters(t *testing.T) {
	city := org.City{Catalogue: org.NewCatalogue(org.Catalogue{Categories: []org.Category{{ID: "noise"}, {ID: "dust"}}})}
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	var list []cases.Case
	var messages []topics.Message
	say := func(text string) {
		list = append(list, cases.Case{Category: "noise", State: cases.Waiting})
		messages = append(messages, topics.Message{ID: fmt.Sprint(len(list)), Text: text, Time: at.Add(time.Duration(len(list)) * time.Hour)})
	}
	for i := range 7 {
		say(fmt.Sprintf("丽景花园旁边的搅拌站影响居民生活，请尽快处理，%d栋居民。", i))
	}
	for i := range 3 {
		say(fmt.Sprintf("图书馆周末几点开门，第%d次问了。", i))
	}
	sizes := func() (sizes []int) {
		t.Helper()
		found, err := flow.Matters(t.Context(), city, list, messages)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, f := range found {
			sizes = append(sizes, len(f.Members))
			for _, i := range f.Members {
				if seen[i] {
					t.Errorf("message %d is in two topics", i)
				}
				seen[i] = true
			}
			for _, l := range f.Summary {
				if !slices.Contains(f.Members, l.Message) {
					t.Errorf("a line of message %d in a topic of %v", l.Message, f.Members)
				}
			}
		}
		if len(seen) != len(list) {
			t.Errorf("%d messages of %d are in a topic", len(seen), len(list))
		}
		slices.Sort(sizes)
		return sizes
	}
	if got := sizes(); !reflect.DeepEqual(got, []int{3, 7}) {
		t.Fatalf("nobody has looked yet: %v", got)
	}
	for i := range 2 {
		list[i].State, list[i].Category = cases.Dispatched, "dust"
	}
	for i := 2; i < 5; i++ {
		list[i].State = cases.Dispatched
	}
	if got := sizes(); !reflect.DeepEqual(got, []int{2, 3, 5}) {
		t.Errorf("two are another matter: %v", got)
	}
}
