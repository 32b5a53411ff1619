// Package seal encrypts what must not be readable in a database file or a
// backup: contact data, the secrets of one-time passwords. It knows keys and
// bytes; who may open what is the business of the room that sealed it.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// What is sealed begins with two bytes: how it was sealed and with which key.
// Another cipher gets another first byte, so that both can be opened.
const (
	aesGCM = 1 // AES-256-GCM with a random nonce before the text
	head   = 2
)

// ErrKey says that something was sealed with a key that is not among ours.
var ErrKey = errors.New("sealed with another key: use the key file that belongs to this database")

// ErrBroken says that what is to be opened was changed, cut off, or belongs
// to something else.
var ErrBroken = errors.New("sealed data does not fit: it was changed, or moved here from elsewhere")

// Keys seal and open. The first key seals; the others open what was sealed
// when they were first. Several goroutines may use them.
type Keys struct{ list []key }

type key struct {
	id   byte
	aead cipher.AEAD
	raw  []byte
}

// New makes Keys of 32-byte keys, the one that seals first.
func New(raw ...[]byte) (*Keys, error) {
	if len(raw) == 0 {
		return nil, errors.New("no key")
	}
	k := &Keys{}
	for _, r := range raw {
		if len(r) != KeySize {
			return nil, fmt.Errorf("a key has %d bytes, not %d", KeySize, len(r))
		}
		block, err := aes.NewCipher(derive(r, "seal"))
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		k.list = append(k.list, key{id: derive(r, "id")[0], aead: aead, raw: r})
	}
	return k, nil
}

// Seal encrypts plain. About says what it belongs to, such as the id of a
// row: it opens nowhere else.
func (k *Keys) Seal(plain []byte, about string) []byte {
	first := k.list[0]
	out := make([]byte, head, head+len(plain)+first.aead.Overhead())
	out[0], out[1] = aesGCM, first.id
	return first.aead.Seal(out, nil, plain, bound(out, about))
}

// Open gives back what Seal was given with the same about.
func (k *Keys) Open(sealed []byte, about string) ([]byte, error) {
	if len(sealed) < head || sealed[0] != aesGCM {
		return nil, ErrBroken
	}
	known := false
	for _, one := range k.list {
		if one.id != sealed[1] {
			continue
		}
		known = true
		if plain, err := one.aead.Open(nil, nil, sealed[head:], bound(sealed[:head], about)); err == nil {
			return plain, nil
		}
	}
	if !known {
		return nil, ErrKey
	}
	// Ids are one byte, so one strange key in 256 has the id of ours.
	return nil, fmt.Errorf("%w, or %w", ErrBroken, ErrKey)
}

// MAC gives 32 bytes that only the holder of the key can make of data, for
// comparing what must not be guessed from its digest. Purpose keeps the uses
// apart.
func (k *Keys) MAC(purpose string, data []byte) []byte {
	h := hmac.New(sha256.New, derive(k.list[0].raw, "mac "+purpose))
	h.Write(data)
	return h.Sum(nil)
}

// MACs gives what MAC gives with each of the keys, so that what was made before
// the keys were changed is still found.
func (k *Keys) MACs(purpose string, data []byte) [][]byte {
	list := make([][]byte, len(k.list))
	for i := range k.list {
		list[i] = (&Keys{k.list[i:]}).MAC(purpose, data)
	}
	return list
}

func bound(head []byte, about string) []byte {
	return append(append(make([]byte, 0, len(head)+len(about)), head...), about...)
}

func derive(raw []byte, use string) []byte {
	out, err := hkdf.Key(sha256.New, raw, nil, "yiwang "+use, KeySize)
	if err != nil {
		panic(err) // only for lengths HKDF cannot give
	}
	return out
}
