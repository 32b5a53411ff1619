package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/draw"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// An Audit is one month's random sample of cases said to be solved (抽查复核),
// which people look at again by telephone, by photo or at the place. It is
// drawn once the month is over, by a seed made of the month's figures, which
// nobody can know before; figures, words and marks are published, so that
// everybody can draw it again.
type Audit struct {
	Month   string // YYYY-MM
	At      time.Time
	Figures string // as they were published, line by line
	Public  string
	Seed    string // hexadecimal
	Size    int
	Of      int         // how many marks there are
	Marks   []draw.Mark // nil in lists
	Items   []Finding   // in the order of the draw
}

// A Finding is one case of a sample, and what was found of it.
type Finding struct {
	Month   string
	Rank    int // in the order of the draw, from 1
	Mark    draw.Mark
	Case    ID
	Number  Number
	Unit    org.UnitID // that led it when it was drawn
	Finding string     // "" until somebody has looked
	Means   string     // of Means
	Note    string
	By      access.StaffID
	At      time.Time
}

// What can be found, and by what means.
const (
	FoundSolved  = "solved"
	FoundNot     = "not_solved"
	FoundUnknown = "unknown" // nobody could be reached, or the place does not show it
)

// Findings and Means list them.
var (
	Findings = []string{FoundSolved, FoundNot, FoundUnknown}
	Means    = []string{"phone", "photo", "visit"}
)

// SampleSize is how many cases a month's sample has: with 100, a rate of 10 %
// that are not solved is known to within about 6 points.
const SampleSize = 100

// Disagreement is how many of those where something was found are not solved
// after all; unknown is how many it could not be found of, open how many nobody
// has looked at.
func (a Audit) Disagreement() (r Ratio, unknown, open int) {
	for _, f := range a.Items {
		switch f.Finding {
		case FoundSolved:
			r.Of++
		case FoundNot:
			r.Of++
			r.Count++
		case FoundUnknown:
			unknown++
		default:
			open++
		}
	}
	return r, unknown, open
}

// A DrawAudit is the job that draws the sample of the month that is over.
type DrawAudit struct{}

// Kind names the job.
func (DrawAudit) Kind() string { return "cases.draw_audit" }

// DrawAudit draws the sample of the month that is over, if there is none yet.
func (s *Service) DrawAudit(ctx context.Context, _ DrawAudit) error {
	city, err := s.Org.City(ctx)
	if err != nil {
		return err
	}
	now := s.now()
	loc := city.Calendar.Location()
	y, m, _ := now.In(loc).Date()
	p := Period{From: time.Date(y, m-1, 1, 0, 0, 0, 0, loc), To: time.Date(y, m, 1, 0, 0, 0, 0, loc), Now: now}
	month := p.From.Format("2006-01")
	if have, err := s.Store.Audits(ctx, 1); err != nil || len(have) > 0 && have[0].Month >= month {
		return err
	}
	list, err := s.Store.Solved(ctx, p)
	if err != nil || len(list) == 0 {
		return err
	}
	f, err := s.Store.Figures(ctx, access.Scope{All: true}, p)
	if err != nil {
		return err
	}
	a := Audit{Month: month, At: now, Figures: published(month, f), Public: city.Policy.City.ZH + " " + month, Of: len(list)}
	of := make(map[draw.Mark]int, len(list))
	for i, c := range list {
		mark := draw.MarkOf(string(c.Case)) // its 74 random bits nobody guesses
		of[mark] = i
		a.Marks = append(a.Marks, mark)
	}
	seed := draw.Seed(a.Figures, a.Public)
	a.Seed = draw.Mark(seed).String()
	for i, mark := range draw.Draw(seed, a.Marks, SampleSize) {
		c := list[of[mark]]
		a.Items = append(a.Items, Finding{Month: month, Rank: i + 1, Mark: mark, Case: c.Case, Unit: c.Unit})
	}
	a.Size = len(a.Items)
	defer s.changed()
	return s.Store.KeepAudit(ctx, a)
}

// published is the figures of a month as the seed is made of: a line for each,
// the name, the count and what it is of.
func published(month string, f Figures) string {
	var b strings.Builder
	fmt.Fprintf(&b, "month,%s\nreceived,%d\non_the_spot,%d\nanswered,%d\n", month, f.Received, f.OnTheSpot, f.Answered)
	for _, name := range append(slices.Clone(RateNames), "unconfirmed") {
		r := f.Rates.RateOf(name)
		fmt.Fprintf(&b, "%s,%d,%d\n", name, r.Count, r.Of)
	}
	fmt.Fprintf(&b, "median_hours,%.0f\np90_hours,%.0f\n", f.MedianHours, f.P90Hours)
	return b.String()
}

// Audits lists the samples for everybody, newest month first: without cases,
// units, notes and names.
func (s *Service) Audits(ctx context.Context, limit int) ([]Audit, error) {
	list, err := s.Store.Audits(ctx, limit)
	for i := range list {
		list[i].open()
	}
	return list, err
}

// PublicAudit is a month's sample for everybody, with its marks.
func (s *Service) PublicAudit(ctx context.Context, month string) (Audit, error) {
	a, err := s.Store.Audit(ctx, month)
	a.open()
	return a, err
}

// open leaves what may be published.
func (a *Audit) open() {
	for i, f := range a.Items {
		a.Items[i] = Finding{Month: f.Month, Rank: f.Rank, Mark: f.Mark, Finding: f.Finding}
	}
}

// Audit is a month's sample, "" for the newest, for those who look at it.
func (s *Service) Audit(ctx context.Context, by access.Actor, month string) (Audit, error) {
	if by.Can(access.RecordsRead, access.Resource{Type: access.CityType}) != nil {
		if err := by.Can(access.CaseAudit, access.Resource{Type: access.CityType}); err != nil {
			return Audit{}, err
		}
	}
	if month == "" {
		list, err := s.Store.Audits(ctx, 1)
		if err != nil || len(list) == 0 {
			return Audit{}, err
		}
		month = list[0].Month
	}
	a, err := s.Store.Audit(ctx, month)
	a.Marks = nil
	return a, err
}

// Find keeps what was found of a case of a sample. Who works in the unit that
// led it does not say.
func (s *Service) Find(ctx context.Context, by access.Actor, f Finding) (Case, error) {
	a, err := s.Store.Audit(ctx, f.Month)
	if err != nil {
		return Case{}, err
	}
	if f.Rank < 1 || f.Rank > len(a.Items) {
		return Case{}, errNone()
	}
	item := a.Items[f.Rank-1]
	note, wrong := optional("note", f.Note, MaxNote)
	if !slices.Contains(Findings, f.Finding) {
		wrong = errs.Join(wrong, errs.Field("finding", "case.no_finding"))
	}
	if !slices.Contains(Means, f.Means) {
		wrong = errs.Join(wrong, errs.Field("means", "case.no_means"))
	}
	return s.do(ctx, item.Case, action{by, access.CaseAudit, 0, func(t *turn) error {
		if slices.Contains(by.Up, item.Unit) {
			return errs.New(errs.Denied, "case.audit_party")
		}
		if wrong != nil {
			return wrong
		}
		item.Finding, item.Means, item.Note, item.By, item.At = f.Finding, f.Means, note, by.Staff, t.now
		t.out.Findings = append(t.out.Findings, item)
		t.tell(LookedAgain, false, Detail{Text: note, Step: f.Finding})
		return nil
	}})
}
