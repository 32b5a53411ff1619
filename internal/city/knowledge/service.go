package knowledge

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"yiwang/internal/algo/pii"
	"yiwang/internal/algo/retrieve"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
)

// A Service is what the rest of the program does with articles.
type Service struct {
	Store Store
	Org   *org.Service
	Law   *law.Service
	Now   func() time.Time

	find finder
}

// finder is this node's index of what is shown, brought up to date when it
// is asked.
type finder struct {
	mu      sync.RWMutex
	index   retrieve.Index
	shown   map[int64]Article
	until   time.Time // changes up to here are in the index
	checked time.Time // when changes were last looked for
}

func (s *Service) today(city org.City) string {
	return city.Day(s.Now())
}

// Write keeps what is written of an article: a new one where id is "". Only
// its owner and the hotline write; unit is the owner of a new article.
func (s *Service) Write(ctx context.Context, by access.Actor, id ID, revision int64, unit org.UnitID, c Content) (Article, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Article{}, err
	}
	if id == "" {
		a := Article{Unit: unit}
		if _, ok := city.Unit(unit); !ok {
			return a, errs.Field("unit", "knowledge.no_unit")
		}
		if err := by.Can(access.KnowledgeWrite, a.Resource()); err != nil {
			return a, err
		}
		if err := s.check(ctx, city, &c, ""); err != nil {
			return a, err
		}
		return s.add(ctx, by, unit, c, "")
	}
	return s.update(ctx, by, access.KnowledgeWrite, id, revision, func(a *Article) (Edition, error) {
		if err := s.check(ctx, city, &c, id); err != nil {
			return Edition{}, err
		}
		a.Draft, a.State, a.Writer = c, Draft, by.ID()
		return Edition{Did: Drafted, Content: c}, nil
	})
}

func (s *Service) check(ctx context.Context, city org.City, c *Content, id ID) error {
	laws, err := s.Law.Register(ctx)
	if err != nil {
		return err
	}
	known := map[ID]bool{}
	if len(c.See) > 0 {
		there, err := s.Store.Articles(ctx, c.See...)
		if err != nil {
			return err
		}
		for _, a := range there {
			known[a.ID] = true
		}
	}
	return check(c, id, city, laws, known)
}

func (s *Service) add(ctx context.Context, by access.Actor, unit org.UnitID, c Content, question string) (Article, error) {
	now := s.Now()
	a := Article{ID: ID(ids.New(now)), Unit: unit, State: Draft, Draft: c, Question: question, Writer: by.ID(), Revision: 1, Changed: now}
	return s.Store.Add(ctx, a, Edition{N: 1, At: now, By: by.ID(), Did: Drafted, Note: question, Content: c})
}

func (s *Service) update(ctx context.Context, by access.Actor, action access.Action, id ID, revision int64, change func(a *Article) (Edition, error)) (Article, error) {
	now := s.Now()
	a, err := s.Store.Update(ctx, id, revision, func(a *Article) (Edition, error) {
		if err := by.Can(action, a.Resource()); err != nil {
			return Edition{}, err
		}
		e, err := change(a)
		a.Changed = now
		e.At, e.By = now, by.ID()
		return e, err
	})
	if err == nil {
		s.find.mu.Lock()
		s.find.checked = time.Time{}
		s.find.mu.Unlock()
	}
	return a, err
}

