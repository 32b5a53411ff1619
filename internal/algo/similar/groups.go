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
	mostLists  = 32       // of terms that a text looks for others in, the rarest first
	mostBack   = 16       // texts of each list, the latest first
	mostBytes  = 64 << 20 // of terms in memory
	mostWords  = 4 << 20  // different terms; what comes after shares the numbers of others
	mostEdges  = 2 << 20  // pairs that are alike; after so many, or where there are
	mostDocs   = 500_000  // more texts than this, each is compared
	fewTried   = 12       // with those only that share most with it, in each way,
	fewEdges   = 5        // until it is like so many
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
// cost is at most 512 comparisons a row; of many rows, see mostDocs, 24: with
// those that share couples of terms, as single terms tell nothing there, and
// with those that share the rarest; a group may then be found in parts. Memory is about 3 bytes a term and row,
// of which at most 64 MB are kept and the rest lies in the spool, 200 MB at
// most for the words, and 60 bytes for each different row: a gigabyte of messages
// takes some 450 MB.
type Grouping struct {
	// Progress, if it is not nil, is told now and then how many of all
	// different rows have been compared.
	Progress func(done, all int)

	at    map[term]int32
	df    []int32
	docs  []doc
	of    []int32 // the doc of each row; -1 without words
	known map[uint64]int32
	store
	other  []int32   // memory of sort
	weight []float64 // of each term, once all is there
	clock  float64   // of closeness in time
	mute   int
	many   int // mostDocs
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
	return &Grouping{at: map[term]int32{}, known: map[uint64]int32{}, store: store{spool: spool, room: mostBytes}, many: mostDocs}
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
	ids = slices.Compact(g.sort(ids))
	for _, id := range ids {
		g.df[id]++
	}
	d := doc{terms: g.end, at: noTime}
	if !r.At.IsZero() {
		d.at = r.At.Unix()
	}
	g.docs = append(g.docs, d)
	return g.keep(ids)
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

// sort puts the numbers of terms in order: many by their three bytes, the
// lowest first (radix sort), which are enough for mostWords. The result is
// valid until the next call.
func (g *Grouping) sort(ids []int32) []int32 {
	if len(ids) < 64 {
		slices.Sort(ids)
		return ids
	}
	g.other = slices.Grow(g.other[:0], len(ids))[:len(ids)]
	from, to := ids, g.other
	for shift := 0; shift < 24; shift += 8 {
		var at [256]int32
		for _, id := range from {
			at[id>>shift&255]++
		}
		sum := int32(0)
		for i, n := range at {
			at[i] = sum
			sum += n
		}
		for _, id := range from {
			k := &at[id>>shift&255]
			to[*k] = id
			*k++
		}
		from, to = to, from
	}
	return from
}

// weigh gives terms their weights, and new numbers, by rarity: a doc's rarest
// terms then come first.
func (g *Grouping) weigh() error {
	g.at, g.known = nil, nil // the rest needs the memory
	order := make([]int32, len(g.df))
	for id := range order {
		order[id] = int32(id)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(g.df[a], g.df[b]), cmp.Compare(a, b)) })
	rank, df := make([]int32, len(g.df)), make([]int32, len(g.df))
	for r, id := range order {
		rank[id], df[r] = int32(r), g.df[id]
	}
	g.df = df
	g.weight = make([]float64, len(g.df))
	n := float64(len(g.docs))
	for id, df := range g.df {
		g.weight[id] = math.Log(1 + n/float64(df))
	}
	g.clock = math.Log(1 + n)
	old, err := g.begin()
	if err != nil {
		return err
	}
	r := reader{docs: g.docs, from: old}
	for i := range g.docs {
		ids, err := r.terms(int32(i))
		if err != nil {
			return err
		}
		for k, id := range ids {
			ids[k] = rank[id]
		}
		ids = g.sort(ids)
		sum := 0.0
		for _, id := range ids {
			sum += g.weight[id]
		}
		g.docs[i].sum, g.docs[i].terms = sum, g.end
		if err := g.keep(ids); err != nil {
			return err
		}
	}
	return nil
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
	mine, other := g.reader(), g.reader()
	gone := map[int32]bool{}
	for _, small := range middles {
		list := slices.Clone(near.of(small))
		slices.SortFunc(list, nearest)
		for _, e := range list {
			if len(members[e.to]) < len(members[small]) || gone[e.to] || gone[small] {
				continue
			}
			theirs, err := other.raw(e.to)
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
	mine, other := g.reader(), g.reader()
	for i, c := range centre {
		if int32(i) == c {
			continue
		}
		its, err := mine.terms(int32(i))
		if err != nil {
			return nil, err
		}
		theirs, err := other.raw(c)
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
