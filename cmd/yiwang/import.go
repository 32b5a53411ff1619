package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
	"yiwang/internal/flow/importing"
)

type importCmd struct {
	Requests importRequestsCmd `cmd:"" help:"Take requests over from a CSV or XLSX file."`
}

type importRequestsCmd struct {
	File    string `arg:"" type:"existingfile" help:"CSV or XLSX, gz as it is, UTF-8 or GB18030; docs/formats/import.md describes it."`
	Map     string `placeholder:"FIELD=COLUMN,…" help:"Which column has what: id, user, subject, text, time, place, lat, lon, category, kind, channel, likes, answer, answered."`
	Source  string `placeholder:"NAME" help:"Where the file comes from; its name if left out. The same source and id are imported once."`
	SkipBad bool   `help:"Leave out rows that are wrong. Without it, a file with wrong rows is refused whole."`
	JSON    bool   `name:"json" help:"Print the counts as JSON in the last line."`
}

// Run imports the file. It can be run again after it was interrupted.
func (c importRequestsCmd) Run(ctx context.Context, s *config.Settings) error {
	return with(ctx, s, func(a *app.App) error {
		since, shown := time.Now(), time.Now()
		m := importing.Importer{Intake: a.Intake, Org: a.Org, Now: a.Options.Now}
		got, err := m.Import(ctx, c.File, importing.Options{
			Map: c.Map, Source: c.Source, SkipBad: c.SkipBad,
			Progress: func(checked, kept int) {
				if now := time.Now(); now.Sub(shown) > time.Second {
					shown = now
					fmt.Fprintf(os.Stderr, "%d rows read, %d kept\n", checked, kept)
				}
			},
		})
		for _, r := range got.Refusals {
			fmt.Fprintf(os.Stderr, "line %d: %s\n", r.Line, plain(r.Err))
		}
		if more := got.Refused - len(got.Refusals); more > 0 {
			fmt.Fprintf(os.Stderr, "… and %d more rows\n", more)
		}
		if errors.Is(err, importing.ErrRefused) {
			err = fmt.Errorf("%d rows are wrong, so nothing was imported: mend them, or leave them out with --skip-bad", got.Refused)
		}
		if c.JSON {
			line, jsonErr := json.Marshal(map[string]any{
				"imported": got.Imported, "already": got.Already, "refused": got.Refused, "seconds": time.Since(since).Round(time.Millisecond).Seconds(),
			})
			if jsonErr != nil {
				return jsonErr
			}
			fmt.Println(string(line))
		} else if err == nil {
			fmt.Printf("Imported %d requests; %d were there already, %d rows were left out.\n", got.Imported, got.Already, got.Refused)
		}
		return err
	})
}
