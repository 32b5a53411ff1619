package text

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	wordSigns   = 64 // a longer word is cut: PostgreSQL drops lexemes over 2 kB
	phraseTerms = 64 // a longer run in a query is cut; what follows adds no choice
	phrases     = 32 // of one query
)

// Bigrams cuts s into the terms of the search index, in the order of the
// text: every two neighbouring Han signs, also with a blank between them, a
// Han sign that stands alone, and every word of other letters and digits in lower case. No term holds
// anything but letters and digits, so FTS5's unicode61 and PostgreSQL's
// 'simple' keep each as one token. Letters that one of the two might cut at
// (the CJK extensions from E on, scripts written with marks) are spelled out
// as u and their hexadecimal number.
//
// Cost: one pass over s.
func Bigrams(s string) []string {
	var terms []string
	runs(Normalize(s), true, func(run []rune, han bool) {
		terms = appendRun(terms, run, han)
	})
	return terms
}

// IndexTerms gives the terms of s as base/search keeps them, with a blank
// between two.
func IndexTerms(s string) string { return strings.Join(Bigrams(s), " ") }

// QueryTerms cuts what somebody typed into the search box into phrases, each
// of terms that must follow one another, to be asked of an index made with
// IndexTerms; all phrases must be found. A run of Han signs is one phrase, a
// word another. A single Han sign is a term only where the text has it alone,
// so it counts only if the query has nothing else: with "A3区" the A3 finds.
func QueryTerms(q string) [][]string {
	var found, single [][]string
	seen := map[string]bool{}
	runs(Normalize(q), false, func(run []rune, han bool) {
		terms := appendRun(nil, run, han)
		terms = terms[:min(len(terms), phraseTerms)]
		key := strings.Join(terms, " ")
		switch {
		case seen[key]:
		case han && len(run) == 1:
			single = append(single, terms)
		default:
			found = append(found, terms)
		}
		seen[key] = true
	})
	if len(found) == 0 {
		found = single
	}
	return found[:min(len(found), phrases)]
}

// runs calls f for each longest run of Han signs and each longest run of
// other letters, marks and digits of s. Joined, blanks between Han signs do
// not end a run: nobody writes them but programs that cut text into words,
// and lines that end somewhere. In a query they part what is looked for.
func runs(s string, joined bool, f func(run []rune, han bool)) {
	var run []rune
	var han bool
	flush := func() {
		if len(run) > 0 {
			f(run, han)
			run = run[:0]
		}
	}
	for _, r := range s {
		switch {
		case Han(r):
			if !han {
				flush()
			}
			han = true
		case r < 0x80 && ('a' <= r && r <= 'z' || '0' <= r && r <= '9'),
			r >= 0x80 && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) && len(run) > 0 && !han):
			if han {
				flush()
			}
			han = false
		case joined && han && unicode.IsSpace(r):
			continue
		default:
			flush()
			continue
		}
		run = append(run, r)
	}
	flush()
}

func appendRun(terms []string, run []rune, han bool) []string {
	if !han {
		return append(terms, spell(run[:min(len(run), wordSigns)]))
	}
	if len(run) == 1 {
		return append(terms, spell(run))
	}
	for i := 1; i < len(run); i++ {
		terms = append(terms, spell(run[i-1:i+1]))
	}
	return terms
}

// spell writes the signs of a term so that both databases take it for one
// word.
func spell(run []rune) string {
	for i, r := range run {
		if !known(r) {
			b := append(make([]byte, 0, 24), string(run[:i])...)
			for _, r := range run[i:] {
				if known(r) {
					b = append(b, string(r)...)
				} else {
					b = strconv.AppendInt(append(b, 'u'), int64(r), 16)
				}
			}
			return string(b)
		}
	}
	return string(run)
}

// known reports whether SQLite's tables (Unicode 6.1) and every locale of
// PostgreSQL take r for a part of a word and leave it as it is.
func known(r rune) bool {
	switch {
	case r < 0x80:
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	case r >= 0x4E00 && r <= 0x9FCC, r >= 0x3400 && r <= 0x4DB5: // Han as of Unicode 6.1
		return true
	case r >= 0xDF && r <= 0xFF && r != 0xF7: // western Latin, lower case
		return true
	case r >= 0x430 && r <= 0x45F: // Cyrillic, lower case
		return true
	case r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FA, r >= 0xAC00 && r <= 0xD7A3: // kana, Hangul
		return true
	}
	return false
}

// Han reports whether r is a Chinese sign, the extension planes of
// GB 18030-2022 and those not yet filled included.
func Han(r rune) bool {
	switch {
	case r < 0x2E80:
		return false
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3400 && r <= 0x4DBF:
		return true
	case r >= 0x20000 && r <= 0x3FFFF: // planes 2 and 3 are kept for ideographs
		return r&0xFFFF < 0xFFFE
	}
	return unicode.Is(unicode.Han, r)
}

// Lang says which language s is in by its script, "zh" or "en": a Chinese
// word is about 1.6 signs long, so the Han signs are counted in words of that
// length against the words of other letters. Text without either is "zh", the
// house's first language.
func Lang(s string) string {
	han, words := 0, 0
	runs(strings.ToLower(s), false, func(run []rune, isHan bool) {
		switch {
		case isHan:
			han += len(run)
		case !slices.ContainsFunc(run, unicode.IsNumber): // "A3" is a place or a model, no word
			words++
		}
	})
	if 5*han >= 8*words {
		return "zh"
	}
	return "en"
}
