package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// Names of what text is written in.
const (
	utf8Name = "UTF-8"
	gbName   = "GB18030"
)

// Encoding is what the signs of a CSV file are written in: UTF-8 or GB18030,
// which is what is decoded on the way. Of a spreadsheet it is "".
func (t *Table) Encoding() string {
	if t.lines == nil {
		return ""
	}
	return t.lines.name()
}

// Mixed is how many of the lines read so far were written in the other of the
// two encodings, as in files that two systems have written to; they are
// decoded too.
func (t *Table) Mixed() int {
	if t.lines == nil {
		return 0
	}
	return t.lines.others
}

// Encoding is as of a Table.
func (p *Plain) Encoding() string { return p.lines.name() }

// Mixed is as of a Table.
func (p *Plain) Mixed() int { return p.lines.others }

// lines decodes a text line by line. In both encodings a line break is only
// ever one, so a file may change from one to the other at each.
type lines struct {
	in     *bufio.Reader
	gb     bool // what most of the file's beginning is in
	others int  // lines in the other encoding
	decode transform.Transformer

	ready  []byte // decoded and not yet given
	begun  bool   // the line being read was begun in an earlier piece
	inGB   bool   // and is in GB18030
	carry  []byte // of a sign cut in two at the end of a piece
	failed error
}

func newLines(in *bufio.Reader, gb bool) *lines {
	return &lines{in: in, gb: gb, decode: simplifiedchinese.GB18030.NewDecoder()}
}

func (l *lines) name() string {
	if l.gb {
		return gbName
	}
	return utf8Name
}

// Read implements io.Reader.
func (l *lines) Read(b []byte) (int, error) {
	for len(l.ready) == 0 {
		if l.failed != nil {
			return 0, l.failed
		}
		l.next()
	}
	n := copy(b, l.ready)
	l.ready = l.ready[n:]
	return n, nil
}

// next decodes the next line, or a piece of a long one.
func (l *lines) next() {
	piece, err := l.in.ReadSlice('\n')
	whole := !errors.Is(err, bufio.ErrBufferFull) // the line ends here
	if whole {
		l.failed = err
	}
	if len(l.carry) > 0 {
		piece = append(l.carry, piece...)
		l.carry = nil
	}
	if !l.begun {
		l.inGB = l.isGB(piece, whole)
		if l.inGB != l.gb && len(piece) > 0 && !ascii(piece) {
			l.others++
		}
	}
	l.begun = !whole
	if !l.inGB {
		cut := len(piece)
		if !whole {
			cut = len(piece) - unfinished(piece)
		}
		l.ready, l.carry = piece[:cut], bytes.Clone(piece[cut:])
		return
	}
	l.decode.Reset()
	out := make([]byte, utf8.UTFMax*(len(piece)+1))           // a bad byte becomes three
	written, read, _ := l.decode.Transform(out, piece, whole) // what is cut off is carried
	l.ready, l.carry = out[:written], bytes.Clone(piece[read:])
	if whole {
		l.carry = nil
	}
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unfinished is the length of a sign of UTF-8 that is cut off at the end.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// isGB says in which encoding a line is. What is no UTF-8 is GB18030, unless
// most of it is UTF-8 and so only damaged. In a file of GB18030, few signs
// may look like UTF-8 by chance, mostly as letters of two bytes: they are
// that only if they make Han signs, and more of those than of such letters.
func (l *lines) isGB(b []byte, whole bool) bool {
	if ascii(b) {
		return l.gb
	}
	if !whole {
		b = b[:len(b)-unfinished(b)]
	}
	han, small, good, bad := 0, 0, 0, 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		i += n
		switch {
		case r == utf8.RuneError && n <= 1:
			bad++
		case r < utf8.RuneSelf:
		default:
			good++
			if r < 0x800 {
				small++
			}
			if r >= 0x4E00 && r <= 0x9FFF {
				han++
			}
		}
	}
	if bad > 0 {
		return bad > good
	}
	return l.gb && (han < 2 || small >= han)
}

// decode gives a text in UTF-8, and its beginning to look at.
func decode(in io.Reader) (decoded *lines, sample []byte, err error) {
	head := bufio.NewReaderSize(in, sampled)
	sample, err = head.Peek(sampled)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, broken(err)
	}
	whole := err != nil // the sample is the whole file
	if what := what(sample); isOther(what) || bytes.IndexByte(sample, 0) >= 0 {
		return nil, nil, what
	}
	if bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")) {
		if _, err := head.Discard(3); err != nil {
			return nil, nil, err
		}
		sample = sample[3:]
	}
	look := newLines(bufio.NewReaderSize(bytes.NewReader(sample), sampled), mostlyGB(sample))
	out, err := io.ReadAll(look)
	if err != nil {
		return nil, nil, err
	}
	if !whole { // the last sign may be cut off
		out = bytes.TrimRight(out, "\ufffd")
		out = out[:len(out)-unfinished(out)]
	}
	if look.gb && bytes.Count(out, []byte("\ufffd"))*50 > utf8.RuneCount(out) {
		return nil, nil, notText()
	}
	return newLines(head, look.gb), out, nil
}

// mostlyGB reports whether more lines of b are only GB18030 than only UTF-8.
func mostlyGB(b []byte) bool {
	gb, other := 0, 0
	l := &lines{}
	for line := range bytes.SplitAfterSeq(b, []byte("\n")) {
		switch {
		case ascii(line):
		case l.isGB(line, false):
			gb++
		default:
			other++
		}
	}
	return gb > other
}
