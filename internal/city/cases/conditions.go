package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// A Condition is what a resident said was missing when the case was reopened.
// An answer that says "solved" is not sent up before each is met.
type Condition struct {
	ID    string         `json:"id"`
	Text  string         `json:"text"`
	At    time.Time      `json:"at"`
	MetAt time.Time      `json:"met_at,omitzero"`
	MetBy access.StaffID `json:"met_by,omitempty"`
	How   string         `json:"how,omitempty"`
}

// Unmet are the conditions that nobody has said to be met.
func (c Case) Unmet() []Condition {
	return slices.DeleteFunc(slices.Clone(c.Conditions), func(k Condition) bool { return !k.MetAt.IsZero() })
}

// Meet says how a condition of a reopened case was met.
func (s *Service) Meet(ctx context.Context, by access.Actor, id ID, revision int64, condition, how string) (Case, error) {
	how, wrong := needed("how", how, MaxWords)
	return s.do(ctx, id, action{by, access.CaseDraft, revision, func(t *turn) error {
		if t.State != Accepted {
			return errs.New(errs.Conflict, "case.accept_first")
		}
		t.Conditions = slices.Clone(t.Conditions)
		i := slices.IndexFunc(t.Conditions, func(k Condition) bool { return k.ID == condition && k.MetAt.IsZero() })
		if i < 0 {
			return errs.New(errs.Conflict, "case.no_condition")
		}
		if wrong != nil {
			return wrong
		}
		k := &t.Conditions[i]
		k.MetAt, k.MetBy, k.How = t.now, by.Staff, how
		t.tell(ConditionMet, false, Detail{Text: how, Missing: []string{k.Text}})
		return nil
	}})
}
