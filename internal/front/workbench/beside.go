package workbench

import (
	"context"
	"net/url"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// doBeside is do for what goes on beside the state of a case.
func (b *Workbench) doBeside(ctx context.Context, by access.Actor, c cases.Case, revision int64, action string, form url.Values) (err error) {
	switch action {
	case "dispute":
		_, err = b.Cases.DisputeReturn(ctx, by, c.ID, revision, cases.Return{
			Reason: form.Get("reason"), Proposed: org.UnitID(form.Get("proposed")), Duty: org.DutyID(form.Get("duty")),
		})
	case "convene":
		d := dispatching(form)
		_, err = b.Cases.Convene(ctx, by, c.ID, revision, cases.Convening{Lead: d.Unit, Helpers: d.Helpers, Minutes: form.Get("minutes")})
	case "decide":
		d := dispatching(form)
		_, err = b.Cases.Rule(ctx, by, c.ID, revision, cases.Ruling{
			Lead: d.Unit, Helpers: d.Helpers, Duty: org.DutyID(form.Get("duty")), Basis: form.Get("basis"), Matter: form.Get("matter"), Text: form.Get("reason"),
		})
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	return err
}
