package calendar

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A Unit is the time a limit runs in.
type Unit string

// The units of a limit, as cities write them.
const (
	Hours        Unit = "h"  // round the clock
	WorkingHours Unit = "wh" // only while offices are open
	Days         Unit = "d"  // calendar days
	WorkingDays  Unit = "wd"
)

// A Limit is how long something may take: "2h", "4wh", "7d", "5wd". The zero
// Limit is none.
type Limit struct {
	N  int
	In Unit
}

// MaxLimit is the largest number of a limit; more is a slip of the pen.
const MaxLimit = 10_000

// ParseLimit reads a limit as String writes it; "" is none.
func ParseLimit(s string) (Limit, error) {
	if s == "" {
		return Limit{}, nil
	}
	digits := strings.TrimRight(s, "hwd")
	l := Limit{In: Unit(s[len(digits):])}
	n, err := strconv.Atoi(digits)
	switch l.In {
	case Hours, WorkingHours, Days, WorkingDays:
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || n < 1 || n > MaxLimit || strconv.Itoa(n) != digits {
		return Limit{}, fmt.Errorf("a limit is a number from 1 to %d with h, wh, d or wd behind it, such as 2h or 5wd", MaxLimit)
	}
	l.N = n
	return l, nil
}

// IsZero reports whether there is no limit.
func (l Limit) IsZero() bool { return l == Limit{} }

// String gives the limit as cities write it.
func (l Limit) String() string {
	if l.IsZero() {
		return ""
	}
	return strconv.Itoa(l.N) + string(l.In)
}

// MarshalJSON implements json.Marshaler.
func (l Limit) MarshalJSON() ([]byte, error) { return json.Marshal(l.String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (l *Limit) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	parsed, err := ParseLimit(s)
	*l = parsed
	return err
}
