package flow

import (
	"context"
	"fmt"

	"yiwang/internal/algo/process"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// A Run is how work really ran: the steps that followed each other, where it
// went back and forth, and how far that is from the plan.
type Run struct {
	Cases, Steps int
	Report       *process.Report
	Conformance  *process.Conformance
}

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
	plan := process.Model{Starts: []string{string(cases.Opened)}, Follows: map[string][]string{}}
	for a, list := range cases.Plan() {
		for _, b := range list {
			plan.Follows[string(a)] = append(plan.Follows[string(a)], string(b))
		}
	}
	run := Run{Cases: n, Steps: log.Events(), Report: process.Discover(&log)}
	run.Conformance = process.Conform(&log, plan, nil)
	plan.Mark(&run.Report.Graph)
	return run, nil
}
