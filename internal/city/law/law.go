// Package law is the city's register of articles of law: which act, which
// article, in force from when to when, and where its text is. Duties, rules
// and articles of the knowledge base rest on it by id, so that what a repeal
// touches can be listed. It is part of the hall.
package law

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

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

func decode(v versions.Version) (*Register, error) {
	var r Register
	if err := json.Unmarshal(v.Body, &r); err != nil {
		return nil, err
	}
	out := NewRegister(r.Articles)
	out.Version = v.Number
	return out, nil
}

// A Service answers what is law, and is told when it changes.
type Service struct {
	store versions.Store
	now   func() time.Time
	value *versions.Value[*Register]
}

// NewService keeps the register in s.
func NewService(s versions.Store, now func() time.Time) *Service {
	return &Service{store: s, now: now, value: versions.NewValue(s, Name, decode)}
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

// Change replaces what the register says of an article: its last day, the
// day it was worded anew, its link. seen is the version that was looked at.
func (s *Service) Change(ctx context.Context, by access.Actor, seen int64, a Article) error {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	var wrong []error
	for _, d := range []struct{ field, day string }{{"to", a.To}, {"changed", a.Changed}} {
		if t, err := time.Parse(time.DateOnly, d.day); d.day != "" && (err != nil || t.Format(time.DateOnly) != d.day) {
			wrong = append(wrong, errs.Field(d.field, "law.day"))
		}
	}
	if a.Link != "" && !Address(a.Link) {
		wrong = append(wrong, errs.Field("link", "law.bad_link"))
	}
	if err := errs.Join(wrong...); err != nil {
		return err
	}
	_, err := s.store.Change(ctx, Name, seen, by.ID(), s.now(), func(body []byte) ([]byte, error) {
		r, err := decode(versions.Version{Body: body})
		if err != nil {
			return nil, err
		}
		old, ok := r.Article(a.ID)
		if !ok {
			return nil, errs.New(errs.NotFound, "access.not_found")
		}
		if a.To != "" && a.To < old.From {
			return nil, errs.Field("to", "law.ends_before", "From", old.From)
		}
		list := slices.Clone(r.Articles)
		i := r.at[a.ID]
		list[i].To, list[i].Changed, list[i].Link = a.To, a.Changed, a.Link
		return NewRegister(list).Encode()
	})
	s.Forget()
	return err
}

// Address reports whether s is the address of a page, as a link may be.
func Address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// A Record is one change of the register.
type Record struct {
	Version       int64
	At            time.Time
	By            string
	Before, After Article // no id where there was or is none
}

// History lists what was changed last, newest first.
func (s *Service) History(ctx context.Context, by access.Actor, limit int) ([]Record, error) {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	list, err := s.store.Newest(ctx, Name, limit+1)
	if err != nil {
		return nil, err
	}
	var out []Record
	for i := 0; i+1 < len(list); i++ {
		after, err1 := decode(list[i])
		before, err2 := decode(list[i+1])
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		for _, a := range after.Articles {
			if b, _ := before.Article(a.ID); a != b {
				out = append(out, Record{list[i].Number, list[i].At, list[i].By, b, a})
			}
		}
		for _, b := range before.Articles {
			if _, still := after.Article(b.ID); !still {
				out = append(out, Record{Version: list[i].Number, At: list[i].At, By: list[i].By, Before: b})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Record) int { return cmp.Compare(b.Version, a.Version) })
	return out[:min(len(out), limit)], nil
}
