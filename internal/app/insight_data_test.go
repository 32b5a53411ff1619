//go:build data

package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/base/golden"
	"yiwang/internal/base/table"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/intake"
	"yiwang/internal/flow"
	"yiwang/internal/flow/importing"
)

// TestDataTopics reads a contest's messages into a city and looks for topics in
// it: the one that is known is found whole, in the time a job may take, with the
// categories that the city's own model gives the messages.
func TestDataTopics(t *testing.T) {
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of real messages")
	}
	ctx := t.Context()
	c := apptest.SQLite(t, apptest.Options{})
	got, err := importer(c).Import(ctx, filepath.Join(dir, "messages/annex3_messages.csv.gz"), importing.Options{Map: "id=留言编号,user=留言用户,subject=留言主题,time=留言时间,text=留言详情,likes=点赞数"})
	if err != nil || got.Imported != 4326 {
		t.Fatalf("%+v %v", got, err)
	}
	c.Settle()
	at := time.Now()
	if err := c.App.Insight.Find(ctx, flow.FindTopics{Span: insight.Year}); err != nil {
		t.Fatal(err)
	}
	took := time.Since(at)
	t.Logf("found in %v", took)
	if took > time.Minute {
		t.Errorf("a job of %v holds up others", took)
	}
	truth := map[string]bool{}
	f, err := table.Open(filepath.Join(dir, "hot/truth_T1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	for {
		row, err := f.Next()
		if err != nil {
			break
		}
		truth[row.Cells[1]] = true
	}
	d, err := c.App.Insight.Digest(ctx, access.System(), insight.Year)
	if err != nil {
		t.Fatal(err)
	}
	best, rank := 0.0, 0
	var title string
	for i, topic := range d.Topics {
		right := 0
		for _, n := range topic.Cases {
			if truth[sourceOf(t, c, n)] {
				right++
			}
		}
		if f1 := 2 * float64(right) / float64(len(topic.Cases)+len(truth)); f1 > best {
			best, rank, title = f1, i+1, topic.Title
		}
	}
	t.Logf("%q", title)
	golden.Check(t, "annex3_topics.txt", fmt.Appendf(nil, "%d of %d messages in the year; topic T1 has rank %d of %d, F1 %.3f\n", d.Cases, got.Imported, rank, len(d.Topics), best))
	page := c.As("supervisor").Get("/work/topics?span=365")
	for _, topic := range d.Topics[:min(10, len(d.Topics))] {
		t.Logf("%.1f %d %s %s", topic.Heat, topic.People, topic.Title, topic.Category)
		page.Shows(t, topic.Title)
	}
}

func sourceOf(t *testing.T, c *apptest.City, number string) string {
	t.Helper()
	k, err := c.App.Cases.ByNumber(t.Context(), access.System(), cases.Number(number))
	if err != nil {
		t.Fatal(err)
	}
	q, err := c.App.Intake.Request(t.Context(), access.System(), intake.ID(k.Parts[0].Request), access.Resource{})
	if err != nil {
		t.Fatal(err)
	}
	return q.SourceID
}
