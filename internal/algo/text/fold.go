package text

import "unicode"

// Fold gives the signs of s one for one in the form in which they are
// compared: lower case, half width, every kind of white space a blank. Unlike
// Normalize it keeps positions: sign i of the result is sign i of s, so what
// is found in it can be shown as it was written.
func Fold(s string) []rune {
	signs := []rune(s)
	for i, r := range signs {
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
			continue
		case unicode.IsSpace(r):
			r = ' '
		default:
			r = unicode.ToLower(r)
		}
		signs[i] = r
	}
	return signs
}
