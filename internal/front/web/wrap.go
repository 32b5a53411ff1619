package web

import (
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/photo"
)

// MaxBody is the most bytes a request may have, MaxPhotoBody one that sends a
// photo whole, to an address that ends in /photos.
const (
	MaxBody      = 1 << 20
	MaxPhotoBody = photo.MaxBytes + 64<<10
	// MaxTableBody is the size of a request that brings a table.
	MaxTableBody = 8 << 20
)

func maxBody(path string) int64 {
	switch {
	case strings.HasSuffix(path, "/photos"):
		return MaxPhotoBody
	case strings.HasSuffix(path, "/import"):
		return MaxTableBody
	}
	return MaxBody
}

// policy lets a page use its own site and nothing else but the pictures of the
// map that a city named. No inline script or style is ever needed.
func (t Tiles) policy() string {
	from := ""
	if t.origin != "" {
		from = " " + t.origin
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:" + from + "; font-src 'self'; connect-src 'self'; " +
		"manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}

// Wrap puts around all doors what each request needs.
func (s *Site) Wrap(mux *http.ServeMux) http.Handler {
	mux.HandleFunc("GET /language", s.language)
	mux.HandleFunc("POST /language", s.language)
	mux.Handle("GET /assets/{name}", http.HandlerFunc(serveAsset))
	mux.Handle("/", s.Page(func(http.ResponseWriter, *http.Request) error { return errs.New(errs.NotFound, "error.no_page") }))
	forms := http.NewCrossOriginProtection()
	forms.SetDenyHandler(s.Page(func(http.ResponseWriter, *http.Request) error { return errs.New(errs.Denied, "error.other_site") }))
	return s.outer(forms.Handler(zip(mux)))
}

func (s *Site) outer(next http.Handler) http.Handler {
	policy := s.Tiles.policy()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		since := time.Now()
		v := s.view(r)
		r = r.WithContext(context.WithValue(r.Context(), viewKey{}, v))
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Vary", "Accept-Language, Cookie")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		out := &recorder{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // it is that value and no other
					panic(p)
				}
				s.Log.ErrorContext(r.Context(), "panic", "panic", p, "id", v.id, "stack", string(debug.Stack()))
				if out.status == 0 {
					s.Page(func(http.ResponseWriter, *http.Request) error { return errors.New("panic") }).ServeHTTP(out, r)
				}
			}
			// The route and not the path: a path may have a receipt in it.
			s.Log.DebugContext(r.Context(), "served", "method", r.Method, "route", r.Pattern, "status", out.status, "took", time.Since(since), "id", v.id)
		}()
		if r.ContentLength > maxBody(r.URL.Path) {
			h.Set("Connection", "close")
			fail := s.Page
			if strings.HasPrefix(r.URL.Path, "/api/") {
				fail = s.JSON
			}
			fail(func(http.ResponseWriter, *http.Request) error { return errs.New(errs.TooLarge, "error.too_large") }).ServeHTTP(out, r)
			return
		}
		r.Body = http.MaxBytesReader(out, r.Body, maxBody(r.URL.Path))
		s.reword(r.Context())
		next.ServeHTTP(out, r)
	})
}

// reword follows the city's own wording. A page in words of before is better
// than none.
func (s *Site) reword(ctx context.Context) {
	if s.Wording == nil {
		return
	}
	words, version, err := s.Wording(ctx)
	if err == nil && version != s.Texts.Worded() {
		err = s.Texts.Reword(version, words)
	}
	if err != nil && ctx.Err() == nil {
		s.Log.ErrorContext(ctx, "the city's own wording", "error", err)
	}
}

func tooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one that exists
	}
	return z
}}

// zip compresses pages and JSON for who can read it. Compression beside a
// secret leaks it to who can inject text and watch sizes (BREACH): forms here
// carry no secret, sessions travel in cookies, which are not compressed.
func zip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || strings.HasPrefix(r.URL.Path, "/assets/") {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipped{ResponseWriter: w}
		defer z.close()
		next.ServeHTTP(z, r)
	})
}

type zipped struct {
	http.ResponseWriter
	z       *gzip.Writer
	decided bool
}

func (w *zipped) WriteHeader(status int) {
	w.decide()
	w.ResponseWriter.WriteHeader(status)
}

func (w *zipped) Write(b []byte) (int, error) {
	w.decide()
	if w.z == nil {
		return w.ResponseWriter.Write(b)
	}
	return w.z.Write(b)
}

func (w *zipped) decide() {
	if w.decided {
		return
	}
	w.decided = true
	kind := w.Header().Get("Content-Type")
	if !strings.HasPrefix(kind, "text/html") && !strings.Contains(kind, "json") || w.Header().Get("Content-Encoding") != "" {
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Add("Vary", "Accept-Encoding")
	w.Header().Del("Content-Length")
	w.z = zippers.Get().(*gzip.Writer)
	w.z.Reset(w.ResponseWriter)
}

func (w *zipped) close() {
	if w.z != nil {
		_ = w.z.Close() // a reader who went away is no failure of ours
		zippers.Put(w.z)
	}
}

// Unwrap is for http.ResponseController.
func (w *zipped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Base is the address people use, for links that are handed on, without a
// slash at its end.
func (s *Site) Base(r *http.Request) string {
	if s.URL != "" {
		return strings.TrimSuffix(s.URL, "/")
	}
	return "http://" + r.Host
}

// Address is who asks: the peer, or, where a trusted proxy speaks for
// somebody, the last address that no trusted proxy has.
func (s *Site) Address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := peer.Addr().Unmap()
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(list) - 1; i >= 0 && s.trusted(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(list[i]))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	if addr.Is6() { // one household has a /64
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

func (s *Site) trusted(a netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
