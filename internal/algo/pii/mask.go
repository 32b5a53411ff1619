package pii

import (
	"slices"
	"unicode"
)

// Mask gives text as it may be published: what stands in the spans, as Find
// gave them, is made unreadable, character for character, and enough is left
// to know what is meant: the first sign of a name, the last digits of a
// number, the road or estate of an address without its doors. Spans outside
// of the text are passed over. It takes O(signs).
func Mask(text string, spans []Span) string {
	s := []rune(text)
	for _, span := range spans {
		if span.Start < 0 || span.End > len(s) || span.Start >= span.End {
			continue
		}
		mask(s[span.Start:span.End], span.Kind)
	}
	return string(s)
}

// Nameless gives text as somebody may read it who has work to do at a place and
// need not know who lives there: addresses stay, all else is masked.
func Nameless(text string) string {
	return Mask(text, slices.DeleteFunc(Find(text), func(s Span) bool { return s.Kind == Address }))
}

func mask(s []rune, k Kind) {
	if k == Address {
		maskDoors(s)
		return
	}
	head, tail := 0, 0
	switch k {
	case Phone:
		head, tail = 3, 2
	case BankCard:
		tail = 4
	case ResidentID, CreditCode, Plate:
		head = 2
	case Passport, Email, Name:
		head = 1
	}
	end := len(s)
	if k == Email {
		if end = slices.IndexFunc(s, func(r rune) bool { return plain(r) == '@' }); end < 0 {
			end = len(s)
		}
	}
	var signs []int // where the letters and digits stand
	for i, r := range s[:end] {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			signs = append(signs, i)
		}
	}
	if head+tail >= len(signs) {
		head, tail = 0, 0
	}
	for _, i := range signs[head : len(signs)-tail] {
		s[i] = '*'
	}
}

// maskDoors covers the numbers of an address, in digits or in Chinese, and
// the letters that stand alone or with digits.
func maskDoors(s []rune) {
	latin := func(i int) bool {
		return i >= 0 && i < len(s) && unicode.IsLetter(s[i]) && !han(s[i])
	}
	covered := make([]bool, len(s)) // first all, since a covered letter is none
	for i, r := range s {
		p := plain(r)
		covered[i] = digit(p) || numeral(p) || upper(p) && !latin(i-1) && !latin(i+1)
	}
	for i, c := range covered {
		if c {
			s[i] = '*'
		}
	}
}
