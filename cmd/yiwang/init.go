package main

import (
	"context"
	"fmt"
	"os"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
	"yiwang/internal/city/access"
)

type initCmd struct {
	City string `required:"" type:"existingdir" placeholder:"FOLDER" help:"The city's folder; docs/formats/city-folder.md describes it."`
}

// Run makes or upgrades the database and loads the folder into it.
func (c initCmd) Run(ctx context.Context, s *config.Settings) error {
	return with(ctx, s, func(a *app.App) error {
		f, err := a.LoadCity(ctx, access.System(), os.DirFS(c.City))
		if err != nil {
			return err
		}
		fmt.Printf("Loaded %s: %d areas, %d units, %d categories, %d duties.\n",
			f.Directory.Policy.City.EN, len(f.Directory.Areas), len(f.Directory.Units), len(f.Catalogue.Categories), len(f.Catalogue.Duties))
		fmt.Println("Next: `yiwang user add NAME --role administrator --unit UNIT`, then `yiwang serve`.")
		return nil
	})
}
