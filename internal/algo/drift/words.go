package drift

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"yiwang/internal/algo/keywords"
	"yiwang/internal/algo/text"
)

// A Word is a word or a phrase that comes more often now than before, or more
// seldom.
type Word struct {
	Text   string  `json:"text"`
	Before int     `json:"before"` // messages that have it
	Now    int     `json:"now"`
	Z      float64 `json:"z"` // above 0: risen
	P      float64 `json:"p"` // corrected for how many were tried
}

const (
	tried      = 400 // phrases of each side
	mostTexts  = 4_000
	leastTexts = 8    // messages with a phrase for it to be looked at
	clearly    = 0.05 // of P
)

// Words finds the phrases that rose or fell beyond chance, risen and fallen
// each with the surest first. Phrases are those that tell best what either side
// is about (package keywords). With x of n messages that have one before and y
// of m now, each counted with ½ more on either side of it,
//
//	z = ln(odds y / odds x) / √(1/x + 1/(n−x) + 1/y + 1/(m−y)),
//
// the log odds ratio with Jeffreys' prior (Gart and Zweifel, Biometrika 54,
// 1967); its two-sided P is corrected after Holm (Scandinavian Journal of
// Statistics 6, 1979) and must be below 0.05. One that mostly repeats a surer
// one is left out. Of more than 4,000 messages on a side every k-th is read.
//
// Cost: that of keywords.Learn and O(phrases · signs).
func Words(before, now []string) (risen, fallen []Word) {
	before, now = folded(before), folded(now)
	lexicon := keywords.Learn(slices.Concat(before, now))
	var list []Word
	seen := map[string]bool{}
	for _, k := range slices.Concat(lexicon.Of(now, tried), lexicon.Of(before, tried)) {
		w := strings.ToLower(text.Normalize(k.Text))
		if seen[w] || w == "" {
			continue
		}
		seen[w] = true
		x, y := having(before, w), having(now, w)
		if x+y >= leastTexts {
			z := logOdds(x, len(before), y, len(now))
			list = append(list, Word{w, x, y, z, math.Erfc(math.Abs(z) / math.Sqrt2)})
		}
	}
	slices.SortStableFunc(list, func(a, b Word) int { return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(b.Now+b.Before, a.Now+a.Before)) })
	worst := 0.0
	for i := range list {
		worst = max(worst, min(1, list[i].P*float64(len(list)-i)))
		list[i].P = worst
	}
	for _, w := range list {
		switch {
		case w.P >= clearly:
			return risen, fallen
		case w.Z > 0:
			risen = add(risen, w)
		default:
			fallen = add(fallen, w)
		}
	}
	return risen, fallen
}

// add adds w unless it says what a surer one says.
func add(list []Word, w Word) []Word {
	for _, x := range list {
		if strings.Contains(x.Text, w.Text) || strings.Contains(w.Text, x.Text) {
			return list
		}
	}
	return append(list, w)
}

func folded(texts []string) []string {
	step := 1 + (len(texts)-1)/mostTexts
	var list []string
	for i := 0; i < len(texts); i += step {
		list = append(list, strings.ToLower(text.Normalize(texts[i])))
	}
	return list
}

func having(texts []string, w string) (n int) {
	for _, t := range texts {
		if strings.Contains(t, w) {
			n++
		}
	}
	return n
}

func logOdds(x, n, y, m int) float64 {
	a, b := float64(x)+0.5, float64(n-x)+0.5
	c, d := float64(y)+0.5, float64(m-y)+0.5
	return math.Log(c*b/(d*a)) / math.Sqrt(1/a+1/b+1/c+1/d)
}
