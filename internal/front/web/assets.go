package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// dist is what tools/web builds of web/: styles and scripts with the digest
// of their content in their names. It is not committed; `make build` fills it.
//
//go:embed all:dist
var dist embed.FS

type asset struct {
	plain, packed []byte
	kind          string
}

var bundle = sync.OnceValue(func() (b struct {
	names map[string]string // app.css → app.1a2b3c.css
	files map[string]asset
},
) {
	b.names, b.files = map[string]string{}, map[string]asset{}
	manifest, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return b
	}
	if err := json.Unmarshal(manifest, &b.names); err != nil {
		panic("web: dist/manifest.json: " + err.Error()) // it was built wrongly
	}
	for _, name := range b.names {
		content, err := fs.ReadFile(dist, "dist/"+name)
		if err != nil {
			panic("web: " + err.Error()) // it was built wrongly
		}
		var packed bytes.Buffer
		z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err == nil {
			_, err = z.Write(content)
		}
		if err = errors.Join(err, z.Close()); err != nil {
			panic("web: " + err.Error()) // a buffer takes everything
		}
		kind := mime.TypeByExtension(path.Ext(name))
		switch path.Ext(name) { // the machine's own table may say otherwise
		case ".js":
			kind = "text/javascript; charset=utf-8"
		case ".css":
			kind = "text/css; charset=utf-8"
		case ".svg":
			kind = "image/svg+xml"
		case ".txt":
			kind = "text/plain; charset=utf-8"
		}
		b.files[name] = asset{content, packed.Bytes(), kind}
	}
	return b
})

// HasAssets reports whether styles and scripts were built into the program.
func HasAssets() bool { return len(bundle().files) > 0 }

// Asset is the address of a built file, by the name it has in web/.
func Asset(name string) string {
	if built, ok := bundle().names[name]; ok {
		name = built
	}
	return "/assets/" + name
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	serveFile(w, r, r.PathValue("name"))
}

// ServeAsset serves a built file, by the name it has in web/, at an address
// that stays when the file changes: a browser asks whether it has.
func ServeAsset(w http.ResponseWriter, r *http.Request, name string) {
	w.Header().Set("Cache-Control", "no-cache")
	serveFile(w, r, bundle().names[name])
}

func serveFile(w http.ResponseWriter, r *http.Request, name string) {
	a, ok := bundle().files[name]
	if !ok {
		w.Header().Del("Cache-Control")
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a reader who went away is no failure of ours
}
