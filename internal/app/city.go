package app

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

// textsName is where a city's own wording is kept in base/versions.
const textsName = "texts"

// kept is one of the versioned parts of a city.
type kept struct {
	name string
	body []byte
}

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
	directory, err1 := org.EncodeDirectory(folder.Directory)
	catalogue, err2 := org.EncodeCatalogue(folder.Catalogue)
	calendar, err3 := json.Marshal(folder.Calendar)
	texts, err4 := json.Marshal(folder.Texts)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	list := []kept{{org.DirectoryName, directory}, {org.CatalogueName, catalogue}, {org.CalendarName, calendar}, {textsName, texts}}
	if len(folder.Map) > 0 {
		list = append(list, kept{org.StreetsName, folder.Map})
	}
	if len(folder.Laws) > 0 {
		laws, err := law.NewRegister(folder.Laws).Encode()
		if err != nil {
			return nil, err
		}
		list = append(list, kept{law.Name, laws})
	}
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		for _, v := range list {
			if _, err := a.Version.Put(ctx, tx, v.name, v.body, by.ID(), a.Options.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Org.Forget()
	a.Law.Forget()
	if _, err := a.Knowledge.Import(ctx, by, folder.Articles); err != nil {
		return nil, err
	}
	return folder, nil
}

// wording puts the city's own words in place of ours.
func (a *App) wording(ctx context.Context, texts *web.Texts) error {
	v, err := a.Version.Current(ctx, textsName)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	own := map[string]org.Name{}
	if err := json.Unmarshal(v.Body, &own); err != nil {
		return err
	}
	for key, name := range own {
		if err := errors.Join(texts.Override("zh", key, name.ZH), texts.Override("en", key, name.EN)); err != nil {
			return err
		}
	}
	return nil
}
