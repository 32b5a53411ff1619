package table_test

import (
	"maps"
	"slices"
	"testing"

	"yiwang/internal/base/table"
)

func TestGuess(t *testing.T) {
	known := map[string][]string{"id": {"留言编号", "编号", "id"}, "text": {"留言详情", "内容"}, "time": {"留言时间", "时间"}}
	for _, c := range []struct {
		story   string
		header  []string
		said    table.Mapping
		guessed []string
		want    table.Mapping
	}{
		{"an export as it comes", []string{"留言编号", "留言 时间", "留言详情"}, table.Mapping{}, []string{"id", "time", "text"}, table.Mapping{"id": 0, "time": 1, "text": 2}},
		{"the likelier of two", []string{"编号", "留言编号"}, table.Mapping{}, []string{"id"}, table.Mapping{"id": 1}},
		{"what is said holds", []string{"ID", "编号"}, table.Mapping{"id": 0}, nil, table.Mapping{"id": 0}},
		{"a column has one meaning", []string{"内容"}, table.Mapping{"id": 0}, nil, table.Mapping{"id": 0}},
		{"nothing fits", []string{"甲", "乙"}, table.Mapping{}, nil, table.Mapping{}},
	} {
		m := maps.Clone(c.said)
		got := m.Guess(c.header, known)
		if !slices.Equal(got, c.guessed) || len(m) != len(c.want) {
			t.Errorf("%s: guessed %v, mapping %v", c.story, got, m)
		}
		for f, i := range c.want {
			if m[f] != i {
				t.Errorf("%s: %s is column %d", c.story, f, m[f])
			}
		}
	}
}
