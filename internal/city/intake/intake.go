// Package intake takes in what residents and firms ask, in their words, and
// gives them a receipt. The words are never changed; what is added later is
// a note. What the words mean is the business of package triage, what is
// done about them that of package cases.
package intake

import (
	"log/slog"
	"time"

	"yiwang/internal/city/org"
)

// An ID names a request inside the program. A Receipt is what the resident
// holds: whoever shows it is taken for the resident, so officials never see
// one after it was given out.
type ID string

// Limits of what can be sent.
const (
	MaxText    = 10_000 // characters of a request
	MaxSubject = 200
	MaxAddress = 200
	MaxContact = 200
	MaxNote    = 4_000
	MaxKey     = 200 // characters of an idempotency key
	MaxSource  = 200 // of the name of a source, an id in it, an author's name

	MinReason = 5 // of the reason to read contact data
	MaxReason = 200
)

// The kinds of requests.
const (
	Enquiry    = "enquiry"
	Help       = "help"
	Complaint  = "complaint"
	Report     = "report" // of wrongdoing
	Suggestion = "suggestion"
)

// Kinds lists the kinds of requests.
var Kinds = []string{Enquiry, Help, Complaint, Report, Suggestion}

// The channels a request comes by.
const (
	Web     = "web"
	Phone   = "phone"
	Counter = "counter"
	API     = "api"
	Import  = "import"
)

// Channels lists the channels something can be submitted by. What comes by
// Import, or came by one of these long ago, is for Load.
var Channels = []string{Web, Phone, Counter, API}

// A Point is a place on earth in degrees, WGS 84. NewPoint makes one of what
// was sent.
type Point struct{ Lat, Lon float64 }

// A Contact is how the person can be reached, as they put it. It is
// encrypted where it rests and each official's read of it is on record.
type Contact string

// LogValue hides the contact.
func (Contact) LogValue() slog.Value { return slog.StringValue("[contact]") }

// String hides the contact from careless formatting.
func (Contact) String() string { return "[contact]" }

// A Draft is what somebody wants to say, before it is accepted.
type Draft struct {
	Subject  string
	Text     string
	Lang     string // zh or en; "" for what the text looks like
	Kind     string // "" is left to us
	Category org.CategoryID
	Area     org.AreaID
	Address  string
	Point    *Point
	Contact  Contact
	Channel  string // "" is Web
	SameAs   string // the number of a case that this is about too, or ""
	ByPerson bool   // a person, and no program, shall decide where it goes
	// Key makes a submission that is sent twice the same submission. "" makes
	// each one its own.
	Key string
}

// SeqAt is where the numbers of requests of a time begin: microseconds, and
// ten bits that tell requests of one microsecond apart. Positive until 2255.
func SeqAt(t time.Time) int64 { return t.UnixMicro() << 10 }

// A Request is what a resident asked. Subject, Text, place and time never
// change after it is submitted.
type Request struct {
	ID       ID
	Seq      int64 // unique, grows with At; orders and pages lists
	Receipt  Receipt
	At       time.Time
	Channel  string
	Lang     string
	Subject  string
	Text     string
	Kind     string         // as the resident said, or ""
	Category org.CategoryID // likewise
	Area     org.AreaID
	Address  string
	Point    *Point
	// HasContact says whether contact data was left.
	HasContact bool
	Clerk      string // the staff id of who wrote it down, or ""
	Source     string // where an imported request comes from, or ""
	SourceID   string
	Author     string // the author's name in the source, or ""
	Likes      int64
	SameAs     string // the number of the case that who wrote it says is the same matter, or ""
	ByPerson   bool   // a person, and no program, shall decide where it goes
	// Sealed is the report that its words were sealed in for a body outside; ""
	// where they are here. Of a sealed one nothing is left but when it came, by
	// which door, and the receipt.
	Sealed string
}

// LogValue gives what may stand in a log.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", string(r.ID)), slog.String("channel", r.Channel), slog.String("area", string(r.Area)))
}

// A Note is words added to a request after it was submitted.
type Note struct {
	ID      string
	Request ID
	At      time.Time
	By      string // "resident" or a staff id
	Text    string
}

// A ContactRead is one official's look at contact data.
type ContactRead struct {
	ID      string
	Request ID
	At      time.Time
	Staff   string
	Unit    org.UnitID
	Reason  string
}

// A Loaded is a request with a history of its own, for Load: from an import
// or a demonstration city.
type Loaded struct {
	Request
	Contact Contact
	Notes   []Note
}

// Submitted is the job for requests that were submitted together.
type Submitted struct {
	Requests []ID `json:"requests"`
}

// Kind names the job.
func (Submitted) Kind() string { return "request.submitted" }
