package similar

import (
	"encoding/binary"
	"math"
	"slices"
)

// A store keeps the terms of docs, one after the other, as encode writes them:
// the last ones in memory, those before in the spool.
type store struct {
	kept  []byte
	spool Spool
	room  int   // for kept
	base  int64 // bytes in the spool that are not of this store
	spent int64 // bytes in the spool
	end   int64 // bytes of all
}

// keep adds the terms of the next doc, ascending.
func (s *store) keep(ids []int32) error {
	before := len(s.kept)
	s.kept = encode(s.kept, ids)
	s.end += int64(len(s.kept) - before)
	if len(s.kept) < s.room {
		return nil
	}
	if s.spool == nil {
		return ErrTooMuch
	}
	return s.spill()
}

func (s *store) spill() error {
	n, err := s.spool.Write(s.kept)
	s.spent += int64(n)
	s.kept = s.kept[:0]
	return err
}

// begin empties the store, and gives what it was. Where that did not fit into
// memory, all of it is in the spool, so that it takes none.
func (s *store) begin() (old store, err error) {
	var again []byte
	if s.spent > 0 {
		err = s.spill()
		again = s.kept
	}
	old = *s
	*s = store{kept: again, spool: s.spool, room: s.room, base: s.base + s.spent}
	if s.spool == nil {
		s.room = math.MaxInt // what had room before has it again
	}
	return old, err
}

// encode appends ascending numbers as the differences between them.
func encode(dst []byte, ids []int32) []byte {
	last := int32(0)
	for _, id := range ids {
		dst = binary.AppendUvarint(dst, uint64(id-last))
		last = id
	}
	return dst
}

// A reader gives the terms of docs, one after the other.
type reader struct {
	docs []doc
	from store
	read []byte
	ids  []int32
}

func (g *Grouping) reader() reader { return reader{docs: g.docs, from: g.store} }

// raw gives the terms of a doc as encode writes them. They are valid until the
// next call.
func (r *reader) raw(doc int32) ([]byte, error) {
	from, to := r.docs[doc].terms, r.from.end
	if int(doc)+1 < len(r.docs) {
		to = r.docs[doc+1].terms
	}
	if from >= r.from.spent {
		return r.from.kept[from-r.from.spent : to-r.from.spent], nil
	}
	r.read = slices.Grow(r.read[:0], int(to-from))[:to-from]
	if n, err := r.from.spool.ReadAt(r.read, r.from.base+from); n < len(r.read) {
		return nil, err
	}
	return r.read, nil
}

// terms gives those of a doc, ascending. They are valid until the next call.
func (r *reader) terms(doc int32) ([]int32, error) {
	raw, err := r.raw(doc)
	if err != nil {
		return nil, err
	}
	r.ids = r.ids[:0]
	last := int32(0)
	for len(raw) > 0 {
		gap, n := binary.Uvarint(raw)
		last += int32(gap)
		r.ids = append(r.ids, last)
		raw = raw[n:]
	}
	return r.ids, nil
}
