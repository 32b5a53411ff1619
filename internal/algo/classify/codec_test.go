package classify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"testing"
)

func small(t testing.TB) *Model {
	m, err := Train(context.Background(), []Row{
		{Text: "水管漏水", Label: "供水"},
		{Text: "水表坏了", Label: "供水"},
		{Text: "路灯坏了", Label: "道路"},
		{Text: "路面有大坑", Label: "道路"},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sealed puts the right sum under a body, as whoever forges a model can.
func sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(bytes.Clone(body), sum[:]...)
}

func TestReadRefuses(t *testing.T) {
	good := small(t).body
	body := good[:len(good)-sha256.Size]
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	head := len(magic)
	huge := binary.AppendUvarint(append([]byte(magic), 1, 0), 1<<60)
	for _, c := range []struct {
		story string
		file  []byte
	}{
		{"nothing", nil},
		{"something else", []byte("PK\x03\x04 this is a workbook and not a model, however long it may go on")},
		{"a bit flipped on the way", flipped},
		{"cut short", good[:len(good)-1]},
		{"one byte more", append(bytes.Clone(good), 0)},
		{"body cut short and sealed again", sealed(body[:len(body)-1])},
		{"body longer and sealed again", sealed(append(bytes.Clone(body), 0))},
		{"only a head", sealed(body[:head])},
		{"more labels than bytes", sealed(huge)},
		{"more than a file may hold", make([]byte, mostFile+10)},
	} {
		if _, err := Read(bytes.NewReader(c.file)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	if _, err := Read(bytes.NewReader(good)); err != nil {
		t.Error(err)
	}
}

// Hashes that all want one place would make each look-up a walk along all.
func TestReadRefusesChosenHashes(t *testing.T) {
	m := small(t)
	forged := &Model{labels: m.labels, rows: 1, scale: 1, bias: m.bias, lift: m.lift}
	const n = 20_000
	forged.learned = make([]learned, n)
	forged.q = make([]int8, n*len(m.labels))
	for i := range n {
		forged.hashes = append(forged.hashes, uint64(i)<<32)
	}
	if err := forged.finish(); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(forged.body)); !errors.Is(err, ErrFormat) {
		t.Errorf("20,000 hashes for one place: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	good := small(f).body
	body := good[:len(good)-sha256.Size]
	f.Add(body)
	f.Add(body[:len(body)/2])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := Read(bytes.NewReader(sealed(body)))
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatal(err)
			}
			return
		}
		p := m.Predict("水管", "漏水了 pipe")
		if !(p.Prob >= 0 && p.Prob <= 1) {
			t.Fatalf("%+v", p)
		}
		if err := m.finish(); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(bytes.NewReader(m.body)); err != nil {
			t.Fatalf("written again: %v", err)
		}
	})
}

func TestTable(t *testing.T) {
	grown := newTable(1)
	var hashes []uint64
	for i := range uint64(10_000) {
		h := mix(i + 1)
		hashes = append(hashes, h)
		*grown.put(h) = uint32(i)
	}
	var filled table
	if !filled.fill(hashes) {
		t.Fatal("10,000 hashes without design are taken for crowded")
	}
	for i, h := range hashes {
		for _, t2 := range []*table{&grown, &filled} {
			if p := t2.get(h); p == nil || *p != uint32(i) {
				t.Fatalf("hash %d is lost", i)
			}
		}
	}
	if grown.get(mix(99_999)) != nil || filled.get(mix(99_999)) != nil {
		t.Error("found what was never put in")
	}
}
