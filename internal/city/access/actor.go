// Package access says who may do what. It is part of the hall: every service
// takes an Actor and asks it before anything else. Deny is the default, an
// error while deciding is a denial, and what an actor may not see is not
// found. It also keeps the people who work here and how they sign in.
package access

import (
	"context"
	"log/slog"
	"slices"

	"yiwang/internal/city/org"
)

// A Role is what somebody does here. A person may have several.
type Role string

// The roles of staff.
const (
	Clerk         Role = "clerk"         // hotline and counter: writes down, answers on the spot
	Dispatcher    Role = "dispatcher"    // hotline: sends work to units, rules on returns, accepts results
	Handler       Role = "handler"       // a unit's or partner's person
	SectionHead   Role = "section_head"  // checks answers
	UnitLeader    Role = "unit_leader"   // signs answers where the chain says so
	Supervisor    Role = "supervisor"    // hotline: sees everything, orders
	Leader        Role = "leader"        // sees what is late and where
	Auditor       Role = "auditor"       // reads the records, changes nothing
	Administrator Role = "administrator" // people, units, catalogue; no cases
	Receiver      Role = "receiver"      // of a body outside: takes what was sealed for it, and sees nothing else
)

// Roles lists the roles of staff.
var Roles = []Role{Clerk, Dispatcher, Handler, SectionHead, UnitLeader, Supervisor, Leader, Auditor, Administrator, Receiver}

// A StaffID names a person who works here.
type StaffID string

// An Actor is who asks. The zero Actor is a stranger, who may submit and
// otherwise nothing.
type Actor struct {
	Staff StaffID // "" for residents and strangers
	Name  org.Name
	Roles []Role
	Unit  org.UnitID
	// Up is Unit and the units above it, Down is Unit and those below it.
	Up, Down []org.UnitID
	// Partner says that the unit is not a part of the government.
	Partner bool
	// Areas is the part of the city a leader sees; nil for all of it.
	Areas []org.AreaID
	// For names those the actor stands in for while they are away. It permits
	// nothing: it says whose work is the actor's now, and in whose name.
	For []StaffID
	// Requests are those whose receipt the actor has shown.
	Requests []string

	system    bool
	telephone bool
}

// System is the program itself, in jobs and commands.
func System() Actor { return Actor{system: true} }

// Telephone is the city's telephone system.
func Telephone() Actor { return Actor{telephone: true} }

// Resident is somebody who has shown the receipt of a request.
func Resident(request string) Actor { return Actor{Requests: []string{request}} }

// IsStaff reports whether somebody who works here asks.
func (a Actor) IsStaff() bool { return a.Staff != "" }

// WorksWith reports whether the actor works in a unit, or in one above or below
// it.
func (a Actor) WorksWith(unit org.UnitID) bool {
	return slices.Contains(a.Up, unit) || slices.Contains(a.Down, unit)
}

// Is reports whether a has one of the roles.
func (a Actor) Is(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(a.Roles, r) })
}

// StandsIn reports whether a stands in for somebody who is away.
func (a Actor) StandsIn(id StaffID) bool { return id != "" && slices.Contains(a.For, id) }

// ID names the actor in records: a staff id, "resident", "system" or "stranger".
func (a Actor) ID() string {
	switch {
	case a.system:
		return "system"
	case a.telephone:
		return "telephone"
	case a.Staff != "":
		return string(a.Staff)
	case len(a.Requests) > 0:
		return "resident"
	}
	return "stranger"
}

// LogValue gives the actor without a name.
func (a Actor) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", a.ID()), slog.Any("roles", a.Roles), slog.String("unit", string(a.Unit)))
}

// A Resource is what an action is about. Zero fields say nothing.
type Resource struct {
	Type     ResourceType
	Requests []string     // the request it is, or those a case deals with
	Lead     org.UnitID   // the unit that leads
	Helpers  []org.UnitID // the units that help
	Areas    []org.AreaID // where it is, from the root down
	Granted  []org.UnitID // the partners that may reach the author for this case
	// Restricted hides the author from who handles it: a report of wrongdoing.
	Restricted bool
	// About is the unit a complaint is about, which never sees it, or "".
	About org.UnitID
	// Recused are people who neither see it nor do anything with it: it is
	// about them or theirs.
	Recused []StaffID
	// Sealed says that its words are gone: a body outside has them.
	Sealed bool
}

// A ResourceType is a class of things that one may do something with.
type ResourceType string

// The types.
const (
	RequestType ResourceType = "Request"
	CaseType    ResourceType = "Case"
	CityType    ResourceType = "City" // the whole: boards, people, catalogue
)

// An Action is something one may want to do, named room.verb.
type Action string