// Asked begins an article from a question that none answers and what was said
// to it, as a draft for the unit that answers for the matter. Personal data is
// masked.
func (s *Service) Asked(ctx context.Context, by access.Actor, question, answer string, unit org.UnitID, category org.CategoryID) (Article, error) {
	if err := by.Can(access.KnowledgeAsk, access.Resource{Type: access.CityType}); err != nil {
		return Article{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Article{}, err
	}
	if _, ok := city.Unit(unit); !ok {
		unit = city.HotlineUnit().ID
	}
	question = Masked(question)
	if question == "" {
		return Article{}, errs.Field("text", "knowledge.no_question")
	}
	title := []rune(strings.Join(strings.Fields(question), " "))
	body := []rune(pii.Mask(answer, pii.Find(answer)))
	words := Words{Title: string(title[:min(len(title), MaxTitle)]), Body: string(body[:min(len(body), MaxBody)])}
	return s.add(ctx, by, unit, Content{ZH: words, Category: category}, question)
}

// Masked is a question as it may be kept with an article: without names,
// doors and numbers of persons.
func Masked(question string) string {
	question = strings.TrimSpace(question)
	question = pii.Mask(question, pii.Find(question))
	if r := []rune(question); len(r) > 500 {
		question = string(r[:500])
	}
	return question
}

// Submit hands a draft to whoever publishes.
func (s *Service) Submit(ctx context.Context, by access.Actor, id ID, revision int64) (Article, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Article{}, err
	}
	return s.update(ctx, by, access.KnowledgeWrite, id, revision, func(a *Article) (Edition, error) {
		if a.State != Draft {
			return Edition{}, errs.New(errs.Conflict, "knowledge.not_draft")
		}
		if err := s.check(ctx, city, &a.Draft, id); err != nil { // begun from a question, or its law is gone
			return Edition{}, err
		}
		a.State = Review
		return Edition{Did: Submitted, Content: a.Draft}, nil
	})
}

// Publish shows what was submitted. Who wrote it cannot publish it.
func (s *Service) Publish(ctx context.Context, by access.Actor, id ID, revision int64) (Article, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Article{}, err
	}
	return s.update(ctx, by, access.KnowledgePublish, id, revision, func(a *Article) (Edition, error) {
		switch {
		case a.State != Review:
			return Edition{}, errs.New(errs.Conflict, "knowledge.not_review")
		case a.Writer == by.ID():
			return Edition{}, errs.New(errs.Denied, "knowledge.own")
		case a.Draft.To != "" && a.Draft.To < s.today(city):
			return Edition{}, errs.Field("to", "knowledge.over")
		}
		a.State, a.Shown, a.Public, a.Published, a.Checked = Published, true, a.Draft, s.Now(), s.today(city)
		return Edition{Did: PublishedIt, Content: a.Draft}, nil
	})
}

// SendBack returns what was submitted to its writer.
func (s *Service) SendBack(ctx context.Context, by access.Actor, id ID, revision int64, note string) (Article, error) {
	if err := reason("note", note); err != nil {
		return Article{}, err
	}
	return s.update(ctx, by, access.KnowledgePublish, id, revision, func(a *Article) (Edition, error) {
		if a.State != Review {
			return Edition{}, errs.New(errs.Conflict, "knowledge.not_review")
		}
		a.State = Draft
		return Edition{Did: SentBack, Note: strings.TrimSpace(note), Content: a.Draft}, nil
	})
}

// Withdraw takes an article off all pages. It can be written anew.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, id ID, revision int64, note string) (Article, error) {
	if err := reason("reason", note); err != nil {
		return Article{}, err
	}
	return s.update(ctx, by, access.KnowledgePublish, id, revision, func(a *Article) (Edition, error) {
		if a.State == Withdrawn {
			return Edition{}, errs.New(errs.Conflict, "knowledge.gone")
		}
		a.State, a.Shown = Withdrawn, false
		return Edition{Did: WithdrawnIt, Note: strings.TrimSpace(note), Content: a.Draft}, nil
	})
}

// Confirm says that what is shown still holds, although its law was worded
// anew or its term ends; to is its new last day.
func (s *Service) Confirm(ctx context.Context, by access.Actor, id ID, revision int64, to string) (Article, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Article{}, err
	}
	return s.update(ctx, by, access.KnowledgePublish, id, revision, func(a *Article) (Edition, error) {
		if !a.Shown {
			return Edition{}, errs.New(errs.Conflict, "knowledge.gone")
		}
		c := a.Public
		c.To = to
		if err := s.check(ctx, city, &c, id); err != nil {
			return Edition{}, err
		}
		if to != "" && to < s.today(city) {
			return Edition{}, errs.Field("to", "knowledge.over")
		}
		if a.State == Published {
			a.Draft.To = to
		}
		a.Public, a.Checked = c, s.today(city)
		return Edition{Did: Confirmed, Content: c}, nil
	})
}

func reason(field, s string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(s)); n < 2 || n > 500 {
		return errs.Field(field, "knowledge.reason")
	}
	return nil
}

