package cases

import (
	"context"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Change is what an Update does to a case besides the case itself.
type Change struct {
	Events  []Event
	Answers []Answer
	// Opened are further cases that come of this one, by a split. The store
	// numbers them where they stand.
	Opened []Case
	// Rulings are kept for good, to be found.
	Rulings []Ruling
	// Exclusions are asked for, or ruled on.
	Exclusions []Exclusion
	// Findings are what was found of cases of a sample.
	Findings []Finding
	// Forget makes what was said so far of these cases forgotten: the details
	// of their events and the words of their answers. That it happened stays.
	Forget []ID
}

// A Store keeps cases. Package casesql has one for both databases;
// casestest.Store is what any other would have to pass.
type Store interface {
	// Open keeps new cases with their parts and events and queues next, or
	// does nothing. A request that already has a part is left out, so that a
	// job may run twice, also at the same time; opened says which cases were
	// kept.
	//
	// A new case comes with the day in its Seq, from DayOf; the store adds the
	// running number there and in Number.
	Open(ctx context.Context, list []Case, events []Event, next ...jobs.Args) (opened []bool, err error)

	// Case returns the case with its parts, or a NotFound error.
	Case(ctx context.Context, id ID) (Case, error)

	// BySeq returns the case with this number, or a NotFound error.
	BySeq(ctx context.Context, seq int64) (Case, error)

	// OfRequests lists the cases that hold parts of requests, by request,
	// oldest first.
	OfRequests(ctx context.Context, requests []string) (map[string][]Case, error)

	// Update calls change with the case as it is now and saves what change
	// makes of it with the events and answers it returns, and queues the jobs
	// it returns; or, if change fails, does nothing and returns its error. The
	// case's revision grows by one. An answer that is there already is
	// released; nothing else of it changes.
	//
	// Two Updates of one case run one after the other. A revision other than
	// the case's (0 is any) is a Conflict "case.changed". change does nothing
	// but to the case: it may be called again.
	Update(ctx context.Context, id ID, revision int64, change func(*Case) (Change, []jobs.Args, error)) (Case, error)

	// UpdateAll is Update for several cases at once: change gets them in the
	// order of ids, and all it makes of them is saved, or nothing is. A part
	// that change moves from one to another goes on as it is, with its id.
	// Two that have a case in common run one after the other, whatever order
	// they name them in.
	UpdateAll(ctx context.Context, ids []ID, change func([]*Case) (Change, []jobs.Args, error)) ([]Case, error)

	// CaseOfPart returns the case that has the part, or a NotFound error.
	CaseOfPart(ctx context.Context, id PartID) (ID, error)

	// Events lists what happened to a case, oldest first.
	Events(ctx context.Context, id ID) ([]Event, error)

	// Steps lists what happened to cases, each case's oldest first.
	Steps(ctx context.Context, ids []ID) ([]Step, error)

	// Answers lists every version of a case's answers, oldest first.
	Answers(ctx context.Context, id ID) ([]Answer, error)

	// List returns the cases that f selects and scope allows, with their parts
	// and without the answer, in f's order, at most f.Limit. The areas of the
	// scope have those inside them.
	List(ctx context.Context, scope access.Scope, f Filter) ([]Case, error)

	// Count counts them, up to most.
	Count(ctx context.Context, scope access.Scope, f Filter, most int) (int, error)

	// IsKept reports whether somebody is recused from any case.
	IsKept(ctx context.Context, who access.StaffID) (bool, error)

	// Figures counts what the rates and the leader's page are made of.
	Figures(ctx context.Context, scope access.Scope, p Period) (Figures, error)

	Measurer
	Accountant

	// First is when the first case was opened; zero while there is none.
	First(ctx context.Context) (time.Time, error)

	// RollUp counts once what happened on days that are over, so that Figures
	// and Pulse need not: on each of those that is not counted yet, or of which
	// something has changed since. A day begins at each of the times but the
	// last, where the last day ends. What is counted never differs from what it
	// would be without.
	RollUp(ctx context.Context, days []time.Time) error

	// Rulings lists those that f selects, newest first.
	Rulings(ctx context.Context, f RulingFilter) ([]Ruling, error)

	// Ruling returns one, or a NotFound error.
	Ruling(ctx context.Context, id string) (Ruling, error)

	// Pulse counts what came in, and lists what many share.
	Pulse(ctx context.Context, scope access.Scope, span PulseSpan) (Pulse, error)

	// Here keeps that somebody has the page of a case open and lists the others
	// who have said so since a time; what is older than that is forgotten.
	Here(ctx context.Context, id ID, p Presence, since time.Time) ([]Presence, error)
	// Cells counts, by area and category, the cases opened since a time that
	// are neither restricted nor about a unit nor part of another case.
	Cells(ctx context.Context, since time.Time) ([]Cell, error)

	// Evenly draws, as the service says, at most n, the newest first.
	Evenly(ctx context.Context, from, to time.Time, n int) (list []Case, of int, err error)

	// Courses lists the ways of cases, as the service says, in the order of Seq.
	Courses(ctx context.Context, after, until int64, limit int) ([]Course, error)

	// Released lists answers that residents were given, as the service says: the
	// newest first, by when they were given and their id, from before on.
	Released(ctx context.Context, before time.Time, id string, limit int) ([]Released, error)

	// Load keeps many cases with their whole history at once, all or none.
	// Those with a request that had a part before are left out, so cases that
	// share a request come together. They are numbered as in Open.
	Load(ctx context.Context, list []Loaded) error
}

// A Filter selects cases. Zero fields select all.
type Filter struct {
	States   []State
	WaitsFor []WaitsFor
	// Units selects the cases that these lead or, with Helping, help with, or
	// with Todo, have something to do on.
	Units      []org.UnitID
	Helping    bool
	Handler    access.StaffID
	Areas      []org.AreaID
	Categories []org.CategoryID
	Kinds      []string
	Urgency    *org.Urgency
	// ToCall leaves out the cases of which nobody is to be asked any more.
	ToCall bool
	// LateAt selects cases whose clock that counts was over at this time.
	LateAt time.Time
	// Todo selects cases on which this is to be done, by one of Units if there
	// are any.
	Todo TodoKind
	// TodoBefore selects, of those, the ones that were due by this time.
	TodoBefore time.Time
	From, To   time.Time // opened at or after From, before To
	// At is when one looks: an answer whose time to confirm was over is in
	// Closed and not in Answered. The service sets it to now.
	At    time.Time
	Order Order
	After Cursor
	Limit int
}

// An Order is how a list is sorted.
type Order string

// The orders.
const (
	Newest Order = "" // by Seq, newest first
	// ByRisk puts the most urgent first, then the clock that ends first, then
	// the oldest. It lists only cases of which something is owed.
	ByRisk Order = "risk"
)

// A Cursor is where the next page of a list begins: after the last case of
// this page. The zero Cursor is the beginning.
type Cursor struct {
	Risk Risk
	Seq  int64
}

// Cursor is the place of the case in a list.
func (c Case) Cursor() Cursor { return Cursor{c.Risk(), c.Seq} }

// String gives the cursor as an address carries it.
func (c Cursor) String() string {
	return strconv.FormatInt(int64(c.Risk), 36) + "." + strconv.FormatInt(c.Seq, 36)
}

// ParseCursor reads what String wrote; anything else is the beginning.
func ParseCursor(s string) Cursor {
	risk, seq, _ := strings.Cut(s, ".")
	r, err1 := strconv.ParseInt(risk, 36, 64)
	n, err2 := strconv.ParseInt(seq, 36, 64)
	if err1 != nil || err2 != nil || r < 0 || n <= 0 {
		return Cursor{}
	}
	return Cursor{Risk(r), n}
}

// A Period is a span of time, from From until before To, seen at Now.
type Period struct {
	From, To, Now time.Time
}

// A Loaded is a case with its whole history, for Load.
type Loaded struct {
	Case    Case
	Events  []Event
	Answers []Answer
}
