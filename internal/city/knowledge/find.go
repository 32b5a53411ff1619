package knowledge

import (
	"context"
	"slices"
	"strings"
	"time"

	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
)

// refresh is how long a node may answer from what it knows: so much later an
// article published on another node is found here.
const refresh = 2 * time.Second

// overlap is how far back changes are looked for again: one that was begun
// earlier may be committed later.
const overlap = 30 * time.Second

// A Found is an article that may answer what somebody asks.
type Found struct {
	Article
	Score float64 // 0 to 1: how much of what was asked it speaks of
	Title float64 // how much of its title was asked
}

// A Query is what somebody asks, as far as they have typed.
type Query struct {
	Text     string
	Area     org.AreaID     // "" if nobody knows
	Category org.CategoryID // only articles of this one, or below it; "" for all
	Limit    int
}

// Find gives the articles on show that fit best, best first.
func (s *Service) Find(ctx context.Context, q Query) ([]Found, error) {
	if strings.TrimSpace(q.Text) == "" {
		return nil, nil
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.bring(ctx); err != nil {
		return nil, err
	}
	f := &s.find
	f.mu.RLock()
	defer f.mu.RUnlock()
	may := s.fits(city, q)
	var list []Found
	for _, h := range f.index.Find(q.Text, q.Limit, func(seq int64) bool { return may(f.shown[seq]) }) {
		list = append(list, Found{f.shown[h.ID], h.Score, h.Title})
	}
	return list, nil
}

// An article is likely the answer if so much of its title was asked, or it
// speaks of so much of what was asked.
const (
	sureTitle = 0.4
	sureScore = 0.35
)

// Suggest is Find for somebody who has not asked for articles: only those
// that are likely the answer.
func (s *Service) Suggest(ctx context.Context, q Query) ([]Found, error) {
	list, err := s.Find(ctx, q)
	return slices.DeleteFunc(list, func(f Found) bool { return f.Title < sureTitle && f.Score < sureScore }), err
}

// Shown lists what is on show, by title, for a page to look through.
func (s *Service) Shown(ctx context.Context, q Query) ([]Article, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.bring(ctx); err != nil {
		return nil, err
	}
	f := &s.find
	f.mu.RLock()
	defer f.mu.RUnlock()
	may := s.fits(city, q)
	var list []Article
	for _, a := range f.shown {
		if may(a) {
			list = append(list, a)
		}
	}
	// Those that answered most often come first.
	slices.SortFunc(list, func(a, b Article) int {
		if a.Used != b.Used {
			return int(b.Used - a.Used)
		}
		return strings.Compare(a.Public.ZH.Title, b.Public.ZH.Title)
	})
	return list[:min(len(list), q.Limit)], nil
}

// fits says which articles a query may be answered with.
func (s *Service) fits(city org.City, q Query) func(Article) bool {
	day := s.today(city)
	path := map[org.AreaID]bool{"": true}
	for _, a := range city.AreaPath(q.Area) {
		path[a.ID] = true
	}
	var under []org.CategoryID
	if q.Category != "" {
		under = city.Catalogue.Under(q.Category)
	}
	return func(a Article) bool {
		return a.Public.Holds(day) && (q.Area == "" || path[a.Public.Area]) && (q.Category == "" || slices.Contains(under, a.Public.Category))
	}
}

// bring takes in what changed since the last time.
func (s *Service) bring(ctx context.Context) error {
	f, now := &s.find, time.Now()
	f.mu.RLock()
	fresh := now.Sub(f.checked) < refresh
	f.mu.RUnlock()
	if fresh {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Sub(f.checked) < refresh {
		return nil
	}
	since := f.until
	if !since.IsZero() {
		since = since.Add(-overlap)
	}
	changed, err := s.Store.ChangedSince(ctx, since)
	if err != nil {
		return err
	}
	if f.shown == nil {
		f.shown = map[int64]Article{}
	}
	for _, a := range changed {
		if a.Changed.After(f.until) {
			f.until = a.Changed
		}
		old, had := f.shown[a.Seq]
		switch {
		case !a.Shown && had:
			f.index.Remove(a.Seq)
			delete(f.shown, a.Seq)
		case a.Shown && (!had || old.Revision != a.Revision):
			f.index.Put(a.Seq, a.Public.ZH.Body+" "+a.Public.EN.Body, a.Public.ZH.Title, a.Public.EN.Title)
			f.shown[a.Seq] = a
		case a.Shown:
			f.shown[a.Seq] = a
		}
	}
	f.checked = now
	return nil
}

// A Flag is something that rests on what no longer holds, or will not for
// long.
type Flag struct {
	Why     string      // repealed, changed, ends
	Law     law.Article // of repealed and changed
	Day     string
	Article *Article
	Duty    *org.Duty
	Rule    *org.Rule
}

// Why something is flagged.
const (
	WhyRepealed = "repealed" // its law is, or will be within the notice
	WhyChanged  = "changed"  // its law was worded anew since its owner last looked
	WhyEnds     = "ends"     // its own term ends
)

// Cites reports whether an article that is shown, or written on, rests on an
// article of law.
func (s *Service) Cites(ctx context.Context, id org.LawID) (bool, error) {
	f := Filter{Limit: 200}
	for {
		list, err := s.Store.List(ctx, f)
		if err != nil {
			return false, err
		}
		for _, a := range list {
			if a.Shown && slices.Contains(a.Public.Laws, id) || a.State != Withdrawn && slices.Contains(a.Draft.Laws, id) {
				return true, nil
			}
		}
		if len(list) < f.Limit {
			return false, nil
		}
		f.Before = list[len(list)-1].Seq
	}
}

// notice is how many days ahead an end is told.
const notice = 30

// Flags lists what its owner has to look at: articles on show, duties and
// rules whose law is repealed or changed, and articles whose term ends.
func (s *Service) Flags(ctx context.Context, units []org.UnitID) ([]Flag, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	laws, err := s.Law.Register(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.bring(ctx); err != nil {
		return nil, err
	}
	today := s.today(city)
	soon := city.Day(s.Now().AddDate(0, 0, notice))
	mine := func(u org.UnitID) bool { return units == nil || slices.Contains(units, u) }
	var list []Flag
	gone := func(id org.LawID) (law.Article, bool) {
		l, ok := laws.Article(id)
		return l, ok && l.To != "" && l.To <= soon
	}
	for i := range city.Catalogue.Duties {
		d := &city.Catalogue.Duties[i]
		if l, ends := gone(d.Law); ends && mine(d.Unit) && (d.To == "" || d.To > l.To) {
			list = append(list, Flag{Why: WhyRepealed, Law: l, Day: l.To, Duty: d})
		}
	}
	for i := range city.Catalogue.Rules {
		if l, ends := gone(city.Catalogue.Rules[i].Law); ends && units == nil {
			list = append(list, Flag{Why: WhyRepealed, Law: l, Day: l.To, Rule: &city.Catalogue.Rules[i]})
		}
	}
	s.find.mu.RLock()
	defer s.find.mu.RUnlock()
	for _, a := range s.find.shown {
		if !mine(a.Unit) {
			continue
		}
		article := a
		if to := a.Public.To; to != "" && to <= soon {
			list = append(list, Flag{Why: WhyEnds, Day: to, Article: &article})
		}
		for _, id := range a.Public.Laws {
			if l, ends := gone(id); ends {
				list = append(list, Flag{Why: WhyRepealed, Law: l, Day: l.To, Article: &article})
			} else if l.Changed != "" && l.Changed > a.Checked && l.Changed <= today {
				list = append(list, Flag{Why: WhyChanged, Law: l, Day: l.Changed, Article: &article})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Flag) int { return strings.Compare(a.Day+a.key(), b.Day+b.key()) })
	return list, nil
}

func (f Flag) key() string {
	switch {
	case f.Article != nil:
		return "a" + string(f.Article.ID)
	case f.Duty != nil:
		return "d" + string(f.Duty.ID)
	}
	return "r" + f.Rule.ID
}
