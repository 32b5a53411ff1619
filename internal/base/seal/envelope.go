package seal

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// What is sealed for somebody else can be opened by them alone: whoever sealed
// it has only their public key. It is HPKE (RFC 9180) with X25519, HKDF-SHA256
// and AES-256-GCM, after one byte that says so.
const forAnother = 2

// The text forms of the two keys begin so, that nobody mistakes the one for
// the other.
const (
	publicHead  = "yiwang-seal-"
	privateHead = "yiwang-open-"
)

// ErrNotPublic and ErrNotPrivate say that a text is no such key.
var (
	ErrNotPublic  = errors.New("this is no key to seal with: it begins with " + publicHead + " and has 43 more signs")
	ErrNotPrivate = errors.New("this is no key to open with: it begins with " + privateHead + " and has 43 more signs")
)

// MakePair makes a private key to open with and the public key to seal with
// that belongs to it, both as text.
func MakePair() (private, public string, err error) {
	k, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return "", "", err
	}
	return privateHead + base64.RawURLEncoding.EncodeToString(k.Bytes()), publicHead + base64.RawURLEncoding.EncodeToString(k.PublicKey().Bytes()), nil
}

// A Receiver is who alone opens what is sealed for them.
type Receiver struct {
	key hpke.PublicKey
	raw []byte
}

// ParseReceiver reads a public key as MakePair gave it.
func ParseReceiver(text string) (Receiver, error) {
	raw, ok := unhead(text, publicHead)
	if !ok {
		return Receiver{}, ErrNotPublic
	}
	k, err := ecdh.X25519().NewPublicKey(raw)
	if err != nil {
		return Receiver{}, ErrNotPublic
	}
	if _, err := low.ECDH(k); err != nil { // a point that makes every secret the same
		return Receiver{}, ErrNotPublic
	}
	p, err := hpke.NewDHKEMPublicKey(k)
	if err != nil {
		return Receiver{}, ErrNotPublic
	}
	return Receiver{p, raw}, nil
}

// low is any private key: with it, points of low order are told.
var low = func() *ecdh.PrivateKey {
	k, err := ecdh.X25519().NewPrivateKey(append(make([]byte, KeySize-1), 1))
	if err != nil {
		panic(err) // 32 bytes are always a key
	}
	return k
}()

// Fingerprint is the first 16 digits of the SHA-256 of the key, for people to compare.
func (r Receiver) Fingerprint() string {
	sum := sha256.Sum256(r.raw)
	return hex.EncodeToString(sum[:8])
}

// Seal encrypts plain for the receiver. About says what it belongs to: it
// opens as nothing else.
func (r Receiver) Seal(plain []byte, about string) ([]byte, error) {
	out, err := hpke.Seal(r.key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("yiwang "+about), plain)
	if err != nil {
		return nil, fmt.Errorf("seal for another: %w", err)
	}
	return append([]byte{forAnother}, out...), nil
}

// OpenAs gives back what was sealed for the holder of a private key with the
// same about.
func OpenAs(private string, sealed []byte, about string) ([]byte, error) {
	raw, ok := unhead(private, privateHead)
	if !ok {
		return nil, ErrNotPrivate
	}
	k, err := ecdh.X25519().NewPrivateKey(raw)
	if err != nil {
		return nil, ErrNotPrivate
	}
	p, err := hpke.NewDHKEMPrivateKey(k)
	if err != nil {
		return nil, ErrNotPrivate
	}
	if len(sealed) < 1 || sealed[0] != forAnother {
		return nil, ErrBroken
	}
	plain, err := hpke.Open(p, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("yiwang "+about), sealed[1:])
	if err != nil {
		return nil, fmt.Errorf("%w, or it was sealed for another key", ErrBroken)
	}
	return plain, nil
}

func unhead(text, head string) ([]byte, bool) {
	body, ok := strings.CutPrefix(strings.TrimSpace(text), head)
	if !ok {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	return raw, err == nil && len(raw) == KeySize
}
