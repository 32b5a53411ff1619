package cases

import (
	"cmp"
	"slices"
	"time"

	"yiwang/internal/city/org"
)

// Beside is what goes on beside the state of a case. Work on it does not wait
// for any of this.
type Beside struct {
	// Decision is the last on a return; it may be disputed.
	Decision Decision `json:"decision,omitzero"`
	// Dispute is what units cannot agree on; zero where they do.
	Dispute Dispute `json:"dispute,omitzero"`
	// Disputed are the units that disputed a decision; each may once.
	Disputed []org.UnitID `json:"disputed,omitempty"`
	// Settled is the lead that a ruling named: it returns the case no more.
	Settled org.UnitID `json:"settled,omitempty"`

	Tasks []Task          `json:"tasks,omitempty"`
	Joint []Determination `json:"joint,omitempty"`
	// Wish is a pause or an extension that was asked for.
	Wish  Wish  `json:"wish,omitzero"`
	Shelf Shelf `json:"shelf,omitzero"`
	// PutOffs is how often it was put off.
	PutOffs int `json:"put_offs,omitempty"`
	// Conditions are what was missing whenever the case was reopened.
	Conditions []Condition `json:"conditions,omitempty"`
	// Follow are the calls about its answers, NoMoreCalls that of the one that
	// stands nobody is to be asked any more.
	Follow      []Try     `json:"follow,omitempty"`
	NoMoreCalls bool      `json:"no_more_calls,omitempty"`
	Recused     []Recusal `json:"recused,omitempty"`
	// Sealed is for whom its words were sealed; zero where they are here.
	Sealed Sealing `json:"sealed,omitzero"`
}

// A Todo is something that somebody has to do on a case, beside its next step.
type Todo struct {
	Kind TodoKind
	Unit org.UnitID // whose turn it is, "" for the hotline
	Due  time.Time  // zero for no limit
}

// A TodoKind is what is to be done.
type TodoKind string

// What is to be done.
const (
	ToConvene TodoKind = "convene" // the units of a dispute
	ToRule    TodoKind = "rule"    // on a dispute, after they met
	ToHelp    TodoKind = "help"    // a task of a helper
	ToSign    TodoKind = "sign"    // the minutes of a joint look at the place
	ToContact TodoKind = "contact" // the resident, for the first time
	ToReturn  TodoKind = "return"  // to be decided on
	ToStatute TodoKind = "statute" // answer before what the law leaves is over
	ToGrant   TodoKind = "grant"   // a pause or an extension, or not
	ToShelve  TodoKind = "shelve"  // what cannot be solved now: the leader of the unit, or the hotline
	ToReview  TodoKind = "review"  // what was put off
	// Called marks a case of which nobody is to be asked any more.
	Called TodoKind = "called"
	// Kept marks one that somebody, named in place of a unit, is recused from.
	Kept TodoKind = "kept"
)

// Todos lists what is to be done on the case, one of each kind and unit: the
// one that is due first.
func (c Case) Todos() []Todo {
	var list []Todo
	if c.Dispute.Open() {
		kind := ToConvene
		if c.Dispute.Convened() {
			kind = ToRule
		}
		list = append(list, Todo{Kind: kind, Due: c.Dispute.Due})
	}
	if c.Held() {
		list = append(list, c.heldTodos()...)
	}
	if c.State == Answered && c.NoMoreCalls {
		list = append(list, Todo{Kind: Called})
	}
	if c.State == Shelved {
		list = append(list, Todo{Kind: ToReview, Unit: c.Lead, Due: c.Shelf.Review})
	}
	for _, r := range c.Recused {
		list = append(list, Todo{Kind: Kept, Unit: org.UnitID(r.Staff)})
	}
	slices.SortFunc(list, func(a, b Todo) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Unit, b.Unit), dueFirst(a.Due, b.Due))
	})
	return slices.CompactFunc(list, func(a, b Todo) bool { return a.Kind == b.Kind && a.Unit == b.Unit })
}

// heldTodos are those there are only while a unit has the case.
func (c Case) heldTodos() (list []Todo) {
	for _, k := range c.Tasks {
		if k.DoneAt.IsZero() {
			list = append(list, Todo{ToHelp, k.Unit, k.Due})
		}
	}
	for _, d := range c.Joint {
		for _, u := range d.Unsigned() {
			list = append(list, Todo{Kind: ToSign, Unit: u})
		}
	}
	if k := c.Clocks; !k.ContactDue.IsZero() && k.ContactedAt.IsZero() {
		list = append(list, Todo{ToContact, c.Lead, k.ContactDue})
	}
	if c.State == Returned {
		list = append(list, Todo{Kind: ToReturn, Due: c.Clocks.DispatchDue})
	}
	if k := c.Clocks; !k.StatutoryDue.IsZero() {
		list = append(list, Todo{ToStatute, c.Lead, k.StatutoryDue})
	}
	if c.Wish.Open() {
		list = append(list, Todo{Kind: ToGrant})
	}
	switch {
	case !c.Shelf.Open():
	case c.Shelf.SignedAt.IsZero():
		list = append(list, Todo{Kind: ToShelve, Unit: c.Lead})
	default:
		list = append(list, Todo{Kind: ToShelve})
	}
	return list
}

// dueFirst orders by when something is due, what has no limit last.
func dueFirst(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return b.Compare(a)
	}
	return a.Compare(b)
}

// Clone copies all of it, so that who changes the copy changes nothing else.
func (b Beside) Clone() Beside {
	b.Disputed = slices.Clone(b.Disputed)
	b.Conditions, b.Follow, b.Recused = slices.Clone(b.Conditions), slices.Clone(b.Follow), slices.Clone(b.Recused)
	b.Tasks, b.Joint = slices.Clone(b.Tasks), slices.Clone(b.Joint)
	for i := range b.Joint {
		b.Joint[i].Units, b.Joint[i].Signed = slices.Clone(b.Joint[i].Units), slices.Clone(b.Joint[i].Signed)
	}
	b.Dispute.Helpers, b.Dispute.Parties = slices.Clone(b.Dispute.Helpers), slices.Clone(b.Dispute.Parties)
	return b
}
