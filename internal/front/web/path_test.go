package web_test

import (
	"net/url"
	"strings"
	"testing"

	"yiwang/internal/front/web"
)

// Nobody is sent to another site by an address of ours.
func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/work", "//evil.example", "/\\evil.example", "https://evil.example", "/work/../..//evil", "/a?b=c#d", "\t//x", "/\t/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := web.LocalPath(s)
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\t\r\n") {
			t.Errorf("%q leads to %q", s, got)
		}
	})
}
