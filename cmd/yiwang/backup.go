package main

import (
	"context"
	"fmt"
	"os"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
)

type backupCmd struct {
	File string `arg:"" type:"path" help:"Where to write it; a file that is there is left alone."`
}

// Run writes a backup and verifies it.
func (c backupCmd) Run(ctx context.Context, s *config.Settings) error {
	return asIs(ctx, s, func(a *app.App) error {
		m, err := a.Backup(ctx, c.File)
		if err != nil {
			return err
		}
		var rows int64
		for _, p := range m.Parts {
			rows += p.Rows
		}
		fmt.Printf("Wrote and verified %s: %d rows of %d tables. The key is not in it: keep a copy of the key file elsewhere.\n", c.File, rows, len(m.Parts))
		return nil
	})
}

type restoreCmd struct {
	File string `arg:"" type:"existingfile" help:"The backup."`
}

// Run restores a backup into a new database.
func (c restoreCmd) Run(ctx context.Context, s *config.Settings) error {
	m, err := app.Restore(ctx, options(s), c.File, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Printf("Restored %d tables as they were at %s.\n", len(m.Parts), m.At.Format("2006-01-02 15:04:05 MST"))
	return nil
}
