package web

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"yiwang/internal/base/errs"
)

// maxValues is how often a field of a form can be given, and maxMany one that
// Form is told of.
const (
	maxValues = 100
	maxMany   = 10_000
)

// Form reads a posted form. A field that is not text (invalid UTF-8, NUL) is
// refused by its name; what else is wrong with a value, its room says. many
// are fields that are ticked in long lists.
func Form(r *http.Request, many ...string) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data":
		return nil, errs.New(errs.Invalid, "error.no_form")
	case kind == "multipart/form-data":
		err = r.ParseMultipartForm(MaxBody)
		if form := r.MultipartForm; form != nil { // net/http clears only what the first of all copies of r has
			context.AfterFunc(r.Context(), func() { _ = form.RemoveAll() })
		}
	default:
		err = r.ParseForm()
	}
	if err != nil {
		if tooLarge(err) {
			return nil, err
		}
		return nil, errs.New(errs.Invalid, "error.no_form")
	}
	var wrong []error
	for name, values := range r.PostForm {
		most := maxValues
		if slices.Contains(many, name) {
			most = maxMany
		}
		if len(values) > most || len(r.PostForm) > 500 {
			return nil, errs.New(errs.Invalid, "error.no_form")
		}
		for _, v := range values {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				wrong = append(wrong, errs.Field(name, "error.not_text"))
			}
		}
	}
	return r.PostForm, errors.Join(errs.Join(wrong...))
}
