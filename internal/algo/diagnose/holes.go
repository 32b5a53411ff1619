package diagnose

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"yiwang/internal/algo/text"
)

const (
	holePool  = 40_000 // orders that are looked at closely
	holeLeast = 10     // orders of a hole, and at least one in 3,000
	holesMost = 12
	holeTerms = 12
	holeUnit  = 0.3 // of a hole's orders ended with one unit, at least
	holeOwn   = 0.5 // of all orders with a term of a hole, at least so many are in the pool
)

// others are categories that say that there is none.
var others = []string{"其他", "其它", "其余", "未分类", "未归类", "不详", "未知", "待定", "无", "other", "others", "misc", "unknown", "none", "n/a", "-"}

func isOther(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || slices.Contains(others, s) {
		return true
	}
	// "其他类", "民政-其他", "Other matters": the last level counts.
	if i := strings.LastIndexAny(s, "/>-—、|\\"); i >= 0 {
		_, size := utf8.DecodeRuneInString(s[i:])
		return isOther(s[i+size:])
	}
	for _, o := range others[:4] {
		if strings.HasPrefix(s, o) && utf8.RuneCountInString(s) <= 6 {
			return true
		}
	}
	return strings.HasPrefix(s, "other ") || strings.HasPrefix(s, "misc")
}

// holes finds kinds of matters that the catalogue has no category for: among
// orders filed under "other" or nothing, or under something that their words
// do not speak for (a classifier that has not seen them finds no category
// likely, and theirs less so), those that share words which other orders seldom
// have. The word that stands in most of them begins a hole, the words that go
// with it make it, and whoever has two of these belongs to it; then the next. What
// ended with all sorts of units is a way of speaking and no hole.
func (w *work) holes() (*Finding, error) {
	f := &Finding{Key: "holes", Missing: w.missing(Text | Category), Columns: []string{"order", "hole", "words", "category", "text"}}
	if len(f.Missing) > 0 {
		return f, nil
	}
	pool, other, err := w.pool()
	if err != nil {
		return nil, err
	}
	found, err := w.clusters(pool)
	if err != nil {
		return nil, err
	}
	n := 0
	c := Chart{Key: "holes.words"}
	var examples []int32
	for _, h := range found {
		n += len(h.orders)
		c.Bars = append(c.Bars, Bar{Label: strings.Join(h.words, " "), Share: ShareOf(len(h.orders), len(w.list)), Days: -1})
		examples = append(examples, h.orders[0])
	}
	f.Share = ShareOf(n, len(w.list))
	f.Facts = map[string]float64{"holes": float64(len(found)), "other": float64(other), "pool": float64(len(pool))}
	if c.Bars = c.Bars[:min(len(c.Bars), bars)]; len(c.Bars) > 0 {
		f.Charts = []Chart{c}
	}
	f.Examples = w.examples(examples, w.category)
	f.Rows = func(write func(...string) error) error {
		in := w.reader()
		for k, h := range found {
			for _, i := range h.orders {
				if err := write(w.id(int(i)), decimals(float64(k+1), 0), strings.Join(h.words, " "), w.category(int(i)), cell(in.read(w.list[i].text))); err != nil {
					return err
				}
			}
		}
		return in.err
	}
	return f, nil
}

// pool gives the orders whose category says nothing, or nothing their words
// speak for; and how many are of the first sort.
func (w *work) pool() (pool []int32, other int, err error) {
	says := make([]bool, len(w.categories.list))
	for c, s := range w.categories.list {
		says[c] = !isOther(s)
	}
	f, err := w.foresee(func(w *work, i int) int32 {
		if c := w.list[i].category; c >= 0 && says[c] {
			return c
		}
		return -1
	}, "categories")
	if err != nil {
		return nil, 0, err
	}
	for i := range w.list {
		c := w.list[i].category
		switch {
		case w.list[i].text.n == 0:
		case c < 0 || !says[c]:
			other++
			pool = append(pool, int32(i))
		case f.said[i] >= 0 && f.said[i] != c && f.prob[i] < 0.5:
			pool = append(pool, int32(i))
		}
	}
	return pool, other, nil
}

type hole struct {
	words  []string
	orders []int32
	terms  map[uint32]bool
}

// A stem is a term of the pool: where it stands, and how it is written.
type stem struct {
	n    int
	word string
}

