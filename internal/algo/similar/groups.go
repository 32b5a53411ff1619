package similar

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"
)

// A Row is a message as it is grouped. The place may be an address or the
// name of an area, in words; a zero time is not known.
type Row struct {
	Text, Place string
	At          time.Time
}

// A Group is rows that say nearly the same.
type Group struct {
	Rows []int // by the order they were added, ascending
	// Score is how alike the least alike of them is to the one in the middle:
	// 1 where all say the same.
	Score float64
}

// What makes a near-duplicate.
const (
	alike = 0.5                 // share of the evidence that must be common
	month = 30 * 24 * time.Hour // after so long closeness in time is worth 1/e
)

// What bounds the work. A family of messages that differ by a number each
// would else be compared each with each.
const (
	mostLists  = 32       // of terms that a text looks for others in, the rarest first
	mostBack   = 16       // texts of each list, the latest first
	mostTerms  = 60 << 20 // of all texts: a gigabyte
	mostRounds = 8
)

// ErrTooMuch says that the texts do not fit into memory.
var ErrTooMuch = errors.New("this is too much text to be compared at once: group it in parts, such as a year each")

// A Grouping finds rows that say nearly the same: sent twice, with a greeting
// put before it, a few words changed, or its sentences in another order.
//
// The evidence of a row is its terms, and those of its place, each as much as
// its idf ln(1+N/df) over the N different rows; and, between two rows with
// known times, one term more than the rarest, of which exp(−Δ/30 days) is common. The
// likeness of two rows is the share of their evidence that is common (weighted
// Jaccard, 0 to 1), so that a greeting counts for little, and a place for much
// where there is little else: "路灯不亮" in two streets is two matters, a
// letter of a page that is sent from two streets is one. Rows with the same words and
// place are alike whatever their times.
//
// A group is a star (Aslam, Pelekhov and Rus 2004): every row of it is at
// least one half like the one in the middle, so that no chain of small steps
// joins what is different. Pairs are found without comparing all: sorted from
// the rarest term on, two rows that are alike share a term of their first half
// (prefix filtering, Chaudhuri, Ganti and Kaushik 2006). All pairs are found as
// long as a row has at most 32 such terms that others have and each stands in
// at most 16 rows before it; of more the rarest terms and the latest rows are
// looked at, and stars are joined again until nothing changes. The
// cost is at most 512 comparisons a row; memory about 17 bytes a term and row.
type Grouping struct {
	at     map[term]int32
	df     []int32
	docs   []doc
	known  map[[2]uint64]int32
	added  int
	weight []float64 // of each term, once all is there
	clock  float64   // of closeness in time
	total  int
	mute   int
}

// A doc is what rows with the same words and place say.
type doc struct {
	rows  []int32
	terms []int32
	at    int64 // seconds; noTime if unknown
	sum   float64
}

const noTime = math.MinInt64

// NewGrouping begins a Grouping without rows.
func NewGrouping() *Grouping {
	return &Grouping{at: map[term]int32{}, known: map[[2]uint64]int32{}}
}

// Add adds a row. A row without words is in no group. ErrTooMuch ends it.
func (g *Grouping) Add(r Row) error {
	row := int32(g.added)
	g.added++
	said, place := units(r.Text), units(r.Place)
	if len(said) == 0 {
		g.mute++
		return nil
	}
	key := [2]uint64{sequence(said), sequence(place)}
	if d, ok := g.known[key]; ok {
		g.docs[d].rows = append(g.docs[d].rows, row)
		return nil
	}
	g.known[key] = int32(len(g.docs))
	list := terms(said, place)
	if g.total += len(list); g.total > mostTerms {
		return ErrTooMuch
	}
	d := doc{rows: []int32{row}, terms: make([]int32, len(list)), at: noTime}
	for i, t := range list {
		id, ok := g.at[t]
		if !ok {
			id = int32(len(g.df))
			g.at[t] = id
			g.df = append(g.df, 0)
		}
		g.df[id]++
		d.terms[i] = id
	}
	if !r.At.IsZero() {
		d.at = r.At.Unix()
	}
	g.docs = append(g.docs, d)
	return nil
}

// Wordless gives how many rows without words were added.
func (g *Grouping) Wordless() int { return g.mute }

func sequence(us []unit) uint64 {
	h := uint64(hashBegin)
	for _, u := range us {
		h = join(h, u.hash)
	}
	return h
}

// Groups gives the groups of at least two rows, the largest first, then by
// their first row. It fails if ctx ends. It is called once, when all is added.
func (g *Grouping) Groups(ctx context.Context) ([]Group, error) {
	g.weigh()
	all := make([]int32, len(g.docs))
	for i := range all {
		all[i] = int32(i)
	}
	// Rows close in time are compared first where lists are long.
	slices.SortStableFunc(all, func(a, b int32) int { return cmp.Compare(g.docs[a].at, g.docs[b].at) })
	near, err := g.neighbours(ctx, all)
	if err != nil {
		return nil, err
	}
	centre := g.stars(near)
	for range mostRounds {
		joined, err := g.joinStars(ctx, all, centre)
		if err != nil {
			return nil, err
		}
		if !joined {
			break
		}
	}
	return g.collect(centre), nil
}

