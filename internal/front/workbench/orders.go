package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/front/web"
)

type ordersView struct {
	page  web.Page
	by    access.Actor
	city  org.City
	now   time.Time
	list  []orderRow
	names map[access.StaffID]org.Name
	give  bool
	all   bool
	typed url.Values // of the form that came back
	wrong map[string]string
}

type orderRow struct {
	supervision.Order
	number  cases.Number // "" where it is about no case, or one that is not seen
	subject string
	via     access.Resource
}

func (b *Workbench) orders(w http.ResponseWriter, r *http.Request) error {
	return b.renderOrders(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderOrders(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := ordersView{page: b.page(ctx, web.T(ctx, "order.title"), "/work/orders"), by: by, now: b.Now(), typed: typed, wrong: wrong, all: r.URL.Query().Has("all")}
	v.give = by.Can(access.OrderGive, access.Resource{Type: access.CityType}) == nil
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	f := supervision.Filter{}
	if !v.all {
		f.States = []supervision.State{supervision.Open, supervision.Answered}
	}
	if !v.give && by.Is(access.Handler, access.SectionHead, access.UnitLeader) {
		f.Units = append(slices.Clone(by.Up), by.Down...)
	}
	list, err := b.Supervision.Orders(ctx, by, f)
	if err != nil {
		return err
	}
	for _, o := range list {
		row := orderRow{Order: o}
		var c cases.Case
		switch row.via, c, err = b.orderedCase(ctx, by, v.city, o.Case); {
		case cases.IsRecused(err): // the order tells of the case
			continue
		case err != nil:
			return err
		}
		row.number, row.subject = c.Number, c.Subject
		v.list = append(v.list, row)
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, ordersPage(v))
}

// orderedCase is the case an order is about, as somebody may see it.
func (b *Workbench) orderedCase(ctx context.Context, by access.Actor, city org.City, id string) (access.Resource, cases.Case, error) {
	none := access.Resource{Type: access.CityType}
	if id == "" {
		return none, cases.Case{}, nil
	}
	c, err := b.Cases.Case(ctx, by, cases.ID(id))
	if errs.Is(err, errs.NotFound) {
		return none, cases.Case{}, nil
	}
	if err != nil {
		return none, cases.Case{}, err
	}
	return c.Resource(city.Directory), c, nil
}

// mayRule reports whether the reader rules on the answer to an order.
func (v ordersView) mayRule(o orderRow) bool {
	return o.State == supervision.Answered && o.AnsweredBy != v.by.Staff && v.by.Can(access.OrderGive, o.via) == nil
}

func (v ordersView) mayAnswer(o orderRow) bool {
	return o.State == supervision.Open && v.by.Can(access.OrderAnswer, access.Resource{Type: access.CityType, Lead: o.Unit}) == nil
}

// is reports whether a form that came back is this order's.
func (v ordersView) is(o orderRow) bool { return v.typed.Get("id") == string(o.ID) }

func (v ordersView) wrongOf(o orderRow, field string) string {
	if !v.is(o) {
		return ""
	}
	return v.wrong[field]
}

func (v ordersView) typedOf(o orderRow, field string) string {
	if !v.is(o) {
		return ""
	}
	return v.typed.Get(field)
}

// fieldID is what the list of mistakes leads to, in the form that came back.
func (v ordersView) fieldID(o orderRow, field string) string {
	if v.wrongOf(o, field) != "" {
		return field
	}
	return field + "-" + string(o.ID)
}

// giveOrder gives an order: about a case, on whose page it is written, or
// about a unit's work.
func (b *Workbench) giveOrder(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	d := supervision.Draft{Unit: org.UnitID(form.Get("order_unit")), Text: form.Get("order"), In: form.Get("order_in")}
	via := access.Resource{Type: access.CityType}
	number := form.Get("case")
	if number != "" {
		c, err := b.Cases.ByNumber(ctx, by, cases.Number(number))
		if err != nil {
			return err
		}
		via, d.Case, d.Unit = c.Resource(city.Directory), string(c.ID), c.Lead
	}
	_, err = b.Supervision.Give(ctx, by, d, via)
	if err == nil {
		if number != "" {
			return web.See(w, r, "/work/cases/"+number)
		}
		return web.See(w, r, "/work/orders")
	}
	wrong := web.Messages(ctx, err)
	if wrong == nil {
		return err
	}
	if number != "" {
		r.SetPathValue("number", number)
		return b.renderCase(w, r, web.Status(err), form, wrong, nil)
	}
	return b.renderOrders(w, r, web.Status(err), form, wrong)
}

// actOnOrder answers an order, or rules on the answer.
func (b *Workbench) actOnOrder(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	id := supervision.OrderID(r.PathValue("id"))
	o, err := b.Supervision.Order(ctx, by, id)
	if err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	via, _, err := b.orderedCase(ctx, by, city, o.Case)
	if err != nil {
		return err
	}
	switch r.PathValue("action") {
	case "answer":
		_, err = b.Supervision.Reply(ctx, by, id, form.Get("order_answer"), via)
	case "rule":
		_, err = b.Supervision.Rule(ctx, by, id, form.Get("accept") == "yes", form.Get("order_ruling"), via)
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	if err == nil {
		return web.See(w, r, "/work/orders#"+string(id))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		form.Set("id", string(id))
		return b.renderOrders(w, r, web.Status(err), form, wrong)
	}
	return err
}

func orderClock(ctx context.Context, city org.City, o supervision.Order, now time.Time) web.Clock {
	switch o.State {
	case supervision.Answered:
		return web.Clock{Used: 1, Tone: web.Waiting, Text: web.T(ctx, "order.state_answered")}
	case supervision.Closed:
		return web.Clock{Used: 1, Tone: web.Done, Text: web.T(ctx, "order.state_closed")}
	}
	from := o.At
	if o.SentBack > 0 {
		from = o.RuledAt
	}
	return left(ctx, city, from, o.Due, o.Limit, now)
}

// newWrong is what is wrong in the form for a new order.
func (v ordersView) newWrong(field string) string {
	if v.typed.Has("id") {
		return ""
	}
	return v.wrong[field]
}
