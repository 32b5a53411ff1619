package web

import (
	"io"
	"net/http"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/photo"
	"yiwang/internal/city/files"
)

// Photo serves the photo that the address names as {id}, the small one for
// ?small. Whether it may be seen was asked before.
func Photo(w http.ResponseWriter, r *http.Request, f *files.Service) error {
	jpeg, err := f.Open(r.Context(), files.ID(r.PathValue("id")), r.URL.Query().Has("small"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	h.Set("Content-Disposition", "inline; filename=photo.jpg")
	_, err = w.Write(jpeg)
	return err
}

// Upload reads a file of a form, as large as the request can be.
func Upload(r *http.Request, field string) ([]byte, error) {
	file, _, err := r.FormFile(field)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it is read to its end
	return io.ReadAll(file)
}

// PhotoOf reads the file "photo" of a form.
func PhotoOf(r *http.Request) ([]byte, error) {
	body, err := Upload(r, "photo")
	switch {
	case tooLarge(err):
		return nil, errs.Field("photo", "photo.too_large", "Max", photo.MaxBytes>>20)
	case err != nil: // mostly that none was chosen
		return nil, errs.Field("photo", "photo.empty")
	}
	return body, nil
}
