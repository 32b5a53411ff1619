package insight

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/algo/patterns"
)

// A Column is something that is known of a case. None is about a person.
type Column string

// The columns: first how a case came, then what became of it.
const (
	Category Column = "category"
	Area     Column = "area"
	Hour     Column = "hour"
	Season   Column = "season"
	Channel  Column = "channel"
	Unit     Column = "unit"
	Wait     Column = "wait"
	Deadline Column = "deadline"
	Outcome  Column = "outcome"
	Resident Column = "resident"
)

// Columns lists the columns. What became of a case comes after Unit.
var Columns = []Column{Category, Area, Hour, Season, Channel, Unit, Wait, Deadline, Outcome, Resident}

func (c Column) place() int { return slices.Index(Columns, c) }

// effect reports whether the column is what became of a case.
func (c Column) effect() bool { return c.place() > Unit.place() }

// A Fact is what is known of one case, by column; "" where it is not.
type Fact struct {
	Case   string // cases.Number
	Values [10]string
}

// Set gives a column its value.
func (f *Fact) Set(c Column, value string) { f.Values[c.place()] = value }

// An Item is a value of a column.
type Item struct {
	Column Column `json:"column"`
	Value  string `json:"value"`
}

// An Association says that cases with all of If have Then more often than
// others, and by how much. It is no cause: what it stands for may be a third
// thing.
type Association struct {
	If         []Item  `json:"if"`
	Then       Item    `json:"then"`
	Both       int     `json:"both"` // cases with both sides
	IfCases    int     `json:"if_cases"`
	ThenCases  int     `json:"then_cases"`
	Confidence float64 `json:"confidence"` // Both of IfCases
	Base       float64 `json:"base"`       // ThenCases of all
	Lift       float64 `json:"lift"`       // Confidence / Base
	P          float64 `json:"p"`          // as patterns.Rule
	Holm       float64 `json:"holm"`
	BH         float64 `json:"bh"`
	Example    string  `json:"example"` // cases.Number
}

// Associations is what goes together, as it was found At.
type Associations struct {
	At    time.Time     `json:"at"`
	From  time.Time     `json:"from"`
	To    time.Time     `json:"to"`
	Cases int           `json:"cases"`
	Least int           `json:"least"` // cases that an association has
	Tried uint64        `json:"tried"` // rules, for which significance is corrected
	List  []Association `json:"list"`
}

const (
	leastCases = 20   // so few make no rule: nobody is to be recognised
	leastShare = 200  // nor one case in so many
	leastLift  = 1.25 // below that it may be true, but nobody has to know
	leastGain  = 1.2  // by how much a second condition must raise the confidence
	maxBH      = 0.05 // about so many of what is shown are false
	maxIf      = 2    // conditions that a reader takes in
	maxList    = 120
	maxSets    = 200_000 // of more, rarer ones are given up
)

// sameByTable are columns whose values follow from each other by the city's
// tables: that they go together is no news.
var sameByTable = [][2]Column{{Category, Unit}, {Area, Unit}, {Wait, Deadline}}

// Associate finds what goes together in facts: first among how cases came, then,
// for each thing that became of them, what goes together with that, among the
// cases of which it is known, so that not knowing it is no finding. Each is asked
// once, and every rule that was tried in any of these searches counts in the
// correction of significance. What is
// told is closed (nothing can be added to it without losing a case), has at most
// two conditions, each of which matters, and does not follow from the city's
// tables. With more than maxSets combinations the rarer ones are left out, so that
// the cost is bounded: 20,000 cases take some seconds.
func Associate(ctx context.Context, facts []Fact) (Associations, error) {
	out := Associations{Cases: len(facts), Least: max(leastCases, len(facts)/leastShare)}
	came := slices.DeleteFunc(slices.Clone(Columns), Column.effect)
	var searches []*search
	var tried []*patterns.Rules
	for _, target := range append([]Column{""}, Columns[len(came):]...) {
		columns := slices.Clone(came)
		some := facts
		if target != "" {
			columns = append(columns, explains[target]...)
			columns = append(columns, target)
			some = slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return f.value(target) == "" })
		}
		s, err := seek(ctx, some, columns, target, out.Least)
		if err != nil {
			return Associations{}, fmt.Errorf("what goes together: %w", err)
		}
		out.Tried += s.rules.Tried
		searches, tried = append(searches, s), append(tried, s.rules)
	}
	patterns.Correct(tried...)
	for _, s := range searches {
		out.List = append(out.List, s.told()...)
	}
	slices.SortStableFunc(out.List, func(a, b Association) int {
		return cmp.Or(
			cmp.Compare(rank(b.Then), rank(a.Then)),
			cmp.Compare(len(a.If), len(b.If)),
			cmp.Compare(b.weight(), a.weight()),
		)
	})
	out.List = out.List[:min(len(out.List), maxList)]
	return out, nil
}

