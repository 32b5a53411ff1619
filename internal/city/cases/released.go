package cases

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Released answer is one that residents were given, with what is worth
// knowing of its case.
type Released struct {
	Answer
	Number   Number
	Request  string // of the case's first part
	Category org.CategoryID
	Area     org.AreaID
	Lead     org.UnitID
	OpenedAt time.Time
	Due      time.Time // when it was owed; zero where there was no limit
}

// Released lists the answers that residents were given, the newest first, at
// most limit; before is where a list ends that came before, or its zero. For
// the program, which reads them: reports whose author is hidden, complaints
// about a unit and cases without a lead are left out.
func (s *Service) Released(ctx context.Context, by access.Actor, before Released, limit int) ([]Released, error) {
	if by.ID() != access.System().ID() {
		return nil, errs.New(errs.Denied, "access.denied")
	}
	return s.Store.Released(ctx, before.ReleasedAt, before.ID, limit)
}
