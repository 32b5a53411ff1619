package flow

import (
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"yiwang/internal/algo/classify"
	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// Names in base/versions: each trial is a version, and so is each word on
// whether the model in force stays.
const (
	trialName = "triage.trial"
	pinName   = "triage.pin"
)

// A Ruling is what came of a trial.
type Ruling string

// The rulings.
const (
	First     Ruling = "first"      // there was none in force
	Better    Ruling = "better"     // in force since
	NotBetter Ruling = "not_better" // no more right than what is in force
	WorseIn   Ruling = "worse_in"   // clearly worse in one area or channel
	TooFew    Ruling = "too_few"    // too few new cases to tell
	Pinned    Ruling = "pinned"     // somebody said that what is in force stays
	Adopted   Ruling = "adopted"    // somebody put it in force
	Restored  Ruling = "restored"   // somebody put an earlier one in force
)

// InForce reports whether the trial put a model in force.
func (r Ruling) InForce() bool { return r == First || r == Better || r == Adopted || r == Restored }

// A Trial is one look at whether what was learned anew, the challenger, reads
// the latest cases better than what is in force, the champion. Neither has
// learned from the cases it is judged by.
type Trial struct {
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Ruling     Ruling    `json:"ruling"`
	Where      string    `json:"where,omitempty"` // of WorseIn: area or channel
	Model      string    `json:"model"`           // version of the challenger
	Number     int64     `json:"number"`          // of the model in force, among its versions, if this put it there
	Rows       int       `json:"rows"`            // learned from
	Until      time.Time `json:"until"`           // the newest of them
	Held       int       `json:"held"`            // judged by
	Champion   Marks     `json:"champion"`
	Challenger Marks     `json:"challenger"`
	Parts      []Part    `json:"parts,omitempty"` // by area and channel
	Bins       []Bin     `json:"bins,omitempty"`  // how far the challenger's probabilities can be believed
	Confused   []Mixed   `json:"confused,omitempty"`
}

// Marks are how well a classifier read the cases it was judged by.
type Marks struct {
	Right   int     `json:"right"`
	MacroF1 float64 `json:"macro_f1"`
	ECE     float64 `json:"ece"`
}

// A Part is one area or channel of the cases, with how many each got right.
type Part struct {
	Of         string `json:"of"` // "area" or "channel"
	Name       string `json:"name"`
	N          int    `json:"n"`
	Champion   int    `json:"champion"`
	Challenger int    `json:"challenger"`
	Worse      bool   `json:"worse"` // clearly, by the exact test of McNemar
}

// A Bin is the cases with a probability from Low on: how many, the mean of
// their probabilities, and the share that was right.
type Bin struct {
	Low   float64 `json:"low"`
	N     int     `json:"n"`
	Mean  float64 `json:"mean"`
	Right float64 `json:"right"`
}

// A Mixed is two categories that are taken for one another.
type Mixed struct {
	Is   string `json:"is"`
	Said string `json:"said"`
	N    int    `json:"n"`
}

const (
	heldLeast  = 50   // cases to be judged by
	partLeast  = 30   // cases of an area or channel for it to count
	clearly    = 0.01 // probability of the difference by chance
	trialsKept = 60   // that a page shows
)

// train learns and, unless forced, judges; it keeps the trial.
func (l *Learning) train(ctx context.Context, until time.Time, force bool, by string) (Trial, error) {
	list, err := l.lessons(ctx, until)
	if err != nil || len(list) < learnLeast {
		return Trial{}, err
	}
	champion, _, err := l.model.Get(ctx)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Trial{}, err
	}
	t := Trial{At: l.Now().UTC().Truncate(time.Microsecond), By: by}
	learn := list
	var held []lesson
	if champion != nil && !force {
		seen, err := l.seen(ctx)
		if err != nil {
			return Trial{}, err
		}
		fresh := slices.IndexFunc(list, func(r lesson) bool { return !r.at.After(seen) })
		if fresh < 0 {
			fresh = len(list)
		}
		n := min(fresh, max(2*heldLeast, len(list)/10))
		held, learn = list[:n], list[n:]
	}
	if len(learn) < learnLeast {
		return Trial{}, nil
	}
	rows := make([]classify.Row, len(learn))
	for i, r := range learn {
		rows[i] = r.Row
	}
	challenger, err := classify.Train(ctx, rows, classify.Options{Seed: 1})
	if errors.Is(err, classify.ErrOneLabel) {
		return Trial{}, nil
	}
	if err != nil {
		return Trial{}, fmt.Errorf("train the classifier: %w", err)
	}
	t.Model, t.Rows, t.Until, t.Held = challenger.Version(), len(learn), learn[0].at, len(held)
	pinned, err := l.Pinned(ctx)
	if err != nil {
		return Trial{}, err
	}
	switch {
	case champion == nil:
		t.Ruling = First
	case force:
		t.Ruling = Adopted
	case len(held) < heldLeast:
		t.Ruling = TooFew
	default:
		if err := t.judge(champion, challenger, held); err != nil {
			return Trial{}, err
		}
		if pinned && t.Ruling == Better {
			t.Ruling = Pinned
		}
	}
	return t, l.keep(ctx, &t, challenger)
}

