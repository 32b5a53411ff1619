package seal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"yiwang/internal/base/seal"
)

func keys(t *testing.T, fill ...byte) *seal.Keys {
	t.Helper()
	var raw [][]byte
	for _, b := range fill {
		raw = append(raw, bytes.Repeat([]byte{b}, seal.KeySize))
	}
	k, err := seal.New(raw...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealAndOpen(t *testing.T) {
	k := keys(t, 1)
	for _, plain := range []string{"", "13800138000", "王女士 139-0000-0000 晚上八点后"} {
		sealed := k.Seal([]byte(plain), "request-1")
		if plain != "" && bytes.Contains(sealed, []byte(plain)) {
			t.Errorf("%q can be read in %x", plain, sealed)
		}
		got, err := k.Open(sealed, "request-1")
		if err != nil || string(got) != plain {
			t.Errorf("opened %q, %v; want %q", got, err, plain)
		}
		if bytes.Equal(sealed, k.Seal([]byte(plain), "request-1")) {
			t.Error("sealed twice, the same came out: equal contacts could be told")
		}
	}
}

func TestOpensNowhereElse(t *testing.T) {
	k := keys(t, 1)
	sealed := k.Seal([]byte("13800138000"), "request-1")
	if _, err := k.Open(sealed, "request-2"); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("moved to another row: %v", err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if got, err := k.Open(changed, "request-1"); err == nil {
			t.Errorf("byte %d changed: opened %q", i, got)
		}
	}
	for n := range sealed {
		if _, err := k.Open(sealed[:n], "request-1"); err == nil {
			t.Errorf("cut to %d bytes: opened", n)
		}
	}
}

func TestAnotherKeyIsNamed(t *testing.T) {
	sealed := keys(t, 1).Seal([]byte("13800138000"), "x")
	if _, err := keys(t, 2).Open(sealed, "x"); !errors.Is(err, seal.ErrKey) {
		t.Errorf("wrong key: %v", err)
	}
}

func TestOldKeysStillOpen(t *testing.T) {
	before, after := keys(t, 1), keys(t, 2, 1)
	old := before.Seal([]byte("old"), "x")
	if got, err := after.Open(old, "x"); err != nil || string(got) != "old" {
		t.Errorf("sealed before the change: %q, %v", got, err)
	}
	if _, err := before.Open(after.Seal([]byte("new"), "x"), "x"); !errors.Is(err, seal.ErrKey) {
		t.Errorf("the old key opened what the new one sealed: %v", err)
	}
}

func TestMACIsKeyed(t *testing.T) {
	a := keys(t, 1).MAC("digest", []byte("x"))
	switch {
	case !bytes.Equal(a, keys(t, 1).MAC("digest", []byte("x"))):
		t.Error("not the same twice")
	case bytes.Equal(a, keys(t, 2).MAC("digest", []byte("x"))):
		t.Error("the same with another key")
	case bytes.Equal(a, keys(t, 1).MAC("other", []byte("x"))):
		t.Error("the same for another purpose")
	}
	all := keys(t, 2, 1).MACs("digest", []byte("x"))
	if len(all) != 2 || !bytes.Equal(all[0], keys(t, 2).MAC("digest", []byte("x"))) || !bytes.Equal(all[1], a) {
		t.Errorf("with both keys: %x", all)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "yiwang.key")
	if err := seal.MakeKey(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	k, err := seal.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := seal.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(k.Seal([]byte("x"), "y"), "y"); err != nil || string(got) != "x" {
		t.Errorf("loaded twice: %q, %v", got, err)
	}
	before, _ := os.ReadFile(path)
	if err := seal.MakeKey(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second key on the same path: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the key was overwritten")
	}
}

func TestBadKeyFiles(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize))
	for name, text := range map[string]string{
		"empty": "", "blank": "\n\n", "short": "c2hvcnQ=\n", "not base64": "我的钥匙\n", "second is bad": good + "\nx\n",
		"long": good + good,
	} {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.LoadKey(path); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := seal.LoadKey(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
