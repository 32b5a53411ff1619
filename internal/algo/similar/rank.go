// Package similar says how much two messages speak of the same thing: for
// somebody who is still typing, which of the open matters nearby is theirs.
// What is compared is bigrams of signs, weighted by how rare they are among
// the candidates, so that "please" counts for nothing and a street's name for
// much. Sorting messages into categories is package classify.
package similar

import (
	"cmp"
	"math"
	"slices"

	"yiwang/internal/algo/text"
)

// A Message is what is compared. The place is in degrees, WGS 84.
type Message struct {
	Text     string
	Category string // "" if nobody knows
	Lat, Lon float64
	HasPlace bool
}

// A Match is a candidate with how well it fits.
type Match struct {
	Index int     // among the candidates
	Score float64 // 0 to 1
	// Meters is how far apart the places are, -1 where one is not known.
	Meters float64
}

// What is put together to a score. Far is where two places are as good as
// unrelated: the same words 2 km away are another pipe.
const (
	near, far    = 100, 2_000 // meters
	sameCategory = 0.15
	unknownPlace = 0.85 // what a match is worth where a place is not known
)

// Rank orders the candidates by how likely they are about the same matter as
// q, best first, those with a score of at least least.
//
// The words' part is the share of q's bigrams found in the candidate,
// weighted by ln(1 + n/df) over q and the n candidates, averaged (as a
// geometric mean) with the share of the candidate's own best |q| bigrams, so
// that a long rambling message does not fit everything. The cost is linear in
// the length of all texts.
func Rank(q Message, candidates []Message, least float64) []Match {
	query := weigh(q.Text)
	if len(query) == 0 {
		return nil
	}
	sets := make([]map[string]bool, len(candidates))
	df := map[string]int{}
	for i, c := range candidates {
		sets[i] = weigh(c.Text)
		for term := range sets[i] {
			if query[term] {
				df[term]++
			}
		}
	}
	n := float64(len(candidates) + 1)
	weight := func(term string) float64 { return math.Log(1 + n/float64(1+df[term])) }
	var all float64
	for _, term := range sorted(query) { // in one order, so that the sum is the same each time
		all += weight(term)
	}
	var list []Match
	for i, c := range candidates {
		var both float64
		shared := 0
		for _, term := range sorted(query) {
			if sets[i][term] {
				both += weight(term)
				shared++
			}
		}
		if shared == 0 {
			continue
		}
		of := float64(shared) / float64(min(len(query), len(sets[i])))
		m := Match{Index: i, Score: math.Sqrt(both / all * min(1, of)), Meters: -1}
		if q.Category != "" && q.Category == c.Category {
			m.Score = min(1, m.Score+sameCategory)
		}
		if q.HasPlace && c.HasPlace {
			m.Meters = Meters(q.Lat, q.Lon, c.Lat, c.Lon)
			m.Score *= 1 - min(1, max(0, m.Meters-near)/(far-near))
		} else {
			m.Score *= unknownPlace
		}
		if m.Score >= least {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

func weigh(s string) map[string]bool {
	set := map[string]bool{}
	for _, term := range text.Bigrams(text.Normalize(s)) {
		set[term] = true
	}
	return set
}

func sorted(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for term := range set {
		list = append(list, term)
	}
	slices.Sort(list)
	return list
}

// Meters is the distance of two points on a sphere of the earth's mean
// radius, by the haversine formula.
func Meters(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, rad = 6_371_000, math.Pi / 180
	a := math.Sin((lat2 - lat1) * rad / 2)
	b := math.Sin((lon2 - lon1) * rad / 2)
	return 2 * radius * math.Asin(math.Sqrt(min(1, a*a+math.Cos(lat1*rad)*math.Cos(lat2*rad)*b*b)))
}