// Article returns an article: what is shown to everybody, the rest to staff.
func (s *Service) Article(ctx context.Context, by access.Actor, id ID) (Article, error) {
	list, err := s.Store.Articles(ctx, id)
	if err != nil {
		return Article{}, err
	}
	if len(list) == 0 {
		return Article{}, errs.New(errs.NotFound, "access.not_found")
	}
	a := list[0]
	if by.Can(access.KnowledgeRead, a.Resource()) == nil {
		return a, nil
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return a, err
	}
	if !a.Shown || !a.Public.Holds(s.today(city)) {
		return Article{}, errs.New(errs.NotFound, "access.not_found")
	}
	return Article{ID: a.ID, Seq: a.Seq, Unit: a.Unit, State: Published, Shown: true, Public: a.Public, Published: a.Published, Checked: a.Checked}, nil
}

// List returns the articles of a filter, drafts too.
func (s *Service) List(ctx context.Context, by access.Actor, f Filter) ([]Article, error) {
	if err := by.Can(access.KnowledgeRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.List(ctx, f)
}

// History lists the editions of an article, newest first.
func (s *Service) History(ctx context.Context, by access.Actor, id ID) ([]Edition, error) {
	if err := by.Can(access.KnowledgeRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.Editions(ctx, id, 50)
}

// Uses lists whom an article answered last, and what they had asked.
func (s *Service) Uses(ctx context.Context, by access.Actor, id ID) ([]Use, error) {
	if err := by.Can(access.KnowledgeRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.Uses(ctx, id, 30)
}

// Cite records that an article was the answer to an enquiry.
func (s *Service) Cite(ctx context.Context, by access.Actor, id ID, caseID, question string) error {
	if err := by.Can(access.KnowledgeAsk, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	if _, err := s.Article(ctx, access.Actor{}, id); err != nil {
		return err
	}
	// The same case cites an article once, however often the form is sent.
	return s.Store.Use(ctx, Use{ID: string(id) + "/" + caseID, Article: id, At: s.Now(), By: by.ID(), Case: caseID, Question: Masked(question)})
}

// Forget forgets what was asked in a case that is sealed, for the program itself.
func (s *Service) Forget(ctx context.Context, by access.Actor, caseID string) error {
	if err := by.Can(access.CaseSeal, access.Resource{}); err != nil {
		return err
	}
	return s.Store.Forget(ctx, caseID)
}

// Rate records whether an article that is shown helped who read it. What
// they were looking for may be said, and helps its owner to write it better.
func (s *Service) Rate(ctx context.Context, by access.Actor, id ID, helped bool, question string) error {
	if _, err := s.Article(ctx, access.Actor{}, id); err != nil {
		return err
	}
	now := s.Now()
	u := Use{ID: ids.New(now), Article: id, At: now, By: "resident", Question: Masked(question), Helped: -1}
	if by.IsStaff() {
		u.By = by.ID()
	}
	if helped {
		u.Helped = 1
	}
	return s.Store.Use(ctx, u)
}

// Import keeps articles that are published elsewhere already, as they are in
// a city's folder. One whose Chinese title its unit has is left as it is.
func (s *Service) Import(ctx context.Context, by access.Actor, list []Article) (added int, err error) {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return 0, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return 0, err
	}
	there, err := s.Store.ChangedSince(ctx, time.Time{})
	if err != nil {
		return 0, err
	}
	for i, a := range list {
		if err := s.check(ctx, city, &a.Public, a.ID); err != nil {
			return added, err
		}
		if slices.ContainsFunc(there, func(o Article) bool { return o.Unit == a.Unit && o.Draft.ZH.Title == a.Public.ZH.Title }) {
			continue
		}
		now := s.Now().Add(time.Duration(i) * time.Microsecond)
		a.ID, a.State, a.Shown, a.Draft, a.Writer, a.Revision = ID(ids.New(now)), Published, true, a.Public, by.ID(), 1
		a.Published, a.Changed, a.Checked = now, now, s.today(city)
		if _, err := s.Store.Add(ctx, a, Edition{N: 1, At: now, By: by.ID(), Did: PublishedIt, Content: a.Public}); err != nil {
			return added, err
		}
		added++
	}
	return added, nil
}
