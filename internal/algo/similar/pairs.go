package similar

import (
	"math"
	"slices"
)

// A Pair is two texts that may say the same.
type Pair struct{ A, B string }

// A Scorer says how likely two short texts, such as two questions, ask for the
// same. It knows how rare each term is and which terms stand for each other,
// both from pairs that nobody has labelled.
type Scorer struct {
	at      map[term]int32
	idf     []float64
	unseen  float64
	vectors *vectors
}

// What a score starts from, before the two texts have said anything, in nats:
// as if one rare term had been found in both and two in one alone. It keeps
// texts of three signs from being as sure as long ones.
const (
	priorShared, priorApart = 10, 20
	// mostAligned bounds the terms of a text that look for a partner that is
	// not the same: beyond it, what two texts share word by word says enough.
	mostAligned = 256
)

// Learn makes a Scorer of pairs. The weight of a term is its idf, ln(1+N/df)
// over the N texts; terms stand for each other as far as they occur in the
// same pairs (see vectors). The same pairs make the same Scorer. The cost is
// linear in the length of all texts.
func Learn(pairs []Pair) *Scorer {
	s := &Scorer{at: map[term]int32{}}
	var df []int32
	docs := make([][]int32, 0, 2*len(pairs))
	for _, p := range pairs {
		for _, t := range [2]string{p.A, p.B} {
			list := terms(units(t))
			doc := make([]int32, len(list))
			for i, t := range list {
				id, ok := s.at[t]
				if !ok {
					id = int32(len(df))
					s.at[t] = id
					df = append(df, 0)
				}
				df[id]++
				doc[i] = id
			}
			docs = append(docs, doc)
		}
	}
	n := float64(len(docs))
	s.unseen = math.Log(1 + n)
	s.idf = make([]float64, len(df))
	for i, d := range df {
		s.idf[i] = math.Log(1 + n/float64(d))
	}
	s.vectors = learnVectors(docs, df, s.idf)
	return s
}

// Score gives how likely a and b ask for the same, between 0 and 1; 1 where
// they are the same but for punctuation, 0 where one says nothing. Only the
// order of scores has a meaning: they are not calibrated.
//
// Each term takes its best partner in the other text: itself, or else the
// term whose vector points most nearly the same way, which is worth the square
// of the cosine. With m the weight that is matched and u the weight that is
// not, of both texts, the score is (m + 10) / (m + u + 30): Tversky's ratio of
// what is common to what is common or distinct (1977), smoothed. Unlike a
// cosine it grows with how much is common, not with its share alone. The cost
// is that of |a|·|b| products of 32 numbers, of at most 256 terms each.
func (s *Scorer) Score(a, b string) float64 {
	ua, ub := units(a), units(b)
	if len(ua) == 0 || len(ub) == 0 {
		return 0
	}
	if slices.Equal(ua, ub) {
		return 1
	}
	ta, tb := terms(ua), terms(ub)
	onlyA, onlyB := without(ta, tb), without(tb, ta)
	// What is in one alone may find a partner anywhere in the other.
	sharedA, apartA := s.align(onlyA, tb)
	sharedB, apartB := s.align(onlyB, ta)
	shared := (sharedA + sharedB) / 2
	for _, t := range ta {
		if _, alone := slices.BinarySearch(onlyA, t); !alone {
			shared += s.weight(t)
		}
	}
	return (shared + priorShared) / (shared + apartA + apartB + priorShared + priorApart)
}

func (s *Scorer) weight(t term) float64 {
	if i, ok := s.at[t]; ok {
		return s.idf[i]
	}
	return s.unseen
}

// align gives the weight of terms that find a partner among others, and of
// the rest.
func (s *Scorer) align(alone, others []term) (shared, apart float64) {
	partners := s.known(others)
	for i, t := range alone {
		w, best := s.weight(t), 0.0
		if id, ok := s.at[t]; ok && i < mostAligned && s.vectors.has(id) {
			for _, p := range partners {
				best = max(best, s.vectors.cosine(id, p))
			}
		}
		shared += w * best * best
		apart += w * (1 - best*best)
	}
	return shared, apart
}

// known gives those terms that have a vector, not too many.
func (s *Scorer) known(list []term) []int32 {
	var ids []int32
	for _, t := range list {
		if id, ok := s.at[t]; ok && len(ids) < mostAligned && s.vectors.has(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// without gives what is in a and not in b, both ascending.
func without(a, b []term) []term {
	var out []term
	for _, t := range a {
		for len(b) > 0 && b[0] < t {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != t {
			out = append(out, t)
		}
	}
	return out
}
