package workbench

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/front/web"
)

func (b *Workbench) fillPhotos(ctx context.Context, v *caseView) (err error) {
	owners := make([]string, len(v.requests))
	for i, q := range v.requests {
		owners[i] = string(q.ID)
	}
	if v.photos, err = b.Files.Of(ctx, files.OfRequest, owners); err != nil {
		return err
	}
	of, err := b.Files.Of(ctx, files.OfAnswer, []string{string(v.c.ID)})
	maps.Copy(v.photos, of)
	return err
}

// photo shows a photo of a case to who may see the case.
func (b *Workbench) photo(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c, err := b.Cases.ByNumber(ctx, access.From(ctx), cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	f, err := b.Files.Store.File(ctx, files.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	mine := f.Owner == files.Owner{Kind: files.OfAnswer, ID: string(c.ID)} ||
		f.Owner.Kind == files.OfRequest && slices.ContainsFunc(c.Parts, func(p cases.Part) bool { return p.Request == f.Owner.ID })
	if !mine {
		return errs.New(errs.NotFound, "error.no_page")
	}
	return web.File(w, r, b.Files, f)
}

// addPhoto keeps a photo of what was found or done at the place, or a document;
// the resident sees it with the answer.
func (b *Workbench) addPhoto(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	c, err := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	if err := by.Can(access.CaseDraft, c.Resource(city.Directory)); err != nil {
		return err
	}
	name, raw, err := web.PhotoOf(r)
	if err == nil {
		_, err = b.Files.Take(ctx, by.ID(), name, raw, files.Owner{Kind: files.OfAnswer, ID: string(c.ID)})
	}
	if err == nil {
		return web.See(w, r, "/work/cases/"+string(c.Number))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderCase(w, r, web.Status(err), nil, wrong, nil)
	}
	return err
}
