package cases

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// A Sealing says that what was said in a case was sealed for a body outside,
// such as discipline inspection, which alone can read it. Here remains that it
// was handed over.
type Sealing struct {
	At     time.Time      `json:"at"`
	By     access.StaffID `json:"by"`
	Route  string         `json:"route"` // of the catalogue
	Report string         `json:"report,omitempty"`
	Digest string         `json:"digest,omitempty"` // SHA-256 of what was sealed, in hexadecimal digits; "" until it is
	// ReceivedAt is when the body confirmed that it has it, Receipt under what
	// number of its own.
	ReceivedAt time.Time `json:"received_at,omitzero"`
	Receipt    string    `json:"receipt,omitempty"`
}

// A Seal is the job that seals what is said in a case.
type Seal struct {
	Case ID `json:"case"`
}

// Kind names the job.
func (Seal) Kind() string { return "case.seal" }

// Seal closes a case as a report for the body behind a route that has a key.
// Nobody reads it here from now on; the job seals its words and forgets them.
// A case that shares its requests with others is not sealed: their words are
// those of the others too.
func (s *Service) Seal(ctx context.Context, by access.Actor, id ID, revision int64, route string) (Case, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if _, err := s.seen(ctx, by, c); err != nil {
		return Case{}, err
	}
	shared, err := s.shared(ctx, c)
	if err != nil {
		return Case{}, err
	}
	return s.do(ctx, id, action{by, access.CaseSeal, revision, func(t *turn) error {
		to, ok := t.city.Catalogue.Route(route)
		switch {
		case !ok || to.Key == "":
			return errs.Field("seal_route", "case.seal_route")
		case shared:
			return errs.New(errs.Conflict, "case.seal_shared")
		case t.State == Closed:
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if err := t.close(); err != nil {
			return err
		}
		t.Route, t.Restricted, t.Outcome = route, true, NotOurs
		t.Lead, t.Helpers, t.Handler, t.Granted = t.city.HotlineUnit().ID, nil, "", nil
		t.DispatchedAt, t.AcceptedAt, t.AnsweredAt, t.Clocks = zero, zero, zero, Clocks{}
		t.Duty, t.Chain, t.Step = "", nil, 0
		t.Sealed = Sealing{At: t.now, By: by.Staff, Route: route}
		t.tell(SealedFor, true, Detail{Route: route})
		t.jobs = append(t.jobs, Seal{t.ID})
		return nil
	}})
}

// shared reports whether a request of the case has a part in another.
func (s *Service) shared(ctx context.Context, c Case) (bool, error) {
	requests := make([]string, len(c.Parts))
	for i, p := range c.Parts {
		requests[i] = p.Request
	}
	of, err := s.Store.OfRequests(ctx, requests)
	if err != nil {
		return false, err
	}
	for _, list := range of {
		for _, o := range list {
			if o.ID != c.ID {
				return true, nil
			}
		}
	}
	return false, nil
}

// Forget forgets what was said in a case that was sealed, once its words are
// in a report with a digest; for the program itself. Doing it again changes
// nothing.
func (s *Service) Forget(ctx context.Context, by access.Actor, id ID, report, digest string) error {
	_, err := s.do(ctx, id, action{by, access.CaseSeal, 0, func(t *turn) error {
		if t.Sealed.At.IsZero() {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		sealed := t.Sealed
		sealed.Report, sealed.Digest = report, digest
		t.Beside = Beside{Sealed: sealed, Recused: t.Recused}
		t.Subject, t.Address, t.Category, t.Area, t.About = "", "", "", "", ""
		t.ReturnedBy = nil
		for i, p := range t.Parts {
			t.Parts[i] = Part{ID: p.ID, Request: p.Request, Case: p.Case, At: p.At, WithdrawnAt: p.WithdrawnAt}
		}
		t.out.Forget = append(t.out.Forget, t.ID)
		return nil
	}})
	return err
}

// Received keeps that the body outside has what was sealed for it.
func (s *Service) Received(ctx context.Context, by access.Actor, id ID, receipt string) error {
	receipt, err := optional("receipt", receipt, MaxMatter)
	if err != nil {
		return err
	}
	if err := by.Can(access.SealedReceive, access.Resource{}); err != nil {
		return err
	}
	_, err = s.do(ctx, id, action{access.System(), access.CaseSeal, 0, func(t *turn) error {
		switch {
		case t.Sealed.Digest == "":
			return errNone()
		case !t.Sealed.ReceivedAt.IsZero():
			return errs.New(errs.Conflict, "case.seal_received")
		}
		t.Sealed.ReceivedAt, t.Sealed.Receipt = t.now, receipt
		t.by = by
		t.tell(SealReceived, true, Detail{Route: t.Sealed.Route})
		return nil
	}})
	return err
}

// IsSealed reports whether nobody reads here any more what was said.
func (c Case) IsSealed() bool { return !c.Sealed.At.IsZero() }
