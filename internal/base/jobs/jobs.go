// Package jobs is the durable queue: work that is queued in the same
// transaction as the change that calls for it, and is done at least once,
// on whichever node is free.
//
// A job is a struct with a stable Kind, such as "request.submitted". What is
// to be done for it is said once, at start, with Handle. The queue itself is
// River's, in our own database; nothing outside this package knows that.
package jobs

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"yiwang/internal/base/db"
)

// Args is what a job is about. Kind names it; the rest is kept as JSON.
type Args interface {
	Kind() string
}

// Heavy is what a job is about that takes much memory, or a core for seconds: a
// node does one such at a time, beside the others.
type Heavy interface {
	Args
	Heavy()
}

// heavy is the queue of those.
const heavy = "heavy"

func queueOf(a Args) string {
	if _, is := a.(Heavy); is {
		return heavy
	}
	return river.QueueDefault
}

// later is a job that is not due before a time.
type later struct {
	Args
	at time.Time
}

// After puts a job off until t.
func After(t time.Time, a Args) Args { return later{a, t} }

// A Queue keeps jobs and works on them.
type Queue struct {
	db      *db.DB
	client  client
	workers *river.Workers
	log     *slog.Logger
	node    string // its name among the others that work on the same database
	started bool
	die     func() // no longer says that this node lives
}

// client is what River's clients for the two engines have in common.
type client interface {
	insert(ctx context.Context, tx *db.Tx, params []river.InsertManyParams) error
	Start(context.Context) error
	Stop(context.Context) error
	StopAndCancel(context.Context) error
	PeriodicJobs() *river.PeriodicJobBundle
}

// Options say how a queue works.
type Options struct {
	// Workers is how many jobs run at once on this node, beside one that is Heavy.
	Workers int
	// Poll is how often the queue is looked at when nothing calls for it.
	Poll time.Duration
	// Log takes what went wrong.
	Log *slog.Logger
}

// Migrate makes or upgrades the queue's own tables. Several programs may
// call it at once.
func Migrate(ctx context.Context, d *db.DB) error {
	err := d.Alone(ctx, func() error {
		if d.Engine == db.SQLite {
			return migrate(ctx, riversqlite.New(d.Writer()))
		}
		return migrate(ctx, riverpgxv5.New(d.Pool()))
	})
	if err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}

// New returns the queue that d keeps. Say what to do for each kind with
// Handle, then Start it; a queue that is not started only takes jobs.
func New(d *db.DB, o Options) (*Queue, error) {
	q := &Queue{db: d, workers: river.NewWorkers(), log: o.Log, node: rand.Text()}
	cfg := &river.Config{
		ID:                q.node,
		Logger:            slog.New(quiet{o.Log.Handler()}),
		FetchCooldown:     5 * time.Millisecond,
		FetchPollInterval: o.Poll,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}, heavy: {MaxWorkers: 1}},
		Workers:           q.workers,
		ErrorHandler:      failures{o.Log},
		JobTimeout:        10 * time.Minute,
		// Start takes up what a killed node left; this is for nodes that hang.
		RescueStuckJobsAfter: 11 * time.Minute,
		// Commands that only add jobs say nothing of what is done for them.
		SkipUnknownJobCheck: true,
	}
	if d.Engine == db.SQLite {
		c, err := river.NewClient(riversqlite.New(d.Writer()), cfg)
		if err != nil {
			return nil, err
		}
		q.client = sqliteClient{c}
		return q, nil
	}
	c, err := river.NewClient(riverpgxv5.New(d.Pool()), cfg)
	if err != nil {
		return nil, err
	}
	q.client = pgClient{c}
	return q, nil
}

// Handle says what is done for jobs of A's kind. A handler may run twice for
// one job and looks first whether its work is done. An error puts the job
// off, longer each time.
func Handle[A Args](q *Queue, do func(ctx context.Context, a A) error) {
	river.AddWorker(q.workers, river.WorkFunc(func(ctx context.Context, job *river.Job[A]) error {
		return do(ctx, job.Args)
	}))
}

// Add queues the jobs in tx: they are there if, and only if, tx commits.
func (q *Queue) Add(ctx context.Context, tx *db.Tx, list ...Args) error {
	if len(list) == 0 {
		return nil
	}
	now := time.Now()
	params := make([]river.InsertManyParams, len(list))
	for i, a := range list {
		o := &river.InsertOpts{}
		if l, ok := a.(later); ok {
			a = l.Args
			// What is due already does not wait until the queue looks for it.
			if l.at.After(now) {
				o.ScheduledAt = l.at
			}
		}
		o.Queue = queueOf(a)
		params[i] = river.InsertManyParams{Args: a, InsertOpts: o}
	}
	if err := q.client.insert(ctx, tx, params); err != nil {
		return fmt.Errorf("queue %s: %w", list[0].Kind(), err)
	}
	return nil
}

