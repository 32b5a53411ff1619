package process

const chunkEvents = 1 << 16

// A chunk is a part of a log's columns, so that a log grows without being
// copied. Most logs have whole seconds and fewer than 65,536 resources; only
// the chunks that have more are wider.
type chunk struct {
	prev    [chunkEvents]uint32 // the event of the same case that was added before, or none
	second  [chunkEvents]uint32 // since 1970
	act     [chunkEvents]uint16
	by      [chunkEvents]uint16  // resource; 0 is nobody
	micro   *[chunkEvents]int64  // instead of second, if there
	farther *[chunkEvents]uint32 // instead of by, if there
}

// Bytes of a chunk, and of what it may have instead.
const (
	chunkBytes   = chunkEvents * 12
	microBytes   = chunkEvents * 8
	fartherBytes = chunkEvents * 4
)

// put writes the event at i, and gives the bytes that this took anew.
func (k *chunk) put(i int, s step, prev uint32) (bytes int) {
	k.prev[i], k.act[i] = prev, s.act
	if second := s.at / 1e6; k.micro == nil && (s.at != second*1e6 || second < 0 || second > 1<<32-1) {
		bytes += microBytes
		k.micro = new([chunkEvents]int64)
		for j, second := range k.second[:i] {
			k.micro[j] = int64(second) * 1e6
		}
	}
	if k.micro != nil {
		k.micro[i] = s.at
	} else {
		k.second[i] = uint32(s.at / 1e6)
	}
	if k.farther == nil && s.by > 1<<16-1 {
		bytes += fartherBytes
		k.farther = new([chunkEvents]uint32)
		for j, by := range k.by[:i] {
			k.farther[j] = uint32(by)
		}
	}
	if k.farther != nil {
		k.farther[i] = s.by
	} else {
		k.by[i] = uint16(s.by)
	}
	return bytes
}

func (k *chunk) at(i uint32) int64 {
	if k.micro != nil {
		return k.micro[i]
	}
	return int64(k.second[i]) * 1e6
}

func (k *chunk) who(i uint32) uint32 {
	if k.farther != nil {
		return k.farther[i]
	}
	return uint32(k.by[i])
}
