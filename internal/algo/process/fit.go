package process

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// ems is about how wide a text is, in the size of its letters. The reader's
// own font decides; boxes leave some room.
func ems(s string) (wide float64) {
	for _, r := range s {
		wide += em(r)
	}
	return wide
}

func em(r rune) float64 {
	switch k := width.LookupRune(r).Kind(); {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case k == width.EastAsianWide || k == width.EastAsianFullwidth || k == width.EastAsianAmbiguous && r > 0xff:
		return 1
	case r == ' ' || strings.ContainsRune(",.:;'|!iljI", r):
		return 0.32
	case unicode.IsUpper(r) || strings.ContainsRune("mwMW%@", r):
		return 0.72
	}
	return 0.58
}

// wrap breaks a name into lines of at most so many ems, at a blank if there
// is one in the second half of the line, and cuts what is too long.
func wrap(s string, most float64, lines int) (list []string) {
	rest := []rune(strings.Join(strings.Fields(s), " "))
	for len(rest) > 0 {
		n, blank, wide := 0, -1, 0.0
		for n < len(rest) && wide+em(rest[n]) <= most {
			if rest[n] == ' ' || n > 0 && strings.ContainsRune("_-/、，", rest[n-1]) {
				blank = n
			}
			wide += em(rest[n])
			n++
		}
		switch {
		case n == len(rest):
			return append(list, string(rest))
		case len(list) == lines-1:
			return append(list, strings.TrimSpace(string(rest[:max(n-1, 0)]))+"…")
		case rest[n] == ' ':
		case 2*blank > n:
			n = blank
		}
		n = max(n, 1)
		list = append(list, strings.TrimSpace(string(rest[:n])))
		rest = []rune(strings.TrimSpace(string(rest[n:])))
	}
	if len(list) == 0 {
		list = []string{"–"}
	}
	return list
}
