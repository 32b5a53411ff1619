// Package filestest is the suite that every store of files passes.
package filestest

import (
	"bytes"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/files"
)

// at is when the stories begin.
var at = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func begin(t *testing.T, s files.Store, size int64) files.File {
	t.Helper()
	f := files.File{ID: files.ID(ids.New(at)), Token: ids.Token(12), At: at, By: "resident", Size: size}
	if err := s.Begin(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	return f
}

// Store tries what files.Store says.
func Store(t *testing.T, open func(t *testing.T) files.Store) {
	t.Run("pieces", func(t *testing.T) { pieces(t, open(t)) })
	t.Run("attach", func(t *testing.T) { attach(t, open(t)) })
	t.Run("sweep", func(t *testing.T) { sweep(t, open(t)) })
}

func pieces(t *testing.T, s files.Store) {
	ctx := t.Context()
	f := begin(t, s, 10)
	for _, step := range []struct {
		story string
		at    int64
		body  string
		want  string
	}{
		{"the second first", 5, "world", "file.offset"},
		{"the first", 0, "hello", ""},
		{"the first again, after the line was lost", 0, "hello", "file.offset"},
		{"the second", 5, "world", ""},
	} {
		err := s.Add(ctx, f.ID, step.at, []byte(step.body), int64(len(step.body)))
		if e := errs.Of(err); (e == nil) != (step.want == "") || e != nil && e.Key != step.want {
			t.Fatalf("%s: %v", step.story, err)
		}
	}
	begins, sealed, err := s.Pieces(ctx, f.ID)
	if err != nil || len(begins) != 2 || string(bytes.Join(sealed, nil)) != "helloworld" {
		t.Fatal(begins, sealed, err)
	}
	if got, err := s.ByToken(ctx, f.Token); err != nil || got.Received != 10 || got.Ready || !got.At.Equal(at) {
		t.Errorf("%+v %v", got, err)
	}
	f.Width, f.Height = 3, 4
	if err := s.Finish(ctx, f, []byte("full"), []byte("thumb")); err != nil {
		t.Fatal(err)
	}
	if b, err := s.Body(ctx, f.ID, "thumb"); err != nil || string(b) != "thumb" {
		t.Error(string(b), err)
	}
	if _, err := s.Body(ctx, f.ID, "raw"); !errs.Is(err, errs.NotFound) {
		t.Errorf("what came is gone once it is a photo: %v", err)
	}
	if err := s.Drop(ctx, f.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.File(ctx, f.ID); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}

func attach(t *testing.T, s files.Store) {
	ctx := t.Context()
	var list []files.ID
	for i := range 4 {
		f := begin(t, s, 1)
		if i < 3 {
			if err := s.Finish(ctx, f, []byte{1}, []byte{2}); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, f.ID)
	}
	owner := files.Owner{Kind: files.OfRequest, ID: "r1"}
	if err := s.Attach(ctx, owner, list[:3], 2); !errs.Is(err, errs.Conflict) {
		t.Fatalf("three of two: %v", err)
	}
	if of, err := s.Of(ctx, files.OfRequest, []string{"r1"}); err != nil || len(of) != 0 {
		t.Fatalf("all or none: %v %v", of, err)
	}
	if err := s.Attach(ctx, owner, []files.ID{list[0], list[3]}, 2); err != nil {
		t.Fatal(err)
	}
	of, err := s.Of(ctx, files.OfRequest, []string{"r1", "r2"})
	if err != nil || len(of) != 1 || of[0].ID != list[0] || of[0].Owner != owner {
		t.Errorf("what has not come whole is not attached: %+v %v", of, err)
	}
	if err := s.Attach(ctx, files.Owner{Kind: files.OfRequest, ID: "r2"}, list[:1], 2); err != nil {
		t.Fatal(err)
	}
	if of, err := s.Of(ctx, files.OfRequest, []string{"r2"}); err != nil || len(of) != 0 {
		t.Errorf("nobody takes another's photo: %+v %v", of, err)
	}
}

func sweep(t *testing.T, s files.Store) {
	ctx := t.Context()
	old, kept := begin(t, s, 1), begin(t, s, 1)
	if err := s.Finish(ctx, kept, []byte{1}, []byte{2}); err != nil {
		t.Fatal(err)
	}
	if err := s.Attach(ctx, files.Owner{Kind: files.OfAnswer, ID: "a"}, []files.ID{kept.ID}, 5); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(ctx, at); err != nil || n != 0 {
		t.Errorf("%d %v", n, err)
	}
	if n, err := s.Sweep(ctx, at.Add(time.Second)); err != nil || n == 0 {
		t.Errorf("%d %v", n, err)
	}
	if _, err := s.File(ctx, old.ID); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if _, err := s.File(ctx, kept.ID); err != nil {
		t.Error(err)
	}
}
