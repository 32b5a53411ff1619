package flow

import (
	"context"
	"fmt"

	"yiwang/internal/algo/process"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// A Run is how work really ran: the steps that followed each other, where it
// went back and forth, and, if the city has said how it was meant to run, how
// far that is from it.
type Run struct {
	Cases, Steps int
	Report       *process.Report
	Conformance  *process.Conformance // nil without a plan; the examples of the first deviations are cases.Number
}

// MostDeviations is of how many deviations the examples are named.
const MostDeviations = 20

// Runs finds out how the newest cases that f selects ran. Resources are units.
func (f *Requests) Runs(ctx context.Context, by access.Actor, filter cases.Filter) (Run, error) {
	steps, n, err := f.Cases.Trails(ctx, by, filter)
	if err != nil || len(steps) == 0 {
		return Run{Cases: n}, err
	}
	var log process.Log
	for _, p := range steps {
		// Residents and the program have no unit: their steps are no turns of one.
		if err := log.Add(process.Event{Case: string(p.Case), Activity: string(p.Kind), Time: p.At, Resource: string(p.Unit)}); err != nil {
			return Run{}, fmt.Errorf("steps of case %s: %w", p.Case, err)
		}
	}
	run := Run{Cases: n, Steps: log.Events(), Report: process.Discover(&log)}
	city, err := f.Org.City(ctx)
	if err != nil || len(city.Policy.Plan) == 0 {
		return run, err
	}
	plan := planned(city.Policy.Plan)
	run.Conformance = process.Conform(&log, plan, nil)
	plan.Mark(&run.Report.Graph)
	deviations := run.Conformance.Deviations
	for i := range deviations[:min(len(deviations), MostDeviations)] {
		for k, id := range deviations[i].Examples {
			c, err := f.Cases.Case(ctx, by, cases.ID(id))
			if err != nil {
				return Run{}, err
			}
			deviations[i].Examples[k] = string(c.Number)
		}
	}
	return run, nil
}

// planned is a city's plan as algo/process has it.
func planned(list []org.Passage) process.Model {
	m := process.Model{Follows: map[string][]string{}}
	for _, p := range list {
		switch {
		case p.From == "":
			m.Starts = append(m.Starts, p.To)
		case p.To == "":
			m.Ends = append(m.Ends, p.From)
		default:
			m.Follows[p.From] = append(m.Follows[p.From], p.To)
		}
	}
	return m
}
