package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiwang/internal/base/seal"
	"yiwang/internal/city/sealed"
	"yiwang/internal/flow"
)

// The body makes a key, the city seals with its public half, and what it
// downloads opens into a folder; a photo's name leads nowhere else.
func TestSealedOpen(t *testing.T) {
	dir := t.TempDir()
	key, file, out := filepath.Join(dir, "key"), filepath.Join(dir, "1.sealed"), filepath.Join(dir, "out")
	if code := run(t.Context(), []string{"sealed", "key", key}); code != 0 {
		t.Fatal(code)
	}
	if code := run(t.Context(), []string{"sealed", "key", key}); code == 0 {
		t.Error("a key was written over")
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Error("others may read the key", err)
	}
	private, public, err := seal.MakePair()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ours"), []byte(private+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	to, err := seal.ParseReceiver(public)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(flow.SealedReport{
		Format: 1, Case: "20261127-00001", Requests: []flow.SealedRequest{{Text: "收红包", Contact: "13900001234"}},
		Photos: []flow.SealedPhoto{{Name: "../../etc/x.JPG", Body: []byte("jpeg")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := to.Seal(plain, sealed.About)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), []string{"sealed", "open", file, "--with", key, "--out", out}); code == 0 {
		t.Error("another key opens it")
	}
	if code := run(t.Context(), []string{"sealed", "open", file, "--with", filepath.Join(dir, "ours"), "--out", out}); code != 0 {
		t.Fatal(code)
	}
	text, err := os.ReadFile(filepath.Join(out, "report.txt"))
	if err != nil || !strings.Contains(string(text), "收红包") || !strings.Contains(string(text), "13900001234") {
		t.Errorf("%s, %v", text, err)
	}
	if got, err := os.ReadFile(filepath.Join(out, "01.jpg")); err != nil || string(got) != "jpeg" {
		t.Errorf("%s, %v", got, err)
	}
}
