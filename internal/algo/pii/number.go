package pii

import "strings"

// Number brings a telephone number into one form, so that it is known again
// however it was written: digits alone, half width, without China's country
// code. What has anything but digits and what stands between them is none.
func Number(s string) (number string, ok bool) {
	var b strings.Builder
	for _, r := range s {
		switch p := plain(r); {
		case digit(p):
			b.WriteRune(p)
		case strings.ContainsRune(" -()+.", p):
		default:
			return "", false
		}
	}
	number = strings.TrimPrefix(b.String(), "00")
	if len(number) == 13 && strings.HasPrefix(number, "86") {
		number = number[2:]
	}
	return number, len(number) <= 20
}

// shortest is the fewest digits of a number that somebody can be rung on.
const shortest = 7

// FirstNumber gives the first telephone number in what somebody left to be
// reached by, in one form and without its extension; "" if there is none.
func FirstNumber(contact string) string {
	if n, ok := Number(contact); ok && len(n) >= shortest { // nothing else stands there
		return n
	}
	s := []rune(contact)
	for _, span := range Find(contact) {
		if span.Kind != Phone {
			continue
		}
		for end := span.End; end > span.Start; end-- {
			if n, ok := Number(string(s[span.Start:end])); ok && len(n) >= shortest {
				return n
			}
		}
	}
	return ""
}
