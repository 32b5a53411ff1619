package intake

import (
	"crypto/rand"
	"encoding/binary"
	"log/slog"
	"strings"

	"yiwang/internal/base/errs"
)

// A Receipt is the code a resident holds for a request: ten characters of
// 50 random bits, then two check characters. It is kept without the dashes
// that String shows.
//
// The check characters are the random number modulo 1021, a prime just below
// 32². So every single wrong character and every swap of two neighbours is
// noticed without a look at the database.
type Receipt string

const (
	// digits are those of Crockford's base 32: none is taken for another.
	digits      = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	receiptLen  = 12
	receiptBits = 50
	checkPrime  = 1021
)

// NewReceipt makes a receipt that nobody can guess.
func NewReceipt() Receipt {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand.Read never fails on the systems we run on
	}
	return SeededReceipt(binary.BigEndian.Uint64(b[:]))
}

// SeededReceipt makes the receipt of the lower 50 bits of random, for
// histories that must come out the same on every machine.
func SeededReceipt(random uint64) Receipt {
	v := random & (1<<receiptBits - 1)
	all := v<<10 | v%checkPrime
	var b [receiptLen]byte
	for i := range b {
		b[i] = digits[all>>(5*(receiptLen-1-i))&31]
	}
	return Receipt(b[:])
}

// ParseReceipt reads a receipt as people type it or read it out: in small or
// full-width letters, with spaces and dashes anywhere, O for 0, I or L for 1.
func ParseReceipt(typed string) (Receipt, error) {
	var b [receiptLen]byte
	n, all := 0, uint64(0)
	for _, r := range typed {
		if r >= '！' && r <= '～' { // full-width forms of ASCII
			r -= '！' - '!'
		}
		if invisible(r) || strings.ContainsRune("-_.·‐‑‒–—―−ー﹣", r) {
			continue
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		digit := strings.IndexRune(digits, r)
		if digit < 0 || n == receiptLen {
			return "", errMistyped()
		}
		b[n], all = digits[digit], all<<5|uint64(digit)
		n++
	}
	if n != receiptLen || all>>10%checkPrime != all&1023 {
		return "", errMistyped()
	}
	return Receipt(b[:]), nil
}

func errMistyped() error { return errs.Field("receipt", "receipt.mistyped") }

// String shows the receipt in groups of four.
func (r Receipt) String() string {
	if len(r) != receiptLen {
		return string(r)
	}
	return string(r[:4] + "-" + r[4:8] + "-" + r[8:])
}

// LogValue hides the receipt: who holds it is taken for the resident.
func (Receipt) LogValue() slog.Value { return slog.StringValue("[receipt]") }
