// Package app builds the rooms and the doors and connects them: the whole
// program, for cmd/yiwang and, by apptest, for tests.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/seal"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/access/accesssql"
	"yiwang/internal/city/account"
	"yiwang/internal/city/account/accountsql"
	"yiwang/internal/city/bulk"
	"yiwang/internal/city/bulk/bulksql"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/calls/callssql"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casesql"
	"yiwang/internal/city/drafts/draftssql"
	"yiwang/internal/city/files"
	"yiwang/internal/city/files/filessql"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/insight/insightsql"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/intake/intakesql"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/knowledge/knowledgesql"
	"yiwang/internal/city/law"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/notify/notifysql"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema"
	"yiwang/internal/city/sealed"
	"yiwang/internal/city/sealed/sealedsql"
	"yiwang/internal/city/supervision"
	"yiwang/internal/city/supervision/supervisionsql"
	"yiwang/internal/city/triage"
	"yiwang/internal/city/triage/triagesql"
	"yiwang/internal/flow"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/demo"
)

// Options say how the program runs. The zero value of each has a default
// that works, but for DB.
type Options struct {
	DB      string // file:PATH or postgres://…
	Key     string // the key file; "" is beside a SQLite file, and made if missing
	Workers int
	// Poll is how often the job queue is looked at; 100 ms by default.
	Poll time.Duration
	Log  *slog.Logger
	Now  func() time.Time
	Web  Web

	// AsIs opens only what is there, and does not upgrade it.
	AsIs bool

	restoring int64 // the version of the tables of a backup, else 0
}

// An App is the whole program.
type App struct {
	Options Options
	DB      *db.DB
	Queue   *jobs.Queue
	Keys    *seal.Keys
	Version versions.Store

	Org            *org.Service
	Staff          *access.Service
	Sessions       accesssql.Sessions
	Intake         *intake.Service
	Triage         *triage.Service
	Cases          *cases.Service
	Notify         *notify.Service
	Files          *files.Service
	Law            *law.Service
	Knowledge      *knowledge.Service
	Calls          *calls.Service
	Bulks          *flow.Bulks
	Supervision    *flow.Supervision
	Insight        *flow.Insight
	Sealing        *flow.Sealing
	Accounts       *account.Service
	Requests       *flow.Requests
	Learning       *flow.Learning
	Administration *administration.Service

	store *intakesql.Store
}

// Open opens the database, brings it to the newest version and builds the
// rooms. No job runs before Start.
func Open(ctx context.Context, o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Poll == 0 {
		o.Poll = 100 * time.Millisecond
	}
	if path, isFile := strings.CutPrefix(o.DB, "file:"); isFile && o.AsIs {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no database %s: name it with --db", path)
		}
	}
	keys, err := key(o)
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	a := &App{Options: o, DB: d, Keys: keys}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.Close(ctx))
	}
	return a, nil
}

