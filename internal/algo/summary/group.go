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
// once, whichever line has it; those of one message alone count nothing, unless
// it is the only one. Lines are chosen greedily by what they add over the 0.6th
// power of their length, which is within 1-1/e of the best there is for such
// sums (Nemhauser, Wolsey and Fisher, 1978; Lin and Bilmes, A class of
// submodular functions for document summarization, 2011); so a line that only
// repeats is not chosen.
//
// Cost: O(signs) and O(n · messages).
func (b *Background) Group(messages []Message, n int) []Line {
	out := []Line{}
	if len(messages) == 0 {
		return out
	}
	step := 1 + len(messages)/mostOf
	type candidate struct {
		message   int
		inSubject bool
		span
		grams []int32
		price float64
	}
	var list []candidate
	x := &scratch{b: b}
	var having, last []int32 // by gram: messages that have it, and which was the last, counted from 1
	for i := 0; i < len(messages); i += step {
		for inText, s := range [2]string{messages[i].Subject, messages[i].Text} {
			x.read(fold(s))
			for len(having) < len(x.rarity) {
				having, last = append(having, 0), append(last, 0)
			}
			for _, id := range x.ids {
				if last[id] != int32(i+1) {
					last[id] = int32(i + 1)
					having[id]++
				}
			}
			for _, p := range best(x.parts(firstOf)) {
				size := max(float64(x.before(p.to)-x.before(p.from)), fewest)
				list = append(list, candidate{i, inText == 0, p.span, slices.Clone(p.grams), math.Pow(size, price)})
			}
		}
	}
	worth := make([]float64, len(having)) // nothing once it is told
	for id, g := range having {
		if g > 1 || len(messages) == 1 {
			worth[id] = math.Log(1+float64(g)) * x.rarity[id]
		}
	}
	for len(out) < n {
		best, most := -1, 0.0
		for i, c := range list {
			gain := 0.0
			for _, id := range c.grams {
				gain += worth[id]
			}
			if v := gain / c.price; v > most {
				best, most = i, v
			}
		}
		if best < 0 {
			break
		}
		c := list[best]
		for _, id := range c.grams {
			worth[id] = 0
		}
		s := messages[c.message].Text
		if c.inSubject {
			s = messages[c.message].Subject
		}
		out = append(out, Line{c.message, c.inSubject, Sentence{c.from, c.to, string([]rune(s)[c.from:c.to])}})
	}
	return out
}

// best gives the parts with the highest scores, of equal ones the first.
func best(parts []part) []part {
	top := make([]part, 0, fromEach+1)
	for _, p := range parts {
		k := len(top)
		for k > 0 && top[k-1].score < p.score {
			k--
		}
		if k < fromEach {
			top = slices.Insert(top, k, p)
			top = top[:min(len(top), fromEach)]
		}
	}
	return top
}
