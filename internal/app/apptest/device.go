package apptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

// A Device is an authenticator in software, with one passkey, and the browser
// before it. It answers as W3C Web Authentication has it, or as the test says.
type Device struct {
	T      testing.TB
	Origin string // the page it believes to be on
	Count  uint32 // how often it has signed, as it says; 0 for ever if it does not count
	Counts bool
	// Unverified asks for no finger, face or PIN.
	Unverified bool

	id, user []byte
	party    string
	key      *ecdsa.PrivateKey
}

// options are those of either ceremony.
type options struct {
	PublicKey struct {
		Challenge string
		RPID      string `json:"rpId"`
		RP        struct{ ID string }
		User      struct{ ID string }
	}
}

func (d *Device) read(body string) (o options) {
	d.T.Helper()
	if err := json.Unmarshal([]byte(body), &o); err != nil || o.PublicKey.Challenge == "" {
		d.T.Fatalf("no challenge: %v in %s", err, body)
	}
	return o
}

// Make answers with a new passkey.
func (d *Device) Make(asked string) []byte {
	d.T.Helper()
	o := d.read(asked)
	var err error
	if d.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		d.T.Fatal(err)
	}
	d.id, d.party = []byte(rand.Text()), o.PublicKey.RP.ID
	if d.user, err = base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID); err != nil {
		d.T.Fatal(err)
	}
	point, err := d.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		d.T.Fatal(err)
	}
	public, err := webauthncbor.Marshal(webauthncose.EC2PublicKeyData{
		PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.EllipticKey), Algorithm: int64(webauthncose.AlgES256)},
		Curve:         int64(webauthncose.P256), XCoord: point[1:33], YCoord: point[33:],
	})
	if err != nil {
		d.T.Fatal(err)
	}
	data := d.data(0x40) // with a passkey in it
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(append(data, d.id...), public...)
	attested, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		d.T.Fatal(err)
	}
	return d.answer(map[string]any{"clientDataJSON": b64(d.client("webauthn.create", o)), "attestationObject": b64(attested)})
}

// Sign answers with a signature of the challenge.
func (d *Device) Sign(asked string) []byte {
	d.T.Helper()
	o := d.read(asked)
	if d.Counts {
		d.Count++
	}
	data, client := d.data(0), d.client("webauthn.get", o)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, digest[:])
	if err != nil {
		d.T.Fatal(err)
	}
	return d.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(d.user)})
}

func (d *Device) data(flags byte) []byte {
	sum := sha256.Sum256([]byte(d.party))
	flags |= 0x01 // somebody is there
	if !d.Unverified {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(sum[:], flags), d.Count)
}

func (d *Device) client(kind string, o options) []byte {
	body, err := json.Marshal(map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": d.Origin, "crossOrigin": false})
	if err != nil {
		d.T.Fatal(err)
	}
	return body
}

func (d *Device) answer(response map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response})
	if err != nil {
		d.T.Fatal(err)
	}
	return body
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