func (a *App) build(ctx context.Context) error {
	migrate := func() error { return upgrade(ctx, a.DB, a.Options.Log) }
	switch v := a.Options.restoring; {
	case v > 0:
		migrate = func() error { return schema.MigrateTo(ctx, a.DB, v) }
	case a.Options.AsIs:
		migrate = func() error { return nil }
	}
	if err := migrate(); err != nil {
		return err
	}
	q, err := jobs.New(a.DB, jobs.Options{Workers: a.Options.Workers, Poll: a.Options.Poll, Log: a.Options.Log})
	if err != nil {
		return err
	}
	now := a.Options.Now
	a.Queue = q
	a.Version = versions.Store{DB: a.DB}
	a.Org = org.NewService(a.Version)
	a.Staff = access.NewService(accesssql.Store{DB: a.DB}, a.Keys, a.Org, now)
	if a.Staff.Passkeys, err = a.Options.Web.passkeys(); err != nil {
		return err
	}
	a.Sessions = accesssql.Sessions{DB: a.DB}
	a.store = intakesql.Open(a.DB, q)
	a.Intake = &intake.Service{Store: a.store, Org: a.Org, Keys: a.Keys, Now: now}
	jobs.Handle(q, a.Intake.MarkCallers)
	q.Repeat(intake.MarkCallers{}, func(t time.Time) time.Time { return t.Truncate(10 * time.Minute).Add(10 * time.Minute) })
	a.Triage = &triage.Service{Store: triagesql.Store{DB: a.DB}, Org: a.Org, Now: now}
	a.Cases = &cases.Service{Store: casesql.Store{DB: a.DB, Queue: q}, Org: a.Org, Now: now}
	jobs.Handle(q, a.Cases.RollUp)
	q.Repeat(cases.RollUp{}, func(t time.Time) time.Time { return t.Truncate(5 * time.Minute).Add(5 * time.Minute) })
	jobs.Handle(q, a.Cases.Review)
	q.Repeat(cases.Review{}, func(t time.Time) time.Time { return t.Truncate(10 * time.Minute).Add(10 * time.Minute) })
	jobs.Handle(q, a.Cases.DrawAudit)
	q.Repeat(cases.DrawAudit{}, func(t time.Time) time.Time { return t.Truncate(time.Hour).Add(time.Hour) })
	a.Learning = &flow.Learning{Cases: a.Cases, Intake: a.Intake, Triage: a.Triage, Org: a.Org, Versions: a.Version, Now: now}
	a.Learning.Handle(q)
	a.Triage.Classifier = a.Learning.Classifier
	a.Notify = &notify.Service{Store: notifysql.Store{DB: a.DB}, Now: now}
	a.Files = &files.Service{Store: filessql.Store{DB: a.DB}, Keys: a.Keys, Now: now}
	a.Law = law.NewService(a.Version)
	a.Knowledge = &knowledge.Service{Store: knowledgesql.Store{DB: a.DB}, Org: a.Org, Law: a.Law, Now: now}
	a.Calls = &calls.Service{Store: callssql.Store{DB: a.DB}, Keys: a.Keys, Now: now}
	jobs.Handle(q, func(ctx context.Context, e demo.CallEvent) error {
		_, err := a.Calls.Tell(ctx, access.Telephone(), e.Event)
		return err
	})
	jobs.Handle(q, a.Files.Swept)
	q.Repeat(files.Sweep{}, func(t time.Time) time.Time { return t.Truncate(time.Hour).Add(time.Hour) })
	a.Requests = &flow.Requests{
		Intake: a.Intake, Triage: a.Triage, Cases: a.Cases, Notify: a.Notify, Staff: a.Staff, Org: a.Org, Now: now,
	}
	a.Requests.Handle(q)
	(&flow.Articles{Knowledge: a.Knowledge, Notify: a.Notify}).Handle(q)
	a.Accounts = &account.Service{Store: accountsql.Store{DB: a.DB}, Keys: a.Keys, Passwords: seal.NewPasswords(2), Now: now}
	a.Supervision = &flow.Supervision{
		Service: &supervision.Service{Store: supervisionsql.Store{DB: a.DB, Queue: q}, Org: a.Org, Now: now},
		Cases:   a.Cases, Org: a.Org, Notify: a.Notify, Staff: a.Staff, Now: now,
	}
	a.Supervision.Handle(q)
	a.Insight = &flow.Insight{
		Service: &insight.Service{Store: insightsql.Store{DB: a.DB}, Now: now}, Cases: a.Cases, Intake: a.Intake, Org: a.Org, Supervision: a.Supervision, Now: now,
	}
	a.Insight.Handle(q)
	a.Sealing = &flow.Sealing{
		Service: &sealed.Service{Store: sealedsql.Store{DB: a.DB}, Now: now}, Cases: a.Cases, Intake: a.Intake, Triage: a.Triage.Store, Files: a.Files,
		Calls: a.Calls, Knowledge: a.Knowledge, Org: a.Org, Notify: a.Notify, Staff: a.Staff,
	}
	a.Sealing.Handle(q)
	a.Files.Closed = a.Sealing.FileOpen
	a.Bulks = &flow.Bulks{Service: &bulk.Service{Store: bulksql.Store{DB: a.DB, Queue: q}, Now: now}, Requests: a.Requests, Staff: a.Staff}
	jobs.Handle(q, a.Bulks.Run)
	a.Administration = &administration.Service{
		Org: a.Org, Law: a.Law, Staff: a.Staff, Cases: a.Cases, Versions: a.Version, Wording: administration.NewWording(a.Version), Now: now,
		Knowledge: a.Knowledge, Drafts: draftssql.Store{DB: a.DB, Queue: q}, Intake: a.Intake, Classifier: a.Learning.Classifier, Notify: a.Notify,
	}
	jobs.Handle(q, a.Administration.Replay)
	jobs.Handle(q, a.Administration.Due)
	q.Repeat(administration.Due{}, func(t time.Time) time.Time { return t.Truncate(15 * time.Minute).Add(15 * time.Minute) })
	return nil
}

