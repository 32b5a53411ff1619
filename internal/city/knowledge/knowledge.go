// Package knowledge keeps the articles that answer what people ask: written
// by the unit that answers for the matter, read by a second person, shown
// with a term and the article of law they rest on. A clerk finds them while
// the caller speaks, a resident before sending; each answer that cites one is
// counted, with the question in the asker's own words.
package knowledge

import (
	"context"
	"embed"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// ID names an article.
type ID string

// A State is where an article's newest edition stands. An older one may be
// shown meanwhile.
type State string

// The states.
const (
	Draft     State = "draft"
	Review    State = "review"
	Published State = "published"
	Withdrawn State = "withdrawn"
)

// Limits in characters.
const (
	MaxTitle = 80
	MaxBody  = 6000
)

// Words are an article's text in one language.
type Words struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

// A Content is what an edition says.
type Content struct {
	ZH       Words          `json:"zh"`
	EN       Words          `json:"en"` // may be empty: readers then see the Chinese
	Category org.CategoryID `json:"category,omitempty"`
	Area     org.AreaID     `json:"area,omitempty"`    // "" everywhere
	Laws     []org.LawID    `json:"laws,omitempty"`    // it rests on them
	Service  string         `json:"service,omitempty"` // address of the service where it is applied for
	See      []ID           `json:"see,omitempty"`     // other articles
	From     string         `json:"from,omitempty"`    // YYYY-MM-DD, first day it holds
	To       string         `json:"to,omitempty"`      // last day
}

// In gives the words in a language, or the Chinese ones where there are none.
func (c Content) In(lang string) Words {
	if lang == "en" && c.EN.Title != "" {
		return c.EN
	}
	return c.ZH
}

// Holds reports whether the content is valid on a day, YYYY-MM-DD.
func (c Content) Holds(day string) bool { return c.From <= day && (c.To == "" || day <= c.To) }

// An Article is one matter that is explained.
type Article struct {
	ID        ID
	Seq       int64
	Unit      org.UnitID
	State     State
	Shown     bool
	Draft     Content // what is being written, or was last
	Public    Content // what is shown, if Shown
	Question  string
	Writer    string // who wrote Draft
	Published time.Time
	Checked   string // day on which the owner last said that it holds
	Used      int64
	Helped    int64
	Missed    int64
	Revision  int64
	Changed   time.Time
}

// Resource is the article for access.
func (a Article) Resource() access.Resource {
	return access.Resource{Type: access.CityType, Lead: a.Unit}
}

// An Edition is a step of an article's history.
type Edition struct {
	N       int64
	At      time.Time
	By      string
	Did     string // drafted, submitted, published, sent_back, withdrawn, confirmed
	Note    string
	Content Content
}

// What is done with an article.
const (
	Drafted     = "drafted"
	Submitted   = "submitted"
	PublishedIt = "published"
	SentBack    = "sent_back"
	WithdrawnIt = "withdrawn"
	Confirmed   = "confirmed"
)

// A Use is one time an article answered somebody, or did not.
type Use struct {
	ID       string
	Article  ID
	At       time.Time
	By       string
	Case     string
	Question string
	Helped   int // 1 yes, -1 no, 0 nobody said
}

// A Filter chooses articles for a list, newest first.
type Filter struct {
	Units  []org.UnitID // nil for all
	States []State      // nil for all
	EndsBy string       // with a last day of what is shown up to this one
	Before int64        // seq, 0 for the newest
	Limit  int
}

// A Store keeps articles.
type Store interface {
	// Add keeps a new article, which gets its Seq, with its first edition.
	Add(ctx context.Context, a Article, e Edition) (Article, error)
	// Update changes an article in one transaction, with the edition that
	// change returns. A revision other than the article's is a Conflict
	// "knowledge.changed".
	Update(ctx context.Context, id ID, revision int64, change func(a *Article) (Edition, error)) (Article, error)
	// Articles returns those of these ids that there are, in no order.
	Articles(ctx context.Context, ids ...ID) ([]Article, error)
	// List returns the articles of a filter.
	List(ctx context.Context, f Filter) ([]Article, error)
	// ChangedSince lists what changed at or after a time.
	ChangedSince(ctx context.Context, t time.Time) ([]Article, error)
	// Editions lists an article's history, newest first.
	Editions(ctx context.Context, id ID, limit int) ([]Edition, error)
	// Use keeps a use and counts it. One that is there already changes nothing.
	Use(ctx context.Context, u Use) error
	// Uses lists the uses of an article, newest first.
	Uses(ctx context.Context, id ID, limit int) ([]Use, error)
	// Forget forgets what was asked in a case; that an article was used stays.
	Forget(ctx context.Context, caseID string) error
}

// check says everything that is wrong with a content.
func check(c *Content, id ID, city org.City, laws *law.Register, known map[ID]bool) error {
	var wrong []error
	bad := func(field, key string, args ...any) { wrong = append(wrong, errs.Field(field, key, args...)) }
	length := func(field, s string, most int) {
		if utf8.RuneCountInString(s) > most {
			bad(field, "knowledge.too_long", "Max", most)
		}
	}
	for _, w := range []*Words{&c.ZH, &c.EN} {
		w.Title, w.Body = strings.TrimSpace(w.Title), strings.TrimSpace(w.Body)
	}
	if c.ZH.Title == "" {
		bad("title_zh", "knowledge.no_title")
	}
	if c.ZH.Body == "" {
		bad("body_zh", "knowledge.no_body")
	}
	if (c.EN.Title == "") != (c.EN.Body == "") {
		bad("title_en", "knowledge.half_english")
	}
	length("title_zh", c.ZH.Title, MaxTitle)
	length("body_zh", c.ZH.Body, MaxBody)
	length("title_en", c.EN.Title, 2*MaxTitle)
	length("body_en", c.EN.Body, 2*MaxBody)
	if c.Category != "" {
		if _, ok := city.Catalogue.Category(c.Category); !ok {
			bad("category", "knowledge.no_category")
		}
	}
	if c.Area != "" {
		if _, ok := city.Area(c.Area); !ok {
			bad("area", "knowledge.no_area")
		}
	}
	for _, l := range c.Laws {
		if _, ok := laws.Article(l); !ok {
			bad("laws", "knowledge.no_law", "Law", string(l))
		}
	}
	if c.Service != "" && !law.Address(c.Service) {
		bad("service", "knowledge.no_address")
	}
	for _, s := range c.See {
		if s == id {
			bad("see", "knowledge.cites_itself")
		} else if !known[s] {
			bad("see", "knowledge.no_article", "Article", string(s))
		}
	}
	for _, d := range []struct{ field, day string }{{"from", c.From}, {"to", c.To}} {
		if t, err := time.Parse(time.DateOnly, d.day); d.day != "" && (err != nil || t.Format(time.DateOnly) != d.day) {
			bad(d.field, "knowledge.day")
		}
	}
	if c.To != "" && c.To < c.From {
		bad("to", "knowledge.ends_before")
	}
	return errs.Join(wrong...)
}
