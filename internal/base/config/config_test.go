package config_test

import (
	"bytes"
	"testing"

	"yiwang/internal/base/config"
)

// A settings file is read or refused, never half.
func FuzzFile(f *testing.F) {
	f.Add([]byte(`{"limits.intake": 7, "db": "file:x.db"}`))
	f.Add([]byte(`{"limits.intak": 7}`))
	f.Add([]byte(`[1]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := config.File(bytes.NewReader(body))
		if err == nil && r == nil {
			t.Errorf("%q gave nothing", body)
		}
	})
}
