package similar

import (
	"cmp"
	"context"
	"errors"
	"io"
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
	mostLists  = 32        // of terms that a text looks for others in, the rarest first
	mostBack   = 16        // texts of each list, the latest first
	mostBytes  = 150 << 20 // of terms in memory
	mostWords  = 4 << 20   // different terms; what comes after shares the numbers of others
	mostEdges  = 2 << 20   // pairs that are alike; after so many, or where there are
	mostDocs   = 500_000   // more texts than this, each is compared
	fewTried   = 12        // with those only that share most with it,
	fewEdges   = 2         // until it is like so many
	mostRounds = 8
)

// ErrTooMuch says that the texts do not fit into memory, and that there is no
// spool.
var ErrTooMuch = errors.New("this is too much text to be compared at once: group it in parts, such as a year each")

// A Spool keeps terms out of memory: a file, for instance.
type Spool interface {
	io.Writer
	io.ReaderAt
}

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
// cost is at most 512 comparisons a row; of many rows, see mostDocs, twelve, and a
// group may then be found in parts. Memory is about 3 bytes a term and row,
// of which at most 150 MB are kept and the rest lies in the spool, 200 MB at
// most for the words, and 60 bytes for each different row: a gigabyte of messages
// takes some 450 MB.
type Grouping struct {
	at     map[term]int32
	df     []int32
	docs   []doc
	of     []int32 // the doc of each row; -1 without words
	known  map[uint64]int32
	kept   []byte // terms of docs, as encode writes them: the last ones, if there are more
	spool  Spool
	room   int       // for kept
	spent  int64     // bytes in the spool
	end    int64     // bytes of all
	weight []float64 // of each term, once all is there
	clock  float64   // of closeness in time
	mute   int
}

// A doc is what rows with the same words and place say.
type doc struct {
	terms int64 // where they begin; they end where those of the next begin
	at    int64 // seconds; noTime if unknown
	sum   float64
}

const noTime = math.MinInt64

// NewGrouping begins a Grouping without rows. The spool, which may be nil,
// takes what does not fit into memory.
func NewGrouping(spool Spool) *Grouping {
	return &Grouping{at: map[term]int32{}, known: map[uint64]int32{}, spool: spool, room: mostBytes}
}

