package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casesql"
	"yiwang/internal/city/insight"
	"yiwang/internal/flow"
	"yiwang/internal/flow/demo"
)

// demoName marks a database as a demonstration in base/versions. Only there
// may one sign in without a password.
const demoName = "demo"

// A DemoMark says what a demonstration was filled with.
type DemoMark struct {
	Requests int       `json:"requests"`
	Seed     uint64    `json:"seed"`
	Until    time.Time `json:"until"`
}

// IsDemo reports whether the database was filled as a demonstration.
func (a *App) IsDemo(ctx context.Context) (DemoMark, bool, error) {
	var m DemoMark
	v, err := a.Version.Current(ctx, demoName)
	if errs.Is(err, errs.NotFound) {
		return m, false, nil
	}
	if err == nil {
		err = json.Unmarshal(v.Body, &m)
	}
	return m, err == nil, err
}

// FillDemo loads the city and makes its last 13 months, in an empty database.
func (a *App) FillDemo(ctx context.Context, city fs.FS, m DemoMark, progress func(done, total int)) error {
	var rows int
	if err := a.DB.Reader().QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM requests LIMIT 1) AS found`).Scan(&rows); err != nil {
		return err
	}
	if rows > 0 {
		return errors.New("the database has requests already: a demonstration is made in an empty one")
	}
	folder, err := a.LoadCity(ctx, access.System(), city)
	if err != nil {
		return err
	}
	var staff []access.Staff
	for i, p := range folder.People {
		staff = append(staff, access.Staff{
			ID: access.StaffID(ids.Seeded(m.Until.AddDate(-2, 0, 0), m.Seed<<16|uint64(i))), Login: p.Login, Name: p.Name, Unit: p.Unit, Roles: p.Roles, Area: p.Area,
			MadeAt: m.Until.AddDate(-2, 0, 0),
		})
		if p.Left {
			staff[i].LeftAt = m.Until
		}
	}
	if err := a.Staff.Load(ctx, access.System(), staff); err != nil {
		return err
	}
	c, err := a.Org.City(ctx)
	if err != nil {
		return err
	}
	district := demo.District{City: c, Map: folder.Map, Intake: a.Intake, Cases: a.Cases, Staff: staff, Articles: folder.Articles}
	options := demo.Options{Requests: m.Requests, Seed: m.Seed, Until: m.Until, Progress: progress}
	err = a.DB.WithoutIndexes(ctx, casesql.LoadsBy, func() error { return demo.Fill(ctx, district, options) })
	if err != nil {
		return fmt.Errorf("fill the district: %w", err)
	}
	stage := demo.Stage{District: district, People: a.Staff, Orders: a.Supervision.Service}
	if err := demo.Play(ctx, stage, options); err != nil {
		return err
	}
	if err := a.Cases.RollUp(ctx, cases.RollUp{}); err != nil {
		return err
	}
	if err := demo.Sample(ctx, stage, options); err != nil {
		return err
	}
	// What the suggestions of the last month would have been, from what was
	// known before it.
	month := m.Until.AddDate(0, 0, -30)
	if t, err := a.Learning.TrainUntil(ctx, month); err != nil {
		return err
	} else if t.Rows > 0 {
		if err := a.Requests.Compare(ctx, month); err != nil {
			return err
		}
	}
	if _, err := a.Learning.Train(ctx); err != nil {
		return err
	}
	if err := a.readWaiting(ctx); err != nil {
		return err
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := a.Version.Put(ctx, tx, demoName, body, "system", a.Options.Now()); err != nil {
			return err
		}
		return a.Queue.Add(ctx, tx, flow.FindTopics{Span: insight.Day}, flow.FindTopics{Span: insight.Week}, flow.FindTopics{Span: insight.Fortnight}, flow.FindTopics{Span: insight.Quarter}, flow.FindTopics{Span: insight.Year}, flow.FindAssociations{}, flow.ReadAnswers{Learn: true})
	})
}

// readWaiting reads what waits for dispatch, so that it has its suggestion.
func (a *App) readWaiting(ctx context.Context) error {
	f := cases.Filter{States: []cases.State{cases.Waiting}, Limit: cases.MaxList}
	for {
		list, err := a.Cases.List(ctx, access.System(), f)
		if err != nil || len(list) == 0 {
			return err
		}
		var requests []string
		for _, c := range list {
			for _, p := range c.Parts {
				requests = append(requests, p.Request)
			}
		}
		if err := a.Requests.Reread(ctx, requests); err != nil {
			return err
		}
		f.After.Seq = list[len(list)-1].Seq
	}
}

// playMorning lets the demonstration's telephone ring: 300 calls within three
// minutes, each event told when its time comes.
func (a *App) playMorning(ctx context.Context) error {
	staff, err := a.Staff.List(ctx, access.System())
	if err != nil {
		return err
	}
	var clerks []access.StaffID
	for _, s := range staff {
		if slices.Contains(s.Roles, access.Clerk) && s.LeftAt.IsZero() {
			clerks = append(clerks, s.ID)
		}
	}
	now := a.Options.Now()
	var list []jobs.Args
	for _, e := range demo.Morning(uint64(now.UnixNano()), 300, now, 3*time.Minute, clerks) {
		list = append(list, jobs.After(e.At, demo.CallEvent{Event: e}))
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error { return a.Queue.Add(ctx, tx, list...) })
}