// weigh gives terms their weights and numbers them anew, the rarest first.
func (g *Grouping) weigh() {
	order := make([]int32, len(g.df))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(g.df[a], g.df[b]), cmp.Compare(a, b)) })
	rank := make([]int32, len(order))
	df := make([]int32, len(order))
	g.weight = make([]float64, len(order))
	n := float64(len(g.docs))
	for r, old := range order {
		rank[old] = int32(r)
		df[r] = g.df[old]
		g.weight[r] = math.Log(1 + n/float64(df[r]))
	}
	g.df = df
	g.at, g.known = nil, nil // the rest needs the memory
	g.clock = math.Log(1 + n)
	for i := range g.docs {
		d := &g.docs[i]
		d.sum = 0
		for k, id := range d.terms {
			d.terms[k] = rank[id]
		}
		slices.Sort(d.terms)
		for _, id := range d.terms {
			d.sum += g.weight[id]
		}
	}
}

// likeness gives the share of the evidence of two docs that is common, or 0
// as soon as it cannot be alike.
func (g *Grouping) likeness(a, b *doc) float64 {
	clock := 0.0
	if a.at != noTime && b.at != noTime {
		clock = g.clock
	}
	most := (min(a.sum, b.sum) + clock) * (1 - alike) / alike // of what is not common
	if math.Abs(a.sum-b.sum) > most {
		return 0
	}
	var common, apart float64
	x, y := a.terms, b.terms
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			common += g.weight[x[0]]
			x, y = x[1:], y[1:]
			continue
		case x[0] < y[0]:
			apart += g.weight[x[0]]
			x = x[1:]
		default:
			apart += g.weight[y[0]]
			y = y[1:]
		}
		if apart > most {
			return 0
		}
	}
	for _, rest := range [2][]int32{x, y} {
		for _, t := range rest {
			apart += g.weight[t]
		}
	}
	if clock > 0 {
		soon := math.Exp(-math.Abs(float64(a.at-b.at)) / month.Seconds())
		common += clock * soon
		apart += clock * (1 - soon)
	}
	return common / (common + apart)
}

// prefix gives the terms of a doc, the rarest first, one of which it shares
// with every doc that it is alike.
func (g *Grouping) prefix(d *doc) []int32 {
	clock := 0.0
	if d.at != noTime {
		clock = g.clock
	}
	rest, n := d.sum, 0
	for n < len(d.terms) && rest+clock >= alike*(d.sum+clock)-1e-9 {
		rest -= g.weight[d.terms[n]]
		n++
	}
	list := d.terms[:n]
	for len(list) > 0 && g.df[list[0]] == 1 {
		list = list[1:] // nobody else has it
	}
	return list[:min(len(list), mostLists)]
}

// An edge is a doc that is alike.
type edge struct {
	to    int32
	score float64
}

// lists are the docs that have each term in their prefix, the latest first.
type lists struct {
	head []int32 // of a term: 1 + the node of its latest doc
	node []struct{ doc, next int32 }
}

func (l *lists) add(t, doc int32) {
	l.node = append(l.node, struct{ doc, next int32 }{doc, l.head[t]})
	l.head[t] = int32(len(l.node))
}

// look calls f for the latest docs of a term, and reports whether there are
// more.
func (l *lists) look(t int32, f func(doc int32)) (more bool) {
	at := l.head[t]
	for range mostBack {
		if at == 0 {
			return false
		}
		f(l.node[at-1].doc)
		at = l.node[at-1].next
	}
	return at != 0
}

// neighbours finds the pairs of some docs, in this order, that are alike. Two
// docs are compared only if what they share of the prefix, with all that they
// might share beside it, would be enough.
func (g *Grouping) neighbours(ctx context.Context, docs []int32) (map[int32][]edge, error) {
	l := lists{head: make([]int32, len(g.df))}
	// Of each doc met: the weight it shares, and how much of that in lists that
	// go on, where another might have been passed over.
	shared, unsure := make([]float32, len(g.docs)), make([]float32, len(g.docs))
	// What a shared term may be beside: those that come after the prefix of the
	// doc whose prefix ends first.
	ends, rest := make([]int32, len(g.docs)), make([]float32, len(g.docs))
	var met, here []int32
	near := map[int32][]edge{}
	for n, i := range docs {
		if n%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d := &g.docs[i]
		met = met[:0]
		going := 0.0
		prefix := g.prefix(d)
		ends[i], rest[i] = g.after(d, prefix)
		for _, t := range prefix {
			w := g.weight[t]
			here = here[:0]
			more := l.look(t, func(j int32) {
				if shared[j] == 0 {
					met = append(met, j)
				}
				shared[j] += float32(w)
				here = append(here, j)
			})
			if more {
				going += w
				for _, j := range here {
					unsure[j] += float32(w)
				}
			}
			l.add(t, i)
		}
		for _, j := range met {
			o := &g.docs[j]
			beside := rest[i]
			if ends[j] < ends[i] {
				beside = rest[j]
			}
			most := float64(shared[j]) + going - float64(unsure[j]) + float64(beside)
			shared[j], unsure[j] = 0, 0
			if most < g.leastShared(d, o) {
				continue
			}
			if s := g.likeness(d, o); s >= alike {
				near[i] = append(near[i], edge{j, s})
				near[j] = append(near[j], edge{i, s})
			}
		}
	}
	return near, nil
}

