package files_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/files"
	"yiwang/internal/city/files/filessql"
	"yiwang/internal/city/schema/schematest"
)

func picture(t *testing.T) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 900, 900))
	r := rand.New(rand.NewPCG(1, 1))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.IntN(256))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A photo comes in pieces over a bad line, is attached, and is seen again.
func TestSendAttachOpen(t *testing.T) {
	keys, err := seal.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	d := schematest.SQLite(t)
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s := &files.Service{Store: filessql.Store{DB: d}, Keys: keys, Now: func() time.Time { return now }}
	ctx := t.Context()
	raw := picture(t)
	if len(raw) <= files.MaxPiece {
		t.Fatalf("%d bytes are one piece", len(raw))
	}
	token, err := s.Begin(ctx, "resident", int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(ctx, token, 0, raw[:files.MaxPiece]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(ctx, "guessed", 0, raw); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if n, err := s.Attach(ctx, []string{token}, files.Owner{Kind: files.OfRequest, ID: "r"}); n != 0 || err != nil {
		t.Errorf("half a photo was attached: %d %v", n, err)
	}
	f, err := s.Loose(ctx, token) // the line is back: where were we?
	if err != nil || f.Received != files.MaxPiece {
		t.Fatal(f, err)
	}
	if f, err = s.Add(ctx, token, f.Received, raw[f.Received:]); err != nil || !f.Ready {
		t.Fatal(f, err)
	}
	if n, err := s.Attach(ctx, []string{token, "guessed"}, files.Owner{Kind: files.OfRequest, ID: "r"}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	full, err := s.Open(ctx, f.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(full)); err != nil || c.Width != 900 {
		t.Error(c, err)
	}
	var sealed []byte
	if err := d.Reader().QueryRowContext(ctx, `SELECT body FROM file_pieces WHERE part = 'full'`).Scan(&sealed); err != nil || bytes.Contains(sealed, full[:64]) {
		t.Error("it rests in the clear", err)
	}
	// What is no photo is dropped, and the error says what to do.
	token, err = s.Begin(ctx, "resident", 9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(ctx, token, 0, []byte("<script/>")); errs.Of(err) == nil || errs.Of(err).Key != "photo.not_a_photo" {
		t.Error(err)
	}
	if _, err := s.Loose(ctx, token); !errs.Is(err, errs.NotFound) {
		t.Error("it was kept")
	}
}
