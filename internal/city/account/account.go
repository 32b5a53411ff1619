// Package account lets residents collect their receipts under a name and a
// password. It knows no more of anybody: neither who they are nor how to reach
// them, and nobody who works here sees what an account holds. What a request
// says is the business of package intake.
package account

import (
	"context"
	"embed"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/seal"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// An ID names an account; "" is none.
type ID string

// Limits of names and passwords, in characters, and of what one account holds.
const (
	MinName, MaxName         = 3, 64
	MinPassword, MaxPassword = 10, 200
	MaxRequests              = 1000
)

// A Store keeps accounts.
type Store interface {
	// Add keeps a new account; a name that is taken is a Conflict "account.taken".
	Add(ctx context.Context, id ID, name, password string, at time.Time) error
	// ByName returns an account and the hash of its password, or a NotFound error.
	ByName(ctx context.Context, name string) (ID, string, error)
	// There reports whether an account is there still.
	There(ctx context.Context, id ID) (bool, error)
	// Put puts a request into an account; twice is once. More than MaxRequests
	// are a Conflict "account.full".
	Put(ctx context.Context, id ID, request string, at time.Time) error
	// Take takes a request out.
	Take(ctx context.Context, id ID, request string) error
	// Requests lists what an account holds, newest first.
	Requests(ctx context.Context, id ID) ([]string, error)
	// Delete forgets an account and what it held.
	Delete(ctx context.Context, id ID) error
}

// A Service keeps accounts.
type Service struct {
	Store     Store
	Keys      *seal.Keys
	Passwords seal.Passwords
	Now       func() time.Time
}

// Digest is how a name is kept: without case and width, and unreadable.
func (s *Service) Digest(name string) string {
	return hex.EncodeToString(s.Keys.MAC("account name", []byte(strings.ToLower(norm.NFKC.String(strings.TrimSpace(name))))))
}

// Open opens an account.
func (s *Service) Open(ctx context.Context, name, password string) (ID, error) {
	var wrong []error
	trimmed := strings.TrimSpace(name)
	if n := utf8.RuneCountInString(trimmed); !utf8.ValidString(name) || strings.ContainsRune(name, 0) || n < MinName || n > MaxName {
		wrong = append(wrong, errs.Field("name", "account.name", "Min", MinName, "Max", MaxName))
	}
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword || n > MaxPassword:
		wrong = append(wrong, errs.Field("password", "account.password", "Min", MinPassword, "Max", MaxPassword))
	case strings.EqualFold(password, trimmed):
		wrong = append(wrong, errs.Field("password", "account.same"))
	}
	if err := errs.Join(wrong...); err != nil {
		return "", err
	}
	hash, err := s.Passwords.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	id := ID(ids.New(now))
	return id, s.Store.Add(ctx, id, s.Digest(name), hash, now)
}

// SignIn gives the account of a name and a password. A wrong name and a wrong
// password are one error and take as long.
func (s *Service) SignIn(ctx context.Context, name, password string) (ID, error) {
	id, hash, err := s.Store.ByName(ctx, s.Digest(name))
	if errs.Is(err, errs.NotFound) {
		hash, err = seal.NoPassword, nil
	}
	if err != nil {
		return "", err
	}
	ok, err := s.Passwords.Matches(ctx, hash, password)
	if err != nil {
		return "", err
	}
	if !ok || id == "" {
		return "", errs.Field("password", "account.wrong")
	}
	return id, nil
}

// Put puts a request, whose receipt was shown, into an account.
func (s *Service) Put(ctx context.Context, id ID, request string) error {
	return s.Store.Put(ctx, id, request, s.Now().UTC().Truncate(time.Microsecond))
}
