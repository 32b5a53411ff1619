package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
	"yiwang/internal/city/access"
	"yiwang/internal/flow"
)

type learnCmd struct {
	Adopt bool `help:"Put what is learned in force without a comparison."`
	JSON  bool `name:"json" help:"Print what came of it as one JSON document."`
}

// Run does now what is done every night: learn from what people have settled,
// compare with the classifier in force, and replace it if that is better.
func (c learnCmd) Run(ctx context.Context, s *config.Settings) error {
	return with(ctx, s, func(a *app.App) error {
		learn := a.Learning.Train
		if c.Adopt {
			learn = func(ctx context.Context) (flow.Trial, error) { return a.Learning.Adopt(ctx, access.System()) }
		}
		t, err := learn(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			out := json.NewEncoder(os.Stdout)
			out.SetIndent("", "  ")
			return out.Encode(t)
		}
		if t.Rows == 0 {
			known, least, err := a.Learning.Known(ctx, access.System())
			if err != nil {
				return err
			}
			fmt.Printf("Nothing was learned: %d cases have a settled category, and there must be %d that are not needed to compare. The catalogue's rules read alone, or what is in force goes on.\n", known, least)
			return nil
		}
		fmt.Printf("Learned from %d cases: model %s, %s.\n", t.Rows, t.Model, outcomes[t.Ruling])
		if t.Compared() {
			fmt.Printf("Of %d cases that neither has learned from the one in force read %d right, the new one %d; that is chance with probability %.3f.\n",
				t.Held, t.Champion.Right, t.Challenger.Right, t.Chance)
		}
		if t.Ruling == flow.WorseIn {
			fmt.Printf("It is clearly worse in %q.\n", t.Where)
		}
		return nil
	})
}

var outcomes = map[flow.Ruling]string{
	flow.First:     "the first, in force now",
	flow.Better:    "better than the one in force, which it replaced",
	flow.NotBetter: "not better than the one in force, which stays",
	flow.NotSure:   "more often right than the one in force, but no more than chance would give; that one stays",
	flow.WorseIn:   "better over all and clearly worse in a part; the one in force stays",
	flow.TooFew:    "not compared, for too few new cases; the one in force stays",
	flow.Pinned:    "better, but the one in force is pinned; a person can approve it",
	flow.Adopted:   "in force now, not compared",
}
