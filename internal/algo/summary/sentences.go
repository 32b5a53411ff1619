package summary

import (
	"unicode"

	"yiwang/internal/algo/text"
)

// A span is signs [Start, End) of a text.
type span struct{ from, to int }

// Sentences gives the sentences of folded signs, without the blanks around
// them. A sentence ends with 。！？；!?; or a line, and with a full stop that a
// blank follows.
func sentences(s []rune) []span { return split(s, ends) }

// clauses gives the parts of a sentence between commas and colons.
func clauses(s []rune, in span) []span {
	out := split(s[in.from:in.to], pauses)
	for i := range out {
		out[i].from += in.from
		out[i].to += in.from
	}
	return out
}

// ends reports whether a sentence ends after sign i of s.
func ends(s []rune, i int) bool {
	switch s[i] {
	case '。', '！', '？', '；', '!', '?', ';', '…':
		return true
	case '.':
		return i+1 < len(s) && unicode.IsSpace(s[i+1])
	}
	return false
}

// pauses reports whether a clause ends after sign i of s.
func pauses(s []rune, i int) bool {
	switch s[i] {
	case '，', '：':
		return true
	case ',', ':':
		return i+1 == len(s) || !unicode.IsDigit(s[i+1])
	}
	return ends(s, i)
}

func split(s []rune, after func([]rune, int) bool) (out []span) {
	from := 0
	add := func(to int) {
		end := to
		for from < end && unicode.IsSpace(s[from]) {
			from++
		}
		for from < end && unicode.IsSpace(s[end-1]) {
			end--
		}
		for i := from; i < end; i++ {
			if text.Han(s[i]) || unicode.IsLetter(s[i]) || unicode.IsNumber(s[i]) { // it says something
				out = append(out, span{from, end})
				break
			}
		}
		from = to
	}
	for i := range s {
		if s[i] == '\n' || s[i] == '\r' || after(s, i) && (i+1 == len(s) || !after(s, i+1)) {
			add(i + 1)
		}
	}
	add(len(s))
	return out
}
