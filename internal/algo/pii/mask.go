package pii

import (
	"slices"
	"unicode"
)

// Mask gives text as it may be published: what stands in the spans, as Find
// gave them, is made unreadable, character for character, and enough is left
// to know what is meant: the first sign of a name, the last digits of a
// number, the road or estate of an address without its doors. Spans outside
// of the text are passed over.
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
	if head+tail >= len(s) {
		head, tail = 0, 0
	}
	domain := len(s)
	if k == Email {
		if domain = slices.Index(s, '@'); domain < 0 { // a full-width @
			domain = slices.Index(s, '＠')
		}
		head = min(head, domain-1)
	}
	for i := range s {
		if i >= head && i < len(s)-tail && i < domain && (unicode.IsLetter(s[i]) || unicode.IsDigit(s[i])) {
			s[i] = '*'
		}
	}
}

// maskDoors covers the numbers of an address, in digits or in Chinese, and
// the letters that stand with them.
func maskDoors(s []rune) {
	for i, r := range s {
		p := plain(r)
		if digit(p) || numeral(p) || upper(p) && !(i > 0 && unicode.IsLetter(s[i-1]) && !han(s[i-1])) && !(i+1 < len(s) && unicode.IsLetter(s[i+1]) && !han(s[i+1])) {
			s[i] = '*'
		}
	}
}
