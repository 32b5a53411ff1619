package diagnose

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/algo/pii"
	"yiwang/internal/algo/text"
)

// A work is what the findings share while they are made.
type work struct {
	ctx context.Context
	*Orders
	opt     Options
	chains  *chains
	rare    *rarity // of terms among the orders' texts
	places  names
	place   []int32 // by order, -1: none found
	said    *foreseen
	links   []link  // by order: what it repeats
	replied []reply // by order, nil where there are no answers
	end     int64   // the last time in the export
}

// sampled is how many texts are counted to know which terms are rare.
const sampled = 200_000

// Diagnose judges the orders. Its memory is bounded but for what Orders keeps:
// about 300 MB of models, tables and samples, and 40 bytes an order. Time is
// linear in the orders.
func Diagnose(ctx context.Context, o *Orders, opt Options) (*Diagnosis, error) {
	if len(o.list) == 0 {
		return nil, ErrNoOrders
	}
	if o.err == nil {
		o.err = o.out.Flush()
	}
	if o.err != nil {
		return nil, fmt.Errorf("keep the texts: %w", o.err)
	}
	if opt.Progress == nil {
		opt.Progress = func(string, int, int) {}
	}
	o.at, o.callers = nil, nil
	w := &work{ctx: ctx, Orders: o, opt: opt}
	d := &Diagnosis{Orders: len(o.list), Rows: o.rows, Has: o.Has, Unread: opt.Unread}
	w.chains, d.Moved = o.chain()
	if w.chains.desk >= 0 {
		d.Desk = o.units.list[w.chains.desk]
	}
	for i := range o.list {
		x := &o.list[i]
		if x.time != 0 && x.closed != 0 && x.closed < x.time {
			d.Backwards++
			x.closed = 0
		}
		if t := x.time; t != 0 {
			if at := time.Unix(t, 0); d.From.IsZero() || at.Before(d.From) {
				d.From = at
			}
			w.end = max(w.end, t, x.closed)
		}
	}
	if w.end != 0 {
		d.To = time.Unix(w.end, 0)
	}
	if err := w.read(); err != nil {
		return nil, err
	}
	var err error
	if w.said, err = w.foresee(finalUnit, "units"); err != nil {
		return nil, err
	}
	if err := w.again(); err != nil {
		return nil, err
	}
	for _, find := range []func() (*Finding, error){
		w.returns, w.pingpong, w.repeats, w.answers, w.paper, w.holes, w.late, w.topics, w.auto, w.hours,
	} {
		f, err := find()
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		d.Findings = append(d.Findings, f)
	}
	return d, nil
}

// read learns which terms are rare, and the places.
func (w *work) read() error {
	w.rare, w.place = newRarity(), make([]int32, len(w.list))
	step := 1 + len(w.list)/sampled
	in := w.reader()
	var buf []uint32
	for i := range w.list {
		norm := text.Normalize(in.read(w.list[i].text))
		w.place[i] = w.places.number(place(norm))
		if i%step == 0 && norm != "" {
			buf = set(buf, norm)
			w.rare.add(buf)
		}
		if err := w.tell("texts", i, len(w.list)); err != nil {
			return err
		}
	}
	return in.err
}

// tell says how far the work is, now and then.
func (w *work) tell(stage string, i, n int) error {
	if i&0x3fff != 0 {
		return nil
	}
	w.opt.Progress(stage, i, n)
	return w.ctx.Err()
}

// missing gives the names of the fields of need that the export does not have.
func (w *work) missing(need Field) (out []string) {
	for i, name := range []string{"time", "text", "unit", "caller", "category", "closed", "answer", "verdict", "event"} {
		if f := Field(1) << i; need&f != 0 && w.Has&f == 0 {
			if f == Closed && w.Has&Event != 0 && w.Has&Time != 0 {
				continue // the events say so
			}
			out = append(out, name)
		}
	}
	return out
}

// unit is the name of a unit.
func (w *work) unit(u int32) string {
	if u < 0 {
		return ""
	}
	return w.units.list[u]
}

func (w *work) category(i int) string {
	if c := w.list[i].category; c >= 0 {
		return w.categories.list[c]
	}
	return ""
}

// finalUnit is the unit that an order ended with, -1 if there is none.
func finalUnit(w *work, i int) int32 {
	if c := w.chains.of(&w.list[i]); len(c) > 0 {
		return c[len(c)-1]
	}
	return -1
}

// days is how long an order took, NaN if that is not known.
func (w *work) days(i int) float64 {
	x := &w.list[i]
	if x.time == 0 || x.closed == 0 {
		return math.NaN()
	}
	return float64(x.closed-x.time) / 86400
}

const excerpt = 80 // signs

// cut masks a text and gives its beginning.
func cut(s string, signs int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 4*signs {
		s = string(r[:4*signs])
	}
	r := []rune(pii.Mask(s, pii.Find(s)))
	if len(r) > signs {
		r = append(r[:signs], '…')
	}
	return string(r)
}

// cell is cut for a file that is opened with a spreadsheet: it begins with
// nothing that would be calculated.
func cell(s string) string {
	s = cut(s, excerpt)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// examples gives up to three of the orders, spread over them.
func (w *work) examples(of []int32, note func(i int) string) []Example {
	in := w.reader()
	var out []Example
	for k := range min(3, len(of)) {
		i := int(of[k*len(of)/min(3, len(of))])
		x := &w.list[i]
		e := Example{Order: w.id(i), Text: cut(in.read(x.text), excerpt), Answer: cut(in.read(x.answer), excerpt)}
		if note != nil {
			e.Note = note(i)
		}
		out = append(out, e)
	}
	return out
}

func decimals(x float64, n int) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', n, 64)
}
