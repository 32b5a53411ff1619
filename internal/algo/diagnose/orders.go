package diagnose

import (
	"bufio"
	"cmp"
	"errors"
	"hash/maphash"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// ErrNoOrders means that there was no row.
var ErrNoOrders = errors.New("there are no orders")

// ErrTooMany means that there are more rows than are kept in memory.
var ErrTooMany = errors.New("there are too many rows: give a year at a time")

const (
	maxRows  = 20_000_000
	maxWords = 4096 // bytes of a text or answer that are looked at
)

// A Spool keeps texts out of memory: a file, for instance.
type Spool interface {
	io.Writer
	io.ReaderAt
}

// Orders are the rows of an export, gathered by order. Texts lie in the spool;
// in memory an order takes about 200 bytes and an event 24.
type Orders struct {
	Has   Field
	seed  maphash.Seed
	at    map[uint64]int32 // by hash of the id; two ids of one hash are one in 10⁷ exports
	ids   []byte
	list  []order
	event []event
	rows  int

	units, categories, events names
	callers                   map[uint64]int32

	spool Spool
	out   *bufio.Writer
	size  int64
	err   error
}

type ref struct {
	at int64
	n  int32
}

type order struct {
	id                ref
	text, answer      ref
	time, closed, due int64 // seconds since 1970, 0: unknown
	answerHash        uint64
	category, caller  int32 // -1: unknown
	first, last       int32 // events
	chain             ref   // into chains
	verdict           verdict
	returned          bool // an event says so
}

type event struct {
	time       int64
	unit, what int32
	next       int32
}

// names numbers strings.
type names struct {
	at   map[string]int32
	list []string
}

func (n *names) number(s string) int32 {
	if s = strings.Join(strings.Fields(s), " "); s == "" {
		return -1
	}
	if i, ok := n.at[s]; ok {
		return i
	}
	if n.at == nil {
		n.at = map[string]int32{}
	}
	i := int32(len(n.list))
	s = strings.Clone(s)
	n.at[s] = i
	n.list = append(n.list, s)
	return i
}

// NewOrders begins to gather orders whose rows have the fields of has.
func NewOrders(has Field, spool Spool) *Orders {
	return &Orders{
		Has: has, seed: maphash.MakeSeed(), at: map[uint64]int32{}, callers: map[uint64]int32{},
		spool: spool, out: bufio.NewWriterSize(spool, 1<<20),
	}
}

// Len is the number of orders so far.
func (o *Orders) Len() int { return len(o.list) }

// Add takes the next row.
func (o *Orders) Add(r Row) error {
	if o.rows++; o.rows > maxRows {
		return ErrTooMany
	}
	h := maphash.String(o.seed, r.ID)
	i, ok := o.at[h]
	if !ok {
		i = int32(len(o.list))
		o.at[h] = i
		o.list = append(o.list, order{id: ref{int64(len(o.ids)), int32(len(r.ID))}, category: -1, caller: -1, first: -1, last: -1})
		o.ids = append(o.ids, r.ID...)
	}
	x := &o.list[i]
	if t := seconds(r.Time); t != 0 && (x.time == 0 || t < x.time) {
		x.time = t
	}
	x.closed, x.due = max(x.closed, seconds(r.Closed)), max(x.due, seconds(r.Due))
	if x.text.n == 0 {
		x.text = o.keep(r.Text)
	}
	if a := strings.TrimSpace(r.Answer); a != "" {
		if h := maphash.String(o.seed, a); h != x.answerHash || x.answer.n == 0 {
			x.answer, x.answerHash = o.keep(a), h
		}
	}
	if c := o.categories.number(r.Category); c >= 0 {
		x.category = c
	}
	if r.Caller != "" && x.caller < 0 {
		h := maphash.String(o.seed, r.Caller)
		n, ok := o.callers[h]
		if !ok {
			n = int32(len(o.callers))
			o.callers[h] = n
		}
		x.caller = n
	}
	if v := readVerdict(r.Verdict); v != unknown {
		x.verdict = v
	}
	for unit := range strings.SplitSeq(strings.ReplaceAll(r.Unit, "->", "→"), "→") {
		e := event{seconds(r.Time), o.units.number(unit), o.events.number(r.Event), -1}
		if e.unit < 0 && e.what < 0 {
			continue
		}
		k := int32(len(o.event))
		o.event = append(o.event, e)
		if x.first < 0 {
			x.first = k
		} else {
			o.event[x.last].next = k
		}
		x.last = k
	}
	return o.err
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func (o *Orders) keep(s string) ref {
	s = strings.TrimSpace(s)
	if len(s) > maxWords {
		s = strings.ToValidUTF8(s[:maxWords], "")
	}
	if s == "" || o.err != nil {
		return ref{}
	}
	r := ref{o.size, int32(len(s))}
	_, o.err = o.out.WriteString(s)
	o.size += int64(len(s))
	return r
}

// ID is the id of an order.
func (o *Orders) id(i int) string {
	r := o.list[i].id
	return string(o.ids[r.at : r.at+int64(r.n)])
}

// A reader reads texts from the spool; where they are read in their order,
// a megabyte at a time.
type reader struct {
	from  io.ReaderAt
	buf   []byte
	start int64
	err   error
}

func (o *Orders) reader() *reader { return &reader{from: o.spool} }

func (r *reader) read(x ref) string {
	if x.n == 0 || r.err != nil {
		return ""
	}
	if x.at < r.start || x.at+int64(x.n) > r.start+int64(len(r.buf)) {
		size := 16 << 10
		if near := x.at - r.start - int64(len(r.buf)); near >= 0 && near < 1<<20 {
			size = 1 << 20
		}
		if cap(r.buf) < size {
			r.buf = make([]byte, size)
		}
		n, err := r.from.ReadAt(r.buf[:max(size, int(x.n))], x.at)
		if err != nil && !errors.Is(err, io.EOF) || n < int(x.n) {
			r.err = cmp.Or(err, io.ErrUnexpectedEOF)
			return ""
		}
		r.buf, r.start = r.buf[:n], x.at
	}
	return string(r.buf[x.at-r.start:][:x.n])
}

// chains are the units each order went through, without the desk, runs of one
// unit as one.
type chains struct {
	all  []int32
	desk int32
}

func (c *chains) of(x *order) []int32 { return c.all[x.chain.at : x.chain.at+int64(x.chain.n)] }

var returnWords = []string{"退", "驳回", "return", "reject", "bounce"}

// chain sorts the events of each order by time and finds the desk: the unit
// that most orders with several units begin with, if it passes them to at
// least three others. It gives how many orders' events did not stand in order.
func (o *Orders) chain() (c *chains, moved int) {
	c = &chains{desk: -1}
	isReturn := make([]bool, len(o.events.list))
	for i, s := range o.events.list {
		for _, w := range returnWords {
			isReturn[i] = isReturn[i] || strings.Contains(strings.ToLower(s), w)
		}
	}
	isEnd := make([]bool, len(o.events.list))
	for i, s := range o.events.list {
		for _, w := range []string{"办结", "结案", "归档", "closed", "close"} {
			isEnd[i] = isEnd[i] || strings.Contains(strings.ToLower(s), w)
		}
	}
	var buf []event
	begins, several := map[int32]int{}, 0
	next := map[int32]map[int32]bool{}
	for i := range o.list {
		x := &o.list[i]
		buf = buf[:0]
		for k := x.first; k >= 0; k = o.event[k].next {
			e := o.event[k]
			if e.time == 0 && len(buf) > 0 {
				e.time = -max(buf[len(buf)-1].time, -buf[len(buf)-1].time) // unknown: after the one before it
			}
			buf = append(buf, e)
		}
		byTime := func(a, b event) int { return cmp.Compare(max(a.time, -a.time), max(b.time, -b.time)) }
		if !slices.IsSortedFunc(buf, byTime) {
			moved++
			slices.SortStableFunc(buf, byTime)
		}
		x.chain = ref{at: int64(len(c.all))}
		for _, e := range buf {
			if e.what >= 0 && isReturn[e.what] {
				x.returned = true
			}
			if e.what >= 0 && isEnd[e.what] && o.Has&Closed == 0 {
				x.closed = max(x.closed, e.time)
			}
			if n := int64(len(c.all)); e.unit >= 0 && (n == x.chain.at || c.all[n-1] != e.unit) {
				c.all = append(c.all, e.unit)
			}
		}
		x.chain.n = int32(int64(len(c.all)) - x.chain.at)
		if units := c.of(x); len(units) > 1 {
			several++
			begins[units[0]]++
			if next[units[0]] == nil {
				next[units[0]] = map[int32]bool{}
			}
			next[units[0]][units[1]] = true
		}
	}
	for u, n := range begins {
		if n*2 > several && len(next[u]) >= 3 {
			c.desk = u
		}
	}
	if c.desk < 0 {
		return c, moved
	}
	for i := range o.list {
		x := &o.list[i]
		units := c.of(x)
		kept := units[:0]
		for _, u := range units {
			if u != c.desk && (len(kept) == 0 || kept[len(kept)-1] != u) {
				kept = append(kept, u)
			}
		}
		if len(kept) == 0 && len(units) > 0 {
			kept = units[:1] // the desk has answered itself
		}
		x.chain.n = int32(len(kept))
	}
	return c, moved
}

type verdict int8

const (
	unknown verdict = iota
	good
	bad
)

// readVerdict reads what a resident said of the outcome. A number is stars of
// five.
func readVerdict(s string) verdict {
	s = strings.ToLower(strings.TrimSpace(s))
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
	}
	switch {
	case s == "" || has("未评", "未回访", "无法联系", "未接", "拒访", "unknown", "no answer", "unconfirmed"):
		return unknown
	case s == "否" || s == "no" || s == "n" || s == "差" || s == "1" || s == "2" || s == "0" || s == "false" ||
		has("不满", "未解决", "没解决", "没有解决", "不认可", "较差", "很差", "不属实", "unsatisf", "dissatisf", "not solved", "unsolved", "unresolved", "not resolved", "bad", "poor"):
		return bad
	case s == "是" || s == "yes" || s == "y" || s == "好" || s == "3" || s == "4" || s == "5" || s == "true" ||
		has("满意", "解决", "认可", "良好", "较好", "很好", "satisf", "solved", "resolved", "good"):
		return good
	}
	return unknown
}

// median gives the middle of v, which it sorts; NaN of nothing.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
