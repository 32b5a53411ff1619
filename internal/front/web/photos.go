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

// PhotoOf reads the file "photo" of a form.
func PhotoOf(r *http.Request) ([]byte, error) {
	file, _, err := r.FormFile("photo")
	switch {
	case tooLarge(err):
		return nil, errs.Field("photo", "photo.too_large", "Max", photo.MaxBytes>>20)
	case err != nil: // mostly that none was chosen
		return nil, errs.Field("photo", "photo.empty")
	}
	defer file.Close() //nolint:errcheck // it is read to its end
	return io.ReadAll(file)
}