// Start begins to work on jobs.
func (a *App) Start(ctx context.Context) error { return a.Queue.Start(ctx) }

// Close stops jobs, waits for what is being submitted, and closes the database.
func (a *App) Close(ctx context.Context) error {
	var err error
	if a.Queue != nil {
		err = a.Queue.Stop(ctx)
	}
	if a.store != nil {
		err = errors.Join(err, a.store.Close())
	}
	return errors.Join(err, a.DB.Close())
}

// Ready says whether requests can be served: nil, or what is missing.
func (a *App) Ready(ctx context.Context) error {
	if err := a.DB.Reader().PingContext(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	if _, err := a.Org.City(ctx); err != nil {
		if errs.Is(err, errs.NotFound) {
			return errors.New("no city is loaded: run `yiwang init --city FOLDER`")
		}
		return err
	}
	return nil
}

// key loads the key file. Beside a SQLite database it is made where there is
// neither a key nor a database yet: a database whose key is lost must not
// get another.
func key(o Options) (*seal.Keys, error) {
	file, isFile := strings.CutPrefix(o.DB, "file:")
	path := o.Key
	if path == "" {
		if !isFile {
			return nil, errors.New("a PostgreSQL database needs the key for contact data: --key FILE (`yiwang key FILE` makes one; keep a copy apart from the database)")
		}
		path = file + ".key"
	}
	_, err := os.Stat(path)
	switch {
	case err == nil:
		return seal.LoadKey(path)
	case !errors.Is(err, os.ErrNotExist):
		return nil, err
	case o.Key != "":
		return nil, fmt.Errorf("there is no key file %s: `yiwang key %s` makes one", path, path)
	}
	if info, err := os.Stat(file); err == nil && info.Size() > 0 {
		return nil, fmt.Errorf("the database %s has no key beside it: put the key file back as %s, or name it with --key", file, path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := seal.MakeKey(path); err != nil {
		return nil, err
	}
	return seal.LoadKey(path)
}

// upgrade migrates. A SQLite database that is older is copied first, beside
// itself, so that the older program can go on with the copy.
func upgrade(ctx context.Context, d *db.DB, log *slog.Logger) error {
	have, newest, err := schema.Version(ctx, d)
	if err != nil {
		return err
	}
	if have > newest {
		return fmt.Errorf("the database has version %d, this program knows %d: use a newer program", have, newest)
	}
	if have > 0 && have < newest && d.Engine == db.SQLite {
		if err := d.Alone(ctx, func() error { return copyOnce(ctx, d, newest, log) }); err != nil {
			return fmt.Errorf("copy the database before upgrading it: %w", err)
		}
	}
	return schema.Migrate(ctx, d)
}

// copyOnce copies a database that is older, unless another program has copied
// or upgraded it, or an upgrade was cut off after its copy was whole.
func copyOnce(ctx context.Context, d *db.DB, newest int64, log *slog.Logger) error {
	have, _, err := schema.Version(ctx, d)
	if err != nil || have >= newest {
		return err
	}
	copied := fmt.Sprintf("%s.before-%d", d.Path, newest)
	if _, err := os.Stat(copied); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	part := copied + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := d.CopyTo(ctx, part); err != nil {
		return err
	}
	if err := os.Rename(part, copied); err != nil {
		return err
	}
	log.InfoContext(ctx, "database copied before its upgrade", "copy", copied, "from", have, "to", newest)
	return nil
}

// contextFor is for what is asked outside of a request.
func contextFor(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), d)
}

// Explain says an error in English for a terminal: what is wrong and what to do.
func Explain(err error) string {
	list := errs.All(err)
	texts, textErr := Texts()
	if len(list) == 0 || textErr != nil {
		return err.Error()
	}
	lines := make([]string, len(list))
	for i, e := range list {
		var args []any
		for k, v := range e.Args {
			args = append(args, k, v)
		}
		lines[i] = texts.Say("en", e.Key, args...)
		if e.Field != "" {
			lines[i] = e.Field + ": " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}
