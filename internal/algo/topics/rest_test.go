package topics_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"yiwang/internal/algo/topics"
)

// Of a half, topics are found; what of the other half belongs to them joins
// them, and counts for their heat.
func TestFindPart(t *testing.T) {
	all, truth := planted(5, 6, 30, 600)
	slices.SortFunc(all, func(a, b topics.Message) int { return a.Time.Compare(b.Time) })
	var part, others []topics.Message
	for i, m := range all {
		m.Who = fmt.Sprint("u", i%40)
		if i%2 == 0 {
			part = append(part, m)
		} else {
			others = append(others, m)
		}
	}
	found, rest, err := topics.FindPart(context.Background(), part, nil)
	if err != nil {
		t.Fatal(err)
	}
	groups := members(found, part)
	for _, m := range others {
		if k := rest.Add(m); k >= 0 {
			groups[k] = append(groups[k], m.ID)
			continue
		}
		groups = append(groups, []string{m.ID})
		if alone := rest.Alone(m, true); alone.Heat.Messages != 1 || alone.Title == "" {
			t.Errorf("%+v", alone)
		}
	}
	for k, want := range truth {
		if f := bestF1(groups, want); f < 0.85 {
			t.Errorf("topic %d was found with F1 %.2f", k, f)
		}
	}
	for k := range found {
		topic := &found[k]
		rest.Update(k, topic)
		if rest.Describe(topic, part); topic.Heat.Messages != len(groups[k]) || topic.Heat.People > min(40, len(groups[k])) || topic.From.After(topic.To) || topic.Title == "" {
			t.Errorf("%d messages: %+v", len(groups[k]), topic)
		}
	}
}
