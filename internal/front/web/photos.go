package web

import (
	"io"
	"mime"
	"net/http"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/photo"
	"yiwang/internal/city/files"
)

// File serves a photo, the small one for ?small, or a document, which is kept
// and not opened in the page. Whether it may be seen was asked before.
func File(w http.ResponseWriter, r *http.Request, s *files.Service, f files.File) error {
	body, err := s.Open(r.Context(), f.ID, r.URL.Query().Has("small") && !f.Document())
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	if f.Document() {
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	} else {
		h.Set("Content-Type", "image/jpeg")
		h.Set("Content-Disposition", "inline; filename=photo.jpg")
	}
	_, err = w.Write(body)
	return err
}

// Upload reads a file of a form, as large as the request can be, with the name
// it has where it comes from.
func Upload(r *http.Request, field string) (name string, body []byte, err error) {
	file, head, err := r.FormFile(field)
	if err != nil {
		return "", nil, err
	}
	defer file.Close() //nolint:errcheck // it is read to its end
	body, err = io.ReadAll(file)
	return head.Filename, body, err
}

// PhotoOf reads the file "photo" of a form.
func PhotoOf(r *http.Request) (name string, body []byte, err error) {
	name, body, err = Upload(r, "photo")
	switch {
	case tooLarge(err):
		err = errs.Field("photo", "photo.too_large", "Max", photo.MaxBytes>>20)
	case err != nil: // mostly that none was chosen
		err = errs.Field("photo", "photo.empty")
	}
	return name, body, err
}
