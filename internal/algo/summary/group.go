package summary

import (
	"math"
	"slices"
)

// A Message is one of a group.
type Message struct{ Subject, Text string }

// A Line is a sentence of one message of a group.
type Line struct {
	Message   int  // its number in the group
	InSubject bool // of its subject, else of its text
	Sentence
}

const (
	fromEach = 3    // parts of each message that can become lines
	price    = 0.6  // power of a line's length that its gain is divided by
	firstOf  = 40   // clauses of each that are looked at
	fewest   = 5    // terms of a line, where there are longer ones
	mostOf   = 2000 // messages of a group that are read: evenly spread ones of a larger group
)

// Group gives at most n lines that say what a group of messages is about, the
// most telling first. A gram that g of the messages have counts ln(1+g)·√idf,
// once, whichever line has it; those of one message alone count nothing where
// there are several. Lines are chosen greedily by what they add over the 0.6th
// power of their length, which is within 1-1/e of the best there is for such
// sums (Nemhauser, Wolsey and Fisher, 1978; Lin and Bilmes, A class of
// submodular functions for document summarization, 2011); so a line that only
// repeats is not chosen.
//
// Cost: O(signs) and O(n · messages).
func (b *Background) Group(messages []Message, n int) []Line {
	step := 1 + len(messages)/mostOf
	type candidate struct {
		line  Line
		grams []uint64
		size  float64
	}
	var list []candidate
	having := map[uint64]float64{}
	read := 0
	for i := 0; i < len(messages); i += step {
		read++
		seen := map[uint64]bool{}
		for inText, s := range [2]string{messages[i].Subject, messages[i].Text} {
			signs := fold(s)
			if len(messages) > 1 { // one message has them all
				for _, g := range grams(signs) {
					if !seen[g.hash] {
						seen[g.hash] = true
						having[g.hash]++
					}
				}
			}
			parts := b.parts(signs, firstOf)
			slices.SortStableFunc(parts, func(a, b part) int {
				switch {
				case a.score > b.score:
					return -1
				case a.score < b.score:
					return 1
				}
				return 0
			})
			written := []rune(s)
			for _, p := range parts[:min(fromEach, len(parts))] {
				size := float64(len(terms(signs[p.from:p.to])))
				list = append(list, candidate{Line{i, inText == 0, Sentence{p.from, p.to, string(written[p.from:p.to])}}, p.grams, max(size, fewest)})
			}
		}
	}
	worth := func(h uint64) float64 {
		if read > 1 && having[h] < 2 {
			return 0
		}
		return math.Log(1+max(1, having[h])) * b.rarity(h)
	}
	out := []Line{}
	told := map[uint64]bool{}
	for len(out) < n {
		best, most := -1, 0.0
		for i, c := range list {
			gain := 0.0
			for _, h := range c.grams {
				if !told[h] {
					gain += worth(h)
				}
			}
			if v := gain / math.Pow(c.size, price); v > most {
				best, most = i, v
			}
		}
		if best < 0 {
			break
		}
		for _, h := range list[best].grams {
			told[h] = true
		}
		out = append(out, list[best].line)
	}
	return out
}
