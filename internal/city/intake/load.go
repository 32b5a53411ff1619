package intake

import (
	"context"
	"fmt"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A RowError is what is wrong with one of the requests given to Load.
type RowError struct {
	Row int // counted from 0
	Err error
}

// Error names the row, for logs.
func (e *RowError) Error() string { return fmt.Sprintf("row %d: %v", e.Row, e.Err) }

// Unwrap gives what is wrong.
func (e *RowError) Unwrap() error { return e.Err }

// Load keeps many requests that have a history of their own, findable, in
// one transaction with the jobs next; Submitted is not queued. Each is checked
// as Submit does; with one that is wrong, a *RowError, none is kept. What
// has no ID, Receipt, Channel or Lang gets one. Those whose Source and
// SourceID, or ID, are there already are left as they are; fresh says for
// each whether it was kept. Batches of a few hundred are quickest.
func (s *Service) Load(ctx context.Context, by access.Actor, list []Loaded, next ...jobs.Args) (fresh []bool, err error) {
	if err := by.Can(access.RequestImport, access.Resource{}); err != nil {
		return nil, err
	}
	city, err := s.loadCity(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]LoadedRow, len(list))
	for i, l := range list {
		if l, err = l.clean(city, s.Now()); err != nil {
			return nil, &RowError{i, err}
		}
		rows[i] = LoadedRow{Loaded: l, Sealed: s.seal(l.ID, l.Contact), Caller: s.caller(l.Contact)}
	}
	return s.Store.Load(ctx, rows, next...)
}

// Check says of each what Load would refuse it for, or nil. It keeps nothing.
func (s *Service) Check(ctx context.Context, list []Loaded) (wrong []error, err error) {
	city, err := s.loadCity(ctx)
	if err != nil {
		return nil, err
	}
	wrong = make([]error, len(list))
	for i, l := range list {
		_, wrong[i] = l.clean(city, s.Now())
	}
	return wrong, nil
}

// loadCity gives the city, or nil before one is there: an old system's
// messages can be read in first, with the categories they bring.
func (s *Service) loadCity(ctx context.Context) (*org.City, error) {
	city, err := s.Org.City(ctx)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &city, err
}

func (l Loaded) clean(city *org.City, now time.Time) (Loaded, error) {
	channel := l.Channel
	if channel == "" {
		channel = Import
	}
	d := Draft{
		Subject: l.Subject, Text: l.Text, Lang: l.Lang, Kind: l.Kind, Category: l.Category, Area: l.Area,
		Address: l.Address, Point: l.Point, Contact: l.Contact, Channel: channel,
	}
	if channel == Import {
		d.Channel = Web // as strict as for a resident
	}
	cleaned, err := d.Clean()
	wrong := []error{
		err, checkTime(l.At, now),
		cleanText(&l.Source, "source", MaxSource, false),
		cleanText(&l.SourceID, "source_id", MaxSource, false),
		cleanText(&l.Author, "author", MaxSource, false),
	}
	if city != nil {
		wrong = append(wrong, d.inCity(*city))
	}
	if (l.Source == "") != (l.SourceID == "") {
		wrong = append(wrong, errs.Field("source_id", "source_id.missing"))
	}
	if l.Likes < 0 {
		wrong = append(wrong, errs.Field("likes", "likes.bad"))
	}
	l.At = kept(l.At)
	l.Notes = append([]Note(nil), l.Notes...)
	for i := range l.Notes {
		n := &l.Notes[i]
		wrong = append(wrong, cleanNote(&n.Text), checkTime(n.At, now))
		n.At = kept(n.At)
	}
	if l.Receipt != "" {
		l.Receipt, err = ParseReceipt(string(l.Receipt))
		wrong = append(wrong, err)
	}
	if err := errs.Join(wrong...); err != nil {
		return Loaded{}, err
	}
	l.complete(cleaned, channel)
	return l, nil
}

// complete takes the words as they are kept and makes what is missing.
func (l *Loaded) complete(d Draft, channel string) {
	l.Subject, l.Text, l.Lang, l.Address, l.Contact = d.Subject, d.Text, d.Lang, d.Address, d.Contact
	l.Channel, l.HasContact = channel, d.Contact != ""
	if l.ID == "" {
		l.ID = ID(ids.New(l.At))
	}
	if l.Receipt == "" {
		l.Receipt = NewReceipt()
	}
	for i := range l.Notes {
		n := &l.Notes[i]
		n.Request = l.ID
		if n.ID == "" {
			n.ID = ids.New(n.At)
		}
	}
}

// checkTime refuses what is before computers had clocks or after tomorrow: a
// mistyped year, or two columns mixed up.
func checkTime(at, now time.Time) error {
	switch {
	case at.IsZero():
		return errs.Field("time", "time.missing")
	case at.Unix() <= 0 || at.After(now.Add(24*time.Hour)):
		return errs.Field("time", "time.out_of_range")
	}
	return nil
}
