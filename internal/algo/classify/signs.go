package classify

import (
	"math/bits"
	"unicode"
	"unicode/utf8"

	"yiwang/internal/algo/text"
)

// A sign is what the views are made of: a Han sign, or a word of other
// letters. A run of digits counts as one 0, wherever it stands: numbers are
// seldom about the matter, and a model is no place for people's telephones.
type sign struct {
	hash       uint64
	rune       rune // of a Han sign, else 0
	start, end int32
	after      bool // something other than blanks stands between the sign before and this
}

// Particles join words and are about nothing. Segmented text often comes
// without them; passing them over makes raw text look the same.
const particles = "的了着吗呢吧啊呀嘛哦我你他她它们是在和与及也都就被把而且或还又很但却之其这那此"

// particle has each of them at its low ten bits, which differ.
var particle = func() (t [1024]rune) {
	for _, r := range particles {
		if t[r&1023] != 0 {
			panic("classify: two particles in one place")
		}
		t[r&1023] = r
	}
	return t
}()

// appendSigns reads s, which is normalized.
func appendSigns(dst []sign, s string) []sign {
	most := len(dst) + maxSigns
	after := true
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case r == ' ':
			i += n
		case r >= 0x4E00 && r <= 0x9FFF || r >= 0x2E80 && text.Han(r):
			if particle[r&1023] == r {
				i += n
				continue
			}
			dst = append(dst, sign{mix(uint64(r)), r, int32(i), int32(i + n), after})
			after = false
			i += n
		case wordRune(r):
			j, h, digit := i, uint64(14695981039346656037), false
			for j < len(s) {
				r, n := rune(s[j]), 1
				if r >= utf8.RuneSelf {
					r, n = utf8.DecodeRuneInString(s[j:])
				}
				if !wordRune(r) || r >= 0x2E80 && text.Han(r) {
					break
				}
				j += n
				if unicode.IsNumber(r) {
					if digit {
						continue
					}
					digit, r = true, '0'
				} else {
					digit = false
				}
				h = (h ^ uint64(r)) * 1099511628211
			}
			dst = append(dst, sign{mix(h), 0, int32(i), int32(j), after})
			after = false
			i = j
		default:
			after = true
			i += n
		}
		if len(dst) >= most {
			break
		}
	}
	return dst
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// mix spreads the bits of x (splitmix64's finalizer).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// pair is the hash of two things next to each other.
func pair(a, b uint64) uint64 {
	return (bits.RotateLeft64(a, 23) ^ b) * 0x9e3779b97f4a7c15
}

// The views of a message. A feature's hash is salted with its view's number.
const (
	bodyView = iota
	headView
	views
)

var salt = [views]uint64{bodyView: 0, headView: 0x5851f42d4c957f2d}

// A feature of a message: its hash and the signs it covers.
type feature struct {
	hash     uint64
	from, to int32 // signs [from, to)
}

// A message is one text taken apart. It is used again for the next, so that
// reading a million texts allocates little.
type message struct {
	norm  string
	signs []sign
	feats [views][]feature
}

// read takes a text apart as model m sees it.
func (d *message) read(m *Model, subject, body string) {
	d.signs = d.signs[:0]
	d.norm = text.Normalize(body)
	if subject != "" {
		s := text.Normalize(subject)
		if s != "" {
			d.norm = s + "\n" + d.norm
		}
	}
	d.signs = appendSigns(d.signs, d.norm)
	for v := range d.feats {
		d.feats[v] = d.feats[v][:0]
	}
	d.feats[bodyView] = grams(d.feats[bodyView], d.signs, salt[bodyView])
	if !m.single {
		d.feats[headView] = grams(d.feats[headView], d.signs[:min(len(d.signs), headSigns)], salt[headView])
	}
}

// grams appends every sign and every two neighbours.
func grams(dst []feature, signs []sign, salt uint64) []feature {
	for i := range signs {
		h := signs[i].hash ^ salt
		dst = append(dst, feature{h, int32(i), int32(i + 1)})
		if i > 0 && !signs[i].after {
			dst = append(dst, feature{pair(signs[i-1].hash, h), int32(i - 1), int32(i + 1)})
		}
	}
	return dst
}
