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
// width, compatibility Han signs their unified ones), lower case, every run
// of white space one blank, no blank at either end. HTML tags count as a
// blank and character references as what they stand for; zero-width and
// bidirectional marks, controls and broken bytes are dropped, so that a word
// cannot be hidden by writing one into it. Normalizing twice changes nothing
// for text without markup.
//
// The cost is one pass; a second one, NFKC proper, is paid only by text with
// signs outside ASCII, common punctuation and the basic Han block.
func Normalize(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = dropTags(s)
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	if !plain(s) {
		s = strings.ToLower(norm.NFKC.String(strings.Map(visible, strings.ToValidUTF8(s, ""))))
		s = norm.NFKC.String(strings.Map(visible, s)) // what lower case and NFKC brought up
	}
	b := make([]byte, 0, len(s))
	blank := true // nothing written yet, or a blank last
	for _, r := range s {
		switch {
		case r >= 0x4E00 && r <= 0x9FFF:
			// Han, most of the text: nothing to do
		case r > 0x20 && r < 0x7F:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
		case r >= 0xFF01 && r <= 0xFF5E:
			if r -= 0xFEE0; 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
		case unicode.IsSpace(r):
			if !blank {
				b, blank = append(b, ' '), true
			}
			continue
		case visible(r) < 0:
			continue
		default:
			r = unicode.ToLower(r)
		}
		b, blank = utf8.AppendRune(b, r), false
	}
	if n := len(b); n > 0 && b[n-1] == ' ' {
		b = b[:n-1]
	}
	return string(b)
}

// plain reports whether s holds only signs that the loop of Normalize brings
// to NFKC by itself.
func plain(s string) bool {
	for _, r := range s {
		switch {
		case r < 0x80:
		case r >= 0x4E00 && r <= 0x9FFF:
		case r >= 0xFF01 && r <= 0xFF5E:
		case r >= 0x3000 && r <= 0x3015:
		case r >= 0x2018 && r <= 0x201D, r == 0x2014:
		default:
			return false
		}
	}
	return true
}

// visible maps signs that are not seen, or only steer how others are shown,
// to -1. White space stays, and so does a broken byte's replacement sign.
func visible(r rune) rune {
	switch {
	case r < 0x80 && r >= 0x20 && r != 0x7F:
		return r
	case unicode.IsSpace(r):
		return r
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
