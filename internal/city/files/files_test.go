package files_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"
	"time"

	"yiwang/internal/base/db"
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

func service(t *testing.T) (*files.Service, *db.DB) {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	d := schematest.SQLite(t)
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	return &files.Service{Store: filessql.Store{DB: d}, Keys: keys, Now: func() time.Time { return now }}, d
}

// A photo comes in pieces over a bad line, is attached, and is seen again.
func TestSendAttachOpen(t *testing.T) {
	s, d := service(t)
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

// An official adds a document to an answer: it is kept as it is, encrypted,
// under a name that any folder takes. A resident's is no photo.
func TestDocuments(t *testing.T) {
	ctx := t.Context()
	s, d := service(t)
	raw := []byte("%PDF-1.7\n施工许可\n%%EOF")
	f, err := s.Take(ctx, "zhao", "../许可 证:1.pdf", raw, files.Owner{Kind: files.OfAnswer, ID: "c"})
	if err != nil || !f.Document() {
		t.Fatal(f, err)
	}
	of, err := s.Of(ctx, files.OfAnswer, []string{"c"})
	if err != nil || len(of["c"]) != 1 || of["c"][0].Name != "许可 证_1.pdf" {
		t.Fatal(of, err)
	}
	if body, err := s.Open(ctx, f.ID, false); err != nil || !bytes.Equal(body, raw) {
		t.Error(body, err)
	}
	var sealed []byte
	if err := d.Reader().QueryRowContext(ctx, `SELECT body FROM file_pieces WHERE part = 'full'`).Scan(&sealed); err != nil || bytes.Contains(sealed, []byte("%PDF")) {
		t.Error("it rests in the clear", err)
	}
	if _, err := s.Take(ctx, "resident", "a.pdf", raw, files.Owner{Kind: files.OfRequest, ID: "r"}); errs.Of(err) == nil || errs.Of(err).Key != "photo.not_a_photo" {
		t.Error(err)
	}
	if _, err := s.Take(ctx, "zhao", "a.pdf", []byte("MZ\x90"), files.Owner{Kind: files.OfAnswer, ID: "c"}); errs.Of(err) == nil || errs.Of(err).Key != "photo.not_a_photo" {
		t.Error(err)
	}
}

// Nothing is added to what is closed, nor left in it by who came just before.
func TestClosed(t *testing.T) {
	s, d := service(t)
	raw := picture(t)
	to := files.Owner{Kind: files.OfRequest, ID: "r"}
	for _, after := range []int{0, 1} {
		asked := 0
		s.Closed = func(_ context.Context, of files.Owner) error {
			if asked++; asked > after && of == to {
				return errs.New(errs.Conflict, "request.sealed")
			}
			return nil
		}
		if _, err := s.Take(t.Context(), "resident", "", raw, to); !errs.Is(err, errs.Conflict) || asked != after+1 {
			t.Errorf("closed after it was asked %d times: %d, %v", after, asked, err)
		}
		var n int
		if err := d.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM file_pieces`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d pieces are left, %v", n, err)
		}
	}
}
