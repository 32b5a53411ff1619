package topics

import (
	"strings"
	"unicode/utf8"

	"yiwang/internal/algo/text"
)

// formulas are the clauses with which many messages begin and that say nothing
// of their matter: a greeting, or that somebody rings and asks. A clause is
// one if it opens at least a hundredth of all messages, three or more, and has
// a term that more than a fifth of them have.
type formulas map[string]bool

const (
	longestFormula = 12  // signs, with the comma or colon
	opensShare     = .01 // of all messages
	opensAtLeast   = 3
)

// formulas learns them from messages. The vocabulary has counted the terms.
func (v *vocabulary) formulas(messages []Message) formulas {
	opened := map[string]int{}
	step := 1 + len(messages)/learned
	read := 0
	for i := 0; i < len(messages); i += step {
		read++
		s := messages[i].Text
		for range 2 { // a greeting, and then who says it
			n := opening(s)
			if n == 0 {
				break
			}
			opened[string(text.Fold(s[:n]))]++
			s = s[n:]
		}
	}
	out := formulas{}
	var seen []uint32
	for clause, n := range opened {
		if n < opensAtLeast || float64(n) < opensShare*float64(read) {
			continue
		}
		seen = terms(seen[:0], []rune(clause), nil, uint64(len(v.df)-1))
		for _, t := range seen {
			if float64(v.df[t>>1]) > common*v.messages {
				out[clause] = true
				break
			}
		}
	}
	return out
}

// opening is how many bytes the first clause of s has, with the comma or colon
// that ends it; 0 if it is longer than a formula.
func opening(s string) int {
	signs := 0
	for i, r := range s {
		if signs++; signs > longestFormula {
			return 0
		}
		if strings.ContainsRune("，：,:", r) {
			return i + utf8.RuneLen(r)
		}
		if strings.ContainsRune("。！？!?\n", r) {
			return 0
		}
	}
	return 0
}

// without gives s without the formulas that it begins with, and how many signs
// they have. Of what is nothing else, nothing is taken away.
func (f formulas) without(s string) (rest string, cut int) {
	rest = s
	for {
		n := opening(rest)
		if n == 0 || !f[string(text.Fold(rest[:n]))] || strings.TrimSpace(rest[n:]) == "" {
			return rest, cut
		}
		cut += utf8.RuneCountInString(rest[:n])
		rest = rest[n:]
	}
}
