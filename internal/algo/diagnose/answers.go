package diagnose

import (
	"cmp"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"yiwang/internal/algo/text"
)

// What is measured of an answer.
type reply struct {
	copied, on float32 // shares, 0 to 1
	signs      int32
	off        bool // on is no more than answers to other questions reach
	promise    bool // it says what was done, or what will be when
	empty      bool
}

const (
	shingle   = 8   // signs that make a phrase
	wideCell  = 22  // 2²² phrases are counted
	copiedAll = 0.8 // of an answer that is boilerplate
	shortest  = 15  // signs
)

var promises = regexp.MustCompile(`已(经)?(于|对|将|完成|修|处理|整改|解决|更换|清|拆|安装|恢复|办理|退|发放|到现场|责令|要求|协调|查处|处罚|补)|[0-9一二三四五六七八九十]+(日|号|月|天|个工作日|小时)(内|前|底|完成)?|将(于|在)|计划(于|在)?|预计|承诺|(?i)\b(fixed|repaired|replaced|completed|done|will|by|within|scheduled|refunded|removed)\b`)

// replies measures all answers. A phrase of eight signs is boilerplate if it
// stands in answers to at least five orders and at least one in 500, of several
// kinds of matter where kinds are known; copied is the share of phrases that
// are. On is the idf share of the question's words that the answer takes up, or
// of the answer's that the question has, whichever is more; an answer is off
// if nine of ten answers given to other questions come as near to this one.
func (w *work) replies() ([]reply, error) {
	out := make([]reply, len(w.list))
	times := make([]uint16, 1<<wideCell)
	kinds := make([]uint16, 1<<wideCell) // the last kind seen, and by how many others
	changes := make([]uint8, 1<<wideCell)
	in := w.reader()
	step := 1 + len(w.list)/sampled
	n := 0
	var buf []uint32
	several := map[int64]bool{}
	for i := 0; i < len(w.list); i += step {
		x := &w.list[i]
		if x.answer.n == 0 {
			continue
		}
		n++
		k := w.kind(i)
		several[k] = true
		buf = phrases(buf, in.read(x.answer))
		seen := slices.Clone(buf)
		slices.Sort(seen)
		for _, p := range slices.Compact(seen) {
			c := p >> (32 - wideCell)
			if times[c] < 1<<16-1 {
				times[c]++
			}
			if kinds[c] != uint16(k+2) {
				kinds[c] = uint16(k + 2)
				if changes[c] < 255 {
					changes[c]++
				}
			}
		}
	}
	least := uint16(max(5, min(n/500, 1000)))
	var leastKinds uint8 = 1
	if len(several) > 4 {
		leastKinds = 4
	}
	foreign, err := w.foreign()
	if err != nil {
		return nil, err
	}
	in2 := w.reader()
	var q, a []uint32
	for i := range w.list {
		x, r := &w.list[i], &out[i]
		if err := w.tell("answers", i, len(w.list)); err != nil {
			return nil, err
		}
		if x.answer.n == 0 {
			r.empty = true
			continue
		}
		s := in.read(x.answer)
		for _, c := range s {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				r.signs++
			}
		}
		buf = phrases(buf, s)
		same := 0
		for _, p := range buf {
			if c := p >> (32 - wideCell); times[c] >= least && changes[c] >= leastKinds {
				same++
			}
		}
		if len(buf) > 0 {
			r.copied = float32(same) / float32(len(buf))
		}
		r.promise = promises.MatchString(s)
		r.on = 1
		if x.text.n > 0 {
			q, a = set(q, in2.read(x.text)), set(a, s)
			if len(q) >= 4 {
				r.on = float32(w.on(q, a))
				r.off = float64(r.on) <= foreign
			}
		}
	}
	return out, cmp.Or(in.err, in2.err)
}

// on says how much of the question is in the answer, or of the answer in the
// question.
func (w *work) on(q, a []uint32) float64 { return max(w.rare.share(q, a), w.rare.share(a, q)) }

