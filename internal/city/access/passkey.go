package access

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"yiwang/internal/base/errs"
)

// A Passkey is a key pair on somebody's device, of which the public half is
// kept here. The device asks for a finger, a face or a PIN before it signs,
// so that a passkey is both factors.
type Passkey struct {
	ID         string // of the credential, base64url
	Staff      StaffID
	Name       string
	Credential []byte // webauthn.Credential as JSON
	Count      uint32 // how often the device says it has signed; 0 where it does not count
	MadeAt     time.Time
	UsedAt     time.Time // zero while never used
	BlockedAt  time.Time // when a copy of it seemed to be in use, else zero
}

// A PasskeyStore keeps passkeys.
type PasskeyStore interface {
	// AddPasskey keeps a new one. One that is there already is a Conflict
	// "passkey.taken".
	AddPasskey(ctx context.Context, p Passkey, e Event) error
	// PasskeysOf lists somebody's, the oldest first.
	PasskeysOf(ctx context.Context, id StaffID) ([]Passkey, error)
	// UsePasskey keeps the credential as it is after its use. False if its
	// count is not above the one that is kept, unless both are 0, or it is
	// blocked: two who use one signature at once do not both succeed.
	UsePasskey(ctx context.Context, p Passkey) (bool, error)
	// RenamePasskey and RemovePasskey are for the person's own; a NotFound
	// error if it is not.
	RenamePasskey(ctx context.Context, id StaffID, passkey, name string) error
	RemovePasskey(ctx context.Context, passkey string, e Event) error
	// BlockPasskey keeps that a copy seemed to be in use.
	BlockPasskey(ctx context.Context, passkey string, e Event) error
}

// Limits of passkeys.
const (
	MaxPasskeys    = 10 // of one person
	maxPasskeyName = 60
	ceremonyTime   = 5 * time.Minute
)

// Passkeys makes and checks what browsers and devices exchange (W3C Web
// Authentication, level 3), for one address.
type Passkeys struct {
	Origin string // where they work, such as https://12345.example.org
	party  *webauthn.WebAuthn
}

// NewPasskeys makes passkeys work at an address. Browsers ask for https and a
// name; an address they would refuse gives nil. So does every http address
// but localhost.
func NewPasskeys(address string) (*Passkeys, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, err
	}
	host := u.Hostname()
	if u.Scheme != "https" && (u.Scheme != "http" || host != "localhost") || net.ParseIP(host) != nil {
		return nil, nil //nolint:nilnil // that there are none is no error
	}
	origin := u.Scheme + "://" + strings.ToLower(u.Host)
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyTime, TimeoutUVD: ceremonyTime}
	party, err := webauthn.New(&webauthn.Config{
		RPID: strings.ToLower(host), RPDisplayName: "Yiwang", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", address, err)
	}
	return &Passkeys{origin, party}, nil
}

// A Ceremony is a question to a device and what has to be remembered to
// understand the answer: Options go to the browser, Remember into the session,
// from which it is taken once.
type Ceremony struct {
	Options  []byte // JSON
	Remember []byte
}

func ceremony(options any, remember *webauthn.SessionData) (c Ceremony, err error) {
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	c.Remember, err = json.Marshal(remember)
	return c, err
}

func remembered(data []byte) (s webauthn.SessionData, err error) {
	if len(data) == 0 {
		return s, errs.New(errs.Invalid, "passkey.again")
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("the challenge that was kept: %w", err)
	}
	return s, nil
}

// holder is somebody as the ceremonies see them.
type holder struct {
	staff Staff
	keys  []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.staff.ID) }
func (h holder) WebAuthnName() string                       { return h.staff.Login }
func (h holder) WebAuthnDisplayName() string                { return h.staff.Name.In("zh") }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (s *Service) holder(ctx context.Context, id StaffID) (h holder, list []Passkey, err error) {
	if h.staff, err = s.standing(ctx, id); err != nil {
		return h, nil, err
	}
	if list, err = s.Store.PasskeysOf(ctx, id); err != nil {
		return h, nil, err
	}
	for _, p := range list {
		var c webauthn.Credential
		if err := json.Unmarshal(p.Credential, &c); err != nil {
			return h, nil, fmt.Errorf("passkey %s: %w", p.ID, err)
		}
		c.Authenticator.SignCount = p.Count
		h.keys = append(h.keys, c)
	}
	return h, list, nil
}

// PasskeysOf lists somebody's passkeys.
func (s *Service) PasskeysOf(ctx context.Context, by Actor, id StaffID) ([]Passkey, error) {
	if err := ownOrManaged(by, id); err != nil {
		return nil, err
	}
	return s.Store.PasskeysOf(ctx, id)
}

// BeginPasskey asks the device of who is signed in for a new passkey. Within
// is their session, which has to be fresh.
func (s *Service) BeginPasskey(ctx context.Context, by Actor, within Session) (Ceremony, error) {
	if s.Passkeys == nil {
		return Ceremony{}, errs.New(errs.Conflict, "passkey.nowhere")
	}
	if !by.IsStaff() || within.Staff != by.Staff || !within.Fresh(s.now()) {
		return Ceremony{}, errs.New(errs.Denied, "passkey.not_fresh")
	}
	h, list, err := s.holder(ctx, by.Staff)
	if err != nil {
		return Ceremony{}, err
	}
	if len(list) >= MaxPasskeys {
		return Ceremony{}, errs.New(errs.Conflict, "passkey.many", "Max", MaxPasskeys)
	}
	options, remember, err := s.Passkeys.party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin a passkey: %w", err)
	}
	return ceremony(options, remember)
}