func (w *work) clusters(pool []int32) ([]hole, error) {
	step := 1 + len(pool)/holePool
	inPool := make([]uint64, (len(w.list)+63)/64)
	for _, i := range pool {
		inPool[i/64] |= 1 << (i % 64)
	}
	in := w.reader()
	var docs [][]uint32
	stems := map[uint32]*stem{}
	for k := 0; k < len(pool); k += step {
		s := in.read(w.list[pool[k]].text)
		docs = append(docs, set(nil, s))
		for t, word := range spelled(s) {
			x := stems[t]
			if x == nil {
				x = &stem{word: word}
				stems[t] = x
			}
			x.n++
		}
	}
	if in.err != nil {
		return nil, in.err
	}
	least := max(holeLeast, len(w.list)/3000) / step
	// How many orders of all have a term is known from the sample of rare.
	// A term is the pool's own if most orders that have it are in the pool.
	scale := float64(len(w.list)) / float64(max(1, w.rare.n))
	own := map[uint32]bool{}
	for t, x := range stems {
		if all := float64(w.rare.df[t>>(32-tableBits)]) * scale; x.n >= least && float64(x.n*step) >= holeOwn*all {
			own[t] = true
		}
	}
	left := make([]bool, len(docs))
	for k := range left {
		left[k] = true
	}
	var out []hole
	for range holesMost {
		h, ok := grow(docs, left, own, stems, max(2, least))
		if !ok {
			break
		}
		out = append(out, h)
	}
	// All of the pool, not only what was looked at closely.
	var buf []uint32
	for _, i := range pool {
		buf = set(buf, in.read(w.list[i].text))
		for k := range out {
			if has(buf, out[k].terms) {
				out[k].orders = append(out[k].orders, i)
				break
			}
		}
	}
	out = slices.DeleteFunc(out, func(h hole) bool {
		return len(h.orders) < max(holeLeast, len(w.list)/3000) || w.scattered(h.orders)
	})
	slices.SortStableFunc(out, func(a, b hole) int { return cmp.Compare(len(b.orders), len(a.orders)) })
	return out, in.err
}

// scattered reports whether orders ended with all sorts of units: what they
// share is then a way of speaking, and no matter that somebody could answer for.
func (w *work) scattered(orders []int32) bool {
	n, most, all := map[int32]int{}, 0, 0
	for _, i := range orders {
		if u := finalUnit(w, int(i)); u >= 0 {
			n[u]++
			most = max(most, n[u])
			all++
		}
	}
	return all >= holeLeast && float64(most) < holeUnit*float64(all)
}

// grow takes the hole with the most orders out of those left.
func grow(docs [][]uint32, left []bool, own map[uint32]bool, stems map[uint32]*stem, least int) (hole, bool) {
	n := map[uint32]int{}
	for k, d := range docs {
		for _, t := range d {
			if left[k] && own[t] {
				n[t]++
			}
		}
	}
	var seed uint32
	for t, c := range n {
		if c > n[seed] || c == n[seed] && stems[t].word < stems[seed].word {
			seed = t
		}
	}
	if n[seed] < least {
		return hole{}, false
	}
	with := map[uint32]int{}
	for k, d := range docs {
		if left[k] && slices.Contains(d, seed) {
			for _, t := range d {
				if own[t] {
					with[t]++
				}
			}
		}
	}
	h := hole{terms: map[uint32]bool{seed: true}}
	type scored struct {
		t uint32
		x float64
	}
	var list []scored
	for t, c := range with {
		// Together as often as either alone lets expect (Ochiai's coefficient).
		if x := float64(c) / math.Sqrt(float64(n[t])*float64(n[seed])); t != seed && c >= 3 && x >= 0.3 {
			list = append(list, scored{t, x})
		}
	}
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.x, a.x), cmp.Compare(stems[a.t].word, stems[b.t].word))
	})
	for _, s := range list[:min(len(list), holeTerms-1)] {
		h.terms[s.t] = true
	}
	h.words = []string{stems[seed].word}
	for _, s := range list[:min(len(list), holeTerms-1)] {
		h.words = append(h.words, stems[s.t].word)
	}
	h.words = joined(h.words)
	h.words = h.words[:min(len(h.words), 4)]
	for k, d := range docs {
		if left[k] && (slices.Contains(d, seed) || has(d, h.terms)) {
			left[k] = false
		}
	}
	return h, len(h.terms) > 1 || n[seed] >= 3*least
}

// joined makes pairs of signs that overlap into words: 无人 and 人机 are 无人机.
func joined(pairs []string) []string {
	words := slices.Clone(pairs)
	for i := 0; i < len(words); i++ {
		for j := len(words) - 1; j > i; j-- {
			a, b := []rune(words[i]), []rune(words[j])
			switch {
			case a[len(a)-1] == b[0] && text.Han(b[0]):
				words[i] += string(b[1:])
			case b[len(b)-1] == a[0] && text.Han(a[0]):
				words[i] = words[j] + string(a[1:])
			default:
				continue
			}
			words = slices.Delete(words, j, j+1)
			j = len(words)
		}
	}
	return words
}

// has reports whether a text has two of the terms, or the only one.
func has(doc []uint32, terms map[uint32]bool) bool {
	n := 0
	for _, t := range doc {
		if terms[t] {
			n++
		}
	}
	return n >= min(2, len(terms))
}

// spelled gives the terms of a text with how they are written.
func spelled(s string) map[uint32]string {
	out := map[uint32]string{}
	var buf []uint32
	for _, word := range text.Bigrams(s) {
		if buf = terms(buf[:0], word); len(buf) == 1 {
			out[buf[0]] = word
		}
	}
	return out
}
