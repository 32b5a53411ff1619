package access

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/seal"
)

// How often one may fail to sign in before having to wait.
const (
	signInWindow = 15 * time.Minute
	signInTries  = 8 // by login
)

// MinPassword is the least number of characters of a password.
const MinPassword = 10

// attempt counts one more try of key and refuses those beyond the limit.
func (s *Service) attempt(ctx context.Context, key string) error {
	since := s.Now().Truncate(signInWindow)
	tried, err := s.Store.Try(ctx, key, since)
	if err == nil && tried > signInTries {
		err = errs.New(errs.TooMany, "signin.too_many", "Until", since.Add(signInWindow))
	}
	return err
}

// SignIn returns the person with this login, password and code of the
// authenticator. What was wrong is not told.
func (s *Service) SignIn(ctx context.Context, login, password, code string) (Staff, error) {
	now := s.Now()
	if err := s.attempt(ctx, "login:"+strings.ToLower(login)); err != nil {
		return Staff{}, err
	}
	wrong := errs.New(errs.Invalid, "signin.wrong")
	st, secrets, err := s.Store.ByLogin(ctx, login)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Staff{}, err
	}
	hash := secrets.Password
	if hash == "" {
		hash = seal.NoPassword // the same work for a login that is not there
	}
	ok, err := s.hashing.Matches(ctx, hash, password)
	if err != nil {
		return Staff{}, err
	}
	if !ok || st.ID == "" || secrets.Password == "" || !st.LeftAt.IsZero() {
		return Staff{}, wrong
	}
	secret, err := s.Keys.Open(secrets.TOTP, string(st.ID))
	if err != nil {
		return Staff{}, fmt.Errorf("authenticator of %s: %w", st.ID, err)
	}
	step, ok := codeStep(string(secret), code, now)
	if !ok || step <= secrets.Step {
		return Staff{}, wrong
	}
	if fresh, err := s.Store.UseStep(ctx, st.ID, step); err != nil || !fresh {
		return Staff{}, errs.Join(err, wrong)
	}
	return st, nil
}

// A Setup is what the page behind a one-time link shows.
type Setup struct {
	Staff  Staff
	Secret string // of the authenticator, to be typed in
	URL    string // the same as an otpauth address, for a QR code
}

// Setup returns what belongs to the link, or a NotFound error
// "setup.used_up" if it was used or is too old.
func (s *Service) Setup(ctx context.Context, link string) (Setup, error) {
	st, secrets, err := s.Store.ByLink(ctx, digest(link), s.Now())
	if err != nil {
		return Setup{}, err
	}
	secret, err := s.Keys.Open(secrets.TOTP, string(st.ID))
	if err != nil {
		return Setup{}, fmt.Errorf("authenticator of %s: %w", st.ID, err)
	}
	q := url.Values{"secret": {string(secret)}, "issuer": {"Yiwang"}}
	return Setup{st, string(secret), "otpauth://totp/Yiwang:" + url.PathEscape(st.Login) + "?" + q.Encode()}, nil
}

// FinishSetup sets the password, once the code shows that the authenticator
// has the secret, and uses up the link.
func (s *Service) FinishSetup(ctx context.Context, link, password, code string) (Staff, error) {
	set, err := s.Setup(ctx, link)
	if err != nil {
		return Staff{}, err
	}
	wrong := []error{fit(password, set.Staff.Login)}
	step, ok := codeStep(set.Secret, code, s.Now())
	if !ok {
		wrong = append(wrong, errs.Field("code", "setup.wrong_code"))
	}
	if err := errs.Join(wrong...); err != nil {
		return Staff{}, err
	}
	hash, err := s.hashing.Hash(ctx, password)
	if err != nil {
		return Staff{}, err
	}
	return set.Staff, s.Store.UseLink(ctx, digest(link), hash, step, s.event(Actor{Staff: set.Staff.ID}, set.Staff.ID, PasswordSet, ""))
}

// fit says what is wrong with a password, if anything.
func fit(password, login string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return errs.Field("password", "setup.short", "Min", MinPassword)
	case len(password) > 1000:
		return errs.Field("password", "setup.long")
	case strings.EqualFold(password, login):
		return errs.Field("password", "setup.same_as_login")
	}
	return nil
}

// ChangePassword gives somebody who knows the password another, and ends
// their sessions but the one they do it in.
func (s *Service) ChangePassword(ctx context.Context, by Actor, current, next string, within SessionID) error {
	st, secrets, err := s.Store.Staff(ctx, by.Staff)
	if err != nil {
		return err
	}
	if secrets.Password == "" {
		return errs.Field("current", "password.none")
	}
	if err := s.attempt(ctx, "change:"+string(st.ID)); err != nil {
		return err
	}
	ok, err := s.hashing.Matches(ctx, secrets.Password, current)
	if err != nil {
		return err
	}
	if !ok {
		return errs.Field("current", "password.wrong")
	}
	if err := fit(next, st.Login); err != nil {
		return err
	}
	hash, err := s.hashing.Hash(ctx, next)
	if err != nil {
		return err
	}
	return s.Store.SetPassword(ctx, st.ID, hash, within, s.event(by, st.ID, PasswordSet, ""))
}

func newLink(id StaffID, now time.Time) (secret string, l Link) {
	secret = ids.Token(20)
	return secret, Link{Digest: digest(secret), Staff: id, Until: now.Add(LinkLife)}
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (s *Service) newTOTP(st Staff) ([]byte, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Yiwang", AccountName: st.Login})
	if err != nil {
		return nil, err
	}
	return s.Keys.Seal([]byte(key.Secret()), string(st.ID)), nil
}

// codeStep returns the time step (RFC 6238, 30 s) a code is for: this one or
// its neighbours, since clocks differ.
func codeStep(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	this := now.Unix() / 30
	for _, step := range []int64{this, this - 1, this + 1} {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}
