package patterns

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxLine is how many bytes a transaction may have in a file.
const MaxLine = 16 << 20

// ReadNumbers reads transactions as the FIMI repository keeps them: one a
// line, items are whole numbers parted by blanks. A line without an item is no
// transaction. An error names its line.
func ReadNumbers(in io.Reader) (*Data, error) { return (*Sieve)(nil).ReadNumbers(in) }

// ReadNumbers is the function for data that is sifted.
func (s *Sieve) ReadNumbers(in io.Reader) (*Data, error) {
	b := Builder{sieve: s}
	b.data.numbers = []uint64{}
	var items []uint64
	err := eachLine(in, func(line int, s []byte) error {
		items = items[:0]
		for i := 0; i < len(s); {
			if blank(s[i]) {
				i++
				continue
			}
			from := i
			var n uint64
			for ; i < len(s) && !blank(s[i]); i++ {
				if s[i] < '0' || s[i] > '9' || i-from >= 18 {
					end := from + max(0, bytes.IndexAny(append(s[from:len(s):len(s)], ' '), " \t\r"))
					return fmt.Errorf("line %d: %q is no item: items are whole numbers of at most 18 digits, parted by blanks", line, shorten(s[from:end]))
				}
				n = 10*n + uint64(s[i]-'0')
			}
			items = append(items, n)
		}
		if len(items) == 0 {
			return nil
		}
		return b.addNumbers(items)
	})
	if err != nil {
		return nil, err
	}
	return b.Data(), nil
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

func shorten(s []byte) []byte {
	if len(s) > 40 {
		return append(s[:40:40], "…"...)
	}
	return s
}

// ReadBaskets reads transactions of named items, one a line. Items are parted
// by sep: a tab, where names are taken as they stand, or else a comma or the
// like, where a name with a comma in it is quoted as in CSV. Blanks around a
// name do not count. A line without an item is no transaction.
func ReadBaskets(in io.Reader, sep rune) (*Data, error) { return (*Sieve)(nil).ReadBaskets(in, sep) }

// ReadBaskets is the function for data that is sifted.
func (s *Sieve) ReadBaskets(in io.Reader, sep rune) (*Data, error) {
	b := Builder{sieve: s}
	var items []string
	add := func(line int, cells []string) error {
		items = items[:0]
		for _, c := range cells {
			if !utf8.ValidString(c) || strings.ContainsRune(c, 0) {
				return fmt.Errorf("line %d: there are characters that cannot be read", line)
			}
			if c = strings.TrimSpace(c); c != "" {
				items = append(items, c)
			}
		}
		if len(items) == 0 {
			return nil
		}
		return b.Add(items...)
	}
	if sep == '\t' {
		err := eachLine(in, func(line int, s []byte) error { return add(line, strings.Split(string(s), "\t")) })
		if err != nil {
			return nil, err
		}
		return b.Data(), nil
	}
	limit := &perRow{in: in}
	r := csv.NewReader(limit)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = sep, -1, true
	for {
		limit.left = MaxLine
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return b.Data(), nil
		}
		if err == nil {
			line, _ := r.FieldPos(0)
			err = add(line, cells)
		} else if p, ok := errors.AsType[*csv.ParseError](err); ok && !errors.Is(err, errLong) {
			err = fmt.Errorf("line %d: the quotation marks do not match", p.StartLine)
		}
		if err != nil {
			return nil, err
		}
	}
}

var errLong = fmt.Errorf("a transaction is longer than %d MB; is a quotation mark not closed, or is this another kind of file?", MaxLine>>20)

// perRow refuses a row without end before it fills the memory.
type perRow struct {
	in   io.Reader
	left int
}

func (p *perRow) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, errLong
	}
	n, err := p.in.Read(b)
	p.left -= n
	return n, err
}

func eachLine(in io.Reader, do func(line int, s []byte) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), MaxLine)
	line := 0
	for lines.Scan() {
		line++
		if err := do(line, lines.Bytes()); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("line %d: %w", line+1, errLong)
	}
	return lines.Err()
}

// A Format is how a file holds transactions.
type Format int

const (
	FIMI   Format = iota // numbers parted by blanks
	Basket               // names parted by tabs or commas
	Table                // rows under a header: an item is a column with its value
)

// Recognise says how a file is written, from its beginning, and what parts
// the items of a basket. It is a table if it has a header: the first line's
// names are all different, hold no number, occur in no line below, and nine
// lines in ten have as many cells as it has. It is FIMI if nothing but blanks
// parts it and most of what they part is numbers, so that a slip in a file of
// numbers is found as such.
func Recognise(sample []byte) (f Format, sep rune) {
	if i := bytes.LastIndexByte(sample, '\n'); i > 0 {
		sample = sample[:i+1] // the last line may be cut
	}
	if sep = ','; bytes.ContainsRune(sample, '\t') {
		sep = '\t'
	}
	numbers, words := 0, 0
	for token := range bytes.FieldsSeq(sample) {
		if bytes.ContainsFunc(token, func(r rune) bool { return r < '0' || r > '9' }) {
			words++
		} else {
			numbers++
		}
	}
	first, _, _ := bytes.Cut(bytes.TrimLeft(sample, " \t\r\n"), []byte("\n"))
	if numbers > 0 && words == 0 || numbers > words && !bytes.ContainsAny(sample, ",;") && !bytes.ContainsRune(first, '\t') {
		return FIMI, sep
	}
	if hasHeader(sample, sep) || sep == ',' && bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) && hasHeader(sample, ';') {
		return Table, sep
	}
	return Basket, sep
}

func hasHeader(sample []byte, sep rune) bool {
	r := csv.NewReader(bytes.NewReader(sample))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = sep, -1, true
	head, err := r.Read()
	if err != nil || len(head) < 2 {
		return false
	}
	names := map[string]bool{}
	for _, name := range head {
		name = strings.TrimSpace(name)
		if names[name] || name == "" || !strings.ContainsFunc(name, func(r rune) bool { return r < '0' || r > '9' }) {
			return false
		}
		names[name] = true
	}
	rows, even := 0, 0
	for {
		row, err := r.Read()
		if err != nil { // the end, or a quotation that the sample cuts
			return rows > 0 && even*10 >= rows*9
		}
		if len(row) > len(head) || slices.ContainsFunc(row, func(c string) bool { return names[strings.TrimSpace(c)] }) {
			return false
		}
		rows++
		if len(row) == len(head) {
			even++
		}
	}
}
