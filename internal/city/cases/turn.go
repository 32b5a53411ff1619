package cases

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Limits of what can be written, in characters.
const (
	MaxNote    = 4_000
	MaxAnswer  = 10_000
	MaxMissing = 2_000
	MaxWords   = 1_000 // of a question, or beside a rating
	MaxMatter  = 200
)

// An action is one change of a case: who may, and what it makes of the case.
type action struct {
	by       access.Actor
	may      access.Action
	revision int64
	change   func(t *turn) error
}

// A turn is a change under way: the case as it is, and what comes of it.
type turn struct {
	*Case
	city org.City
	now  time.Time
	by   access.Actor
	// behalf is the handler in whose name this is done, by who stands in for
	// them; "" where somebody acts for themselves.
	behalf access.StaffID
	out    Change
	jobs   []jobs.Args
}

// do makes a change in one transaction.
func (s *Service) do(ctx context.Context, id ID, a action) (Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Case{}, err
	}
	defer s.changed()
	c, err := s.Store.Update(ctx, id, a.revision, func(c *Case) (Change, []jobs.Args, error) {
		t := &turn{Case: c, city: city, now: s.now(), by: a.by, behalf: behalf(a, c)}
		if err := t.can(a.may); err != nil {
			return Change{}, nil, err
		}
		if err := a.change(t); err != nil {
			return Change{}, nil, err
		}
		return t.out, t.jobs, nil
	})
	if err != nil {
		return Case{}, err
	}
	return forActor(a.by, c, c.Resource(city.Directory)), nil
}

// handling are the steps of who has a case in hand. Others, such as checking,
// somebody takes for themselves also while they stand in for the handler.
var handling = []access.Action{access.CaseAsk, access.CaseReturn, access.CaseDraft, access.CaseNote}

func behalf(a action, c *Case) access.StaffID {
	if c.Handler != a.by.Staff && a.by.StandsIn(c.Handler) && slices.Contains(handling, a.may) {
		return c.Handler
	}
	return ""
}

// doer is whose the case is after the step: who took it, or who is away and
// finds it in hand when they are back.
func (t *turn) doer() access.StaffID {
	if t.behalf != "" {
		return t.behalf
	}
	return t.by.Staff
}

func (t *turn) can(a access.Action) error { return t.by.Can(a, t.Resource(t.city.Directory)) }

// tell appends an event and queues the news of it.
func (t *turn) tell(kind EventKind, public bool, d Detail) { t.tellPart("", kind, public, d) }

func (t *turn) tellPart(part PartID, kind EventKind, public bool, d Detail) {
	t.tellAs(ids.New(t.now), part, kind, public, d)
}

func (t *turn) tellAs(id string, part PartID, kind EventKind, public bool, d Detail) {
	d.For = t.behalf
	t.out.Events = append(t.out.Events, Event{
		ID: id, Case: t.ID, Part: part, At: t.now, Kind: kind, By: t.by.ID(), Unit: t.by.Unit, Public: public, Detail: d,
	})
	t.jobs = append(t.jobs, Happened{t.ID, kind, id})
}

// needed checks words that somebody has to write.
func needed(field, text string, most int) (string, error) {
	text, err := optional(field, text, most)
	if err == nil && !strings.ContainsFunc(text, visible) {
		return "", errs.Field(field, "case."+field+"_missing")
	}
	return text, err
}

func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

// optional checks words that may be left out.
func optional(field, text string, most int) (string, error) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", errs.Field(field, "case.not_text")
	}
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > most {
		return "", errs.Field(field, "case.too_long", "Max", most)
	}
	return text, nil
}

// isAbout reports whether the case is a complaint about the unit or one above
// it, which never gets it.
func (t *turn) isAbout(unit org.UnitID) bool {
	return t.About != "" && slices.Contains(t.city.Up(unit), t.About)
}

// Note keeps words for those who work on the case; the resident does not see them.
func (s *Service) Note(ctx context.Context, by access.Actor, id ID, revision int64, text string) (Case, error) {
	text, wrong := needed("note", text, MaxNote)
	return s.do(ctx, id, action{by, access.CaseNote, revision, func(t *turn) error {
		if wrong != nil {
			return wrong
		}
		if t.IsSealed() { // the program too adds nothing to it
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		t.tell(Noted, false, Detail{Text: text})
		return nil
	}})
}
