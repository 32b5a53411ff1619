package text

import (
	_ "embed"
	"unicode"
)

// Traditional Chinese signs, each followed by its simplified one: those of the
// table TSCharacters of OpenCC (https://github.com/BYVoid/OpenCC, Apache
// License 2.0) that have one sign for one, both in the basic Han block. Left out is what
// simplified Chinese writes too (the signs of GB 2312, as 著 and 乾), so that
// nothing in it changes.
//
//go:embed traditional.txt
var traditional string

const hanFirst, hanLast = 0x4E00, 0x9FFF

// simplified is what a sign of the basic Han block is read as, 0 for itself.
var simplified = func() (table [hanLast - hanFirst + 1]uint16) {
	from := rune(0)
	for _, r := range traditional {
		switch {
		case unicode.IsSpace(r):
		case from == 0:
			from = r
		default:
			table[from-hanFirst] = uint16(r)
			from = 0
		}
	}
	return table
}()

// simplify gives the simplified form of a traditional sign, and any other as it
// is.
func simplify(r rune) rune {
	if r >= hanFirst && r <= hanLast {
		if s := simplified[r-hanFirst]; s != 0 {
			return rune(s)
		}
	}
	return r
}