// seen is up to when the model in force has learned from cases.
func (l *Learning) seen(ctx context.Context) (time.Time, error) {
	list, err := l.trials(ctx)
	for _, t := range list {
		if t.Ruling.InForce() {
			return t.Until, err
		}
	}
	return time.Time{}, err
}

// judge compares champion and challenger on cases that neither has learned
// from. Better is who got more right, unless an area or channel got clearly
// worse: by the exact test of McNemar (Note on the sampling error of the
// difference between correlated proportions, Psychometrika 12, 1947) on the
// cases that only one of them got right.
func (t *Trial) judge(champion, challenger *classify.Model, held []lesson) error {
	var was, now []classify.Outcome
	for _, r := range held {
		said, prob := champion.Label(r.Subject, r.Text)
		was = append(was, classify.Outcome{Is: r.Label, Said: said, Prob: prob})
		said, prob = challenger.Label(r.Subject, r.Text)
		now = append(now, classify.Outcome{Is: r.Label, Said: said, Prob: prob})
	}
	var err1, err2 error
	t.Champion, err1 = marks(was)
	t.Challenger, err2 = marks(now)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	t.Parts, t.Bins, t.Confused = parts(held, was, now), bins(now), confused(now)
	t.Ruling = NotBetter
	if t.Challenger.Right > t.Champion.Right {
		t.Ruling = Better
		if i := slices.IndexFunc(t.Parts, func(p Part) bool { return p.Worse }); i >= 0 {
			t.Ruling, t.Where = WorseIn, t.Parts[i].Name
		}
	}
	return nil
}

func marks(outs []classify.Outcome) (Marks, error) {
	r, err := classify.Score(outs)
	right := 0
	for _, o := range outs {
		if o.Is == o.Said {
			right++
		}
	}
	return Marks{right, r.MacroF1, r.ECE}, err
}

