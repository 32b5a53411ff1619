package flow

import (
	"context"
	"time"
)

// A Standing is what is known of how good the classifier in force is: from the
// newest trial in which it was judged.
type Standing struct {
	At    time.Time
	Marks Marks
	Parts []PartMarks
}

// PartMarks are the marks of one area or channel.
type PartMarks struct {
	Of, Name string
	N, Right int
}

// A Register is what everybody may know of the classifier.
type Register struct {
	InForce  *Trial    // that put there what is in force; nil before there is one
	Standing *Standing // nil before it was judged
	History  []Trial   // what was put in force, newest first
	Known    int       // where there is none: cases to learn from so far, of Least
	Least    int
}

// Register gives what everybody may know.
func (l *Learning) Register(ctx context.Context) (Register, error) {
	list, err := l.trials(ctx)
	if err != nil {
		return Register{}, err
	}
	r := Register{Standing: StandingOf(list)}
	for i, t := range list {
		if t.Ruling.InForce() {
			r.History = append(r.History, list[i])
		}
	}
	if len(r.History) > 0 {
		r.InForce = &r.History[0]
		return r, nil
	}
	known, err := l.lessons(ctx, time.Time{}, learnLeast)
	r.Known, r.Least = len(known), learnLeast
	return r, err
}

// StandingOf finds, in trials, the newest first, how good what is in force
// was when it was last judged; nil if it never was.
func StandingOf(list []Trial) *Standing {
	for _, t := range list {
		put := t.Ruling.InForce()
		if t.Compared() {
			s := &Standing{At: t.At, Marks: t.Champion}
			if put {
				s.Marks = t.Challenger
			}
			for _, p := range t.Parts {
				right := p.Champion
				if put {
					right = p.Challenger
				}
				s.Parts = append(s.Parts, PartMarks{p.Of, p.Name, p.N, right})
			}
			return s
		}
		if put {
			return nil
		}
	}
	return nil
}
