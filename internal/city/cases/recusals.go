package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// A Recusal keeps somebody from a case that is about themselves, their kin or
// the unit they came from. They neither see it nor do anything with it; it stays
// on record.
type Recusal struct {
	Staff  access.StaffID `json:"staff"`
	Ground Ground         `json:"ground"`
	Text   string         `json:"text,omitempty"`
	By     access.StaffID `json:"by"` // themselves, or a supervisor
	At     time.Time      `json:"at"`
}

// A Ground is why somebody is recused.
type Ground string

// The grounds.
const (
	Oneself    Ground = "self"
	Kin        Ground = "kin"
	FormerUnit Ground = "former_unit"
)

// RecusalGrounds lists them.
var RecusalGrounds = []Ground{Oneself, Kin, FormerUnit}

// Recuse keeps somebody from a case. Each may say it of themselves; a
// supervisor, of anybody.
func (s *Service) Recuse(ctx context.Context, by access.Actor, id ID, revision int64, who access.StaffID, ground Ground, text string) (Case, error) {
	text, wrong := optional("recuse_text", text, MaxWords)
	if !slices.Contains(RecusalGrounds, ground) {
		wrong = errs.Join(wrong, errs.Field("ground", "case.recuse_ground"))
	}
	if who == "" {
		wrong = errs.Join(wrong, errs.Field("who", "case.recuse_who"))
	}
	return s.do(ctx, id, action{by, access.CaseRead, revision, func(t *turn) error {
		if who != by.Staff {
			if err := t.can(access.CaseDecide); err != nil {
				return err
			}
		}
		if !by.IsStaff() {
			return errs.New(errs.Denied, "access.denied")
		}
		if wrong != nil {
			return wrong
		}
		if slices.ContainsFunc(t.Recused, func(r Recusal) bool { return r.Staff == who }) {
			return errs.New(errs.Conflict, "case.recused_already")
		}
		t.Recused = append(slices.Clone(t.Recused), Recusal{who, ground, text, by.Staff, t.now})
		if t.Handler == who { // whoever takes the next step is its handler
			t.Handler = ""
		}
		t.tell(RecusedFrom, false, Detail{Staff: who, Step: string(ground), Text: text})
		return nil
	}})
}

// recused are those who are kept from the case.
func (c Case) recused() (list []access.StaffID) {
	for _, r := range c.Recused {
		list = append(list, r.Staff)
	}
	return list
}
