// Package cases is what the government does about requests: dispatch, the
// lead and its clocks, returns, questions, answers and the checks they pass,
// outcomes, and the resident's verdict. What was asked is the business of
// package intake; how it is read, of package triage; who answers for what
// and until when, of packages org and calendar.
package cases

import (
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Identifiers. A Number is what officials call a case: the day it was opened
// on and a running number, such as 20261124-00017.
type (
	ID     string
	PartID string
	Number string
)

// WaitsFor says who has the next step.
type WaitsFor string

// Who may have the next step.
const (
	ForDispatcher WaitsFor = "dispatcher"
	ForUnit       WaitsFor = "unit"
	ForHead       WaitsFor = "section_head"
	ForLeader     WaitsFor = "unit_leader"
	ForHotline    WaitsFor = "hotline" // to accept the result
	ForResident   WaitsFor = "resident"
	ForNobody     WaitsFor = "nobody"
)

// An Outcome is what came of a case.
type Outcome string

// The outcomes.
const (
	Solved      Outcome = "solved"
	Partly      Outcome = "partly"
	Planned     Outcome = "planned"
	NotOurs     Outcome = "not_ours"
	NotFeasible Outcome = "not_feasible"
	Duplicate   Outcome = "duplicate"
	Withdrawn   Outcome = "withdrawn"
)

// Outcomes lists those that an answer can have.
var Outcomes = []Outcome{Solved, Partly, Planned, NotOurs, NotFeasible, Duplicate}

// The steps of a chain. The hotline's acceptance always comes last.
const (
	StepCheck   = "check"
	StepSign    = "sign"
	StepHotline = "hotline"
)

// A Case is one piece of work, with exactly one lead once it is dispatched.
type Case struct {
	ID         ID
	Seq        int64 // orders and pages lists; Number says the same to people
	Number     Number
	State      State
	WaitsFor   WaitsFor
	Kind       string
	Route      string // org.RouteWork, RouteAnswered, or the id of a route
	Category   org.CategoryID
	Area       org.AreaID
	Address    string
	Urgency    org.Urgency
	Channel    string // the door it came by first, as intake calls it
	Subject    string
	Restricted bool       // a report of wrongdoing: its author is hidden from who handles it
	About      org.UnitID // the unit it complains about, or ""
	Lead       org.UnitID
	Helpers    []org.UnitID
	Handler    access.StaffID
	Duty       org.DutyID
	Catalogue  int64
	Chain      []string // the checks an answer passes, in order
	Step       int      // how many of them it has passed

	OpenedAt     time.Time
	DispatchedAt time.Time
	AcceptedAt   time.Time
	AnsweredAt   time.Time // of the answer that stands; zero while none does
	ConfirmUntil time.Time // silence after this is "unconfirmed"
	ClosedAt     time.Time
	Clocks       Clocks
	Outcome      Outcome
	Reopened     int
	Hops         int          // how often it went to another unit, the first time included
	ReturnedBy   []org.UnitID // the units that returned it; each may once
	Granted      []org.UnitID // the partners that may reach the resident for this case
	MergedInto   ID           // the case that its parts were joined to, or ""
	Revision     int64

	Beside
	Parts []Part
	// Latest is the last version of the answer, released or not; lists leave it out.
	Latest Answer
}

// A Part is one matter of one request, in the case that deals with it. Each
// has its own verdict and rating, also where forty share a case.
type Part struct {
	ID          PartID
	Request     string // intake.ID
	Case        ID
	Matter      string    // in a few words, where a request has several
	At          time.Time // when it was first said; the resident's own clock never stops
	WithdrawnAt time.Time
	Verdict     Verdict
	VerdictAt   time.Time
	Missing     string // what the resident says is missing, until they say it is solved
	Rating      int    // 1 to 5, 0 for none
	RatingText  string
	RatedAt     time.Time
}

// A Verdict is what the resident says of an answer.
type Verdict string

// The verdicts. Silence past ConfirmUntil is unconfirmed: it is not stored,
// and counts neither for nor against anybody.
const (
	NoVerdict   Verdict = ""
	SaysSolved  Verdict = "solved"
	SaysNot     Verdict = "not_solved"
	Unconfirmed Verdict = "unconfirmed"
)

// An Event is something that happened to a case. Events are appended and
// never changed.
type Event struct {
	ID     string
	Case   ID
	Part   PartID // "" for the whole case
	At     time.Time
	Kind   EventKind
	By     string // a staff id, "resident" or "system"
	Unit   org.UnitID
	Public bool // the resident sees it
	Detail Detail
}

// An EventKind names what happened.
type EventKind string

// The kinds of events.
const (
	Opened        EventKind = "opened"
	Split         EventKind = "split"
	DispatchedTo  EventKind = "dispatched"
	HelperAdded   EventKind = "helper_added"
	AcceptedBy    EventKind = "accepted"
	ReturnedBy    EventKind = "returned"
	ReturnUpheld  EventKind = "return_upheld"
	ReturnRefused EventKind = "return_refused"
	Asked         EventKind = "asked"
	Replied       EventKind = "replied"
	NoReply       EventKind = "no_reply"
	Drafted       EventKind = "drafted"
	Checked       EventKind = "checked"
	Signed        EventKind = "signed"
	SentBack      EventKind = "sent_back"
	AnsweredWith  EventKind = "answered"
	Confirmed     EventKind = "confirmed"
	ContestedBy   EventKind = "contested"
	Reopened      EventKind = "reopened"
	KeptClosed    EventKind = "kept_closed"
	Rated         EventKind = "rated"
	WithdrawnBy   EventKind = "withdrawn"
	Routed        EventKind = "routed"  // emergency, lawful route, secret
	Noted         EventKind = "noted"   // an internal note
	Visited       EventKind = "visited" // what somebody found or did at the place
	Joined        EventKind = "joined"  // a part came to this group, from a case of its own or at once
	Parted        EventKind = "parted"  // a part came here from a group
	Merged        EventKind = "merged"  // all parts went to another case
	Granted       EventKind = "granted" // a partner may reach the resident
	GrantEnded    EventKind = "grant_ended"
	CauseGone     EventKind = "cause_gone"  // a programme removed what many spoke of
	HandedOver    EventKind = "handed_over" // to another person of the unit, or to whoever takes it
	TakenBack     EventKind = "taken_back"  // a dispatch without a person did not stand
	DisputedBy    EventKind = "disputed"    // the decision on a return
	Convened      EventKind = "convened"    // the units of a dispute met
	Ruled         EventKind = "ruled"       // whose it is
	DisputeEnded  EventKind = "dispute_ended"
	TaskGiven     EventKind = "task_given" // to a helper, by the lead
	TaskDone      EventKind = "task_done"
	TaskRated     EventKind = "task_rated"
	Determined    EventKind = "determined" // by several units at the place
	JointSigned   EventKind = "joint_signed"
	ContactMade   EventKind = "contact_made" // the unit spoke with the resident
	TimeAsked     EventKind = "time_asked"   // a pause or an extension
	TimeGranted   EventKind = "time_granted"
	TimeRefused   EventKind = "time_refused"
	WentOn        EventKind = "went_on" // an approved pause ended before its time
	ShelfAsked    EventKind = "shelf_asked"
	ShelfSigned   EventKind = "shelf_signed"
	ShelfRefused  EventKind = "shelf_refused"
	PutOff        EventKind = "put_off"  // it cannot be solved now
	TakenUp       EventKind = "taken_up" // again, on its day or before
	ConditionMet  EventKind = "condition_met"
	FollowedUp    EventKind = "followed_up" // the hotline rang and asked what the resident makes of it
	NotReached    EventKind = "not_reached" // nobody answered
	RecusedFrom   EventKind = "recused"     // somebody, from the case
	SealedFor     EventKind = "sealed"      // a body outside, which alone reads it
	SealReceived  EventKind = "seal_received"
	// Of accounting for a case; residents do not see these.
	ExclusionAsked   EventKind = "exclusion_asked"   // that it be left out of a rate
	ExclusionGranted EventKind = "exclusion_granted" // with a published ruling
	ExclusionRefused EventKind = "exclusion_refused"
	LookedAgain      EventKind = "looked_again" // the case was in a month's sample
)

// Detail is what is worth knowing about an event. Each kind uses some of it.
type Detail struct {
	Text     string         `json:"text,omitempty"` // reason, question, answer, what is missing
	To       org.UnitID     `json:"to,omitempty"`   // the unit it went to, or that was proposed
	From     org.UnitID     `json:"from,omitempty"`
	Helpers  []org.UnitID   `json:"helpers,omitempty"`
	Duty     org.DutyID     `json:"duty,omitempty"`
	Until    *time.Time     `json:"until,omitempty"`  // the promise made
	Paused   *time.Time     `json:"paused,omitempty"` // until when the clock stands
	Outcome  Outcome        `json:"outcome,omitempty"`
	Step     string         `json:"step,omitempty"`
	Missing  []string       `json:"missing,omitempty"` // the conditions of a reopened case
	Rating   int            `json:"rating,omitempty"`
	Route    string         `json:"route,omitempty"`
	Category org.CategoryID `json:"category,omitempty"`
	English  string         `json:"english,omitempty"` // of an answer written in both languages
	Case     ID             `json:"case,omitempty"`    // where a part came from, or the parts went to
	Staff    access.StaffID `json:"staff,omitempty"`   // whom it was handed over to
	For      access.StaffID `json:"for,omitempty"`     // in whose name it was done, by who stands in for them
	Photos   int            `json:"photos,omitempty"`  // how many were taken at the place
	Written  *time.Time     `json:"written,omitempty"` // when it was written, if it was told later
	Sure     int            `json:"sure,omitempty"`    // of a dispatch without a person: how sure the reading was, in percent
}

// An Answer is one version of what the resident is told.
type Answer struct {
	ID         string
	Case       ID
	At         time.Time
	By         string
	For        access.StaffID // in whose name, where By stood in for them, or ""
	Outcome    Outcome
	Text       string
	English    string // the same in English, or "" where it was written once
	ReleasedAt time.Time
}

// Of reports whether the answer is somebody's own: they wrote it, or it was
// written in their name. Nobody checks or rules on their own.
func (a Answer) Of(by access.Actor) bool {
	return a.By == by.ID() || a.For != "" && a.For == by.Staff
}

// In gives the words for a reader of a language: those in it, if it was
// written in both.
func (a Answer) In(lang string) string {
	if lang == "en" && a.English != "" {
		return a.English
	}
	return a.Text
}
