// Package files keeps the photos that belong to requests and answers, and the
// documents that officials add to an answer. A photo
// is sent before the request it belongs to, in pieces, so that a lost line
// costs one piece; whoever sends it holds a token. Once whole it is drawn
// anew by base/photo, encrypted, and waits a day to be attached. Who may see
// what it belongs to, sees it: that is asked of the room that has the owner.
package files

import (
	"bytes"
	"context"
	"embed"
	"encoding/hex"
	"errors"
	"path"
	"strings"
	"time"
	"unicode"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/photo"
	"yiwang/internal/base/seal"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// Limits of what can be sent.
const (
	MaxPhotos = 5         // of one request
	MaxPiece  = 512 << 10 // bytes sent at once
	Keep      = 24 * time.Hour
)

// ID names a file. It is no secret; seeing the file is asked of its owner.
type ID string

// An Owner is what a file belongs to.
type Owner struct{ Kind, ID string }

// The kinds of owners.
const (
	OfRequest = "request"
	OfAnswer  = "answer" // what a unit did, shown with the case
)

// A File is a photo or a document, or what has come of it so far.
type File struct {
	Name          string // of a document; "" for a photo
	ID            ID
	Token         string // as it is kept
	Owner         Owner
	At            time.Time
	By            string
	Size          int64
	Received      int64
	Ready         bool
	Width, Height int
}

// Document reports whether the file is a document and not a photo.
func (f File) Document() bool { return f.Name != "" }

// documentName is a name as a folder on any machine takes it.
func documentName(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, path.Base(strings.ToValidUTF8(name, "_")))
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".pdf"), ".PDF")
	if r := []rune(name); len(r) > 80 {
		name = string(r[:80])
	}
	return strings.Trim(name, " ._") + ".pdf"
}

