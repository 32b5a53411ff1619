package intake

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"yiwang/internal/algo/pii"
	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// MaxCount is where Count stops counting.
const MaxCount = 200

// A Service takes requests in and shows them to those who may see them.
type Service struct {
	Store Store
	// Org knows which categories and areas there are, and where they lie.
	Org interface {
		City(ctx context.Context) (org.City, error)
	}
	Keys *seal.Keys
	Now  func() time.Time
}

// Submit takes in what by says and gives the request with its receipt, once
// it is durable. What is written down for somebody else, by Phone or at a
// Counter, needs more than to be a resident.
func (s *Service) Submit(ctx context.Context, by access.Actor, d Draft) (Request, error) {
	action, clerk := access.RequestSubmit, ""
	if d.Channel == Phone || d.Channel == Counter {
		action, clerk = access.RequestWrite, string(by.Staff)
	}
	if err := by.Can(action, access.Resource{}); err != nil {
		return Request{}, err
	}
	d, err := s.check(ctx, d)
	if err != nil {
		return Request{}, err
	}
	for range 3 { // a receipt that is taken is one chance in 2^50
		now := kept(s.Now())
		sub := Submission{Request: d.request(ids.New(now), now, clerk), Digest: s.digest(d, clerk)}
		if d.Key != "" {
			// Keys of different doors and clerks do not meet.
			sub.Key = d.Channel + ":" + clerk + ":" + d.Key
		}
		sub.Sealed, sub.Caller = s.seal(sub.Request.ID, d.Contact), s.caller(d.Contact)
		var r Request
		if r, err = s.Store.Submit(ctx, sub); !errors.Is(err, ErrTaken) {
			return r, err
		}
	}
	return Request{}, err
}

// check gives d as it is kept, or everything that is wrong with it.
func (s *Service) check(ctx context.Context, d Draft) (Draft, error) {
	clean, err := d.Clean()
	if d.Category == "" && d.Area == "" && d.Point == nil {
		return clean, err
	}
	city, orgErr := s.Org.City(ctx)
	if orgErr != nil {
		return Draft{}, orgErr
	}
	if err := errs.Join(err, d.inCity(city)); err != nil {
		return Draft{}, err
	}
	return clean, nil
}

func (d Draft) request(id string, at time.Time, clerk string) Request {
	return Request{
		ID: ID(id), Receipt: NewReceipt(), At: at, Channel: d.Channel, Lang: d.Lang, Subject: d.Subject, Text: d.Text,
		Kind: d.Kind, Category: d.Category, Area: d.Area, Address: d.Address, Point: d.Point,
		HasContact: d.Contact != "", Clerk: clerk, SameAs: d.SameAs, ByPerson: d.ByPerson,
	}
}

