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

// SignIn returns the person with this login, password and code of the
// authenticator. What was wrong is not told.
func (s *Service) SignIn(ctx context.Context, login, password, code string) (Staff, error) {
	now := s.Now()
	key := "login:" + strings.ToLower(login)
	since := now.Truncate(signInWindow)
	tried, err := s.Store.Try(ctx, key, since)
	if err != nil {
		return Staff{}, err
	}
	if tried > signInTries {
		return Staff{}, errs.New(errs.TooMany, "signin.too_many", "Until", since.Add(signInWindow))
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
	var wrong []error
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		wrong = append(wrong, errs.Field("password", "setup.short", "Min", MinPassword))
	case len(password) > 1000:
		wrong = append(wrong, errs.Field("password", "setup.long"))
	case strings.EqualFold(password, set.Staff.Login):
		wrong = append(wrong, errs.Field("password", "setup.same_as_login"))
	}
	now := s.Now()
	step, ok := codeStep(set.Secret, code, now)
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
	return set.Staff, s.Store.UseLink(ctx, digest(link), hash, step, now)
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
