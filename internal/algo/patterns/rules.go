package patterns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
)

// A Ratio is an exact share. Shares are compared as whole numbers: in floating
// point, rules that lie exactly on the minimum would be lost.
type Ratio struct{ Num, Den uint64 }

// ParseRatio reads a share from 0 to 1 of at most nine decimals, as 0.8, or a
// fraction, as 4/5.
func ParseRatio(s string) (Ratio, error) {
	err := fmt.Errorf("%q is no share: write it as 0.8 or 4/5, from 0 to 1 and with at most nine decimals", s)
	if len(s) > 24 || strings.ContainsAny(s, "eExXpPbBoO_") {
		return Ratio{}, err
	}
	r, ok := new(big.Rat).SetString(strings.TrimSpace(s))
	if !ok || r.Sign() < 0 || r.Cmp(big.NewRat(1, 1)) > 0 || r.Denom().Cmp(big.NewInt(1e9)) > 0 {
		return Ratio{}, err
	}
	return Ratio{r.Num().Uint64(), r.Denom().Uint64()}, nil
}

// reaches reports whether part/whole is at least r.
func (r Ratio) reaches(part, whole uint32) bool {
	return uint64(part)*r.Den >= uint64(whole)*r.Num // 31 and 30 bits
}

// RuleOptions say which rules are wanted.
type RuleOptions struct {
	MinSupport    int   // of both sides together, at least 1
	MinConfidence Ratio // Den is at most 10⁹
	MaxSets       uint64
	// Then, if set, says of an item whether a rule may have it on its right
	// side. Others are not tried.
	Then func(item int) bool
	// Kind leaves rules out whose sides together are no closed, or no maximal,
	// set. Of rules that the same transactions bear, those of closed sets are
	// the fullest (Szathmary, Symbolic data mining methods with the Coron
	// platform, 2006: closed association rules). They are tested and corrected
	// as if all were wanted.
	Kind     Kind
	Progress func(sets uint64) // as of Options
}

// What rules are made of is remembered: some 30 bytes a set, 8 a rule that was
// tested and 40 a rule that is kept.
const (
	MaxRuleSets = 2_000_000 // where RuleOptions do not say
	maxTested   = 10_000_000
)

// A Rule says that transactions with all of If tend to have Then as well.
type Rule struct {
	If   []int
	Then int
	// How many transactions have both sides, the one, and the other.
	Support, IfSupport, ThenSupport int
	// Confidence is Support/IfSupport; Lift is how many times that is the
	// share of Then among all; Conviction is how many times more often the
	// rule would fail if the sides had nothing to do with each other
	// (Brin and others, 1997), infinite if it never fails.
	Confidence, Lift, Conviction float64
	// P is how likely so many transactions or more would have both sides if
	// Then had nothing to do with If: Fisher's exact test, one-sided. Holm
	// and BH are P corrected for how many rules were tried. Keeping what has
	// Holm ≤ 0.05, the chance of even one false rule is at most 5 %; with
	// BH ≤ 0.05, about 5 % of what is kept are false.
	P, Holm, BH float64
	// Example is the first transaction that has both sides, from 0.
	Example int
}

// Rules are the rules that were found, the surest first, of equally sure ones
// the most frequent, then the shortest.
type Rules struct {
	// Tried is for how many rules P is corrected: all whose sides are frequent
	// by themselves. That they are rare together was looked at too, so only to
	// count the rules that are not would make chance look like a finding.
	Tried uint64
	// Sets is the number of frequent sets the rules are made of.
	Sets uint64

	data    *Data
	lattice *lattice
	kept    []kept
	tested  []float64 // P of all, ascending
	where   [][]int32 // by item: the transactions that have it
	in      []bool    // by item; all false between
}

type kept struct {
	node, ifSupport uint32
	then            int32
	p, holm, bh     float64
}

