package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
	"yiwang/internal/city/sealed"
	"yiwang/internal/city/triage"
)

// Sealing is the journey of a report to a body outside, such as discipline
// inspection:
//
//	workbench        somebody seals the case           cases.Service.Seal: nobody reads it from now on
//	job case.seal    all that was said is sealed       sealed.Service.Seal
//	                 and forgotten here, at once       intake.Service.Seal, and files, triage, cases
//	                 the report is handed over         sealed.Service.Hand; its receivers are told
//	workbench        the body fetches it and confirms  sealed.Service.Take, Receive
//
// The requests name the report that has their words, so that the job may run
// twice, or end anywhere: what is forgotten here is in a report that is kept.
type Sealing struct {
	*sealed.Service
	Cases  *cases.Service
	Intake *intake.Service
	Triage triage.Store
	Files  *files.Service
	Calls  *calls.Service
	// Knowledge has what was asked, where an article was cited.
	Knowledge *knowledge.Service
	Org       *org.Service
	Notify    *notify.Service
	Staff     *access.Service
}

// Handle says what is done for the job of this journey.
func (f *Sealing) Handle(q *jobs.Queue) { jobs.Handle(q, f.seal) }

// Open refuses where nothing more may be added to a request: from the moment
// somebody seals its case.
func (f *Sealing) Open(ctx context.Context, request string) error {
	list, err := f.Cases.OfRequest(ctx, access.System(), request)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, cases.Case.IsSealed) {
		return errs.New(errs.Conflict, "request.sealed")
	}
	return nil
}

// FileOpen is Open for what a photo or a document would belong to. It is asked
// before and after one is attached (see files.Service), so that the job, which
// runs after the case was sealed, finds all there are.
func (f *Sealing) FileOpen(ctx context.Context, to files.Owner) error {
	switch to.Kind {
	case files.OfRequest:
		return f.Open(ctx, to.ID)
	case files.OfAnswer:
		c, err := f.Cases.Case(ctx, access.System(), cases.ID(to.ID))
		if err == nil && c.IsSealed() {
			err = errs.New(errs.Conflict, "request.sealed")
		}
		return err
	}
	return nil
}

// A SealedReport is what the receiver reads: all that was kept of a case.
type SealedReport struct {
	Format   int             `json:"format"` // 1
	Case     string          `json:"case"`   // its number
	Opened   time.Time       `json:"opened"`
	Category string          `json:"category,omitempty"`
	Area     string          `json:"area,omitempty"`
	About    string          `json:"about,omitempty"` // the unit it is about, if the hotline had said so
	Requests []SealedRequest `json:"requests"`
	History  []SealedEvent   `json:"history"`
	Photos   []SealedPhoto   `json:"photos,omitempty"`
}

// A SealedRequest is one request as it was said.
type SealedRequest struct {
	At      time.Time     `json:"at"`
	Channel string        `json:"channel"`
	Subject string        `json:"subject,omitempty"`
	Text    string        `json:"text"`
	Address string        `json:"address,omitempty"`
	Point   *intake.Point `json:"point,omitempty"`
	Contact string        `json:"contact,omitempty"`
	Author  string        `json:"author,omitempty"`
	Notes   []SealedNote  `json:"notes,omitempty"`
}

// A SealedNote is words that were added.
type SealedNote struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// A SealedEvent is something that was done before it was sealed.
type SealedEvent struct {
	At     time.Time    `json:"at"`
	Kind   string       `json:"kind"`
	By     string       `json:"by"`
	Detail cases.Detail `json:"detail"`
}

// A SealedPhoto is a photo or a document.
type SealedPhoto struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	Body []byte    `json:"body"` // JPEG or PDF, in base64
}

