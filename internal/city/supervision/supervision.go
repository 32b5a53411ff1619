// Package supervision is how those who lead see to it that work is done:
// orders (督办) with a clock and an answer of their own, and programmes
// against a problem that keeps coming back (每月一题). The ladder by which a
// clock that runs out is told to ever more people is the city's policy; flow
// climbs it. What a case is, and its own clocks, is the business of package
// cases.
package supervision

import (
	"context"
	"embed"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// MaxText is the most characters of an order, an answer or a ruling.
const MaxText = 2_000

// OrderID names an order.
type OrderID string

// A State is how far an order is.
type State string

// The states of an order.
const (
	Open     State = "open"     // the unit owes an answer
	Answered State = "answered" // who supervises has to accept it
	Closed   State = "closed"
)

// An Order is something that a unit is told to do or explain.
type Order struct {
	ID         OrderID
	Case       string // cases.ID; "" for one about a unit's work as a whole
	Unit       org.UnitID
	By         access.StaffID
	At, Due    time.Time
	Limit      calendar.Limit
	Text       string
	State      State
	Answer     string
	AnsweredBy access.StaffID
	AnsweredAt time.Time
	Ruling     string // what was said when it was sent back, or closed
	RuledBy    access.StaffID
	RuledAt    time.Time
	SentBack   int
}

// Late reports whether the unit's answer is overdue. It is never stored.
func (o Order) Late(now time.Time) bool { return o.State == Open && now.After(o.Due) }

// A Filter selects orders. Zero fields select all.
type Filter struct {
	Case   string
	Units  []org.UnitID
	States []State
	Limit  int
}

// Happened is the job that tells people of an order or a programme.
type Happened struct {
	Order     OrderID     `json:"order,omitempty"`
	Programme ProgrammeID `json:"programme,omitempty"`
	What      string      `json:"what"`
	ID        string      `json:"id"`
}

// Kind names the job.
func (Happened) Kind() string { return "supervision.happened" }

// A Store keeps orders and programmes.
type Store interface {
	// AddOrder keeps an order and queues next, or does neither.
	AddOrder(ctx context.Context, o Order, next ...jobs.Args) error
	// Order returns an order, or a NotFound error.
	Order(ctx context.Context, id OrderID) (Order, error)
	// ChangeOrder calls change with the order as it is now and saves what it
	// makes of it, and queues next; or, if change fails, does nothing. Two
	// changes of one order run one after the other.
	ChangeOrder(ctx context.Context, id OrderID, change func(*Order) error, next ...jobs.Args) (Order, error)
	// Orders lists orders: the open ones first, each by what is due first.
	Orders(ctx context.Context, f Filter) ([]Order, error)

	// AddProgramme, Programme and ChangeProgramme do the same for programmes.
	AddProgramme(ctx context.Context, p Programme) error
	Programme(ctx context.Context, id ProgrammeID) (Programme, error)
	ChangeProgramme(ctx context.Context, id ProgrammeID, change func(*Programme) error, next ...jobs.Args) (Programme, error)
	// Programmes lists the newest programmes.
	Programmes(ctx context.Context, limit int) ([]Programme, error)
}

// A Service is what the rest of the program does with orders and programmes.
type Service struct {
	Store Store
	Org   interface {
		City(ctx context.Context) (org.City, error)
	}
	Now func() time.Time
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// A Draft is an order as somebody gives it.
type Draft struct {
	Case string
	Unit org.UnitID
	Text string
	In   string // the limit for the answer, such as "1wd"
}

// Give gives an order to a unit. via is the case it is about, or the whole.
func (s *Service) Give(ctx context.Context, by access.Actor, d Draft, via access.Resource) (Order, error) {
	if err := by.Can(access.OrderGive, via); err != nil {
		return Order{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Order{}, err
	}
	text, wrongText := words("order", d.Text)
	limit, wrongLimit := calendar.ParseLimit(d.In)
	var list []error
	list = append(list, wrongText)
	if wrongLimit != nil || limit.IsZero() || limit.N > 365 {
		list = append(list, errs.Field("order_in", "order.bad_limit"))
	}
	if unit, ok := city.Unit(d.Unit); !ok || unit.Type == org.Hotline {
		list = append(list, errs.Field("order_unit", "order.no_unit"))
	}
	if err := errs.Join(list...); err != nil {
		return Order{}, err
	}
	now := s.now()
	o := Order{
		ID: OrderID(ids.New(now)), Case: d.Case, Unit: d.Unit, By: by.Staff, At: now, Due: city.Calendar.Due(now, limit), Limit: limit, Text: text, State: Open,
	}
	return o, s.Store.AddOrder(ctx, o, Happened{Order: o.ID, What: "given", ID: ids.New(now)})
}

// resource is an order as something one may do something with: its unit
// answers, whoever may give one there rules on the answer.
func resource(o Order, via access.Resource) access.Resource {
	if via.Type == "" {
		via.Type = access.CityType
	}
	via.Lead, via.Helpers = o.Unit, nil
	return via
}

// Reply keeps the unit's answer to an order.
func (s *Service) Reply(ctx context.Context, by access.Actor, id OrderID, answer string, via access.Resource) (Order, error) {
	return s.change(ctx, by, id, access.OrderAnswer, via, "answered", func(o *Order, now time.Time) error {
		text, err := words("order_answer", answer)
		if err != nil {
			return err
		}
		if o.State != Open {
			return errs.New(errs.Conflict, "order.wrong_state")
		}
		o.State, o.Answer, o.AnsweredBy, o.AnsweredAt = Answered, text, by.Staff, now
		return nil
	})
}

// Rule accepts the answer to an order and closes it, or sends it back with
// the reason and a new time for it, as long as the first. Nobody rules on
// what they answered themselves.
func (s *Service) Rule(ctx context.Context, by access.Actor, id OrderID, accept bool, reason string, via access.Resource) (Order, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Order{}, err
	}
	what := "sent_back"
	if accept {
		what = "closed"
	}
	return s.change(ctx, by, id, access.OrderGive, via, what, func(o *Order, now time.Time) error {
		text, err := words("order_ruling", reason)
		if err != nil && (!accept || strings.TrimSpace(reason) != "") {
			return err
		}
		if o.State != Answered {
			return errs.New(errs.Conflict, "order.wrong_state")
		}
		if o.AnsweredBy == by.Staff {
			return errs.New(errs.Denied, "order.own_answer")
		}
		o.Ruling, o.RuledBy, o.RuledAt = text, by.Staff, now
		if accept {
			o.State = Closed
			return nil
		}
		o.State, o.Due = Open, city.Calendar.Due(now, o.Limit)
		o.SentBack++
		return nil
	})
}

func (s *Service) change(ctx context.Context, by access.Actor, id OrderID, may access.Action, via access.Resource, what string, change func(*Order, time.Time) error) (Order, error) {
	now := s.now()
	return s.Store.ChangeOrder(ctx, id, func(o *Order) error {
		if err := by.Can(may, resource(*o, via)); err != nil {
			return err
		}
		return change(o, now)
	}, Happened{Order: id, What: what, ID: ids.New(now)})
}

// Order returns an order to who may give or answer it. Others do not find it.
func (s *Service) Order(ctx context.Context, by access.Actor, id OrderID) (Order, error) {
	o, err := s.Store.Order(ctx, id)
	if err != nil {
		return Order{}, err
	}
	if !sees(by, o) {
		return Order{}, errs.New(errs.NotFound, "access.not_found")
	}
	return o, nil
}

// sees: who supervises sees all orders, a unit its own.
func sees(by access.Actor, o Order) bool {
	return by.Can(access.OrderRead, access.Resource{Type: access.CityType, Lead: o.Unit}) == nil
}

// Orders lists the orders that somebody may see.
func (s *Service) Orders(ctx context.Context, by access.Actor, f Filter) ([]Order, error) {
	list, err := s.Store.Orders(ctx, f)
	if err != nil {
		return nil, err
	}
	var mine []Order
	for _, o := range list {
		if sees(by, o) {
			mine = append(mine, o)
		}
	}
	return mine, nil
}

// words checks what somebody has to write.
func words(field, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", errs.Field(field, "order.not_text")
	case text == "":
		return "", errs.Field(field, "order.empty")
	case utf8.RuneCountInString(text) > MaxText:
		return "", errs.Field(field, "order.too_long", "Max", MaxText)
	}
	return text, nil
}
