package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/files"
	"yiwang/internal/city/intake"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// An upload is how far a photo has come.
type upload struct {
	Token  string `json:"token,omitempty"`
	Offset int64  `json:"offset"`
	Size   int64  `json:"size"`
	Ready  bool   `json:"ready"`
}

func answer(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(body)
}

// beginUpload takes the size of a photo that will come in pieces.
func (p *Portal) beginUpload(w http.ResponseWriter, r *http.Request) error {
	if !p.Uploads.Allow(p.Site.Address(r)) {
		return errs.New(errs.TooMany, "portal.too_many")
	}
	size, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil {
		return errs.Field("photo", "photo.empty")
	}
	token, err := p.Files.Begin(r.Context(), "resident", size)
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, upload{Token: token, Size: size})
}

// upload takes the next piece.
func (p *Portal) upload(w http.ResponseWriter, r *http.Request) error {
	at, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil {
		return errs.New(errs.Conflict, "file.offset")
	}
	piece, err := io.ReadAll(io.LimitReader(r.Body, files.MaxPiece+1))
	if err != nil {
		return errs.New(errs.Conflict, "file.offset") // the line was lost; what came of the piece is not kept
	}
	f, err := p.Files.Add(r.Context(), r.PathValue("token"), at, piece)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, upload{Offset: f.Received, Size: f.Size, Ready: f.Ready})
}

// uploaded says where to go on after a lost line.
func (p *Portal) uploaded(w http.ResponseWriter, r *http.Request) error {
	f, err := p.Files.Loose(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, upload{Offset: f.Received, Size: f.Size, Ready: f.Ready})
}

func (p *Portal) discard(w http.ResponseWriter, r *http.Request) error {
	if err := p.Files.Discard(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// photo shows a photo of a request to who has its receipt.
func (p *Portal) photo(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q, by, err := p.byReceipt(r, r.PathValue("code"))
	if err != nil {
		return err
	}
	owners := map[string][]string{files.OfRequest: {string(q.ID)}}
	list, err := p.Cases.OfRequest(ctx, by, string(q.ID))
	if err != nil {
		return err
	}
	for _, c := range list {
		if !c.AnsweredAt.IsZero() {
			owners[files.OfAnswer] = append(owners[files.OfAnswer], string(c.ID))
		}
	}
	for kind, ids := range owners {
		of, err := p.Files.Of(ctx, kind, ids)
		if err != nil {
			return err
		}
		for _, list := range of {
			for _, f := range list {
				if string(f.ID) == r.PathValue("id") {
					return web.File(w, r, p.Files, f)
				}
			}
		}
	}
	return errs.New(errs.NotFound, "error.no_page")
}

// addPhoto takes a photo whole, for browsers without scripts.
func (p *Portal) addPhoto(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q, by, err := p.byReceipt(r, r.PathValue("code"))
	if err != nil {
		return err
	}
	err = p.takePhotos(r, q, by)
	if err == nil {
		return web.See(w, r, "/r/"+q.Receipt.String()+"#photos")
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return p.story(w, r, web.Status(err), reply{wrong: map[string]string{"photo": first(wrong, "photo", "")}})
	}
	return err
}

func (p *Portal) takePhotos(r *http.Request, q intake.Request, by access.Actor) error {
	if err := by.Can(access.RequestAdd, access.Resource{Type: access.RequestType, Requests: []string{string(q.ID)}}); err != nil {
		return err
	}
	if err := p.Sealing.Open(r.Context(), string(q.ID)); err != nil {
		return err
	}
	if !p.Uploads.Allow(p.Site.Address(r)) {
		return errs.New(errs.TooMany, "portal.too_many")
	}
	name, raw, err := web.PhotoOf(r)
	if err != nil {
		return err
	}
	_, err = p.Files.Take(r.Context(), "resident", name, raw, files.Owner{Kind: files.OfRequest, ID: string(q.ID)})
	return err
}

// geometry gives the city's areas and streets, to be drawn by the map.
func (p *Portal) geometry(w http.ResponseWriter, r *http.Request) error {
	city, err := p.Org.City(r.Context())
	if err != nil {
		return err
	}
	streets, err := p.Org.Streets(r.Context())
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	type area struct {
		ID    string          `json:"id"`
		Level string          `json:"level"`
		ZH    string          `json:"zh"`
		EN    string          `json:"en"`
		Shape json.RawMessage `json:"shape"`
	}
	out := struct {
		Areas   []area          `json:"areas"`
		Streets json.RawMessage `json:"streets,omitempty"`
		Tiles   string          `json:"tiles,omitempty"`
		Credit  string          `json:"credit,omitempty"`
	}{Streets: streets, Tiles: p.Site.Tiles.URL, Credit: p.Site.Tiles.Attribution}
	for _, a := range city.Areas {
		if len(a.Shape) > 0 {
			out.Areas = append(out.Areas, area{string(a.ID), string(a.Level), a.Name.ZH, a.Name.EN, a.Shape})
		}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	sum := fnv.New64a()
	_, _ = sum.Write(body) // a hash takes everything
	tag := fmt.Sprintf(`"%x"`, sum.Sum64())
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "public, max-age=300")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(body)
	return err
}

// photos are those of a request, and what was done about it as a unit shows it.
func (p *Portal) photos(ctx context.Context, s flow.Story) (map[string][]files.File, error) {
	all, err := p.Files.Of(ctx, files.OfRequest, []string{string(s.Request.ID)})
	if err != nil {
		return nil, err
	}
	var answered []string
	for _, m := range s.Matters {
		if !m.Case.AnsweredAt.IsZero() {
			answered = append(answered, string(m.Case.ID))
		}
	}
	of, err := p.Files.Of(ctx, files.OfAnswer, answered)
	maps.Copy(all, of)
	return all, err
}
