package app

import (
	"context"
	"io/fs"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

// LoadCity loads a city's folder, whole or not at all. Loading the same
// folder again changes nothing; what differs becomes a new version.
func (a *App) LoadCity(ctx context.Context, by access.Actor, fsys fs.FS) (*setup.Folder, error) {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	folder, problems := setup.Read(fsys)
	if len(problems) > 0 {
		return nil, problems
	}
	if err := a.Administration.Keep(ctx, by, folder, ""); err != nil {
		return nil, err
	}
	if _, err := a.Knowledge.Import(ctx, by, folder.Articles); err != nil {
		return nil, err
	}
	return folder, nil
}

// wording gives the city's own words, which stand in place of ours.
func (a *App) wording(ctx context.Context) (web.Wording, int64, error) {
	own, version, err := a.Administration.Wording.Get(ctx)
	if errs.Is(err, errs.NotFound) {
		return nil, 0, nil
	}
	return own, version, err
}