// Add adds a row. A row without words is in no group. ErrTooMuch and errors of
// the spool end it.
func (g *Grouping) Add(r Row) error {
	g.of = append(g.of, -1)
	said, place := units(r.Text), units(r.Place)
	if len(said) == 0 {
		g.mute++
		return nil
	}
	key := join(sequence(said), sequence(place))
	if d, ok := g.known[key]; ok {
		g.of[len(g.of)-1] = d
		return nil
	}
	g.known[key] = int32(len(g.docs))
	g.of[len(g.of)-1] = int32(len(g.docs))
	list := terms(said, place)
	ids := make([]int32, len(list))
	for i, t := range list {
		id, ok := g.at[t]
		if !ok {
			if id = int32(len(g.df)); id < mostWords {
				g.at[t] = id
				g.df = append(g.df, 0)
			} else {
				id = int32(t % mostWords)
			}
		}
		ids[i] = id
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids {
		g.df[id]++
	}
	d := doc{terms: g.end, at: noTime}
	if !r.At.IsZero() {
		d.at = r.At.Unix()
	}
	g.docs = append(g.docs, d)
	before := len(g.kept)
	g.kept = encode(g.kept, ids)
	g.end += int64(len(g.kept) - before)
	if len(g.kept) < g.room {
		return nil
	}
	if g.spool == nil {
		return ErrTooMuch
	}
	n, err := g.spool.Write(g.kept)
	g.spent += int64(n)
	g.kept = g.kept[:0]
	return err
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
	if err := g.weigh(); err != nil {
		return nil, err
	}
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
	return g.collect(centre)
}

// weigh gives terms their weights.
func (g *Grouping) weigh() error {
	g.at, g.known = nil, nil // the rest needs the memory
	g.weight = make([]float64, len(g.df))
	n := float64(len(g.docs))
	for id, df := range g.df {
		g.weight[id] = math.Log(1 + n/float64(df))
	}
	g.clock = math.Log(1 + n)
	r := reader{g: g}
	for i := range g.docs {
		ids, err := r.terms(int32(i))
		if err != nil {
			return err
		}
		sum := 0.0
		for _, id := range ids {
			sum += g.weight[id]
		}
		g.docs[i].sum = sum
	}
	return nil
}

// likeness gives the share of the evidence of two docs that is common, or 0
// as soon as it cannot be alike. Their terms are x and y.
func (g *Grouping) likeness(a, b *doc, x, y []int32) float64 {
	clock := 0.0
	if a.at != noTime && b.at != noTime {
		clock = g.clock
	}
	most := (min(a.sum, b.sum) + clock) * (1 - alike) / alike // of what is not common
	if math.Abs(a.sum-b.sum) > most {
		return 0
	}
	var common, apart float64
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

// prefix puts the terms of a doc in order, the rarest first, and gives those
// one of which it shares with every doc that it is alike; rest is the weight
// of those behind them.
func (g *Grouping) prefix(d *doc, ids []int32) (list []int32, rest float64) {
	clock := 0.0
	if d.at != noTime {
		clock = g.clock
	}
	slices.SortFunc(ids, g.rarer)
	rest = d.sum
	n := 0
	for n < len(ids) && rest+clock >= alike*(d.sum+clock)-1e-9 {
		rest -= g.weight[ids[n]]
		n++
	}
	list = ids[:n]
	for len(list) > 0 && g.df[list[0]] == 1 {
		list = list[1:] // nobody else has it
	}
	for len(list) > mostLists {
		rest += g.weight[list[len(list)-1]]
		list = list[:len(list)-1]
	}
	if len(list) == 0 {
		rest = 0 // it is in no list
	}
	return list, rest
}

// rarer puts the rarer of two terms first.
func (g *Grouping) rarer(a, b int32) int {
	return cmp.Or(cmp.Compare(g.df[a], g.df[b]), cmp.Compare(a, b))
}

// lists are the latest docs that have each term in their prefix.
type lists struct {
	from []uint32 // where those of a term begin in docs
	docs []int32
	n    []uint8 // how many there were, up to one more than mostBack
	next []uint8 // where the next goes
}

func newLists(df []int32) *lists {
	l := &lists{from: make([]uint32, len(df)+1), n: make([]uint8, len(df)), next: make([]uint8, len(df))}
	for t, n := range df {
		if n == 1 {
			n = 0 // never looked for
		}
		l.from[t+1] = l.from[t] + uint32(min(n, mostBack))
	}
	l.docs = make([]int32, l.from[len(df)])
	return l
}

func (l *lists) add(t, doc int32) {
	l.docs[l.from[t]+uint32(l.next[t])] = doc
	if l.next[t]++; l.from[t]+uint32(l.next[t]) == l.from[t+1] {
		l.next[t] = 0
	}
	l.n[t] = min(l.n[t]+1, mostBack+1)
}

// look calls f for the latest docs of a term, and reports whether there are
// more.
func (l *lists) look(t int32, f func(doc int32)) (more bool) {
	held := l.docs[l.from[t]:l.from[t+1]]
	at := int(l.next[t])
	for range min(int(l.n[t]), len(held)) {
		if at == 0 {
			at = len(held)
		}
		at--
		f(held[at])
	}
	return l.n[t] > mostBack
}

// neighbours finds the pairs of some docs, in this order, that are alike. Two
// docs are compared only if what they share of the prefix, with all that they
// might share beside it, would be enough.
func (g *Grouping) neighbours(ctx context.Context, docs []int32) (*graph, error) {
	l := newLists(g.df)
	// Of each doc met: the weight it shares, and how much of that in lists that
	// go on, where another might have been passed over.
	shared, unsure := make([]float32, len(g.docs)), make([]float32, len(g.docs))
	// What a shared term may be beside: those that come after the prefix of the
	// doc whose prefix ends first.
	ends, rest := make([]int32, len(g.docs)), make([]float32, len(g.docs))
	var met, here []int32
	var tried []edge // with what they share
	var pairs []pairing
	mine, other := reader{g: g}, reader{g: g}
	var order []int32
	for n, i := range docs {
		if n%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d := &g.docs[i]
		ids, err := mine.terms(i)
		if err != nil {
			return nil, err
		}
		met, tried = met[:0], tried[:0]
		going := 0.0
		order = append(order[:0], ids...)
		prefix, behind := g.prefix(d, order)
		rest[i] = float32(behind)
		if len(prefix) > 0 {
			ends[i] = prefix[len(prefix)-1]
		}
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
			if g.rarer(ends[j], ends[i]) < 0 {
				beside = rest[j]
			}
			most := float64(shared[j]) + going - float64(unsure[j]) + float64(beside)
			if most >= g.leastShared(d, o) {
				tried = append(tried, edge{j, shared[j]})
			}
			shared[j], unsure[j] = 0, 0
		}
		many := len(pairs) > mostEdges || len(g.docs) > mostDocs
		if many {
			slices.SortFunc(tried, nearest)
			tried = tried[:min(len(tried), fewTried)]
		}
		found := 0
		for _, e := range tried {
			its, err := other.terms(e.to)
			if err != nil {
				return nil, err
			}
			s := g.likeness(d, &g.docs[e.to], ids, its)
			if s < alike {
				continue
			}
			pairs = append(pairs, pairing{i, edge{e.to, float32(s)}})
			if found++; many && found == fewEdges {
				break
			}
		}
	}
	return newGraph(len(g.docs), pairs), nil
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
func (g *Grouping) stars(near *graph) []int32 {
	centre := make([]int32, len(g.docs))
	var order []int32
	for i := range centre {
		centre[i] = -1
		if len(near.of(int32(i))) > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(len(near.of(b)), len(near.of(a))) })
	covered := make([]bool, len(centre))
	for _, i := range order {
		if covered[i] {
			continue
		}
		centre[i], covered[i] = i, true
		for _, e := range near.of(i) {
			covered[e.to] = true
		}
	}
	for i := range centre {
		if centre[i] >= 0 {
			continue
		}
		best := edge{to: int32(i)}
		for _, e := range near.of(int32(i)) {
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
	members := map[int32][]int32{} // of those that have others, but for the middle itself
	for i, c := range centre {
		if c != int32(i) {
			members[c] = append(members[c], int32(i))
		}
	}
	var middles []int32
	for _, i := range order {
		if len(members[i]) > 0 {
			middles = append(middles, i)
		}
	}
	near, err := g.neighbours(ctx, middles)
	if err != nil {
		return false, err
	}
	slices.SortStableFunc(middles, func(a, b int32) int { return cmp.Compare(len(members[a]), len(members[b])) })
	joined := false
	mine, other := reader{g: g}, reader{g: g}
	gone := map[int32]bool{}
	for _, small := range middles {
		list := slices.Clone(near.of(small))
		slices.SortFunc(list, nearest)
		for _, e := range list {
			if len(members[e.to]) < len(members[small]) || gone[e.to] || gone[small] {
				continue
			}
			theirs, err := other.terms(e.to)
			if err != nil {
				return false, err
			}
			apart := false
			all := append(slices.Clone(members[small]), small)
			for _, m := range all {
				its, err := mine.terms(m)
				if err != nil {
					return false, err
				}
				if g.likeness(&g.docs[m], &g.docs[e.to], its, theirs) < alike {
					apart = true
					break
				}
			}
			if apart {
				continue
			}
			for _, m := range all {
				centre[m] = e.to
			}
			members[e.to] = append(members[e.to], all...)
			members[small] = nil
			gone[small], joined = true, true
			break
		}
	}
	return joined, nil
}

func (g *Grouping) collect(centre []int32) ([]Group, error) {
	// Docs that are alone, of one row, are most: they take no memory.
	size := make([]int32, len(centre))
	for _, d := range g.of {
		if d >= 0 {
			size[centre[d]]++
		}
	}
	of := map[int32]*Group{}
	for row, d := range g.of {
		if d < 0 || size[centre[d]] < 2 {
			continue
		}
		group := of[centre[d]]
		if group == nil {
			group = &Group{Score: 1}
			of[centre[d]] = group
		}
		group.Rows = append(group.Rows, row)
	}
	mine, other := reader{g: g}, reader{g: g}
	for i, c := range centre {
		if int32(i) == c {
			continue
		}
		its, err := mine.terms(int32(i))
		if err != nil {
			return nil, err
		}
		theirs, err := other.terms(c)
		if err != nil {
			return nil, err
		}
		of[c].Score = min(of[c].Score, g.likeness(&g.docs[i], &g.docs[c], its, theirs))
	}
	list := make([]Group, 0, len(of))
	for _, group := range of {
		list = append(list, *group)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(cmp.Compare(len(b.Rows), len(a.Rows)), cmp.Compare(a.Rows[0], b.Rows[0]))
	})
	return list, nil
}
