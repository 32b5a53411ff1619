package backup_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"yiwang/internal/base/backup"
)

// A file that is no backup, or was meddled with, is refused.
func FuzzOpen(f *testing.F) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"manifest.json":         `{"format":1,"schema":2,"parts":{"tables/versions.jsonl":{"rows":1,"sha256":"00"}}}`,
		"tables/versions.jsonl": `{"name":"x"}`,
	} {
		w, err := z.Create(name)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			f.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, m, err := backup.Open(bytes.NewReader(body), int64(len(body)))
		if err == nil && m.Format != 1 {
			t.Errorf("a backup of format %d was taken", m.Format)
		}
	})
}