// The actions.
const (
	RequestSubmit  Action = "request.submit"
	RequestWrite   Action = "request.write"   // write down for somebody else
	RequestRead    Action = "request.read"    // words and place
	RequestAuthor  Action = "request.author"  // who said it, as the source names them
	RequestContact Action = "request.contact" // contact data; each read on record
	RequestAdd     Action = "request.add"     // add words, withdraw, answer a question
	RequestImport  Action = "request.import"
	RequestFind    Action = "request.find" // search all requests

	CaseRead     Action = "case.read"
	CaseOpen     Action = "case.open"
	CaseDispatch Action = "case.dispatch"
	CaseSplit    Action = "case.split"
	CaseMerge    Action = "case.merge"  // join and part groups
	CaseRule     Action = "case.rule"   // on a return or a contested answer
	CaseDecide   Action = "case.decide" // a level up: on disputes, and who may not handle a case
	CaseAccept   Action = "case.accept" // take on, as the lead
	CaseReturn   Action = "case.return"
	CaseAsk      Action = "case.ask"
	CaseNote     Action = "case.note"
	CaseHelp     Action = "case.help" // as a helper: answer a task, sign
	CaseDraft    Action = "case.draft"
	CaseCheck    Action = "case.check"   // section head
	CaseSign     Action = "case.sign"    // unit's leader
	CaseRelease  Action = "case.release" // hotline accepts the result
	CaseFollow   Action = "case.follow"  // ring the resident about an answer
	CaseGrant    Action = "case.grant"   // a partner the resident's contact data, for this case
	CaseJudge    Action = "case.judge"   // the resident's verdict and rating
	CaseAppeal   Action = "case.appeal"  // ask that it be left out of a rate
	CaseExclude  Action = "case.exclude" // rule on that
	CaseAudit    Action = "case.audit"   // say what was found of a solved one
	CaseSeal     Action = "case.seal"    // for a body outside, such as discipline inspection

	SealedRead    Action = "sealed.read"    // that something was sealed, when, by whom and for whom
	SealedReceive Action = "sealed.receive" // take what was sealed

	KnowledgeRead    Action = "knowledge.read"    // drafts, history, uses
	KnowledgeWrite   Action = "knowledge.write"   // a draft
	KnowledgePublish Action = "knowledge.publish" // what somebody else wrote
	KnowledgeAsk     Action = "knowledge.ask"     // answer with an article, or ask for one

	RulingRead Action = "ruling.read" // what was ruled of whose a matter is

	CallTell Action = "call.tell" // what the telephone system tells

	OrderGive   Action = "order.give"   // tell a unit to do or explain something, and rule on its answer
	OrderAnswer Action = "order.answer" // for the unit that was told
	OrderRead   Action = "order.read"

	InsightRead  Action = "insight.read"  // topics, what goes together, how answers read
	InsightJudge Action = "insight.judge" // say whether an answer should have been better

	BoardRead   Action = "board.read"
	StaffManage Action = "staff.manage"
	CityManage  Action = "city.manage"
	CityPublish Action = "city.publish" // see drafts of the city's tables, try them on the past, publish what others drafted
	RecordsRead Action = "records.read" // who read contact data, all events
)

// Actions lists every action.
var Actions = []Action{
	RequestSubmit, RequestWrite, RequestRead, RequestAuthor, RequestContact, RequestAdd, RequestImport, RequestFind,
	CaseRead, CaseOpen, CaseDispatch, CaseSplit, CaseMerge, CaseRule, CaseDecide, CaseAccept, CaseReturn, CaseAsk,
	CaseNote, CaseHelp, CaseDraft, CaseCheck, CaseSign, CaseRelease, CaseFollow, CaseGrant, CaseJudge, CaseAppeal, CaseExclude, CaseAudit, CaseSeal, SealedRead, SealedReceive,
	KnowledgeRead, KnowledgeWrite, KnowledgePublish, KnowledgeAsk, RulingRead, CallTell, OrderGive, OrderAnswer, OrderRead, InsightRead, InsightJudge, BoardRead, StaffManage, CityManage, CityPublish, RecordsRead,
}

type actorKey struct{}

// With puts the actor a request came from into ctx, for doors.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// From gives the actor in ctx, a stranger if there is none. Only doors use
// it; services are handed the actor openly.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// A Scope is which cases an actor may see, for lists: what CaseRead permits,
// put so that a query can use it. A case is in scope if it is in All, or in
// one of Areas, or its lead or a helper is one of Units; and it is not a
// complaint about one of NotAbout.
type Scope struct {
	None, All bool
	Areas     []org.AreaID // and the areas inside them
	Units     []org.UnitID
	NotAbout  []org.UnitID
	// Recused is who has in no list, and in no count beside one, what they are
	// recused from; "" where that is nothing, so that rows are not asked for it.
	// Figures are of all.
	Recused StaffID
}
