package classify

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"
)

// A model's file: the line "yiwang classify 1", the body, and the SHA-256 of
// both. The body holds, in this order, counts as varints and numbers in
// little-endian: rows, flags, labels; scale, the two numbers of sure if a flag
// says that they are there, biases and lifts; hashes of words, then features
// with their hash, weight, step and one byte for each label. Hashes ascend and
// stand as differences.
const (
	magic    = "yiwang classify 1\n"
	mostFile = 24 << 20

	flagSingle = 1 // it has one view
	flagSure   = 2
)

// ErrFormat means that a file is not a model, or a damaged one.
var ErrFormat = errors.New("not a classifier's model")

// finish encodes the model, which gives it its version.
func (m *Model) finish() error {
	var b []byte
	b = append(b, magic...)
	b = binary.AppendUvarint(b, uint64(m.rows))
	var flags uint64
	if m.single {
		flags |= flagSingle
	}
	if m.sure != (sure{}) {
		flags |= flagSure
	}
	b = binary.AppendUvarint(b, flags)
	b = binary.AppendUvarint(b, uint64(len(m.labels)))
	for _, l := range m.labels {
		b = appendString(b, l)
	}
	b = appendFloat(b, m.scale)
	if flags&flagSure != 0 {
		b = appendFloat(appendFloat(b, m.sure.by), m.sure.more)
	}
	for k := range m.labels {
		b = appendFloat(appendFloat(b, m.bias[k]), m.lift[k])
	}
	b = binary.AppendUvarint(b, uint64(len(m.wordHashes)))
	var last uint64
	for _, h := range m.wordHashes {
		b = binary.AppendUvarint(b, h-last)
		last = h
	}
	b = binary.AppendUvarint(b, uint64(len(m.hashes)))
	last = 0
	k := len(m.labels)
	for f, h := range m.hashes {
		b = binary.AppendUvarint(b, h-last)
		last = h
		b = appendFloat(appendFloat(b, m.learned[f].weight), m.learned[f].step)
		for _, q := range m.q[f*k : f*k+k] {
			b = append(b, byte(q))
		}
	}
	sum := sha256.Sum256(b)
	b = append(b, sum[:]...)
	if len(b) > mostFile {
		return fmt.Errorf("%w: the model would take %d bytes", ErrLabels, len(b))
	}
	m.body, m.version = b, hex.EncodeToString(sum[:8])
	return nil
}

// WriteTo writes the model to w.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(m.body)
	return int64(n), err
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendFloat(b []byte, x float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
}

// Read reads a model that WriteTo wrote. Whatever r holds, it takes no more
// than some 200 MB and gives ErrFormat for what is no model.
func Read(r io.Reader) (*Model, error) {
	b, err := io.ReadAll(io.LimitReader(r, mostFile+1))
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	n := len(b) - sha256.Size
	if n < len(magic) || len(b) > mostFile || !bytes.HasPrefix(b, []byte(magic)) {
		return nil, ErrFormat
	}
	sum := sha256.Sum256(b[:n])
	if !bytes.Equal(sum[:], b[n:]) {
		return nil, fmt.Errorf("%w: damaged", ErrFormat)
	}
	d := &decoder{b: b[len(magic):n]}
	m := d.model()
	if d.bad || len(d.b) != 0 {
		return nil, fmt.Errorf("%w: malformed", ErrFormat)
	}
	m.body, m.version = b, hex.EncodeToString(sum[:8])
	return m, nil
}

// A decoder reads a body from its front. After a mistake it gives zeros and
// stays bad.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) fail() { d.bad, d.b = true, nil }

func (d *decoder) uint() uint64 {
	x, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return x
}

// count reads how many things of at least size bytes follow.
func (d *decoder) count(size int) int {
	x := d.uint()
	if x > uint64(len(d.b)/size) {
		d.fail()
		return 0
	}
	return int(x)
}

func (d *decoder) string() string {
	n := d.count(1)
	s := string(d.b[:n])
	d.b = d.b[n:]
	if !utf8.ValidString(s) {
		d.fail()
	}
	return s
}

// float reads a number that must lie between -most and most.
func (d *decoder) float(most float32) float32 {
	if len(d.b) < 4 {
		d.fail()
		return 0
	}
	x := math.Float32frombits(binary.LittleEndian.Uint32(d.b))
	d.b = d.b[4:]
	if !(x >= -most && x <= most) {
		d.fail()
		return 0
	}
	return x
}

// next reads the next of ascending hashes.
func (d *decoder) next(last uint64, more bool) uint64 {
	gap := d.uint()
	if gap > math.MaxUint64-last || gap == 0 && more {
		d.fail()
	}
	return last + gap
}

func (d *decoder) model() *Model {
	m := &Model{rows: int(min(d.uint(), math.MaxInt32))}
	flags := d.uint()
	m.single = flags&flagSingle != 0
	k := d.count(9)
	if k < 2 || k > maxLabels || flags > flagSingle|flagSure {
		d.fail()
		return m
	}
	for range k {
		m.labels = append(m.labels, d.string())
	}
	if !slices.IsSorted(m.labels) || len(slices.Compact(slices.Clone(m.labels))) != k {
		d.fail()
	}
	m.scale = d.float(100)
	if flags&flagSure != 0 {
		m.sure = sure{d.float(10), d.float(10)}
	}
	for range k {
		m.bias = append(m.bias, d.float(100))
		m.lift = append(m.lift, d.float(1e6))
	}
	words := make([]uint64, d.count(1))
	var last uint64
	for i := range words {
		last = d.next(last, i > 0)
		words[i] = last
	}
	m.wordHashes = words
	n := d.count(9 + k)
	m.hashes = make([]uint64, n)
	m.learned = make([]learned, n)
	m.q = make([]int8, n*k)
	last = 0
	for f := 0; f < n && !d.bad; f++ {
		last = d.next(last, f > 0)
		m.hashes[f] = last
		m.learned[f] = learned{weight: d.float(1e4), step: d.float(1e4)}
		if len(d.b) < k {
			d.fail()
			break
		}
		for i, q := range d.b[:k] {
			m.q[f*k+i] = int8(q)
		}
		d.b = d.b[k:]
	}
	if !d.bad && (!m.words.fill(m.wordHashes) || !m.at.fill(m.hashes)) {
		d.fail()
	}
	return m
}