// seal seals what a case says and forgets it.
func (f *Sealing) seal(ctx context.Context, job cases.Seal) error {
	c, err := f.Cases.Case(ctx, access.System(), job.Case)
	if err != nil {
		return err
	}
	if !c.IsSealed() || c.Sealed.Digest != "" {
		return nil
	}
	var requests []intake.ID
	for _, p := range c.Parts {
		requests = append(requests, intake.ID(p.Request))
	}
	said, notes, err := f.Intake.Everything(ctx, access.System(), requests)
	if err != nil {
		return err
	}
	if len(said) == 0 {
		return fmt.Errorf("case %s has no request", c.ID)
	}
	photos, err := f.photos(ctx, c, requests)
	if err != nil {
		return err
	}
	in := said[0].Sealed
	if in == "" {
		if in, err = f.put(ctx, c, said, photos); err != nil {
			return err
		}
		if in, err = f.Intake.Seal(ctx, access.System(), requests, in, notes); err != nil {
			return err // words were added meanwhile: the job begins again
		}
	}
	if err := f.Triage.Forget(ctx, texts(requests)); err != nil {
		return err
	}
	if err := f.Calls.Forget(ctx, access.System(), texts(requests)); err != nil {
		return err
	}
	if err := f.Knowledge.Forget(ctx, access.System(), string(c.ID)); err != nil {
		return err
	}
	for _, p := range photos {
		if err := f.Files.Store.Drop(ctx, p.ID); err != nil {
			return err
		}
	}
	r, err := f.Hand(ctx, access.System(), sealed.ID(in))
	if err != nil {
		return err
	}
	if err := f.Cases.Forget(ctx, access.System(), c.ID, string(r.ID), r.Digest); err != nil {
		return err
	}
	return f.tell(ctx, r)
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func (f *Sealing) photos(ctx context.Context, c cases.Case, requests []intake.ID) (all []files.File, err error) {
	for kind, owners := range map[string][]string{files.OfRequest: texts(requests), files.OfAnswer: {string(c.ID)}} {
		of, err := f.Files.Of(ctx, kind, owners)
		if err != nil {
			return nil, err
		}
		for _, list := range of {
			all = append(all, list...)
		}
	}
	return all, nil
}

// put seals the report and gives its id.
func (f *Sealing) put(ctx context.Context, c cases.Case, said []intake.All, photos []files.File) (string, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return "", err
	}
	to, ok := city.Catalogue.Route(c.Sealed.Route)
	if !ok || to.Key == "" {
		return "", fmt.Errorf("case %s is sealed for the route %q, which has no key any more", c.ID, c.Sealed.Route)
	}
	events, err := f.Cases.Events(ctx, access.System(), c.ID)
	if err != nil {
		return "", err
	}
	r := SealedReport{
		Format: 1, Case: string(c.Number), Opened: c.OpenedAt, Category: city.Catalogue.CategoryName(c.Category, "zh"), About: city.UnitName(c.About, "zh"),
	}
	for _, a := range city.AreaPath(c.Area) {
		r.Area += a.Name.ZH
	}
	for _, s := range said {
		q := SealedRequest{At: s.At, Channel: s.Channel, Subject: s.Subject, Text: s.Text, Address: s.Address, Point: s.Point, Contact: s.Contact, Author: s.Author}
		for _, n := range s.Notes {
			q.Notes = append(q.Notes, SealedNote{n.At, n.By, n.Text})
		}
		r.Requests = append(r.Requests, q)
	}
	for _, e := range events {
		r.History = append(r.History, SealedEvent{e.At, string(e.Kind), e.By, e.Detail})
	}
	for i, p := range photos {
		body, err := f.Files.Open(ctx, p.ID, false)
		if err != nil {
			return "", err
		}
		name := p.Name
		if !p.Document() {
			name = fmt.Sprintf("photo-%d.jpg", i+1)
		}
		r.Photos = append(r.Photos, SealedPhoto{name, p.At, body})
	}
	plain, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	kept, err := f.Seal(ctx, access.System(), sealed.Report{Case: string(c.ID), Number: string(c.Number), Route: to.ID, At: c.Sealed.At, By: c.Sealed.By}, to.Key, plain)
	return string(kept.ID), err
}

// tell tells those who receive reports that there is one.
func (f *Sealing) tell(ctx context.Context, r sealed.Report) error {
	staff, err := f.Staff.List(ctx, access.System())
	if err != nil {
		return err
	}
	var list []notify.Notice
	for _, st := range staff {
		if st.LeftAt.IsZero() && slices.Contains(st.Roles, access.Receiver) {
			list = append(list, notify.Notice{Staff: st.ID, Key: "notice.sealed", Args: map[string]string{"Number": r.Number}, Link: "/work/sealed"})
		}
	}
	return f.Notify.Send(ctx, "sealed "+string(r.ID), list...)
}

// Received keeps that the receiver has a report, here and in the case, whose
// resident sees it.
func (f *Sealing) Received(ctx context.Context, by access.Actor, id sealed.ID, receipt string) error {
	r, err := f.Report(ctx, by, id)
	if err != nil {
		return err
	}
	err = f.Cases.Received(ctx, by, cases.ID(r.Case), receipt)
	if err != nil && (!errs.Is(err, errs.Conflict) || !r.ReceivedAt.IsZero()) {
		return err
	}
	return f.Receive(ctx, by, id, receipt) // also where the case knew it before
}
