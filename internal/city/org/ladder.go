package org

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/city/calendar"
)

// A Ladder says who is told when a clock runs out, and when the next one is.
// As cities write it: "-4wh handler, 0 section_head, 1wd unit_leader, 3wd
// supervisor leader": four working hours before the deadline the handler, at
// the deadline the section head, and so on.
type Ladder []Rung

// A Rung is one step of a ladder.
type Rung struct {
	Before bool           // the limit is before the deadline, else after it
	Limit  calendar.Limit // zero: at the deadline
	Roles  []string       // of those who are told
}

// LadderRoles are those that a rung can name.
var LadderRoles = []string{"handler", "section_head", "unit_leader", "dispatcher", "supervisor", "leader"}

// ParseLadder reads a ladder as String writes it; "" is none. Each rung is
// later than the one before, so that a ladder ends.
func ParseLadder(s string) (Ladder, error) {
	var l Ladder
	for part := range strings.SplitSeq(s, ",") {
		words := strings.Fields(part)
		if len(words) == 0 {
			if strings.TrimSpace(s) == "" {
				return nil, nil
			}
			return nil, errors.New("a rung is empty")
		}
		if len(words) < 2 {
			return nil, fmt.Errorf("the rung %q names nobody", strings.TrimSpace(part))
		}
		r := Rung{Roles: words[1:]}
		at := words[0]
		if at != "0" {
			var err error
			if at, r.Before = strings.CutPrefix(at, "-"); at == "" {
				return nil, fmt.Errorf("the rung %q has no time", part)
			}
			if r.Limit, err = calendar.ParseLimit(at); err != nil {
				return nil, err
			}
		}
		for i, role := range r.Roles {
			if !slices.Contains(LadderRoles, role) || slices.Contains(r.Roles[:i], role) {
				return nil, fmt.Errorf("%q is none of %s, or named twice", role, strings.Join(LadderRoles, ", "))
			}
		}
		if len(l) > 0 && r.hours() <= l[len(l)-1].hours() {
			return nil, fmt.Errorf("the rung %q is not later than the one before it", strings.TrimSpace(part))
		}
		l = append(l, r)
	}
	if len(l) > MaxRungs {
		return nil, fmt.Errorf("a ladder has at most %d rungs", MaxRungs)
	}
	return l, nil
}

// MaxRungs is how many rungs a ladder has at most.
const MaxRungs = 10

// hours is about how long after the deadline a rung is, for their order: an
// office day has eight hours.
func (r Rung) hours() int {
	n := r.Limit.N * map[calendar.Unit]int{calendar.Hours: 1, calendar.WorkingHours: 3, calendar.Days: 24, calendar.WorkingDays: 24}[r.Limit.In]
	if r.Before {
		return -n
	}
	return n
}

// String gives the ladder as cities write it.
func (l Ladder) String() string {
	parts := make([]string, len(l))
	for i, r := range l {
		at := "0"
		if !r.Limit.IsZero() {
			at = r.Limit.String()
		}
		if r.Before {
			at = "-" + at
		}
		parts[i] = at + " " + strings.Join(r.Roles, " ")
	}
	return strings.Join(parts, ", ")
}

// MarshalJSON implements json.Marshaler.
func (l Ladder) MarshalJSON() ([]byte, error) { return json.Marshal(l.String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (l *Ladder) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	parsed, err := ParseLadder(s)
	*l = parsed
	return err
}
