// Package law is the city's register of articles of law: which act, which
// article, in force from when to when, and where its text is. Duties, rules
// and articles of the knowledge base rest on it by id, so that what a repeal
// touches can be listed. It is part of the hall.
package law

import (
	"context"
	"encoding/json"
	"net/url"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/org"
)

// Name is that under which the register is kept in base/versions.
const Name = "law"

// An Article is one article of an act. Its id never changes; an article that
// is worded anew stays the same and has a day of change.
type Article struct {
	ID      org.LawID `json:"id"`
	Act     org.Name  `json:"act"`
	Article org.Name  `json:"article"` // 第二十一条, Art. 21; "" for the act as a whole
	Link    string    `json:"link"`    // https address of the text, or ""
	From    string    `json:"from"`    // YYYY-MM-DD, first day in force, "" since ever
	To      string    `json:"to"`      // last day, "" for open
	Changed string    `json:"changed"` // day on which it was last worded anew, or ""
}

// InForce reports whether the article is law on a day, YYYY-MM-DD.
func (a Article) InForce(day string) bool { return a.From <= day && (a.To == "" || day <= a.To) }

// In gives act and article in a language.
func (a Article) In(lang string) string {
	if a.Article.ZH == "" {
		return a.Act.In(lang)
	}
	if lang == "zh" {
		return a.Act.ZH + a.Article.ZH
	}
	return a.Act.In(lang) + ", " + a.Article.In(lang)
}

// A Register is all articles at one time, for reading only.
type Register struct {
	Version  int64     `json:"-"`
	Articles []Article `json:"articles"`

	at map[org.LawID]int
}

// NewRegister indexes articles.
func NewRegister(list []Article) *Register {
	r := &Register{Articles: list, at: make(map[org.LawID]int, len(list))}
	for i, a := range list {
		r.at[a.ID] = i
	}
	return r
}

// Article returns the article with this id.
func (r *Register) Article(id org.LawID) (Article, bool) {
	i, ok := r.at[id]
	if !ok {
		return Article{}, false
	}
	return r.Articles[i], true
}

// Said gives an article's name in a language, or its id.
func (r *Register) Said(id org.LawID, lang string) string {
	if a, ok := r.Article(id); ok {
		return a.In(lang)
	}
	return string(id)
}

// Encode gives the register as it is kept.
func (r *Register) Encode() ([]byte, error) { return json.Marshal(r) }

// Decode reads a register as it was kept.
func Decode(v versions.Version) (*Register, error) {
	var r Register
	if err := json.Unmarshal(v.Body, &r); err != nil {
		return nil, err
	}
	out := NewRegister(r.Articles)
	out.Version = v.Number
	return out, nil
}

// A Service answers what is law.
type Service struct {
	value *versions.Value[*Register]
}

// NewService keeps the register in s.
func NewService(s versions.Store) *Service {
	return &Service{value: versions.NewValue(s, Name, Decode)}
}

// Register returns the register as it is now, an empty one where the city
// has none.
func (s *Service) Register(ctx context.Context) (*Register, error) {
	r, _, err := s.value.Get(ctx)
	if errs.Is(err, errs.NotFound) {
		return NewRegister(nil), nil
	}
	return r, err
}

// Forget makes the next Register look for a newer version at once.
func (s *Service) Forget() { s.value.Forget() }

// Address reports whether s is the address of a page, as a link may be.
func Address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}