// foreign is how much nine in ten answers have of a question that was not
// theirs.
func (w *work) foreign() (float64, error) {
	r := rand.New(rand.NewPCG(w.opt.Seed, 2))
	in := w.reader()
	var on []float64
	var q, a []uint32
	for range 4000 {
		x, y := &w.list[r.IntN(len(w.list))], &w.list[r.IntN(len(w.list))]
		if x == y || x.text.n == 0 || y.answer.n == 0 {
			continue
		}
		q, a = set(q, in.read(x.text)), set(a, in.read(y.answer))
		on = append(on, w.on(q, a))
	}
	if len(on) < 50 {
		return 0, in.err
	}
	slices.Sort(on)
	return on[len(on)*9/10], in.err
}

// phrases appends the hashes of every eight neighbouring letters and digits.
func phrases(dst []uint32, s string) []uint32 {
	dst = dst[:0]
	var ring [shingle]uint64
	n := 0
	for _, r := range text.Normalize(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		ring[n%shingle] = mix(uint64(r))
		if n++; n >= shingle {
			h := uint64(0)
			for k := range shingle {
				h = mix(h ^ ring[(n+k)%shingle])
			}
			dst = append(dst, uint32(h>>32))
		}
	}
	return dst
}

// boilerplate reports whether an answer says nothing of its own.
func (r reply) boilerplate() bool {
	return r.copied >= copiedAll && r.off || r.signs < shortest
}

// answers finds answers worth a look.
func (w *work) answers() (*Finding, error) {
	f := &Finding{Key: "answers", Missing: w.missing(Answer), Columns: []string{"order", "reasons", "on_question", "boilerplate", "signs", "days", "answer"}}
	if len(f.Missing) > 0 {
		return f, nil
	}
	rs, err := w.replies()
	if err != nil {
		return nil, err
	}
	w.replied = rs
	weight := make([]float32, len(rs))
	var hits []int32
	counts := map[string]int{}
	n := 0
	units := map[int32][2]int{}
	for i, r := range rs {
		if r.empty {
			continue
		}
		n++
		why := r.reasons()
		for _, x := range why {
			counts[x]++
		}
		u := units[finalUnit(w, i)]
		u[1]++
		if len(why) > 0 {
			u[0]++
			weight[i] = float32(len(why)) + r.copied - r.on
			hits = append(hits, int32(i))
		}
		units[finalUnit(w, i)] = u
	}
	slices.SortStableFunc(hits, func(a, b int32) int { return cmp.Compare(weight[b], weight[a]) })
	f.Share = ShareOf(len(hits), n)
	var c Chart
	c.Key = "answers.reasons"
	for _, x := range []string{"short", "copied", "off", "bare"} {
		c.Bars = append(c.Bars, Bar{Key: "answers.reason." + x, Share: ShareOf(counts[x], n), Days: -1})
	}
	f.Charts = []Chart{c, {"answers.units", w.shareBars(units, w.unit)}}
	f.Examples = w.examples(hits, nil)
	f.Rows = func(write func(...string) error) error {
		in := w.reader()
		for _, i := range hits {
			r := rs[i]
			if err := write(w.id(int(i)), strings.Join(r.reasons(), " "), decimals(float64(r.on), 2), decimals(float64(r.copied), 2),
				decimals(float64(r.signs), 0), decimals(w.days(int(i)), 1), cell(in.read(w.list[i].answer))); err != nil {
				return err
			}
		}
		return in.err
	}
	return f, nil
}

// reasons are why an answer is worth a look: short, copied, off the question,
// bare of anything done or promised.
func (r reply) reasons() (out []string) {
	if r.signs < shortest {
		out = append(out, "short")
	}
	if r.copied >= copiedAll {
		out = append(out, "copied")
	}
	if r.off {
		out = append(out, "off")
	}
	if !r.promise && (r.off || r.copied >= copiedAll) {
		out = append(out, "bare")
	}
	return out
}

