package insight

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Reader is the model that answers are read with (algo/answers), as it is
// kept.
type Reader struct {
	At      time.Time `json:"at"`
	Answers int       `json:"answers"` // it was made of
	Model   []byte    `json:"model"`
}

// A Reading is how an answer reads that residents were given. It has none of
// its words.
type Reading struct {
	Answer string // its id
	Case   string // cases.Number
	Unit   org.UnitID
	At     time.Time // when residents were given it
	Look   bool      // it is worth a look
	Late   bool      // it came after its time
	Judgement
	Found
}

// Found is what was found of an answer, as algo/answers says it.
type Found struct {
	Worth    float64  `json:"worth"`    // a look, 0 to 1
	Compared bool     `json:"compared"` // with answers to other questions; else On says nothing
	On       float64  `json:"on"`       // nearer to the question than this share of answers to others
	Copied   float64  `json:"copied"`   // share that stands in many answers
	Own      int      `json:"own"`      // signs that do not
	Asked    int      `json:"asked"`    // things
	Taken    int      `json:"taken"`    // up, of those
	Marks    []string `json:"marks"`    // what is definite
	Reasons  []string `json:"reasons"`  // why it is worth a look
	Days     float64  `json:"days"`     // from the first word to the answer
}

// A Verdict is what who looked at an answer says of its reading.
type Verdict string

// The verdicts.
const (
	NotJudged Verdict = ""
	Right     Verdict = "right" // the answer should have been better
	Wrong     Verdict = "wrong" // there is nothing wrong with it
)

// A Judgement is a verdict with who gave it.
type Judgement struct {
	Verdict  Verdict
	JudgedBy access.StaffID
	JudgedAt time.Time
	Note     string
}

// MaxNote is the most characters of a note on a reading.
const MaxNote = 500

// A ReadingFilter selects readings. Zero fields select all.
type ReadingFilter struct {
	Look     bool // only those worth a look
	Judged   *bool
	Unit     []org.UnitID
	Since    time.Time
	Before   time.Time // with BeforeID, where a list ends that came before
	BeforeID string
	Limit    int
}

// A Tally is how the answers of a unit read.
type Tally struct {
	Unit                              org.UnitID
	Answers, Look, Late, Right, Wrong int
}

// MaxReadings is the most readings of one list.
const MaxReadings = 100

// Readings lists readings, the newest first.
func (s *Service) Readings(ctx context.Context, by access.Actor, f ReadingFilter) ([]Reading, error) {
	if err := by.Can(access.InsightRead, whole); err != nil {
		return nil, err
	}
	if f.Limit <= 0 || f.Limit > MaxReadings {
		f.Limit = MaxReadings
	}
	return s.Store.Readings(ctx, f)
}

// Tally counts how the answers read that were given since a time.
func (s *Service) Tally(ctx context.Context, by access.Actor, since time.Time) ([]Tally, error) {
	if err := by.Can(access.InsightRead, whole); err != nil {
		return nil, err
	}
	return s.Store.Tally(ctx, since)
}

// Judge keeps what somebody who looked at an answer says of it; their last word
// counts. What they say shows how far readings can be trusted.
func (s *Service) Judge(ctx context.Context, by access.Actor, answer string, v Verdict, note string) (Reading, error) {
	if err := by.Can(access.InsightJudge, whole); err != nil {
		return Reading{}, err
	}
	note = strings.TrimSpace(note)
	var wrong []error
	if v != Right && v != Wrong {
		wrong = append(wrong, errs.Field("verdict", "insight.choose_verdict"))
	}
	if utf8.RuneCountInString(note) > MaxNote {
		wrong = append(wrong, errs.Field("note", "insight.note_long", "Max", MaxNote))
	}
	if err := errs.Join(wrong...); err != nil {
		return Reading{}, err
	}
	return s.Store.Judge(ctx, answer, Judgement{Verdict: v, JudgedBy: by.Staff, JudgedAt: s.now(), Note: note})
}
