package access

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/cedar-policy/cedar-go"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/org"
)

//go:embed policy.cedar
var policyText []byte

// policies holds, for each action, the few policies that speak of it: the
// cost of a decision grows with the policies looked at.
var policies = index(policyText)

type policyList []policy

type policy struct {
	id cedar.PolicyID
	*cedar.Policy
}

// All implements cedar.PolicyIterator.
func (l policyList) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, p := range l {
			if !yield(p.id, p.Policy) {
				return
			}
		}
	}
}

// index panics if the policies cannot be read: they are part of the program.
func index(text []byte) map[Action]policyList {
	list, err := cedar.NewPolicyListFromBytes("policy.cedar", text)
	if err != nil {
		panic(fmt.Sprintf("access: policy.cedar: %v", err))
	}
	by := map[Action]policyList{}
	for _, p := range list {
		for _, a := range actionsOf(p) {
			by[a] = append(by[a], policy{cedar.PolicyID(p.Annotations()["id"]), p})
		}
	}
	return by
}

func actionsOf(p *cedar.Policy) []Action {
	type entity struct{ ID Action }
	var body struct {
		Action struct {
			Op       string
			Entity   entity
			Entities []entity
		}
	}
	text, err := p.MarshalJSON()
	if err == nil {
		err = json.Unmarshal(text, &body)
	}
	if err != nil {
		panic(fmt.Sprintf("access: policy.cedar: %v", err))
	}
	switch body.Action.Op {
	case "All":
		return Actions
	case "==":
		return []Action{body.Action.Entity.ID}
	}
	list := make([]Action, len(body.Action.Entities))
	for i, e := range body.Action.Entities {
		list[i] = e.ID
	}
	return list
}

// Can returns nil if a may do action on r. If not, the error is Denied, or
// NotFound when a may not even read r, so that guessing tells a stranger
// nothing. An error while deciding is a denial.
func (a Actor) Can(action Action, r Resource) error {
	if a.allowed(action, r) {
		return nil
	}
	read := map[ResourceType]Action{RequestType: RequestRead, CaseType: CaseRead}[r.Type]
	if read != "" && !a.allowed(read, r) {
		return errs.New(errs.NotFound, "access.not_found")
	}
	return errs.New(errs.Denied, "access.denied")
}

func (a Actor) allowed(action Action, r Resource) bool {
	if r.Type == "" {
		r.Type = CityType
	}
	who := cedar.NewEntityUID("Actor", cedar.String(a.ID()))
	what := cedar.NewEntityUID(cedar.EntityType(r.Type), "")
	entities := cedar.EntityMap{
		who: cedar.Entity{UID: who, Attributes: cedar.NewRecord(cedar.RecordMap{
			"system":     cedar.Boolean(a.system),
			"telephone":  cedar.Boolean(a.telephone),
			"staff":      cedar.Boolean(a.IsStaff()),
			"id":         cedar.String(a.Staff),
			"partner":    cedar.Boolean(a.Partner),
			"everywhere": cedar.Boolean(a.Areas == nil),
			"roles":      set(a.Roles),
			"up":         set(a.Up),
			"reach":      set(a.reach()),
			"areas":      set(a.Areas),
			"requests":   set(a.Requests),
		})},
		what: cedar.Entity{UID: what, Attributes: cedar.NewRecord(cedar.RecordMap{
			"requests":   set(r.Requests),
			"lead":       cedar.String(r.Lead),
			"helpers":    set(r.Helpers),
			"areas":      set(r.Areas),
			"granted":    set(r.Granted),
			"restricted": cedar.Boolean(r.Restricted),
			"about":      cedar.String(r.About),
			"recused":    set(r.Recused),
			"sealed":     cedar.Boolean(r.Sealed),
		})},
	}
	ok, why := cedar.Authorize(policies[action], entities, cedar.Request{
		Principal: who, Action: cedar.NewEntityUID("Action", cedar.String(action)), Resource: what,
	})
	return ok == cedar.Allow && len(why.Errors) == 0
}

func set[T ~string](list []T) cedar.Set {
	values := make([]cedar.Value, len(list))
	for i, s := range list {
		values[i] = cedar.String(s)
	}
	return cedar.NewSet(values...)
}

// reach lists the units whose cases a unit's person works on: the own one,
// those it is a part of and those that are a part of it.
func (a Actor) reach() []org.UnitID {
	list := slices.Clone(a.Up)
	for _, u := range a.Down {
		if !slices.Contains(list, u) {
			list = append(list, u)
		}
	}
	return list
}

// Scope says which cases a may see, for lists.
func (a Actor) Scope() Scope {
	switch {
	case a.system:
		return Scope{All: true}
	case a.Is(Clerk, Dispatcher, Supervisor, Auditor):
		return Scope{All: true, NotAbout: a.Up}
	}
	s := Scope{NotAbout: a.Up}
	if a.Is(Leader) {
		if a.Areas == nil {
			s.All = true
			return s
		}
		s.Areas = a.Areas
	}
	if a.Is(Handler, SectionHead, UnitLeader) {
		s.Units = a.reach()
	}
	s.None = s.Areas == nil && s.Units == nil
	return s
}