// after gives the last term of a prefix, and the weight of those behind it.
func (g *Grouping) after(d *doc, prefix []int32) (end int32, rest float32) {
	if len(prefix) == 0 {
		return 0, 0 // it is in no list
	}
	end = prefix[len(prefix)-1]
	for k := len(d.terms) - 1; d.terms[k] > end; k-- {
		rest += float32(g.weight[d.terms[k]])
	}
	return end, rest
}

// leastShared is the weight that two docs must share to be alike, were they
// sent at the same time.
func (g *Grouping) leastShared(a, b *doc) float64 {
	clock := 0.0
	if a.at != noTime && b.at != noTime {
		clock = g.clock
	}
	const rounding = 1e-3 // of the sums above
	return alike*(a.sum+b.sum+clock)/(1+alike) - clock/(1+alike) - rounding
}

// stars gives each doc the doc in the middle of its group; itself if it
// stands there, or alone. Who has most neighbours stands in the middle.
func (g *Grouping) stars(near map[int32][]edge) []int32 {
	centre := make([]int32, len(g.docs))
	order := make([]int32, 0, len(near))
	for i := range centre {
		centre[i] = -1
		if len(near[int32(i)]) > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(len(near[b]), len(near[a])) })
	covered := make([]bool, len(centre))
	for _, i := range order {
		if covered[i] {
			continue
		}
		centre[i], covered[i] = i, true
		for _, e := range near[i] {
			covered[e.to] = true
		}
	}
	for i := range centre {
		if centre[i] >= 0 {
			continue
		}
		best := edge{to: int32(i)}
		for _, e := range near[int32(i)] {
			if centre[e.to] == e.to && (e.score > best.score || e.score == best.score && e.to < best.to) {
				best = e
			}
		}
		centre[i] = best.to
	}
	return centre
}

// joinStars joins two groups whose middles are alike, where all of the smaller
// are like the middle of the larger. It reports whether it did.
func (g *Grouping) joinStars(ctx context.Context, order, centre []int32) (bool, error) {
	members := map[int32][]int32{}
	for i, c := range centre {
		members[c] = append(members[c], int32(i))
	}
	var middles []int32
	for _, i := range order {
		if len(members[i]) > 1 {
			middles = append(middles, i)
		}
	}
	near, err := g.neighbours(ctx, middles)
	if err != nil {
		return false, err
	}
	slices.SortStableFunc(middles, func(a, b int32) int { return cmp.Compare(len(members[a]), len(members[b])) })
	joined := false
	for _, small := range middles {
		slices.SortFunc(near[small], func(a, b edge) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.to, b.to)) })
		for _, e := range near[small] {
			if len(members[e.to]) < len(members[small]) || len(members[small]) == 0 {
				continue
			}
			apart := slices.ContainsFunc(members[small], func(m int32) bool { return g.likeness(&g.docs[m], &g.docs[e.to]) < alike })
			if apart {
				continue
			}
			for _, m := range members[small] {
				centre[m] = e.to
			}
			members[e.to] = append(members[e.to], members[small]...)
			members[small] = nil
			joined = true
			break
		}
	}
	return joined, nil
}

func (g *Grouping) collect(centre []int32) []Group {
	of := map[int32]*Group{}
	for i, c := range centre {
		group := of[c]
		if group == nil {
			group = &Group{Score: 1}
			of[c] = group
		}
		for _, r := range g.docs[i].rows {
			group.Rows = append(group.Rows, int(r))
		}
		if int32(i) != c {
			group.Score = min(group.Score, g.likeness(&g.docs[i], &g.docs[c]))
		}
	}
	var list []Group
	for _, group := range of {
		if len(group.Rows) > 1 {
			slices.Sort(group.Rows)
			list = append(list, *group)
		}
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(cmp.Compare(len(b.Rows), len(a.Rows)), cmp.Compare(a.Rows[0], b.Rows[0]))
	})
	return list
}