// Repeat queues a at each time that next gives, once for all nodes together,
// while any of them is started.
func (q *Queue) Repeat(a Args, next func(now time.Time) time.Time) {
	o := &river.InsertOpts{Queue: queueOf(a)}
	q.client.PeriodicJobs().Add(river.NewPeriodicJob(schedule(next), func() (river.JobArgs, *river.InsertOpts) { return a, o }, nil))
}

type schedule func(time.Time) time.Time

// Next implements river.PeriodicSchedule.
func (s schedule) Next(now time.Time) time.Time { return s(now) }

// Start begins to work on jobs, until Stop. Jobs that a killed program left
// running are due again at once.
func (q *Queue) Start(ctx context.Context) error {
	die, err := q.takeUp(ctx)
	if err != nil {
		return err
	}
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		die()
		return err
	}
	q.started, q.die = true, die
	return nil
}

// Stop waits for the jobs under way; when ctx ends it interrupts them, and
// leaves those that do not heed that. The database is closed after it.
func (q *Queue) Stop(ctx context.Context) error {
	if !q.started {
		return nil
	}
	q.started = false
	defer q.die()
	if err := q.client.Stop(ctx); err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return q.client.StopAndCancel(ctx)
	}
	return nil
}

// Counts says how much there is to do.
type Counts struct {
	Due    int64 // waiting or under way
	Failed int64 // gave an error and will be tried again, or was given up
}

// Count counts the jobs; one put off until later is not counted before.
func (q *Queue) Count(ctx context.Context) (Counts, error) {
	var c Counts
	err := q.db.Reader().QueryRowContext(ctx, `SELECT
		count(*) FILTER (WHERE state IN ('available', 'running', 'pending')),
		count(*) FILTER (WHERE state IN ('retryable', 'discarded'))
		FROM river_job WHERE state IN ('available', 'running', 'pending', 'retryable', 'discarded')`).Scan(&c.Due, &c.Failed)
	return c, err
}

// Settle waits until no job is due, for tests and for commands that end. It
// gives the errors of jobs that failed.
func (q *Queue) Settle(ctx context.Context) error {
	for {
		c, err := q.Count(ctx)
		if err != nil {
			return err
		}
		if c.Failed > 0 {
			return q.failure(ctx)
		}
		if c.Due == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// failure tells of the oldest job that failed, and why it did the last time.
func (q *Queue) failure(ctx context.Context) error {
	var kind, text string
	list := "cast(to_json(errors) as text)"
	if q.db.Engine == db.SQLite {
		list = "json(errors)"
	}
	err := q.db.Reader().QueryRowContext(ctx, `SELECT kind, coalesce(`+list+`, '[]') FROM river_job
		WHERE state IN ('retryable', 'discarded') ORDER BY id LIMIT 1`).Scan(&kind, &text)
	if err != nil {
		return err
	}
	var tries []struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal([]byte(text), &tries); err != nil {
		return fmt.Errorf("errors of job %s: %w", kind, err)
	}
	if len(tries) == 0 {
		return fmt.Errorf("job %s was given up", kind)
	}
	return fmt.Errorf("job %s failed: %s", kind, tries[len(tries)-1].Error)
}

func migrate[T any](ctx context.Context, driver riverdriver.Driver[T]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// failures logs a job's error once, by kind and number: its arguments may
// name people.
type failures struct{ log *slog.Logger }

func (f failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", err)
	return nil
}

func (f failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, panicVal any, trace string) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job panicked", "kind", job.Kind, "job", job.ID, "panic", panicVal, "trace", trace)
	return nil
}

// quiet lets only warnings of the queue through to the log, and not those
// that follow from being stopped.
type quiet struct{ slog.Handler }

func (h quiet) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

type sqliteClient struct{ *river.Client[*sql.Tx] }

type pgClient struct{ *river.Client[pgx.Tx] }

func (c sqliteClient) insert(ctx context.Context, tx *db.Tx, params []river.InsertManyParams) error {
	_, err := c.InsertManyFastTx(ctx, tx.Tx, params)
	return err
}

func (c pgClient) insert(ctx context.Context, tx *db.Tx, params []river.InsertManyParams) error {
	if tx.Pgx() == nil {
		return errors.New("not a transaction of this database")
	}
	_, err := c.InsertManyFastTx(ctx, pgTx{tx.Pgx()}, params)
	return err
}