func parts(held []lesson, was, now []classify.Outcome) []Part {
	type key struct{ of, name string }
	type count struct{ n, was, now, lost, won int }
	by := map[key]*count{}
	for i, r := range held {
		for _, k := range []key{{"area", string(r.area)}, {"channel", r.channel}} {
			if k.name == "" {
				continue
			}
			c := by[k]
			if c == nil {
				c = &count{}
				by[k] = c
			}
			before, after := was[i].Is == was[i].Said, now[i].Is == now[i].Said
			c.n++
			if before {
				c.was++
			}
			if after {
				c.now++
			}
			if before && !after {
				c.lost++
			}
			if after && !before {
				c.won++
			}
		}
	}
	var list []Part
	for k, c := range by {
		if c.n >= partLeast {
			list = append(list, Part{k.of, k.name, c.n, c.was, c.now, c.lost > c.won && Chance(c.lost, c.lost+c.won) < clearly})
		}
	}
	slices.SortFunc(list, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// Chance is the probability of k or more of n throws of a fair coin.
func Chance(k, n int) float64 {
	sum := 0.0
	for i := k; i <= n; i++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(a - b - c - float64(n)*math.Ln2)
	}
	return min(1, sum)
}

// bins are ten of equal width.
func bins(outs []classify.Outcome) []Bin {
	const n = 10
	list := make([]Bin, n)
	for i := range list {
		list[i].Low = float64(i) / n
	}
	for _, o := range outs {
		b := &list[min(int(o.Prob*n), n-1)]
		b.N++
		b.Mean += o.Prob
		if o.Is == o.Said {
			b.Right++
		}
	}
	for i := range list {
		if b := &list[i]; b.N > 0 {
			b.Mean, b.Right = b.Mean/float64(b.N), b.Right/float64(b.N)
		}
	}
	return list
}

func confused(outs []classify.Outcome) []Mixed {
	const most = 12
	count := map[[2]string]int{}
	for _, o := range outs {
		if o.Is != o.Said {
			count[[2]string{o.Is, o.Said}]++
		}
	}
	keys := slices.SortedFunc(maps.Keys(count), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	var list []Mixed
	for _, k := range keys[:min(len(keys), most)] {
		list = append(list, Mixed{k[0], k[1], count[k]})
	}
	return list
}

// keep keeps a trial and, if it says so, puts the challenger in force.
func (l *Learning) keep(ctx context.Context, t *Trial, challenger *classify.Model) error {
	var body bytes.Buffer
	if t.Ruling.InForce() {
		w, err := flate.NewWriter(&body, flate.BestSpeed)
		if err == nil {
			_, err = challenger.WriteTo(w)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return err
		}
	}
	return l.put(ctx, t, body.Bytes())
}

func (l *Learning) put(ctx context.Context, t *Trial, model []byte) error {
	err := l.Versions.DB.Write(ctx, func(tx *db.Tx) error {
		if len(model) > 0 {
			v, err := l.Versions.Put(ctx, tx, modelName, model, t.By, l.Now())
			if err != nil {
				return err
			}
			t.Number = v.Number
		}
		body, err := json.Marshal(t)
		if err != nil {
			return err
		}
		_, err = l.Versions.Put(ctx, tx, trialName, body, t.By, l.Now())
		return err
	})
	l.model.Forget()
	return err
}

func (l *Learning) trials(ctx context.Context) ([]Trial, error) {
	found, err := l.Versions.Newest(ctx, trialName, trialsKept)
	if err != nil {
		return nil, err
	}
	list := make([]Trial, len(found))
	for i, v := range found {
		if err := json.Unmarshal(v.Body, &list[i]); err != nil {
			return nil, fmt.Errorf("trial %d: %w", v.Number, err)
		}
	}
	return list, nil
}

// Trials lists the newest trials, newest first, for who may see boards.
func (l *Learning) Trials(ctx context.Context, by access.Actor) ([]Trial, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		if by.Can(access.CityManage, access.Resource{Type: access.CityType}) != nil {
			return nil, err
		}
	}
	return l.trials(ctx)
}

// Pinned reports whether what is in force stays, however good a challenger is.
func (l *Learning) Pinned(ctx context.Context) (bool, error) {
	v, err := l.Versions.Current(ctx, pinName)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return string(v.Body) == "pinned", err
}

// Pin lets what is in force stay, or not any more.
func (l *Learning) Pin(ctx context.Context, by access.Actor, on bool) error {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	word := "free"
	if on {
		word = "pinned"
	}
	return l.Versions.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := l.Versions.Put(ctx, tx, pinName, []byte(word), by.ID(), l.Now())
		return err
	})
}

// Adopt learns from all there is and puts that in force unjudged, on
// somebody's word.
func (l *Learning) Adopt(ctx context.Context, by access.Actor) (Trial, error) {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return Trial{}, err
	}
	return l.train(ctx, time.Time{}, true, by.ID())
}

// Restore puts an earlier model in force again.
func (l *Learning) Restore(ctx context.Context, by access.Actor, number int64) error {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	list, err := l.trials(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(t Trial) bool { return t.Ruling.InForce() && t.Number == number })
	if i < 0 {
		return errs.New(errs.NotFound, "access.not_found")
	}
	v, err := l.Versions.Number(ctx, modelName, number)
	if err != nil {
		return err
	}
	t := Trial{At: l.Now().UTC().Truncate(time.Microsecond), By: by.ID(), Ruling: Restored, Model: list[i].Model, Rows: list[i].Rows, Until: list[i].Until}
	return l.put(ctx, &t, v.Body)
}
