package flow

import (
	"context"
	"time"

	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
)

// Articles tells owners what of their articles needs them.
type Articles struct {
	Knowledge *knowledge.Service
	Notify    *notify.Service
}

// TellOwners is the job that does it.
type TellOwners struct{}

// Kind names the job.
func (TellOwners) Kind() string { return "knowledge.tell_owners" }

// Handle says what is done for the job, and how often.
func (f *Articles) Handle(q *jobs.Queue) {
	jobs.Handle(q, f.TellOwners)
	q.Repeat(TellOwners{}, func(t time.Time) time.Time { return t.Truncate(10 * time.Minute).Add(10 * time.Minute) })
}

// begun is how many drafts that questions began are looked at, the newest.
const begun = 200

// TellOwners tells of drafts that a question began, of articles whose term ends
// soon and of those whose law was repealed or worded anew: of each once, since
// the same notice is sent once.
func (f *Articles) TellOwners(ctx context.Context, _ TellOwners) error {
	drafts, err := f.Knowledge.List(ctx, access.System(), knowledge.Filter{States: []knowledge.State{knowledge.Draft}, Limit: begun})
	if err != nil {
		return err
	}
	for _, a := range drafts {
		if a.Question == "" || a.Revision > 1 { // its owner works on it
			continue
		}
		if err := f.tell(ctx, a.Unit, "asked:"+string(a.ID), "notice.article_asked", a.ID, nil); err != nil {
			return err
		}
	}
	flags, err := f.Knowledge.Flags(ctx, nil)
	if err != nil {
		return err
	}
	for _, flag := range flags {
		if flag.Article == nil {
			continue
		}
		a := flag.Article
		event := flag.Why + ":" + string(a.ID) + ":" + string(flag.Law.ID) + ":" + flag.Day
		args := map[string]string{"Title": a.Public.ZH.Title, "Day": flag.Day}
		if err := f.tell(ctx, a.Unit, event, "notice.article_"+flag.Why, a.ID, args); err != nil {
			return err
		}
	}
	return nil
}

// tell tells those who write and publish a unit's articles.
func (f *Articles) tell(ctx context.Context, unit org.UnitID, event, key string, id knowledge.ID, args map[string]string) error {
	return f.Notify.Send(ctx, "article:"+event, notify.Notice{
		Unit: unit, Roles: []access.Role{access.Handler, access.SectionHead, access.UnitLeader, access.Supervisor},
		Key: key, Args: args, Link: "/work/knowledge/" + string(id),
	})
}
