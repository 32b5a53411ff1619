package flow

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/algo/classify"
	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/triage"
)

// Names in base/versions: each trial is a version, and so is each word on
// whether the model in force stays. Of what was learned and is not in force
// only the newest is kept.
const (
	trialName      = "triage.trial"
	pinName        = "triage.pin"
	challengerName = "triage.challenger"
)

// A Ruling is what came of a trial.
type Ruling string

// The rulings.
const (
	First     Ruling = "first"      // there was none in force
	Better    Ruling = "better"     // in force since
	NotBetter Ruling = "not_better" // no more right than what is in force
	NotSure   Ruling = "not_sure"   // more right, by no more than chance would give
	WorseIn   Ruling = "worse_in"   // clearly worse in one area or channel
	TooFew    Ruling = "too_few"    // too few new cases to tell
	Pinned    Ruling = "pinned"     // better, but somebody said that what is in force stays
	Adopted   Ruling = "adopted"    // somebody had it learned and put it in force
	Approved  Ruling = "approved"   // somebody put in force what a trial had not
	Restored  Ruling = "restored"   // somebody put an earlier one in force
)

// InForce reports whether the trial put a model in force.
func (r Ruling) InForce() bool {
	return r == First || r == Better || r == Adopted || r == Approved || r == Restored
}

// A Trial is one look at whether what was learned anew, the challenger, reads
// the latest cases better than what is in force, the champion. Neither has
// learned from the cases it is judged by.
type Trial struct {
	At         time.Time      `json:"at"`
	By         string         `json:"by"`
	Ruling     Ruling         `json:"ruling"`
	Where      string         `json:"where,omitempty"`   // of WorseIn: area or channel
	Model      string         `json:"model"`             // version of the challenger
	Number     int64          `json:"number"`            // of the model in force, among its versions, if this put it there
	Waiting    int64          `json:"waiting,omitempty"` // of the challenger among its own, if a person can approve it
	Rows       int            `json:"rows"`              // learned from
	Settled    map[string]int `json:"settled,omitempty"` // how many of them were settled how
	Until      time.Time      `json:"until"`             // the newest of them
	Held       int            `json:"held"`              // judged by
	Champion   Marks          `json:"champion"`
	Challenger Marks          `json:"challenger"`
	Chance     float64        `json:"chance,omitempty"` // that the challenger is ahead by as much if they are equal
	Parts      []Part         `json:"parts,omitempty"`  // by area and channel
	Drift      *Drift         `json:"drift,omitempty"`
}

// Compared reports whether there were cases to judge by.
func (t Trial) Compared() bool { return t.Champion.N > 0 }

const (
	heldLeast  = 50   // cases to be judged by
	partLeast  = 30   // cases of an area or channel for it to count
	clearly    = 0.01 // probability of being worse in a part by chance
	surely     = 0.05 // probability of being better over all by chance
	trialsKept = 60   // that a page shows
)

// train learns and, unless forced, judges; it keeps the trial.
func (l *Learning) train(ctx context.Context, until time.Time, force bool, by string) (Trial, error) {
	list, err := l.lessons(ctx, until, learnRows)
	if err != nil || len(list) < learnLeast {
		return Trial{}, err
	}
	champion, _, err := l.model.Get(ctx)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Trial{}, err
	}
	t := Trial{At: l.Now().UTC().Truncate(time.Microsecond), By: by, Settled: map[string]int{}}
	learn := list
	var held []lesson
	if champion != nil && !force {
		seen, err := l.seen(ctx)
		if err != nil {
			return Trial{}, err
		}
		held, learn = holdOut(list, seen)
	}
	if len(learn) < learnLeast {
		return Trial{}, nil
	}
	rows := make([]classify.Row, len(learn))
	for i, r := range learn {
		rows[i] = r.Row
		t.Settled[string(r.by)]++
	}
	challenger, err := classify.Train(ctx, rows, classify.Options{Seed: 1})
	if errors.Is(err, classify.ErrOneLabel) {
		return Trial{}, nil
	}
	if err != nil {
		return Trial{}, fmt.Errorf("train the classifier: %w", err)
	}
	t.Model, t.Rows, t.Until, t.Held = challenger.Version(), len(learn), learn[0].at, len(held)
	t.Drift = drifted(list, list[0].at)
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

// holdOut takes the newest cases that a person settled, that are newer than
// what the champion has seen: a tenth of all, and at least a hundred, of what
// there is. What is as new and went out by itself is neither learned nor
// judged by, or the champion would be judged by its own word.
func holdOut(list []lesson, seen time.Time) (held, learn []lesson) {
	n, cut := max(2*heldLeast, len(list)/10), 0
	for i, r := range list {
		if len(held) == n || !r.at.After(seen) {
			break
		}
		cut = i + 1
		if r.by.ByPerson() {
			held = append(held, r)
		}
	}
	return held, list[cut:]
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

// keep keeps a trial and its challenger: in force if the trial says so, else
// for a person to approve.
func (l *Learning) keep(ctx context.Context, t *Trial, challenger *classify.Model) error {
	var body bytes.Buffer
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
	return l.put(ctx, t, body.Bytes())
}

func (l *Learning) put(ctx context.Context, t *Trial, model []byte) error {
	err := l.Versions.DB.Write(ctx, func(tx *db.Tx) error {
		name, number := challengerName, &t.Waiting
		if t.Ruling.InForce() {
			name, number = modelName, &t.Number
		}
		v, err := l.Versions.Put(ctx, tx, name, model, t.By, l.Now())
		if err != nil {
			return err
		}
		*number = v.Number
		if name == challengerName {
			if err := l.Versions.Drop(ctx, tx, name, v.Number); err != nil {
				return err
			}
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

// Trials lists the newest trials, newest first.
func (l *Learning) Trials(ctx context.Context, by access.Actor) ([]Trial, error) {
	if err := triage.MayLook(by); err != nil {
		return nil, err
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

// Pin lets what is in force stay until a person approves another, or not any
// more.
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

// Approve puts in force what the newest trial did not, as it was judged. A
// Conflict if another trial has come since.
func (l *Learning) Approve(ctx context.Context, by access.Actor, model string) error {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	list, err := l.trials(ctx)
	if err != nil {
		return err
	}
	v, err := l.Versions.Current(ctx, challengerName)
	if err != nil {
		return err
	}
	if len(list) == 0 || list[0].Model != model || list[0].Waiting != v.Number {
		return errs.New(errs.Conflict, "version.changed")
	}
	t := list[0]
	t.At, t.By, t.Ruling, t.Where, t.Waiting = l.Now().UTC().Truncate(time.Microsecond), by.ID(), Approved, "", 0
	return l.put(ctx, &t, v.Body)
}

// Restore puts an earlier model in force again, with the figures it had.
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
	t := list[i]
	t.At, t.By, t.Ruling, t.Where, t.Waiting, t.Drift = l.Now().UTC().Truncate(time.Microsecond), by.ID(), Restored, "", 0, nil
	return l.put(ctx, &t, v.Body)
}
