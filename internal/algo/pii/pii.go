// Package pii finds personal data in what people write, in Chinese and
// English, so that somebody can be warned before they send it and nothing of
// it is published: numbers of identity cards, passports, phones, bank cards,
// number plates and firms, e-mail addresses, names of persons, and addresses
// precise enough to find somebody.
//
// A number counts only where its own check digits hold or its context says
// what it is: order numbers, meter readings, dates and amounts are left
// alone. Full-width digits and digits with blanks or hyphens between them
// count as well. A number with a wrong check character is nobody's number and
// does not count, whatever stands before it.
//
// A name counts where the signs of the name and the words around it speak for
// it together (names.go); a surname with a title and nothing else (王女士,
// 小李) is how people are mentioned without being named, and does not count.
// An address counts where it leads to a door: a road, an estate or a district
// alone does not (addresses.go).
//
// The text is read in three passes, and what an earlier one has found the later
// ones leave: numbers, at each sign that one can begin with, by the longest
// form whose check digits or context hold; addresses in Chinese outwards from
// their numbers, in English by their word for a street; names by a sum of what
// speaks for and against, which has to reach a limit. Every look around is
// bounded, so each pass is linear in the length of the text, and needs four
// bytes for each sign of it in two forms: as written, and in half width and
// capitals, one for one, so that places are those of the text as given.
//
// Everything works on the text alone: there are no lists of persons, and no
// model. The lists of surnames, of signs of given names and of cues are this
// package's own.
package pii

import (
	"slices"
	"unicode/utf8"
)

// A Kind is what sort of personal data something is.
type Kind string

// The kinds.
const (
	ResidentID Kind = "resident_id" // GB 11643: 18 characters, the last a check character; or the 15 digits of before
	Passport   Kind = "passport"    // or a travel document in its place
	Phone      Kind = "phone"       // mobile, land line with its extension, 400 and 800, abroad; no service number such as 12345
	BankCard   Kind = "bank_card"   // ISO/IEC 7812, with its Luhn digit
	Plate      Kind = "plate"       // GA 36
	CreditCode Kind = "credit_code" // GB 32100, with its check character
	Name       Kind = "name"        // without titles
	Address    Kind = "address"     // down to a door
	Email      Kind = "email"
)

// Kinds lists all kinds in the order of their importance: where two could
// overlap, a number is found before an address, and that before a name.
func Kinds() []Kind {
	return []Kind{ResidentID, Passport, Phone, BankCard, Plate, CreditCode, Name, Address, Email}
}

// A Span is where something stands: characters (code points, not bytes) from
// Start until before End. It holds neither labels nor titles nor the
// punctuation around.
type Span struct {
	Kind  Kind `json:"kind"`
	Start int  `json:"start"`
	End   int  `json:"end"`
}

// Find lists what is in text in the order it stands there; no two overlap.
// The time is linear in the length of text: at each place a bounded stretch
// before and after is looked at.
func Find(text string) []Span {
	f := newFinder(text)
	list := f.numbers()
	list = merge(list, f.addresses())
	return merge(list, f.names())
}

// merge puts those of more, ordered as list is, that overlap nothing of list
// between its spans.
func merge(list, more []Span) []Span {
	if len(more) == 0 {
		return list
	}
	n := len(list)
	k := 0
	for _, s := range more {
		for k < n && list[k].End <= s.Start {
			k++
		}
		if k == n || list[k].Start >= s.End {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b Span) int { return a.Start - b.Start })
	return list
}

// A finder is a text being searched. Its parts are as long as the text has
// characters.
type finder struct {
	raw  []rune // as written
	flat []rune // in plain form: half width, capitals, one hyphen, one blank

	lastName int // where the last name found ends
}

func newFinder(text string) *finder {
	n := utf8.RuneCountInString(text)
	both := make([]rune, 0, 2*n)
	for _, r := range text {
		both = append(both, r)
	}
	f := &finder{raw: both[:n:n], flat: both[n : 2*n]}
	for i, r := range f.raw {
		f.flat[i] = plain(r)
	}
	return f
}

// plain gives a character in its plain form, one for one: full-width digits
// and letters as ASCII, letters as capitals.
func plain(r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'a' && r <= 'z' {
			return r - ('a' - 'A')
		}
		if r == '\t' {
			return ' '
		}
		return r
	case r >= 0x4E00 && r <= 0x9FFF:
		return r
	case r >= '！' && r <= '～':
		return plain(r - ('！' - '!'))
	case r == '\u3000' || r == '\u00a0' || r >= 0x2000 && r <= 0x200A || r == 0x202F:
		return ' '
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212:
		return '-'
	}
	return r
}

func digit(r rune) bool { return r >= '0' && r <= '9' }
func upper(r rune) bool { return r >= 'A' && r <= 'Z' }
func han(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0x20000 && r <= 0x3FFFF || r == '〇'
}

// word reports whether r is part of a Latin word or number.
func word(r rune) bool { return digit(r) || upper(r) || r == '_' }

// char is the plain character at i, 0 outside of the text.
func (f *finder) char(i int) rune {
	if i < 0 || i >= len(f.flat) {
		return 0
	}
	return f.flat[i]
}

// wordEnd is where the Latin word or number that i stands in ends.
func (f *finder) wordEnd(i int) int {
	for i < len(f.flat) && word(f.flat[i]) {
		i++
	}
	return i
}
