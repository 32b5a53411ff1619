// Package retrieve finds the documents that answer a text: for somebody who
// is still typing, the article of the knowledge base that says what they ask.
// It ranks by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond", 2009) over the terms of package text, in one
// index in memory that is changed document by document. Messages that speak
// of the same matter are package similar.
package retrieve

import (
	"cmp"
	"math"
	"slices"

	"yiwang/internal/algo/text"
)

// BM25's constants as its authors recommend them. A term of a title counts as
// if it stood there titleWeight times.
const (
	k1          = 1.2
	b           = 0.75
	titleWeight = 3
)

// common is the share of the documents above which a term says nothing.
const common = 0.2

// An Index holds documents. The zero Index is empty. It is not safe for use
// while it is changed.
type Index struct {
	slots    map[int64]int32 // where a document is
	docs     []document
	postings map[string][]posting
	length   int // of all live documents
	live     int
	dead     int
}

type document struct {
	id     int64
	length int32
	titles [][]string // the distinct terms of each; nil where the document is gone
}

type posting struct {
	slot int32
	tf   uint16
}

// A Hit is a document with how well it fits.
type Hit struct {
	ID int64
	// Score is BM25 as a share of the most that those of the query's terms
	// could give that stand in any document, 0 to 1.
	Score float64
	// Title is the share of a title's terms that stand in the query, each
	// weighted by its rarity, 0 to 1; of several titles the best.
	Title float64
}

// Len is the number of documents.
func (x *Index) Len() int { return x.live }

// Put adds a document, in place of the one that had its id. It may have a
// title in each language. Of body the first 4,000 bytes count, so that one
// long document costs no more than others.
func (x *Index) Put(id int64, body string, titles ...string) {
	x.Remove(id)
	if x.slots == nil {
		x.slots, x.postings = map[int64]int32{}, map[string][]posting{}
	}
	if len(body) > 4000 {
		body = body[:4000]
	}
	counts := map[string]int{}
	slot := int32(len(x.docs))
	doc := document{id: id, titles: make([][]string, 0, len(titles))}
	for _, title := range titles {
		terms := text.Bigrams(text.Normalize(title))
		for _, t := range terms {
			counts[t] += titleWeight
		}
		slices.Sort(terms)
		doc.titles = append(doc.titles, slices.Clone(slices.Compact(terms)))
	}
	for _, t := range text.Bigrams(text.Normalize(body)) {
		counts[t]++
	}
	for t, n := range counts {
		x.postings[t] = append(x.postings[t], posting{slot, uint16(min(n, math.MaxUint16))})
		doc.length += int32(n)
	}
	x.docs = append(x.docs, doc)
	x.slots[id] = slot
	x.length += int(doc.length)
	x.live++
}

// Remove takes a document out. Its terms are cleared away once a quarter of
// all are of documents that are gone; until then they still count for how rare
// a term is.
func (x *Index) Remove(id int64) {
	slot, ok := x.slots[id]
	if !ok {
		return
	}
	delete(x.slots, id)
	x.length -= int(x.docs[slot].length)
	x.docs[slot].titles = nil
	x.live--
	if x.dead++; x.dead > 64 && x.dead*4 > len(x.docs) {
		x.compact()
	}
}

func (x *Index) compact() {
	moved := make([]int32, len(x.docs))
	kept := x.docs[:0]
	for i, d := range x.docs {
		moved[i] = -1
		if d.titles != nil {
			moved[i] = int32(len(kept))
			x.slots[d.id] = moved[i]
			kept = append(kept, d)
		}
	}
	x.docs, x.dead = kept, 0
	for t, list := range x.postings {
		out := list[:0]
		for _, p := range list {
			if moved[p.slot] >= 0 {
				out = append(out, posting{moved[p.slot], p.tf})
			}
		}
		if len(out) == 0 {
			delete(x.postings, t)
		} else {
			x.postings[t] = out
		}
	}
}

// Find gives the limit documents that fit query best, best first, of those
// that keep lets pass. It costs as much as the query's terms have postings;
// terms that a fifth of all documents have are left out while others are
// there.
func (x *Index) Find(query string, limit int, keep func(id int64) bool) []Hit {
	if x.live == 0 || limit <= 0 {
		return nil
	}
	terms := text.Bigrams(text.Normalize(query))
	slices.Sort(terms)
	terms = slices.Compact(terms)
	rare := slices.DeleteFunc(slices.Clone(terms), func(t string) bool {
		n := len(x.postings[t])
		return n == 0 || n > 10 && float64(n) > common*float64(len(x.docs))
	})
	if len(rare) == 0 {
		rare = terms
	}
	mean := float64(x.length) / float64(x.live)
	most := 0.0
	for _, t := range terms {
		if len(x.postings[t]) > 0 {
			most += x.idf(t) * (k1 + 1)
		}
	}
	scores := make([]float64, len(x.docs))
	for _, t := range rare {
		weight := x.idf(t) * (k1 + 1)
		for _, p := range x.postings[t] {
			tf := float64(p.tf)
			scores[p.slot] += weight * tf / (tf + k1*(1-b+b*float64(x.docs[p.slot].length)/mean))
		}
	}
	// The title counts among those whose terms fit best.
	hits := best(scores, max(50, 5*limit), func(slot int) bool {
		d := x.docs[slot]
		return d.titles != nil && (keep == nil || keep(d.id))
	})
	for i, h := range hits {
		d := x.docs[h.ID]
		hits[i] = Hit{ID: d.id, Score: h.Score / most, Title: x.covered(d.titles, terms)}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score*(1+b.Title), a.Score*(1+a.Title)), cmp.Compare(a.ID, b.ID))
	})
	return hits[:min(limit, len(hits))]
}

// best gives the n greatest scores above 0 with their slots as ids, in no
// order. keep is asked only of those that would be among them.
func best(scores []float64, n int, keep func(slot int) bool) []Hit {
	var top []Hit // a heap, the least first
	down := func(i int) {
		for {
			least := i
			for c := 2*i + 1; c <= 2*i+2 && c < len(top); c++ {
				if top[c].Score < top[least].Score {
					least = c
				}
			}
			if least == i {
				return
			}
			top[i], top[least] = top[least], top[i]
			i = least
		}
	}
	for slot, s := range scores {
		switch {
		case s <= 0 || len(top) == n && s <= top[0].Score || !keep(slot):
		case len(top) < n:
			top = append(top, Hit{ID: int64(slot), Score: s})
			if len(top) == n {
				for i := n / 2; i >= 0; i-- {
					down(i)
				}
			}
		default:
			top[0] = Hit{ID: int64(slot), Score: s}
			down(0)
		}
	}
	return top
}

// idf is how much a term says, above 0 for every term.
func (x *Index) idf(t string) float64 {
	n := float64(len(x.postings[t]))
	return math.Log(1 + (float64(len(x.docs))-n+0.5)/(n+0.5))
}

// covered is the share of the best title, by rarity, that sorted terms hold.
func (x *Index) covered(titles [][]string, terms []string) (share float64) {
	for _, title := range titles {
		var has, all float64
		for _, t := range title {
			w := x.idf(t)
			all += w
			if _, found := slices.BinarySearch(terms, t); found {
				has += w
			}
		}
		if all > 0 {
			share = max(share, has/all)
		}
	}
	return share
}