// FinishPasskey keeps the passkey that a device made.
func (s *Service) FinishPasskey(ctx context.Context, by Actor, remember []byte, name string, answer []byte) error {
	if s.Passkeys == nil || !by.IsStaff() {
		return errs.New(errs.Conflict, "passkey.nowhere")
	}
	kept, err := remembered(remember)
	if err != nil {
		return err
	}
	if name, err = passkeyName(name); err != nil {
		return err
	}
	h, list, err := s.holder(ctx, by.Staff)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return refused("passkey.not_made", err)
	}
	c, err := s.Passkeys.party.CreateCredential(h, kept, parsed)
	if err != nil {
		return refused("passkey.not_made", err)
	}
	if len(list) >= MaxPasskeys {
		return errs.New(errs.Conflict, "passkey.many", "Max", MaxPasskeys)
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	p := Passkey{ID: keyID(c.ID), Staff: by.Staff, Name: name, Credential: body, Count: c.Authenticator.SignCount, MadeAt: s.now()}
	return s.Store.AddPasskey(ctx, p, s.event(by, by.Staff, PasskeyAdded, name))
}

func passkeyName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxPasskeyName {
		return "", errs.Field("name", "passkey.bad_name", "Max", maxPasskeyName)
	}
	return name, nil
}

func keyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// refused says what a person can do about an answer that does not count; why
// it does not is for the log.
func refused(key string, err error) error {
	why := err.Error()
	if e, ok := errors.AsType[*protocol.Error](err); ok && e.DevInfo != "" {
		why += ": " + e.DevInfo
	}
	return errors.Join(errs.New(errs.Invalid, key), fmt.Errorf("passkey: %s", why))
}

// BeginSignIn asks whoever is at the browser for one of their passkeys.
func (s *Service) BeginSignIn() (Ceremony, error) {
	if s.Passkeys == nil {
		return Ceremony{}, errs.New(errs.Conflict, "passkey.nowhere")
	}
	options, remember, err := s.Passkeys.party.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin to sign in: %w", err)
	}
	return ceremony(options, remember)
}

// SignInWithPasskey returns the person whose device signed the challenge.
// Remember is what BeginSignIn gave, which the caller has taken out of the
// session: no answer counts twice. What was wrong is not told, but that a
// passkey seems to have been copied: it is blocked and on record.
func (s *Service) SignInWithPasskey(ctx context.Context, remember, answer []byte) (Staff, error) {
	if s.Passkeys == nil {
		return Staff{}, errs.New(errs.Conflict, "passkey.nowhere")
	}
	kept, err := remembered(remember)
	if err != nil {
		return Staff{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Staff{}, refused("passkey.wrong", err)
	}
	var who holder
	var used Passkey
	var broken error // ours, or that there were too many tries
	find := func(rawID, handle []byte) (webauthn.User, error) {
		h, list, err := s.holder(ctx, StaffID(handle))
		if err != nil {
			if !errs.Is(err, errs.NotFound) {
				broken = err
			}
			return nil, err
		}
		for i, p := range list {
			if bytes.Equal(h.keys[i].ID, rawID) {
				used = p
			}
		}
		if used.ID == "" {
			return nil, errs.New(errs.NotFound, "passkey.wrong")
		}
		who = h
		broken = s.attempt(ctx, "passkey:"+string(h.staff.ID))
		return h, broken
	}
	c, err := s.Passkeys.party.ValidateDiscoverableLogin(find, kept, parsed)
	if broken != nil {
		return Staff{}, broken
	}
	if err != nil {
		return Staff{}, refused("passkey.wrong", err)
	}
	if c.Authenticator.CloneWarning && used.BlockedAt.IsZero() {
		if err := s.Store.BlockPasskey(ctx, used.ID, s.event(System(), who.staff.ID, PasskeyBlocked, used.Name)); err != nil {
			return Staff{}, err
		}
		used.BlockedAt = s.now()
	}
	if !used.BlockedAt.IsZero() {
		return Staff{}, errs.New(errs.Denied, "passkey.blocked", "Name", used.Name)
	}
	used.Count, used.UsedAt = c.Authenticator.SignCount, s.now()
	if used.Credential, err = json.Marshal(c); err != nil {
		return Staff{}, err
	}
	fresh, err := s.Store.UsePasskey(ctx, used)
	if err != nil {
		return Staff{}, err
	}
	if !fresh {
		return Staff{}, errs.New(errs.Invalid, "passkey.wrong")
	}
	return who.staff, nil
}

// RenamePasskey gives one of the person's own passkeys another name.
func (s *Service) RenamePasskey(ctx context.Context, by Actor, passkey, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	return s.Store.RenamePasskey(ctx, by.Staff, passkey, name)
}

// RemovePasskey takes a passkey off somebody: their own, or, by an
// administrator, that of a device that was lost.
func (s *Service) RemovePasskey(ctx context.Context, by Actor, id StaffID, passkey string) error {
	list, err := s.PasskeysOf(ctx, by, id)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.ID == passkey {
			return s.Store.RemovePasskey(ctx, passkey, s.event(by, id, PasskeyRemoved, p.Name))
		}
	}
	return errs.New(errs.NotFound, "passkey.not_found")
}
