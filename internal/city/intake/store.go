package intake

import (
	"context"
	"errors"
	"time"

	"yiwang/internal/base/jobs"
)

// ErrTaken is what a Store says of a receipt or an id that another request
// has already.
var ErrTaken = errors.New("receipt or id is taken")

// A Submission is a request about to be kept, with what belongs to it.
type Submission struct {
	Request Request
	// Sealed is the encrypted contact data, nil for none.
	Sealed []byte
	// Caller is the digest of the telephone number in it, "" for none.
	Caller string
	// Key and Digest say whether it was sent before: same key and same
	// digest is the same submission. An empty Key never was.
	Key, Digest string
}

// A Store keeps requests. Package intakesql has one for both databases;
// intaketest.Store is what any other would have to pass.
type Store interface {
	// Submit keeps s and queues Submitted for it, durably, and returns the
	// request. If the key was used before with the same digest, nothing is
	// kept and the earlier request is returned; with another digest, a
	// Conflict "request.key_used". A receipt or an id that is taken is
	// ErrTaken, and the caller makes another. Submissions that wait at the
	// same time may share a transaction; what is wrong with one does not touch
	// the others. When ctx ends first, whether s was kept is open: sent again
	// with the same key, it is kept once.
	//
	// The store gives the request its Seq: it is unique, and later requests
	// have greater ones, but for those of one and the same second.
	Submit(ctx context.Context, s Submission) (Request, error)

	// Request returns the request with this id, or a NotFound error.
	Request(ctx context.Context, id ID) (Request, error)

	// ByReceipt returns the request with this receipt, or a NotFound error.
	ByReceipt(ctx context.Context, r Receipt) (Request, error)

	// Requests returns those of the ids that there are, in the order asked.
	Requests(ctx context.Context, ids []ID) ([]Request, error)

	// Sealed returns the encrypted contact data, nil for none.
	Sealed(ctx context.Context, id ID) ([]byte, error)

	// RecordRead keeps that somebody reads contact data, once for each ID.
	RecordRead(ctx context.Context, r ContactRead) error

	// OfCaller returns the requests whose contact data has a telephone number
	// with one of the digests, newest first, at most limit.
	OfCaller(ctx context.Context, digests []string, limit int) ([]ID, error)

	// Uncalled returns the encrypted contact data of requests whose telephone
	// number was not looked for yet, at most limit.
	Uncalled(ctx context.Context, limit int) (map[ID][]byte, error)

	// SetCallers keeps the digest of each, but of those that have no contact
	// data any more.
	SetCallers(ctx context.Context, digests map[ID]string) error

	// Reads lists who read a request's contact data, newest first.
	Reads(ctx context.Context, id ID) ([]ContactRead, error)

	// AddNote keeps a note and queues next.
	AddNote(ctx context.Context, n Note, next ...jobs.Args) error

	// Notes lists a request's notes, oldest first.
	Notes(ctx context.Context, id ID) ([]Note, error)

	// Find returns requests that have all the phrases, newest first, those
	// with a Seq below before (0 for the newest), at most limit.
	Find(ctx context.Context, phrases [][]string, before int64, limit int) ([]Request, error)

	// Near returns requests since then whose words are nearly these, the most
	// alike first, at most limit.
	Near(ctx context.Context, words string, since time.Time, limit int) ([]Request, error)

	// Count counts what Find would find, up to most.
	Count(ctx context.Context, phrases [][]string, most int) (int, error)

	// Index makes requests findable. Doing it again changes nothing.
	Index(ctx context.Context, ids []ID) error

	// Seal forgets the words, the place, the contact data and the notes of
	// requests, which are in a report now, and returns that report. Where the
	// requests have another number of notes than counted, it forgets nothing and
	// is a Conflict "request.sealing". Where they were sealed before, it returns
	// the report of then and does nothing.
	Seal(ctx context.Context, ids []ID, report string, notes int) (in string, err error)

	// Load keeps many requests at once, findable, and queues nothing but
	// next: all of them or, with an error, none. Those whose Source and
	// SourceID, or whose ID, are there already are left as they are; fresh says
	// for each whether it was kept. A receipt that is taken is ErrTaken.
	Load(ctx context.Context, list []LoadedRow, next ...jobs.Args) (fresh []bool, err error)
}

// A LoadedRow is a Loaded with its contact data encrypted.
type LoadedRow struct {
	Loaded
	Sealed []byte
	Caller string // the digest of the telephone number in it
}
