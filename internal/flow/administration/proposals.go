package administration

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiwang/internal/algo/keywords"
	"yiwang/internal/algo/pii"
	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

// Propose makes of a ruling a draft of the duty that holds where the matter
// was: a supervisor may, and an administrator. It changes nothing until it is
// published. name says what it is; a ruling asks once.
func (s *Service) Propose(ctx context.Context, by access.Actor, r cases.Ruling, name string) (drafts.Draft, error) {
	if err := s.mayPublish(by); err != nil {
		return drafts.Draft{}, err
	}
	now, err := s.city(ctx)
	if err != nil {
		return drafts.Draft{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return drafts.Draft{}, err
	}
	duty, ok := city.Duty(r.Category, r.Area, s.Now())
	if !ok {
		return drafts.Draft{}, errs.New(errs.Conflict, "duty.none_there")
	}
	if duty.Unit == r.Lead && slices.Equal(slices.Sorted(slices.Values(r.Helpers)), slices.Sorted(slices.Values(duty.Helpers))) {
		return drafts.Draft{}, errs.New(errs.Conflict, "duty.same")
	}
	table, _ := setup.TableByName("duties")
	before := rowBy(table.Rows(now.Folder), string(duty.ID))
	after := slices.Clone(before)
	after[table.Column("unit")], after[table.Column("helpers")] = string(r.Lead), joined(r.Helpers)
	return s.propose(ctx, by, name, drafts.Change{Table: table.Name, Key: string(duty.ID), Before: before, After: after})
}

// ProposeWords makes of a ruling a draft of a rule: what has one of the words of
// anyOf (parted by |) and each of allOf, in the ruling's category, goes to the
// unit that was ruled, with its helpers. Who may Propose may, once of a ruling.
func (s *Service) ProposeWords(ctx context.Context, by access.Actor, r cases.Ruling, anyOf, allOf, name string) (drafts.Draft, error) {
	if err := s.mayPublish(by); err != nil {
		return drafts.Draft{}, err
	}
	now, err := s.city(ctx)
	if err != nil {
		return drafts.Draft{}, err
	}
	some, each := splitWords(anyOf), splitWords(allOf)
	if len(some)+len(each) == 0 {
		return drafts.Draft{}, errs.Field("any", "ruling.words_none")
	}
	table, _ := setup.TableByName("rules")
	id := "r-" + r.ID
	row := make([]string, len(table.Columns))
	for column, cell := range map[string]string{
		"id": id, "category": string(now.Catalogue.Now(r.Category)), "any": strings.Join(some, "|"), "all": strings.Join(each, "|"), "lead": string(r.Lead), "helpers": joined(r.Helpers),
	} {
		row[table.Column(column)] = cell
	}
	before := rowBy(table.Rows(now.Folder), id)
	if slices.Equal(before, row) {
		return drafts.Draft{}, errs.New(errs.Conflict, "ruling.words_same")
	}
	return s.propose(ctx, by, name, drafts.Change{Table: table.Name, Key: id, Before: before, After: row})
}

// propose begins a draft with one change, unless there is one of that name.
func (s *Service) propose(ctx context.Context, by access.Actor, name string, c drafts.Change) (drafts.Draft, error) {
	list, err := s.Drafts.List(ctx, MaxDrafts)
	if err != nil {
		return drafts.Draft{}, err
	}
	if slices.ContainsFunc(list, func(d drafts.Draft) bool { return d.Name == name && d.State == drafts.Open }) {
		return drafts.Draft{}, errs.New(errs.Conflict, "duty.drafted")
	}
	d, err := s.add(ctx, by, name, nil)
	if err != nil {
		return d, err
	}
	return s.Drafts.Change(ctx, d.ID, d.Revision, func(d *drafts.Draft) error { return d.Set(by.Staff, []drafts.Change{c}) })
}

// splitWords are the words of a cell, each once.
func splitWords(cell string) (list []string) {
	for w := range strings.SplitSeq(cell, "|") {
		if w = text.Normalize(strings.TrimSpace(w)); w != "" && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// So many words are proposed for a rule, and of so many cases it is learned
// what a word is.
const (
	proposedWords = 4
	learnedFrom   = cases.MaxList
)

// WordsOf are the words that say what a ruling was about, most telling first: of
// what residents said in its case, as far as the actor may see it, and of the
// ruling itself. None of them is a person's data.
func (s *Service) WordsOf(ctx context.Context, by access.Actor, r cases.Ruling) ([]string, error) {
	about := []string{r.Matter}
	c, err := s.Cases.Case(ctx, by, r.Case)
	if err != nil && errs.Of(err) == nil {
		return nil, err
	}
	if err == nil {
		said, err := s.said(ctx, []cases.Case{c})
		if err != nil {
			return nil, err
		}
		about = append(about, said...)
	}
	like, err := s.Cases.List(ctx, access.System(), cases.Filter{Categories: []org.CategoryID{r.Category}, Limit: learnedFrom})
	if err != nil {
		return nil, err
	}
	corpus, err := s.said(ctx, like)
	if err != nil {
		return nil, err
	}
	for i, a := range about {
		about[i] = pii.Mask(a, pii.Find(a))
	}
	var words []string
	matter := text.Normalize(r.Matter)
	found := keywords.Learn(append(corpus, about...)).Of(about, 4*proposedWords)
	for _, inMatter := range []bool{true, false} { // what the ruling speaks of too comes first
		for _, k := range found {
			w := text.Normalize(k.Text)
			if len(words) < proposedWords && strings.Contains(matter, w) == inMatter && fitsRule(w) && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	return words, nil
}

// fitsRule leaves out single signs, numbers, and what is left of masked data.
func fitsRule(word string) bool {
	return utf8.RuneCountInString(word) > 1 && !strings.ContainsFunc(word, func(r rune) bool { return r == '*' || r == '|' || unicode.IsDigit(r) })
}

// said is what the first request of each case says.
func (s *Service) said(ctx context.Context, list []cases.Case) ([]string, error) {
	var ids []intake.ID
	for _, c := range list {
		if len(c.Parts) > 0 && !c.Restricted {
			ids = append(ids, intake.ID(c.Parts[0].Request))
		}
	}
	found, err := s.Intake.Requests(ctx, access.System(), ids, access.Resource{})
	words := make([]string, len(found))
	for i, q := range found {
		words[i] = q.Subject + "\n" + q.Text
	}
	return words, err
}

// joined is units as a cell of a table has them.
func joined(list []org.UnitID) (s string) {
	for i, u := range list {
		if i > 0 {
			s += ","
		}
		s += string(u)
	}
	return s
}
