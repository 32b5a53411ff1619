package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// A Task is what the lead asks a helper to do, by when. The helper answers to
// the lead, who answers to the resident.
type Task struct {
	ID     string         `json:"id"`
	Unit   org.UnitID     `json:"unit"`
	Text   string         `json:"text"`
	By     access.StaffID `json:"by"`
	At     time.Time      `json:"at"`
	Due    time.Time      `json:"due"`
	DoneAt time.Time      `json:"done_at,omitzero"`
	DoneBy access.StaffID `json:"done_by,omitempty"`
	Answer string         `json:"answer,omitempty"`
	Rating int            `json:"rating,omitempty"` // by the lead, 1 to 5, 0 for none
	Rated  string         `json:"rated,omitempty"`  // the lead's words
}

// Late reports whether the task is or was done too late.
func (k Task) Late(now time.Time) bool {
	if !k.DoneAt.IsZero() {
		now = k.DoneAt
	}
	return now.After(k.Due)
}

// MaxTasks is how many a case can have.
const MaxTasks = 50

// GiveTask asks a helper to do something, within a limit. The lead does.
func (s *Service) GiveTask(ctx context.Context, by access.Actor, id ID, revision int64, unit org.UnitID, text string, limit calendar.Limit) (Case, error) {
	text, wrong := needed("task", text, MaxNote)
	if limit.IsZero() {
		wrong = errs.Join(wrong, errs.Field("limit", "case.task_limit"))
	}
	return s.do(ctx, id, action{by, access.CaseDraft, revision, func(t *turn) error {
		if !t.Held() {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if !slices.Contains(t.Helpers, unit) {
			wrong = errs.Join(wrong, errs.Field("unit", "case.task_helper"))
		}
		if wrong != nil {
			return wrong
		}
		if len(t.Tasks) >= MaxTasks {
			return errs.New(errs.Conflict, "case.task_many", "Max", MaxTasks)
		}
		k := Task{ID: ids.New(t.now), Unit: unit, Text: text, By: by.Staff, At: t.now, Due: t.city.Calendar.Due(t.now, limit)}
		t.Tasks = append(slices.Clone(t.Tasks), k)
		t.tell(TaskGiven, false, Detail{Text: text, To: unit, Until: &k.Due})
		return nil
	}})
}

// task finds one; the list may be changed.
func (t *turn) task(id string) (*Task, error) {
	t.Tasks = slices.Clone(t.Tasks)
	for i := range t.Tasks {
		if t.Tasks[i].ID == id {
			return &t.Tasks[i], nil
		}
	}
	return nil, errs.New(errs.Conflict, "case.no_task")
}

// AnswerTask says what came of a task; the unit that was asked does.
func (s *Service) AnswerTask(ctx context.Context, by access.Actor, id ID, revision int64, task, text string) (Case, error) {
	text, wrong := needed("done", text, MaxNote)
	return s.do(ctx, id, action{by, access.CaseHelp, revision, func(t *turn) error {
		k, err := t.task(task)
		switch {
		case err != nil:
			return err
		case !by.WorksWith(k.Unit):
			return errs.New(errs.Denied, "access.denied")
		case !k.DoneAt.IsZero() || !t.Held():
			return errs.New(errs.Conflict, "case.no_task")
		case wrong != nil:
			return wrong
		}
		k.DoneAt, k.DoneBy, k.Answer = t.now, by.Staff, text
		t.tell(TaskDone, false, Detail{Text: text, To: k.Unit})
		return nil
	}})
}

// RateTask says how well a helper did a task; the lead does, once.
func (s *Service) RateTask(ctx context.Context, by access.Actor, id ID, revision int64, task string, stars int, text string) (Case, error) {
	text, wrong := optional("rating_text", text, MaxWords)
	if stars < 1 || stars > 5 {
		wrong = errs.Join(wrong, errs.Field("rating", "case.bad_rating"))
	}
	return s.do(ctx, id, action{by, access.CaseDraft, revision, func(t *turn) error {
		k, err := t.task(task)
		switch {
		case err != nil:
			return err
		case k.DoneAt.IsZero():
			return errs.New(errs.Conflict, "case.task_undone")
		case k.Rating != 0:
			return errs.New(errs.Conflict, "case.rated_already")
		case wrong != nil:
			return wrong
		}
		k.Rating, k.Rated = stars, text
		t.tell(TaskRated, false, Detail{Text: text, To: k.Unit, Rating: stars})
		return nil
	}})
}

// endTasks drops what helpers who no longer help have not done.
func (t *turn) endTasks() {
	t.Tasks = slices.DeleteFunc(slices.Clone(t.Tasks), func(k Task) bool { return k.DoneAt.IsZero() && !slices.Contains(t.Helpers, k.Unit) })
	t.Joint = slices.DeleteFunc(slices.Clone(t.Joint), func(d Determination) bool {
		return len(d.Signed) == 0 && slices.ContainsFunc(d.Units, func(u org.UnitID) bool { return u != t.Lead && !slices.Contains(t.Helpers, u) })
	})
}

// A Determination is what units found together at the place. Its minutes
// never change; each unit that was there signs for itself.
type Determination struct {
	ID      string         `json:"id"`
	At      time.Time      `json:"at"`
	By      access.StaffID `json:"by"`
	Minutes string         `json:"minutes"`
	Units   []org.UnitID   `json:"units"`
	Signed  []Signature    `json:"signed,omitempty"`
}

// A Signature is somebody's name under the minutes, for a unit.
type Signature struct {
	Unit org.UnitID     `json:"unit"`
	By   access.StaffID `json:"by"`
	At   time.Time      `json:"at"`
}

// Unsigned are the units that have not signed yet.
func (d Determination) Unsigned() []org.UnitID {
	return slices.DeleteFunc(slices.Clone(d.Units), func(u org.UnitID) bool {
		return slices.ContainsFunc(d.Signed, func(s Signature) bool { return s.Unit == u })
	})
}

// Signs is the unit that somebody can sign for, or "".
func (d Determination) Signs(by access.Actor) org.UnitID {
	if slices.ContainsFunc(d.Signed, func(s Signature) bool { return s.By == by.Staff }) {
		return ""
	}
	for _, u := range d.Unsigned() {
		if by.WorksWith(u) {
			return u
		}
	}
	return ""
}

// Determine keeps the minutes of a joint look at the place by the lead and
// helpers. The lead writes them, or the hotline.
func (s *Service) Determine(ctx context.Context, by access.Actor, id ID, revision int64, units []org.UnitID, minutes string) (Case, error) {
	minutes, wrong := needed("minutes", minutes, MaxNote)
	return s.do(ctx, id, action{by, access.CaseRead, revision, func(t *turn) error {
		if t.can(access.CaseDraft) != nil {
			if err := t.can(access.CaseRule); err != nil {
				return err
			}
		}
		if !t.Held() {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		var there []org.UnitID
		for _, u := range units {
			if u != t.Lead && !slices.Contains(t.Helpers, u) {
				return errs.Field("units", "case.joint_units")
			}
			if !slices.Contains(there, u) {
				there = append(there, u)
			}
		}
		if len(there) < 2 {
			wrong = errs.Join(wrong, errs.Field("units", "case.joint_units"))
		}
		if wrong != nil {
			return wrong
		}
		if len(t.Joint) >= MaxTasks {
			return errs.New(errs.Conflict, "case.task_many", "Max", MaxTasks)
		}
		t.Joint = append(slices.Clone(t.Joint), Determination{ID: ids.New(t.now), At: t.now, By: by.Staff, Minutes: minutes, Units: there})
		t.tell(Determined, false, Detail{Text: minutes, Helpers: there})
		return nil
	}})
}

// SignJoint puts one's name under the minutes, for the own unit. Nobody signs
// for another.
func (s *Service) SignJoint(ctx context.Context, by access.Actor, id ID, revision int64, joint string) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseRead, revision, func(t *turn) error {
		if t.can(access.CaseDraft) != nil {
			if err := t.can(access.CaseHelp); err != nil {
				return err
			}
		}
		t.Joint = slices.Clone(t.Joint)
		i := slices.IndexFunc(t.Joint, func(d Determination) bool { return d.ID == joint })
		if i < 0 || !t.Held() {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		d := &t.Joint[i]
		unit := d.Signs(by)
		if unit == "" {
			return errs.New(errs.Denied, "case.joint_signs")
		}
		d.Signed = append(slices.Clone(d.Signed), Signature{unit, by.Staff, t.now})
		t.tell(JointSigned, false, Detail{To: unit})
		return nil
	}})
}
