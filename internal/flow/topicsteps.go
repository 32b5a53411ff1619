package flow

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/supervision"
)

// TopicCases lists cases of a topic that somebody may see, the newest first, at
// most limit.
func (f *Insight) TopicCases(ctx context.Context, by access.Actor, t insight.Topic, limit int) ([]cases.Case, error) {
	var list []cases.Case
	for _, n := range t.Cases {
		if len(list) == limit {
			break
		}
		c, err := f.Cases.ByNumber(ctx, by, cases.Number(n))
		if cases.IsUnseen(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// Group makes cases of a topic one: the others go into the oldest of those that
// are chosen, with everybody's own thread. Who may join them, package cases says.
func (f *Insight) Group(ctx context.Context, by access.Actor, t insight.Topic, numbers []string) (cases.Case, error) {
	numbers = slices.DeleteFunc(slices.Clone(numbers), func(n string) bool { return !t.Has(n) })
	var list []cases.Case
	for _, n := range numbers {
		c, err := f.Cases.ByNumber(ctx, by, cases.Number(n))
		if err != nil {
			return cases.Case{}, err
		}
		list = append(list, c)
	}
	if len(list) < 2 {
		return cases.Case{}, errs.Field("cases", "topic.group_few")
	}
	slices.SortFunc(list, func(a, b cases.Case) int { return a.OpenedAt.Compare(b.OpenedAt) })
	others := make([]cases.ID, len(list)-1)
	for i, c := range list[1:] {
		others[i] = c.ID
	}
	c, err := f.Cases.Merge(ctx, by, list[0].ID, list[0].Revision, others)
	if err != nil {
		return cases.Case{}, err
	}
	return c, f.Did(ctx, by, string(c.Number), insight.Grouped, string(c.Number))
}

// Order tells a unit to see to a topic. Who may order, package supervision says.
func (f *Insight) Order(ctx context.Context, by access.Actor, t insight.Topic, d supervision.Draft) (supervision.Order, error) {
	o, err := f.Supervision.Give(ctx, by, d, access.Resource{Type: access.CityType})
	if err != nil {
		return o, err
	}
	return o, f.Did(ctx, by, t.Key(), insight.Ordered, string(o.ID))
}

// Propose makes a topic a topic of the month.
func (f *Insight) Propose(ctx context.Context, by access.Actor, t insight.Topic, d supervision.ProgrammeDraft) (supervision.Programme, error) {
	p, err := f.Supervision.Propose(ctx, by, d)
	if err != nil {
		return p, err
	}
	return p, f.Did(ctx, by, t.Key(), insight.Programme, string(p.ID))
}
