package cases

import (
	"context"
	"time"

	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Change is what an Update does to a case besides the case itself.
type Change struct {
	Events  []Event
	Answers []Answer
	// Opened are further cases that come of this one, by a split.
	Opened []Case
}

// A Store keeps cases. Package casesql has one for both databases;
// casestest.Store is what any other would have to pass.
type Store interface {
	// Open keeps new cases with their parts and events and queues next, or
	// does nothing. A request that already has a part is left out, so that a
	// job may run twice; opened says which cases were kept.
	Open(ctx context.Context, list []Case, events []Event, next ...jobs.Args) (opened []bool, err error)

	// Case returns the case with its parts, or a NotFound error.
	Case(ctx context.Context, id ID) (Case, error)

	// ByNumber returns the case that officials call so, or a NotFound error.
	ByNumber(ctx context.Context, n Number) (Case, error)

	// OfRequests lists the cases that hold parts of requests, by request,
	// oldest first.
	OfRequests(ctx context.Context, requests []string) (map[string][]Case, error)

	// Update calls change with the case as it is now and saves what change
	// makes of it with the events and answers it returns, and queues next of
	// the change; or, if change fails, does nothing and returns its error.
	// Two Updates of one case run one after the other. A revision other than
	// the case's (0 is any) is a Conflict "case.changed".
	Update(ctx context.Context, id ID, revision int64, change func(*Case) (Change, []jobs.Args, error)) (Case, error)

	// CaseOfPart returns the case that has the part, or a NotFound error.
	CaseOfPart(ctx context.Context, id PartID) (ID, error)

	// Events lists what happened to a case, oldest first.
	Events(ctx context.Context, id ID) ([]Event, error)

	// Answers lists every version of a case's answers, oldest first.
	Answers(ctx context.Context, id ID) ([]Answer, error)

	// List returns the cases that f selects and scope allows, without parts'
	// history, in f's order, at most f.Limit.
	List(ctx context.Context, scope access.Scope, f Filter) ([]Case, error)

	// Count counts them, up to most.
	Count(ctx context.Context, scope access.Scope, f Filter, most int) (int, error)

	// Figures counts what the rates and the leader's page are made of.
	Figures(ctx context.Context, scope access.Scope, p Period) (Figures, error)

	// Load keeps many cases with their whole history at once. Those whose
	// request has a part already are left out.
	Load(ctx context.Context, list []Loaded) error
}

// A Filter selects cases. Zero fields select all.
type Filter struct {
	States     []State
	WaitsFor   []WaitsFor
	Units      []org.UnitID // lead or, with Helping, helper
	Helping    bool
	Handler    access.StaffID
	Areas      []org.AreaID
	Categories []org.CategoryID
	Kinds      []string
	Urgency    *org.Urgency
	// LateAt selects cases whose accept or resolve clock was over at this time.
	LateAt   time.Time
	From, To time.Time // opened at or after From, before To
	Order    Order
	After    Cursor
	Limit    int
}

// An Order is how a list is sorted.
type Order string

// The orders.
const (
	Newest Order = ""     // by Seq, newest first
	ByRisk Order = "risk" // most urgent first, then the clock that ends first, then oldest
)

// A Cursor is where the next page of a list begins: the values of the last
// row of this page.
type Cursor struct {
	Urgency org.Urgency
	Due     time.Time
	Seq     int64
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