// FindRules finds the rules with one item on their right side, at least one on
// their left, and at least the support and the confidence that o says.
//
// Every rule whose sides together are frequent is tested, not only those that
// are sure enough. Rules that were tried but are too rare count in the
// correction as if their P were 1, which never makes P of another too small.
// The sides' own supports are fixed in Fisher's test, so that choosing by them
// is no choosing by the result. Holm (1979) holds whatever depends on what; BH
// (Benjamini, Hochberg, 1995) for tests that go together, as these mostly do.
//
// With s frequent sets of k items each it takes s·k² steps and the memory of
// MaxRuleSets.
func FindRules(ctx context.Context, d *Data, o RuleOptions) (*Rules, error) {
	if o.MinConfidence.Den == 0 || o.MinConfidence.Num > o.MinConfidence.Den || o.MinConfidence.Den > 1e9 {
		return nil, errors.New("the minimum confidence must be a share from 0 to 1 of at most nine decimals")
	}
	if o.MaxSets == 0 {
		o.MaxSets = MaxRuleSets
	}
	s := &Rules{data: d, lattice: newLattice()}
	may := func(item int) bool { return o.Then == nil || o.Then(item) }
	frequent := uint64(0) // that may be on the right
	items := uint64(0)
	err := Mine(ctx, d, Options{MinSupport: o.MinSupport, MaxSets: min(o.MaxSets, math.MaxInt32), Progress: o.Progress}, func(set []int, support int) error {
		s.lattice.add(set, uint32(support))
		for _, item := range set {
			if may(item) {
				items++
				if len(set) == 1 {
					frequent++
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.Sets = uint64(len(s.lattice.nodes) - 1)
	s.Tried = frequent*s.Sets - items
	if err := s.test(ctx, o, may); err != nil {
		return nil, err
	}
	slices.SortFunc(s.kept, s.order)
	Correct(s)
	return s, nil
}

// test looks at all rules of the frequent sets, keeps those that are sure
// enough and of o.Kind, and P of all.
func (s *Rules) test(ctx context.Context, o RuleOptions, may func(item int) bool) error {
	var path []uint32
	l := s.lattice
	grows := make([]bool, len(l.nodes)) // an item can be added, and it stays frequent, or its support
	n := s.data.Transactions()
	for node := 1; node < len(l.nodes); node++ {
		if node&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		path = l.path(path[:0], uint32(node))
		if len(path) < 2 {
			continue
		}
		if len(s.tested) > maxTested {
			return fmt.Errorf("%w: their rules are more than %d", ErrTooMany, maxTested)
		}
		both := l.nodes[node].support
		for i, at := range path {
			from := l.nodes[at].parent
			for _, other := range path[i+1:] {
				from = l.child(from, l.nodes[other].item)
			}
			then := l.nodes[at].item
			a, c := l.nodes[from].support, l.nodes[l.child(0, then)].support
			if o.Kind == Maximal || o.Kind == Closed && l.nodes[from].support == both {
				grows[from] = true
			}
			if !may(int(then)) {
				continue
			}
			p := Fisher(n, int(a), int(c), int(both))
			s.tested = append(s.tested, p)
			if o.MinConfidence.reaches(both, a) {
				s.kept = append(s.kept, kept{node: uint32(node), ifSupport: a, then: then, p: p})
			}
		}
	}
	s.kept = slices.DeleteFunc(s.kept, func(k kept) bool { return grows[k.node] })
	slices.Sort(s.tested)
	return nil
}

func (s *Rules) order(a, b kept) int {
	sa, sb := s.lattice.nodes[a.node].support, s.lattice.nodes[b.node].support
	return cmp.Or(
		cmp.Compare(uint64(sb)*uint64(a.ifSupport), uint64(sa)*uint64(b.ifSupport)),
		cmp.Compare(sb, sa),
		cmp.Compare(s.lattice.nodes[a.node].size, s.lattice.nodes[b.node].size),
		cmp.Compare(a.node, b.node),
		cmp.Compare(a.then, b.then),
	)
}

// Len is how many rules there are.
func (s *Rules) Len() int { return len(s.kept) }

// Rule gives the i-th rule, counted from 0. Not to be called by several at once.
func (s *Rules) Rule(i int) Rule {
	k := s.kept[i]
	r := Rule{Then: int(k.then), IfSupport: int(k.ifSupport), P: k.p, Holm: k.holm, BH: k.bh}
	var set []int
	for _, at := range s.lattice.path(nil, k.node) {
		item := int(s.lattice.nodes[at].item)
		set = append(set, item)
		if item != r.Then {
			r.If = append(r.If, item)
		}
	}
	slices.SortFunc(r.If, s.data.Compare)
	r.Support = int(s.lattice.nodes[k.node].support)
	r.ThenSupport = int(s.lattice.nodes[s.lattice.child(0, k.then)].support)
	n, both, a, c := float64(s.data.Transactions()), float64(r.Support), float64(r.IfSupport), float64(r.ThenSupport)
	r.Confidence = both / a
	r.Lift = both * n / (a * c)
	r.Conviction = math.Inf(1)
	if r.Support < r.IfSupport {
		r.Conviction = a * (n - c) / (n * (a - both))
	}
	r.Example = s.example(set)
	return r
}

// example finds the first transaction that has all of set.
func (s *Rules) example(set []int) int {
	if s.where == nil {
		s.where, s.in = make([][]int32, s.data.Items()), make([]bool, s.data.Items())
		for i := range s.data.Transactions() {
			for _, item := range s.data.row(i) {
				if s.lattice.child(0, item) > 0 {
					s.where[item] = append(s.where[item], int32(i))
				}
			}
		}
	}
	rarest := set[0]
	for _, item := range set {
		s.in[item] = true
		if len(s.where[item]) < len(s.where[rarest]) {
			rarest = item
		}
	}
	defer func() {
		for _, item := range set {
			s.in[item] = false
		}
	}()
	for _, t := range s.where[rarest] {
		have := 0
		for _, item := range s.data.row(int(t)) {
			if s.in[item] {
				have++
			}
		}
		if have == len(set) {
			return int(t)
		}
	}
	return -1 // cannot be: the set is frequent
}
