package access

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
)

// A View is a queue, narrowed, that somebody keeps under a name of their own.
type View struct {
	Staff StaffID
	Name  string
	Query string // of the address of the queue
	At    time.Time
}

// Limits of views.
const (
	MaxViewName = 30
	MaxViews    = 20
	maxQuery    = 500
)

// A ViewStore keeps views.
type ViewStore interface {
	// KeepView keeps v; one of the same person and name it takes the place of.
	KeepView(ctx context.Context, v View) error
	// RemoveView removes one; none is no error.
	RemoveView(ctx context.Context, id StaffID, name string) error
	// Views lists somebody's, the oldest first.
	Views(ctx context.Context, id StaffID) ([]View, error)
}

// KeepView keeps a view of the actor's own.
func (s *Service) KeepView(ctx context.Context, by Actor, name, query string) error {
	if !by.IsStaff() {
		return errs.New(errs.Denied, "access.denied")
	}
	name = strings.Join(strings.Fields(name), " ")
	switch n := utf8.RuneCountInString(name); {
	case n == 0 || !utf8.ValidString(name):
		return errs.Field("view_name", "view.no_name")
	case n > MaxViewName:
		return errs.Field("view_name", "view.long", "Max", MaxViewName)
	case len(query) > maxQuery:
		return errs.Field("view_name", "view.much")
	}
	list, err := s.Store.Views(ctx, by.Staff)
	if err != nil {
		return err
	}
	if len(list) >= MaxViews && !slices.ContainsFunc(list, func(v View) bool { return v.Name == name }) {
		return errs.Field("view_name", "view.many", "Max", MaxViews)
	}
	return s.Store.KeepView(ctx, View{Staff: by.Staff, Name: name, Query: query, At: s.now()})
}

// RemoveView removes a view of the actor's own.
func (s *Service) RemoveView(ctx context.Context, by Actor, name string) error {
	if !by.IsStaff() {
		return errs.New(errs.Denied, "access.denied")
	}
	return s.Store.RemoveView(ctx, by.Staff, name)
}

// Views lists the actor's own views, the oldest first.
func (s *Service) Views(ctx context.Context, by Actor) ([]View, error) {
	if !by.IsStaff() {
		return nil, nil
	}
	return s.Store.Views(ctx, by.Staff)
}
