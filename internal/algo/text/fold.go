package text

import (
	"unicode"
	"unicode/utf8"
)

// Fold gives the signs of s one for one in the form in which they are
// compared: lower case, half width, simplified, every kind of white space a blank. Unlike
// Normalize it keeps positions: sign i of the result is sign i of s, so what
// is found in it can be shown as it was written.
func Fold(s string) []rune {
	signs := make([]rune, utf8.RuneCountInString(s))
	for n, i := 0, 0; i < len(s); n++ {
		c := s[i]
		if c >= 0xE5 && c <= 0xE9 && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80 {
			// U+5000 to U+9FFF: most of Chinese.
			signs[n] = simplify(rune(c&0x0F)<<12 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F))
			i += 3
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		switch {
		case r < 0x80:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			} else if r >= '\t' && r <= '\r' {
				r = ' '
			}
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
		case r >= 0x4E00 && r <= 0x9FFF:
			r = simplify(r)
		case unicode.IsSpace(r):
			r = ' '
		default:
			r = unicode.ToLower(r)
		}
		signs[n] = r
	}
	return signs
}
