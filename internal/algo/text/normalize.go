// Package text reads what people write, in Chinese and English, before
// anything else does: it evens out forms (full width, capitals, invisible
// marks, markup), cuts terms for the search index of both databases, and
// tells the language by its script.
//
// It knows no words and no city. Sorting messages into categories is package
// classify, finding the same message twice is package similar, and keeping
// terms in a database is base/search.
package text

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize gives s in one form, so that two people who write the same thing
// are seen to do so: Unicode NFKC (full-width letters and digits become half
// width, compatibility Han signs their unified ones), traditional Chinese signs
// as simplified ones, lower case, every run
// of white space one blank, no blank at either end. HTML tags count as a
// blank and character references as what they stand for; zero-width and
// bidirectional marks, controls and broken bytes are dropped, so that a word
// cannot be hidden by writing one into it. Normalizing twice changes nothing
// for text without markup.
//
// The cost is one pass; NFKC proper is paid only for the stretches of signs
// outside ASCII, common punctuation and the basic Han block.
func Normalize(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = dropTags(s)
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	b := make([]byte, 0, len(s))
	last, lastLen := 0, 0 // where the sign before begins in s, and how long b was then
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		if simple(r) {
			last, lastLen = i, len(b)
			b = appendSimple(b, r)
			i += n
			continue
		}
		// An odd sign may join with the one before; never with a simple one after.
		j := i + n
		for j < len(s) {
			r, n := utf8.DecodeRuneInString(s[j:])
			if simple(r) {
				break
			}
			j += n
		}
		b = b[:lastLen]
		for _, r := range compose(s[last:j]) {
			if !simple(r) {
				b = utf8.AppendRune(b, r)
			} else {
				b = appendSimple(b, r)
			}
		}
		i, last, lastLen = j, j, len(b)
	}
	if n := len(b); n > 0 && b[n-1] == ' ' {
		b = b[:n-1]
	}
	return string(b)
}

// simple reports whether NFKC and lower case of r are what appendSimple does,
// whatever stands before r.
func simple(r rune) bool {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF, r < 0x80:
		return true
	case r >= 0xFF01 && r <= 0xFF5E, r >= 0x3000 && r <= 0x3015, r >= 0x2018 && r <= 0x201D, r == 0x2014:
		return true
	}
	return false
}

func appendSimple(b []byte, r rune) []byte {
	if r >= 0xFF01 && r <= 0xFF5E {
		r -= 0xFEE0
	}
	switch {
	case r > 0x7F && r != 0x3000:
		return utf8.AppendRune(b, simplify(r))
	case 'A' <= r && r <= 'Z':
		return append(b, byte(r)+'a'-'A')
	case r > ' ' && r < 0x7F:
		return append(b, byte(r))
	case r == 0x3000, r == ' ', r >= '\t' && r <= '\r':
		if n := len(b); n > 0 && b[n-1] != ' ' {
			return append(b, ' ')
		}
	}
	return b
}

// compose brings a stretch of any signs to NFKC and lower case and drops what
// is not seen. White space becomes blanks.
func compose(s string) string {
	s = strings.ToLower(norm.NFKC.String(strings.Map(visible, strings.ToValidUTF8(s, ""))))
	return norm.NFKC.String(strings.Map(visible, s)) // what lower case and NFKC brought up
}

// visible maps signs that are not seen, or only steer how others are shown,
// to -1, and white space to a blank.
func visible(r rune) rune {
	switch {
	case r < 0x80 && r >= 0x20 && r != 0x7F:
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Variation_Selector),
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return -1
	}
	return r
}

// dropTags puts a blank for each <tag …>, </tag>, <!-- … --> of s. A "<" that
// opens none of these ("3 < 5", "<无>") is text.
func dropTags(s string) string {
	const longest = 2000 // bytes; what is longer is text with a stray "<"
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		if j := tagEnd(s[:min(len(s), longest)]); j > 0 {
			b.WriteByte(' ')
			s = s[j:]
		} else {
			b.WriteByte('<')
			s = s[1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

// tagEnd gives the length of the tag at the start of s, 0 if there is none.
func tagEnd(s string) int {
	if strings.HasPrefix(s, "<!--") {
		if j := strings.Index(s, "-->"); j >= 0 {
			return j + 3
		}
		return 0
	}
	k := 1
	if k < len(s) && (s[k] == '/' || s[k] == '!') {
		k++
	}
	if k >= len(s) || s[k]|0x20 < 'a' || s[k]|0x20 > 'z' {
		return 0
	}
	if j := strings.IndexAny(s[k:], "<>"); j >= 0 && s[k+j] == '>' {
		return k + j + 1
	}
	return 0
}
