package main

import (
	"context"
	"errors"
	"fmt"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
)

type doctorCmd struct{}

// Run prints what it found; the status says whether anything has to be mended.
func (doctorCmd) Run(ctx context.Context, s *config.Settings) error {
	wrong := 0
	err := asIs(ctx, s, func(a *app.App) error {
		for _, f := range a.Examine(ctx) {
			sign := "ok  "
			if f.Mend != "" {
				sign = "MEND"
				wrong++
			}
			fmt.Printf("%s  %-10s  %s\n", sign, f.What, f.Found)
			if f.Mend != "" {
				fmt.Printf("      %s\n", f.Mend)
			}
		}
		return nil
	})
	if err == nil && wrong > 0 {
		err = errors.New("something has to be mended, see above")
	}
	return err
}