// paper finds orders that were probably closed on paper only: at least two of
// three signs, or, where one alone can be judged, the same matter again.
func (w *work) paper() (*Finding, error) {
	f := &Finding{Key: "paper_closures", Missing: w.missing(Time | Closed), Columns: []string{"order", "signs", "again", "days_to_again", "days", "unit", "answer"}}
	if len(f.Missing) > 0 {
		if f.Missing = w.missing(Answer | Verdict); len(f.Missing) > 0 {
			return f, nil
		}
	}
	after := make([]int32, len(w.list)) // the next order on the same matter, after the end
	for i := range after {
		after[i] = -1
	}
	period := int64(w.opt.Again / time.Second)
	for j, l := range w.links {
		if l.of < 0 || l.kind != sameCaller && w.Has&Caller != 0 {
			continue
		}
		x := &w.list[l.of]
		if x.closed == 0 || w.list[j].time <= x.closed || w.list[j].time-x.closed > period {
			continue
		}
		if k := after[l.of]; k < 0 || w.list[j].time < w.list[k].time {
			after[l.of] = int32(j)
		}
	}
	judgeable := 1
	if w.Has&Answer != 0 {
		judgeable++
	}
	if w.Has&Verdict != 0 {
		judgeable++
	}
	signs := func(i int) (out []string) {
		x := &w.list[i]
		if after[i] >= 0 {
			out = append(out, "again")
		}
		if w.replied != nil && (w.replied[i].empty || w.replied[i].boilerplate()) {
			out = append(out, "boilerplate")
			if w.replied[i].empty {
				out[len(out)-1] = "unanswered"
			}
		}
		if x.verdict == bad {
			out = append(out, "verdict")
		}
		return out
	}
	var hits []int32
	counts := map[string]int{}
	units := map[int32][2]int{}
	closed := 0
	for i := range w.list {
		x := &w.list[i]
		if x.closed == 0 && (w.Has&Closed != 0 || x.answer.n == 0) {
			continue
		}
		closed++
		why := signs(i)
		for _, s := range why {
			counts[s]++
		}
		u := units[finalUnit(w, i)]
		u[1]++
		if len(why) >= min(2, judgeable) {
			u[0]++
			hits = append(hits, int32(i))
		}
		units[finalUnit(w, i)] = u
	}
	slices.SortStableFunc(hits, func(a, b int32) int { return cmp.Compare(len(signs(int(b))), len(signs(int(a)))) })
	f.Share = ShareOf(len(hits), closed)
	f.Facts = map[string]float64{"period": w.opt.Again.Hours() / 24, "again": float64(counts["again"])}
	var c Chart
	c.Key = "paper.signs"
	for _, s := range []string{"again", "boilerplate", "unanswered", "verdict"} {
		if counts[s] > 0 {
			c.Bars = append(c.Bars, Bar{Key: "paper.sign." + s, Share: ShareOf(counts[s], closed), Days: -1})
		}
	}
	f.Charts = []Chart{c, {"paper.units", w.shareBars(units, w.unit)}}
	f.Examples = w.examples(hits, func(i int) string {
		if after[i] >= 0 {
			return w.id(int(after[i]))
		}
		return ""
	})
	f.Rows = func(write func(...string) error) error {
		in := w.reader()
		for _, i := range hits {
			again, gap := "", ""
			if k := after[i]; k >= 0 {
				again, gap = w.id(int(k)), decimals(float64(w.list[k].time-w.list[i].closed)/86400, 1)
			}
			if err := write(w.id(int(i)), strings.Join(signs(int(i)), " "), again, gap, decimals(w.days(int(i)), 1), w.unit(finalUnit(w, int(i))), cell(in.read(w.list[i].answer))); err != nil {
				return err
			}
		}
		return in.err
	}
	return f, nil
}
