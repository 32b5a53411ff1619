package portal

import (
	"net/http"

	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

type programmesView struct {
	city org.City
	list []programmeLine
}

type programmeLine struct {
	supervision.Programme
	done   int
	months []flow.MonthCount
}

// programmes shows what is taken on at its root, with what came of it. A
// month's count too small to be told is not.
func (p *Portal) programmes(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	city, err := p.Org.City(ctx)
	if err != nil {
		return err
	}
	list, err := p.Supervision.Programmes(ctx, 12)
	if err != nil {
		return err
	}
	v := programmesView{city: city}
	for _, one := range list {
		line := programmeLine{Programme: one}
		for _, m := range one.Milestones {
			if !m.DoneAt.IsZero() {
				line.done++
			}
		}
		if line.months, err = p.Supervision.Months(ctx, one); err != nil {
			return err
		}
		v.list = append(v.list, line)
	}
	return web.Render(ctx, w, http.StatusOK, programmesPage(v))
}
