package triage

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"yiwang/internal/city/org"
)

// A sign is words that point to a kind: one of any and, if there are such, one of
// with, unless one of unless is there.
type sign struct {
	kind              string
	any, with, unless []string
}

//go:embed kinds.csv
var kindTable string

// signs are those of kinds.csv, the strongest first. A city's own words belong
// to its categories, which have a usual kind.
//
// A report of wrongdoing, whose author is hidden, is about officials or what a
// unit does, or asks for secrecy. Who "reports" a neighbour's noise or a shop
// complains. Where the words say neither it is taken for a report.
var signs = func() []sign {
	rows, err := csv.NewReader(strings.NewReader(kindTable)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("kinds.csv: %v", err))
	}
	words := func(cell string) []string {
		if cell == "" {
			return nil
		}
		return strings.Split(cell, "|")
	}
	var list []sign
	for _, r := range rows[1:] {
		list = append(list, sign{r[0], words(r[1]), words(r[2]), words(r[3])})
	}
	return list
}()

func kind(c *org.Catalogue, m Message, words string, category org.CategoryID) Guess {
	if m.Kind != "" {
		return Guess{Value: m.Kind, Said: true}
	}
	usual := "help"
	if k, ok := c.Category(category); ok && k.Kind != "" {
		usual = k.Kind
	}
	for _, s := range signs {
		if found := s.fits(words, usual); len(found) > 0 {
			return Guess{Value: s.kind, Words: found}
		}
	}
	return Guess{Value: usual}
}

// fits gives the words that point to the kind, none if they do not. Of a
// category that is usually of this kind nothing is unless.
func (s sign) fits(words, usual string) []string {
	found := standing(words, s.any)
	if len(found) == 0 || usual != s.kind && len(standing(words, s.unless)) > 0 {
		return nil
	}
	if len(s.with) == 0 {
		return found
	}
	more := standing(words, s.with)
	if len(more) == 0 {
		return nil
	}
	return append(found, more...)
}
