// Package draw takes a sample that nobody could choose and anybody can draw
// again. Things are known by their marks, which say nothing of them; what is
// drawn follows from the marks and a seed, and the seed from something that
// was published and could not be known before.
//
// A mark is the SHA-256 of a thing's name. The seed is the SHA-256 of a
// published text, a line feed and further words. What is drawn are the n marks
// m for which SHA-256(seed ‖ m) is lowest, in that order: for who does not
// know the seed, each mark is as likely as any other, whatever the names are,
// and which others there are does not change how two stand to each other.
package draw

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Mark stands for one thing.
type Mark [sha256.Size]byte

// String gives a mark as it is published: 64 hexadecimal digits.
func (m Mark) String() string { return hex.EncodeToString(m[:]) }

// MarkOf is the mark of a name. Who knows the name can see that the mark is
// its; nobody can find a name of many random bits from its mark.
func MarkOf(name string) Mark { return sha256.Sum256([]byte(name)) }

// Seed is made of a published text and further words.
func Seed(published, words string) [sha256.Size]byte {
	return sha256.Sum256([]byte(published + "\n" + words))
}

// Draw gives which n of the marks are drawn, in the order of the draw, or all
// if there are no more. It takes O(m log m) for m marks and does not depend on
// their order. A mark that is there twice would count twice: see Read.
func Draw(seed [sha256.Size]byte, marks []Mark, n int) []Mark {
	type ticket struct{ number, mark Mark }
	tickets := make([]ticket, len(marks))
	for i, m := range marks {
		tickets[i] = ticket{sha256.Sum256(append(seed[:], m[:]...)), m}
	}
	slices.SortFunc(tickets, func(a, b ticket) int {
		return cmp.Or(bytes.Compare(a.number[:], b.number[:]), bytes.Compare(a.mark[:], b.mark[:]))
	})
	drawn := make([]Mark, min(max(n, 0), len(tickets)))
	for i := range drawn {
		drawn[i] = tickets[i].mark
	}
	return drawn
}

// Write writes marks as they are published: one a line, in order, in
// O(m log m).
func Write(w io.Writer, marks []Mark) error {
	marks = slices.Clone(marks)
	slices.SortFunc(marks, func(a, b Mark) int { return bytes.Compare(a[:], b[:]) })
	out := bufio.NewWriter(w)
	for _, m := range marks {
		if _, err := out.WriteString(m.String() + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Read reads marks, one a line; empty lines are passed over. It refuses what is
// no mark, and a mark that is there twice, by the number of the line. It takes
// O(m), and some 100 bytes a mark.
func Read(r io.Reader) ([]Mark, error) {
	var marks []Mark
	seen := map[Mark]int{}
	in := bufio.NewScanner(r)
	for line := 1; in.Scan(); line++ {
		text := strings.TrimSpace(in.Text())
		if text == "" {
			continue
		}
		var m Mark
		if b, err := hex.DecodeString(text); err != nil || copy(m[:], b) != len(m) || len(b) != len(m) {
			return nil, fmt.Errorf("line %d: not a mark of 64 hexadecimal digits", line)
		}
		if first, twice := seen[m]; twice {
			return nil, fmt.Errorf("line %d: the same mark as in line %d", line, first)
		}
		seen[m] = line
		marks = append(marks, m)
	}
	return marks, in.Err()
}