// explains are the things that became of a case which may go together with
// another, since they come before it.
var explains = map[Column][]Column{Outcome: {Wait}, Resident: {Wait, Deadline, Outcome}}

func (f Fact) value(c Column) string { return f.Values[c.place()] }

// A search is what was found about one target or, without one, among how cases
// came.
type search struct {
	target Column
	facts  []Fact
	data   *patterns.Data
	rules  *patterns.Rules
	closed map[string]bool
}

// seek tries all rules about a target or, without one, among all columns.
func seek(ctx context.Context, facts []Fact, columns []Column, target Column, least int) (*search, error) {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = string(c)
	}
	b := patterns.NewTable(names...)
	values := make([]string, len(columns))
	for _, f := range facts {
		for i, c := range columns {
			values[i] = f.value(c)
		}
		if err := b.Add(values...); err != nil {
			return nil, err
		}
	}
	s := &search{target: target, facts: facts, data: b.Data(), closed: map[string]bool{}}
	about := func(item int) bool { return target == "" || s.item(item).Column == target }
	var err error
	for {
		s.rules, err = patterns.FindRules(ctx, s.data, patterns.RuleOptions{MinSupport: least, MinConfidence: patterns.Ratio{Num: 0, Den: 1}, MaxSets: maxSets, Then: about})
		if err == nil {
			break
		}
		if !errors.Is(err, patterns.ErrTooMany) {
			return nil, err
		}
		least *= 2
	}
	return s, patterns.Mine(ctx, s.data, patterns.Options{MinSupport: least, Kind: patterns.Closed, MaxSets: maxSets}, func(items []int, _ int) error {
		if len(items) <= maxIf+1 {
			s.closed[key(items)] = true
		}
		return nil
	})
}

func (s *search) item(i int) Item {
	c, v := s.data.Field(i)
	return Item{Column(c), v}
}

func key(items []int) string {
	items = slices.Clone(items)
	slices.Sort(items)
	return fmt.Sprint(items)
}

// told are the rules that are worth telling, once they are corrected.
func (s *search) told() []Association {
	alone := map[[2]int]float64{} // the confidence of rules with one condition
	var list []patterns.Rule
	for i := range s.rules.Len() {
		r := s.rules.Rule(i)
		if len(r.If) == 1 {
			alone[[2]int{r.If[0], r.Then}] = r.Confidence
		}
		if len(r.If) <= maxIf && r.BH <= maxBH && r.Lift >= leastLift && s.closed[key(append(slices.Clone(r.If), r.Then))] {
			list = append(list, r)
		}
	}
	var out []Association
	for _, r := range list {
		then := s.item(r.Then)
		var conditions []Item
		ok := true
		for _, i := range r.If {
			c := s.item(i)
			conditions = append(conditions, c)
			ok = ok && !byTable(c.Column, then.Column) && (len(r.If) == 1 || r.Confidence >= leastGain*alone[[2]int{i, r.Then}])
		}
		if len(r.If) == 2 {
			ok = ok && !byTable(conditions[0].Column, conditions[1].Column)
		}
		if len(r.If) == 1 && s.target == "" { // of the two directions, the surer one
			back := alone[[2]int{r.Then, r.If[0]}]
			ok = ok && (r.Confidence > back || r.Confidence == back && conditions[0].Column.place() < then.Column.place())
		}
		if ok {
			out = append(out, Association{
				If: conditions, Then: then, Both: r.Support, IfCases: r.IfSupport, ThenCases: r.ThenSupport, Confidence: r.Confidence, Base: r.Confidence / r.Lift,
				Lift: r.Lift, P: r.P, Holm: r.Holm, BH: r.BH, Example: s.facts[r.Example].Case,
			})
		}
	}
	return out
}

// weight is how many cases more have both sides than chance would make it.
func (a Association) weight() float64 { return float64(a.Both) * (1 - 1/a.Lift) }

// Bad reports whether a value is what somebody should see first: that residents
// were not content, or had to wait too long.
func (i Item) Bad() bool { return i == Item{Resident, "not_solved"} || i == Item{Deadline, "late"} }

func rank(i Item) int {
	switch {
	case i.Bad():
		return 2
	case i.Column.effect():
		return 1
	}
	return 0
}

func byTable(a, b Column) bool {
	return a == b || slices.ContainsFunc(sameByTable, func(p [2]Column) bool { return p == [2]Column{a, b} || p == [2]Column{b, a} })
}
