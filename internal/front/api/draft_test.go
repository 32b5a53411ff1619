package api

import (
	"testing"
	"unicode/utf8"

	"yiwang/internal/base/errs"
)

// Whatever comes in, it is taken or refused with what is wrong, and nothing of
// it is repeated.
func FuzzDraft(f *testing.F) {
	for _, s := range []string{
		`{"text":"路灯坏了"}`, `{"text":"x","lat":1,"lon":2}`, `{"text":null,"text":"twice"}`, `{"unknown\u0000":1}`, `[[[[[]]]]]`, `{"text":"\ud800"}`, `{"lat":1e999}`, `{}{}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := draft(body)
		if err == nil {
			if !utf8.ValidString(d.Text) && utf8.Valid(body) {
				t.Errorf("a text that is none came out of %q", body)
			}
			return
		}
		for _, e := range errs.All(err) {
			if e.Kind != errs.Invalid || len(e.Field) > 40 {
				t.Errorf("%q: %+v", body, e)
			}
		}
		if len(errs.All(err)) == 0 {
			t.Errorf("%q: %v is nothing to show", body, err)
		}
	})
}
