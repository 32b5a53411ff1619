package table_test

import (
	"slices"
	"testing"

	"yiwang/internal/base/table"
)

func TestGuess(t *testing.T) {
	fields := []string{"case", "time", "unit"}
	usual := map[string][]string{"case": {"工单号", "编号", "case id"}, "time": {"操作时间", "时间"}, "unit": {"处理单位", "单位"}}
	for _, c := range []struct {
		story, spec string
		header      []string
		want        table.Mapping
		guessed     []string
	}{
		{"usual headings", "", []string{"编号", "工单号", "时间", "单位"}, table.Mapping{"case": 1, "time": 2, "unit": 3}, []string{"case", "time", "unit"}},
		{"the surer heading", "", []string{"时间", "操作时间"}, table.Mapping{"time": 1}, []string{"time"}},
		{"written otherwise", "", []string{"CASE_ID", "操作 时间", "处理单位（全称）"}, table.Mapping{"case": 0, "time": 1, "unit": 2}, []string{"case", "time", "unit"}},
		{"what is said stays", "case=甲,unit=工单号", []string{"工单号", "甲", "时间"}, table.Mapping{"case": 1, "unit": 0, "time": 2}, []string{"time"}},
		{"one column is one field", "unit=时间", []string{"时间"}, table.Mapping{"unit": 0}, nil},
		{"nothing alike", "", []string{"甲", "乙"}, table.Mapping{}, nil},
	} {
		m, err := table.ParseMapping(c.spec, c.header, fields)
		if err != nil {
			t.Fatal(err)
		}
		guessed := m.Guess(c.header, fields, usual)
		slices.Sort(guessed)
		if len(m) != len(c.want) || !slices.Equal(guessed, c.guessed) {
			t.Errorf("%s: %v, guessed %v", c.story, m, guessed)
		}
		for field, column := range c.want {
			if m[field] != column {
				t.Errorf("%s: %s is column %d, want %d", c.story, field, m[field], column)
			}
		}
	}
}
