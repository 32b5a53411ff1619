// Package answers reads official answers beside the questions they are given
// to: how far an answer is on the question, which of the things that were asked
// it takes up, whether it says anything definite, and how much of it is phrases
// that stand in many other answers.
//
// It knows no facts: an answer that is on the question and definite may still
// be wrong. What it finds is a reason to look, never a mark. Whether an answer
// came in time is a matter of dates, which the caller knows.
//
// Finding orders of a year that were closed on paper is package diagnose.
package answers

import "slices"

// A Pair is a question, subject and text together, and the answer to it.
type Pair struct{ Question, Answer string }

// A Reason is why an answer is worth a look.
type Reason string

// The reasons.
const (
	// Empty: fewer than Shortest signs in all.
	Empty Reason = "empty"
	// Stock: half of it or more stands in many answers, fewer than LeastOwn signs
	// are its own, it names at most one kind of definite thing, and it is no nearer to
	// the question than answers to others are.
	Stock Reason = "stock"
	// Off: at least a tenth of the answers to other questions are as near to this
	// question.
	Off Reason = "off"
	// Open: of the things asked, it takes up none.
	Open Reason = "open"
	// Passed: it says that somebody else has the matter, and little besides.
	Passed Reason = "passed"
	// Vague: it names nothing definite: nothing done, no day, no amount, no ground,
	// nobody to turn to.
	Vague Reason = "vague"
)

const (
	Shortest   = 12 // signs of an answer that is not empty
	LeastOwn   = 30 // signs that an answer should have of its own
	mostCopied = 0.5
	// OnBeyond is the share of answers to other questions that one has to be
	// nearer than.
	OnBeyond = 0.9
)

// A Reading is what was found of an answer.
type Reading struct {
	Signs int // letters and digits
	// Foreign: the answer is in another language than the question, so that how
	// near it is cannot be said.
	Foreign bool
	// Compared: the model knows enough to say how near the answer is.
	Compared bool
	// On is the share of answers to other questions that are less near to the
	// question than this one, 0 to 1; 0 where it is not compared.
	On float64
	// Copied is the share of its signs that stand in stock phrases, and Own how
	// many do not. Stretches are where those phrases are.
	Copied    float64
	Own       int
	Stretches []Stretch
	Asks      []Ask
	Marks     []Mark // what is definite in it
	Longest   int    // signs of its longest sentence
	Reasons   []Reason
}

// A Stretch is signs [Start, End) of a text.
type Stretch struct{ Start, End int }

// An Ask is a sentence of the question that wants something.
type Ask struct {
	Stretch
	Wants Want
	// Share is the part of its words, each weighted by its rarity, that the
	// answer takes up.
	Share float64
	Taken bool
}

// A Want is the kind of thing an ask wants beyond being taken up.
type Want string

// The wants.
const (
	Anything Want = ""
	ATime    Want = "time"   // when, how long
	ANumber  Want = "number" // how much, how many
)

// A Mark is a kind of definite thing.
type Mark string

// The marks.
const (
	Done    Mark = "done"    // something was done or found
	Day     Mark = "day"     // a day, or a span of time
	Amount  Mark = "amount"  // a number with its unit
	Ground  Mark = "ground"  // a provision or document
	Contact Mark = "contact" // whom to turn to
	Refused Mark = "refused" // it says no
)

// Taken is how many of the asks the answer takes up.
func (r Reading) Taken() (n int) {
	for _, a := range r.Asks {
		if a.Taken {
			n++
		}
	}
	return n
}

// Has reports whether there is a reason of that kind.
func (r Reading) Has(x Reason) bool { return slices.Contains(r.Reasons, x) }

// Worth is how much the answer is worth a look, 0 to 1, to list the first ones
// first: the mean of how far it is off, how little it says of its own, how much
// of what was asked it leaves open, and how little is definite in it.
func (r Reading) Worth() float64 {
	own := min(float64(r.Own)/(3*LeastOwn), 1)
	definite := min(float64(len(r.Marks)), 2) / 2
	if r.Foreign || len(r.Asks) == 0 {
		return ((1 - own) + (1 - definite)) / 2
	}
	open := 1 - float64(r.Taken())/float64(len(r.Asks))
	if !r.Compared {
		return ((1 - own) + open + (1 - definite)) / 3
	}
	return ((1 - r.On) + (1 - own) + open + (1 - definite)) / 4
}

// Look reports whether the answer is worth a look: it is empty, stock or passed
// on; or it is off the question and names nothing definite; or it is off, takes up
// nothing and names no more than one kind of definite thing. Short answers in other
// words than the question's are off as words go, and may be good: what was done and
// when speaks for them.
func (r Reading) Look() bool {
	return r.Has(Empty) || r.Has(Stock) || r.Has(Passed) || r.Has(Off) && (r.Has(Vague) || r.Has(Open) && len(r.Marks) < 2)
}
