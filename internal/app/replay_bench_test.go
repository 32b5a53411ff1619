package app_test

import (
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/drafts"
	"yiwang/internal/flow/administration"
)

// BenchmarkReplay tries a draft that moves a duty on a year of a demonstration
// of YIWANG_REQUESTS requests (20,000 if it says nothing) and gives the time
// for each 100,000 cases.
func BenchmarkReplay(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("YIWANG_REQUESTS"))
	if err != nil {
		n = 20_000
	}
	c := apptest.SQLite(b, apptest.Options{Requests: n})
	admin := c.As("administrator")
	draft := begin(admin, "路面划归园林")
	city, err := c.App.Org.City(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	pothole, _ := city.Duty("roads-pothole", "", c.App.Options.Now())
	row(admin, draft, "duties", string(pothole.ID), "unit", "parks", "helpers", "")
	by := access.Actor{Staff: "s", Roles: []access.Role{access.Supervisor}}
	id, err := url.PathUnescape(draft[strings.LastIndex(draft, "/")+1:])
	if err != nil {
		b.Fatal(err)
	}
	now := c.App.Options.Now()
	span := administration.Span{First: city.Day(now.AddDate(0, 0, -365)), Last: city.Day(now)}
	b.ResetTimer()
	for b.Loop() {
		began := time.Now()
		if _, err := c.App.Administration.Try(b.Context(), by, drafts.ID(id), span); err != nil {
			b.Fatal(err)
		}
		c.Settle()
		took := time.Since(began)
		r, err := c.App.Administration.Latest(b.Context(), by, drafts.ID(id))
		if err != nil || r.State != drafts.Done || r.Result.Moved == 0 {
			b.Fatalf("%+v %v", r, err)
		}
		b.ReportMetric(float64(r.Result.Cases), "cases")
		b.ReportMetric(took.Seconds()*100_000/float64(r.Result.Cases), "s/100k")
	}
}