// kept is a time as a store keeps it: in UTC, to the microsecond.
func kept(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// digest tells whether two drafts say the same. It is made with our key: the
// contact is in it, and a telephone number could be guessed from a plain one.
func (s *Service) digest(d Draft, clerk string) string {
	d.Key = ""
	body, err := json.Marshal(struct {
		Draft Draft
		Clerk string
	}{d, clerk})
	if err != nil {
		panic("intake: " + err.Error()) // text and finite numbers always have JSON
	}
	return hex.EncodeToString(s.Keys.MAC("submission", body))
}

func (s *Service) seal(id ID, c Contact) []byte {
	if c == "" {
		return nil
	}
	return s.Keys.Seal([]byte(c), contactOf(id))
}

// contactOf is what sealed contact data is bound to.
func contactOf(id ID) string { return "contact of " + string(id) }

// ByReceipt gives the request that a typed receipt belongs to, and its
// resident as an actor: whoever shows a receipt is taken for that person.
func (s *Service) ByReceipt(ctx context.Context, typed string) (Request, access.Actor, error) {
	code, err := ParseReceipt(typed)
	if err != nil {
		return Request{}, access.Actor{}, err
	}
	r, err := s.Store.ByReceipt(ctx, code)
	if errs.Is(err, errs.NotFound) {
		return Request{}, access.Actor{}, errs.New(errs.NotFound, "receipt.unknown")
	}
	if err != nil {
		return Request{}, access.Actor{}, err
	}
	return r, access.Resident(string(r.ID)), nil
}

// may asks whether by may do action on a request. Via is the case through
// which an official comes to it, the zero Resource for the request alone.
func may(by access.Actor, action access.Action, id ID, via access.Resource) error {
	switch {
	case via.Type == "":
		via = access.Resource{Type: access.RequestType, Requests: []string{string(id)}}
	case !slices.Contains(via.Requests, string(id)):
		return errNone()
	}
	return by.Can(action, via)
}

// errNone is the one answer for what is not there and what is not to be seen.
func errNone() error { return errs.New(errs.NotFound, "access.not_found") }

// seen gives r as by may see it.
func seen(by access.Actor, r Request, via access.Resource) Request {
	if by.IsStaff() {
		r.Receipt = ""
	}
	if r.Author != "" && may(by, access.RequestAuthor, r.ID, via) != nil {
		r.Author = ""
	}
	if hides(by, r.ID, via) {
		r.Subject, r.Text, r.Address = pii.Nameless(r.Subject), pii.Nameless(r.Text), pii.Nameless(r.Address)
	}
	return r
}

// hides reports whether personal data in the words of a request is masked:
// for a partner that may not reach the resident. The place itself is needed
// for the work.
func hides(by access.Actor, id ID, via access.Resource) bool {
	return by.Partner && may(by, access.RequestContact, id, via) != nil
}

// Request gives a request to those who may read it: its resident, or an
// official through the case via, which deals with it.
func (s *Service) Request(ctx context.Context, by access.Actor, id ID, via access.Resource) (Request, error) {
	if err := may(by, access.RequestRead, id, via); err != nil {
		return Request{}, err
	}
	r, err := s.Store.Request(ctx, id)
	if err != nil {
		return Request{}, err
	}
	return seen(by, r, via), nil
}

// Requests gives several requests of one case, in the order asked.
func (s *Service) Requests(ctx context.Context, by access.Actor, list []ID, via access.Resource) ([]Request, error) {
	for _, id := range list {
		if err := may(by, access.RequestRead, id, via); err != nil {
			return nil, err
		}
	}
	found, err := s.Store.Requests(ctx, list)
	for i, r := range found {
		found[i] = seen(by, r, via)
	}
	return found, err
}

// AddNote adds words to a request and queues next with them.
func (s *Service) AddNote(ctx context.Context, by access.Actor, id ID, words string, via access.Resource, next ...jobs.Args) (Note, error) {
	if err := may(by, access.RequestAdd, id, via); err != nil {
		return Note{}, err
	}
	if err := cleanNote(&words); err != nil {
		return Note{}, err
	}
	r, err := s.Store.Request(ctx, id)
	if err != nil {
		return Note{}, err
	}
	if r.Sealed != "" {
		return Note{}, errs.New(errs.Conflict, "request.sealed")
	}
	now := kept(s.Now())
	n := Note{ID: ids.New(now), Request: id, At: now, By: by.ID(), Text: words}
	if err := s.Store.AddNote(ctx, n, next...); err != nil {
		return Note{}, err
	}
	return n, nil
}

func cleanNote(words *string) error {
	err := cleanText(words, "note", MaxNote, true)
	if err == nil && blank(*words) {
		err = errs.Field("note", "note.missing")
	}
	return err
}

// Notes lists the words added to a request, oldest first.
func (s *Service) Notes(ctx context.Context, by access.Actor, id ID, via access.Resource) ([]Note, error) {
	if err := may(by, access.RequestRead, id, via); err != nil {
		return nil, err
	}
	list, err := s.Store.Notes(ctx, id)
	if hides(by, id, via) {
		for i, n := range list {
			list[i].Text = pii.Nameless(n.Text)
		}
	}
	return list, err
}

// Find gives the requests that have all words of query, newest first, those
// with a Seq below before (0 for the newest), at most limit and never more
// than 200. Who may see the case of each is for the caller to ask: found
// requests name no author.
func (s *Service) Find(ctx context.Context, by access.Actor, query string, before int64, limit int) ([]Request, error) {
	if err := by.Can(access.RequestFind, access.Resource{}); err != nil {
		return nil, err
	}
	found, err := s.Store.Find(ctx, text.QueryTerms(query), before, min(max(limit, 1), 200))
	for i := range found {
		found[i].Receipt, found[i].Author = "", ""
	}
	return found, err
}

// Near gives requests since then that say nearly the same as words (subject,
// text and address), the most alike first, without receipt and author. Who may
// search may.
func (s *Service) Near(ctx context.Context, by access.Actor, words string, since time.Time, limit int) ([]Request, error) {
	if err := by.Can(access.RequestFind, access.Resource{}); err != nil {
		return nil, err
	}
	found, err := s.Store.Near(ctx, words, since, min(max(limit, 1), 200))
	for i := range found {
		found[i].Receipt, found[i].Author = "", ""
	}
	return found, err
}

// Count counts what Find finds, up to MaxCount; more says that there is more.
func (s *Service) Count(ctx context.Context, by access.Actor, query string) (n int, more bool, err error) {
	if err := by.Can(access.RequestFind, access.Resource{}); err != nil {
		return 0, false, err
	}
	n, err = s.Store.Count(ctx, text.QueryTerms(query), MaxCount+1)
	return min(n, MaxCount), n > MaxCount, err
}

// Index makes requests findable, for the job that follows a submission.
func (s *Service) Index(ctx context.Context, by access.Actor, list []ID) error {
	if err := by.Can(access.RequestImport, access.Resource{}); err != nil {
		return err
	}
	return s.Store.Index(ctx, list)
}
