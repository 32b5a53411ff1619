package diagnose

import (
	"fmt"
	"time"
)

// A Seen is an order as it stands after all its rows.
type Seen struct {
	ID, Text    string
	Time        time.Time // zero: unknown
	First, Last string    // units, without the desk; empty: none yet
	Category    string
}

// Each gives every order, in the order of their first rows. No row can be
// added after.
func (o *Orders) Each(do func(Seen) error) error {
	if o.err == nil {
		o.err = o.out.Flush()
	}
	if o.err != nil {
		return fmt.Errorf("keep the texts: %w", o.err)
	}
	c, _ := o.chain()
	in := o.reader()
	for i := range o.list {
		x := &o.list[i]
		s := Seen{ID: o.id(i), Text: in.read(x.text)}
		if in.err != nil {
			return in.err
		}
		if x.time != 0 {
			s.Time = time.Unix(x.time, 0)
		}
		if units := c.of(x); len(units) > 0 {
			s.First, s.Last = o.units.list[units[0]], o.units.list[units[len(units)-1]]
		}
		if x.category >= 0 {
			s.Category = o.categories.list[x.category]
		}
		if err := do(s); err != nil {
			return err
		}
	}
	return nil
}