// A Store keeps files with their contents as they are given, encrypted.
type Store interface {
	// Begin keeps a new file.
	Begin(ctx context.Context, f File) error
	// ByToken returns the loose file with this token, or a NotFound error.
	ByToken(ctx context.Context, token string) (File, error)
	// File returns a file, or a NotFound error.
	File(ctx context.Context, id ID) (File, error)
	// Add keeps the next piece. A piece that does not begin where the file
	// ends so far is a Conflict "file.offset".
	Add(ctx context.Context, id ID, at int64, sealed []byte, size int64) error
	// Pieces gives the pieces that came, in order.
	Pieces(ctx context.Context, id ID) (begins []int64, sealed [][]byte, err error)
	// Finish replaces the pieces by the photo and its small picture, or by a
	// document, which has none.
	Finish(ctx context.Context, f File, full, thumb []byte) error
	// Body gives a part, full or thumb.
	Body(ctx context.Context, id ID, part string) ([]byte, error)
	// Attach gives files to an owner that has at most so many then; those it
	// has already stay. More is a Conflict "file.too_many".
	Attach(ctx context.Context, to Owner, list []ID, most int) error
	// Of lists the ready files of owners of a kind, oldest first.
	Of(ctx context.Context, kind string, owners []string) ([]File, error)
	// Drop removes a file with its contents.
	Drop(ctx context.Context, id ID) error
	// Sweep drops what was begun before a time and belongs to nothing.
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// A Service is what the rest of the program does with files.
type Service struct {
	Store Store
	Keys  *seal.Keys
	Now   func() time.Time
	// Closed refuses where nothing more may be added to an owner. It is asked
	// before a file is attached and again after: what was attached while the
	// owner was closed is dropped and refused, so that whoever closes an owner
	// and then lists its files has all that are ever kept. Nil refuses nothing.
	Closed func(ctx context.Context, to Owner) error
}

func (s *Service) closed(ctx context.Context, to Owner) error {
	if s.Closed == nil {
		return nil
	}
	return s.Closed(ctx, to)
}

// attach gives files to an owner that is open, before and after.
func (s *Service) attach(ctx context.Context, to Owner, list []ID) error {
	if err := s.closed(ctx, to); err != nil {
		return err
	}
	if err := s.Store.Attach(ctx, to, list, MaxPhotos); err != nil {
		return err
	}
	err := s.closed(ctx, to)
	if err != nil {
		ctx = context.WithoutCancel(ctx) // who has gone away leaves nothing behind
		for _, id := range list {
			err = errors.Join(err, s.Store.Drop(ctx, id))
		}
	}
	return err
}

// Begin says that a photo of so many bytes will come, and gives the token by
// which it is sent and attached.
func (s *Service) Begin(ctx context.Context, by string, size int64) (token string, err error) {
	return s.begin(ctx, by, "", size)
}

func (s *Service) begin(ctx context.Context, by, name string, size int64) (token string, err error) {
	if size <= 0 {
		return "", errs.Field("photo", "photo.empty")
	}
	if size > photo.MaxBytes {
		return "", errs.Field("photo", "photo.too_large", "Max", photo.MaxBytes>>20)
	}
	token = ids.Token(24)
	now := s.Now()
	return token, s.Store.Begin(ctx, File{ID: ID(ids.New(now)), Token: s.hash(token), At: now, By: by, Name: name, Size: size})
}

// hash is how a token is kept: who reads the table cannot send in another's name.
func (s *Service) hash(token string) string {
	return hex.EncodeToString(s.Keys.MAC("file token", []byte(token)))
}

// Loose returns the file that a token was given for, while it belongs to
// nothing.
func (s *Service) Loose(ctx context.Context, token string) (File, error) {
	return s.Store.ByToken(ctx, s.hash(token))
}

// Add takes the next piece, which begins at a byte; the last one makes the
// photo. What is not one is dropped, and the error says why.
func (s *Service) Add(ctx context.Context, token string, at int64, piece []byte) (File, error) {
	f, err := s.Loose(ctx, token)
	if err != nil {
		return f, err
	}
	switch {
	case f.Ready || at != f.Received:
		return f, errs.New(errs.Conflict, "file.offset")
	case f.Received == f.Size && len(piece) == 0: // all came, and the line broke before it was a photo
		return s.finish(ctx, f)
	case len(piece) == 0 || len(piece) > MaxPiece || at+int64(len(piece)) > f.Size:
		return f, errs.Field("photo", "file.piece", "Max", MaxPiece>>10)
	}
	if err := s.Store.Add(ctx, f.ID, at, s.Keys.Seal(piece, about(f.ID, "raw")), int64(len(piece))); err != nil {
		return f, err
	}
	if f.Received += int64(len(piece)); f.Received < f.Size {
		return f, nil
	}
	return s.finish(ctx, f)
}

func about(id ID, part string) string { return part + " of file " + string(id) }

func (s *Service) finish(ctx context.Context, f File) (File, error) {
	_, sealed, err := s.Store.Pieces(ctx, f.ID)
	if err != nil {
		return f, err
	}
	raw := make([]byte, 0, f.Size)
	for _, piece := range sealed {
		plain, err := s.Keys.Open(piece, about(f.ID, "raw"))
		if err != nil {
			return f, err
		}
		raw = append(raw, plain...)
	}
	return s.keep(ctx, f, raw)
}

func (s *Service) keep(ctx context.Context, f File, raw []byte) (File, error) {
	p, err := photo.Read(ctx, bytes.NewReader(raw))
	if err != nil {
		if errs.Of(err) != nil {
			err = errors.Join(err, s.Store.Drop(ctx, f.ID))
		}
		return f, err
	}
	f.Ready, f.Width, f.Height = true, p.Width, p.Height
	return f, s.Store.Finish(ctx, f, s.Keys.Seal(p.JPEG, about(f.ID, "full")), s.Keys.Seal(p.Thumb, about(f.ID, "thumb")))
}

// Take keeps a photo that came whole, and attaches it. What belongs to an
// answer may be a PDF document: it is kept as it is, under its name.
func (s *Service) Take(ctx context.Context, by, name string, raw []byte, to Owner) (File, error) {
	if to.Kind != OfAnswer || !bytes.HasPrefix(raw, []byte("%PDF-")) {
		name = ""
	} else {
		name = documentName(name)
	}
	token, err := s.begin(ctx, by, name, int64(len(raw)))
	if err != nil {
		return File{}, err
	}
	f, err := s.Loose(ctx, token)
	if err != nil {
		return f, err
	}
	if f.Document() {
		f.Ready = true
		err = s.Store.Finish(ctx, f, s.Keys.Seal(raw, about(f.ID, "full")), []byte{})
	} else {
		f, err = s.keep(ctx, f, raw)
	}
	if err != nil {
		return f, err
	}
	if err := s.attach(ctx, to, []ID{f.ID}); err != nil {
		return f, errors.Join(err, s.Store.Drop(ctx, f.ID))
	}
	return f, nil
}

// Attach gives the photos of tokens to what they were sent for. Tokens of
// nothing, and of what has not come whole, are left out: attached says how
// many there are.
func (s *Service) Attach(ctx context.Context, tokens []string, to Owner) (attached int, err error) {
	var list []ID
	for _, token := range tokens {
		f, err := s.Loose(ctx, token)
		if errs.Is(err, errs.NotFound) || err == nil && !f.Ready {
			continue
		}
		if err != nil {
			return 0, err
		}
		list = append(list, f.ID)
	}
	if len(list) == 0 {
		return 0, nil
	}
	return len(list), s.attach(ctx, to, list)
}

// Discard drops a photo that was not attached yet.
func (s *Service) Discard(ctx context.Context, token string) error {
	f, err := s.Loose(ctx, token)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Store.Drop(ctx, f.ID)
}

// Of lists the photos of owners of a kind, by owner, oldest first.
func (s *Service) Of(ctx context.Context, kind string, owners []string) (map[string][]File, error) {
	list, err := s.Store.Of(ctx, kind, owners)
	if err != nil {
		return nil, err
	}
	of := map[string][]File{}
	for _, f := range list {
		of[f.Owner.ID] = append(of[f.Owner.ID], f)
	}
	return of, nil
}

// Open gives a photo, or its small picture. Whether the asker may see it, the
// caller has asked of the room that has the owner.
func (s *Service) Open(ctx context.Context, id ID, small bool) (jpeg []byte, err error) {
	part := "full"
	if small {
		part = "thumb"
	}
	sealed, err := s.Store.Body(ctx, id, part)
	if err != nil {
		return nil, err
	}
	return s.Keys.Open(sealed, about(id, part))
}

// Sweep is the job that drops what nobody attached.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "files.sweep" }

// Swept does the job.
func (s *Service) Swept(ctx context.Context, _ Sweep) error {
	_, err := s.Store.Sweep(ctx, s.Now().Add(-Keep))
	return err
}
