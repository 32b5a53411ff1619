package text

import "unicode"

// WordSign reports whether r, of normalized text, is part of a word of
// letters: a letter, digit or mark. Han signs are letters too.
func WordSign(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// Mix spreads the bits of x, as a hash of a sign or of two hashes joined: the
// step of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom
// number generators, OOPSLA 2014).
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
