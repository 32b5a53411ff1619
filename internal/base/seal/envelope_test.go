package seal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/base/seal"
)

// Whoever seals for another cannot open it, nor can a third; the receiver can,
// as what it is about and as nothing else.
func TestSealedForAnother(t *testing.T) {
	private, public, err := seal.MakePair()
	if err != nil {
		t.Fatal(err)
	}
	third, _, err := seal.MakePair()
	if err != nil {
		t.Fatal(err)
	}
	r, err := seal.ParseReceiver(public + "\n")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed, err := r.Seal(plain, "lead 7")
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) > 8 && bytes.Contains(sealed, plain) {
			t.Fatal("it can be read")
		}
		if got, err := seal.OpenAs(private, sealed, "lead 7"); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opened %q, %v", got, err)
		}
		if _, err := seal.OpenAs(private, sealed, "lead 8"); !errors.Is(err, seal.ErrBroken) {
			t.Fatalf("it opens as another: %v", err)
		}
		if _, err := seal.OpenAs(third, sealed, "lead 7"); !errors.Is(err, seal.ErrBroken) {
			t.Fatalf("a third opens it: %v", err)
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		sealed[at] ^= 1
		if _, err := seal.OpenAs(private, sealed, "lead 7"); !errors.Is(err, seal.ErrBroken) {
			t.Fatalf("changed at %d, it opens: %v", at, err)
		}
	})
}

func TestKeysOfAnother(t *testing.T) {
	private, public, err := seal.MakePair()
	if err != nil {
		t.Fatal(err)
	}
	zero := "yiwang-seal-" + base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	for _, text := range []string{"", public[:len(public)-1], public + "A", private, strings.ToUpper(public), zero} {
		if _, err := seal.ParseReceiver(text); !errors.Is(err, seal.ErrNotPublic) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", public, private[1:], private + " x"} {
		if _, err := seal.OpenAs(text, []byte{2}, ""); !errors.Is(err, seal.ErrNotPrivate) {
			t.Errorf("%q: %v", text, err)
		}
	}
	r, err := seal.ParseReceiver(public)
	if err != nil || len(r.Fingerprint()) != 16 {
		t.Fatal(r, err)
	}
}
