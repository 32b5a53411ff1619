// Package ids makes identifiers.
package ids

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
)

// New returns a UUIDv7 whose time part is now, so that identifiers sort by
// the time they were made, even when a year of history is loaded at once.
func New(now time.Time) string {
	var u uuid.UUID
	if _, err := rand.Read(u[6:]); err != nil {
		panic(err) // crypto/rand.Read never fails on the systems we run on
	}
	stamp(&u, now)
	return u.String()
}

// Seeded returns a UUIDv7 for this time from 8 bytes of a seeded source, for
// histories that must come out the same on every machine.
func Seeded(now time.Time, random uint64) string {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[8:], random)
	u[6], u[7] = byte(random>>56), byte(random>>48)
	stamp(&u, now)
	return u.String()
}

func stamp(u *uuid.UUID, now time.Time) {
	ms := uint64(now.UnixMilli())
	u[0], u[1], u[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	u[3], u[4], u[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	// RFC 9562 §5.7: 12 bits after the version hold the fraction of the
	// millisecond, so that two of one millisecond keep their order.
	frac := uint64(now.Nanosecond()%1_000_000) * 4096 / 1_000_000
	u[6], u[7] = 0x70|byte(frac>>8), byte(frac)
	u[8] = u[8]&0x3f | 0x80
}

// Valid reports whether s has the form of an identifier.
func Valid(s string) bool {
	if len(s) != 36 {
		return false
	}
	_, err := uuid.Parse(s)
	return err == nil
}

// Token returns n random bytes as hexadecimal digits, for one-time links.
func Token(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}
