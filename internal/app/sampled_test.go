package app_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/cases"
	"yiwang/internal/flow/importing"
)

// A case that was solved is in the sample once its month is over; the hotline
// looks at it again, and everybody reads what came of it, and not of which case.
func TestSampled(t *testing.T) {
	begun := shanghai(t, "2026-11-27 10:00:00")()
	var later atomic.Int64
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return begun.Add(time.Duration(later.Load())) }})
	page := c.Somebody().Say("湖滨路菜市场门口路面坑洼，有个大坑。", "area", "lianhu-hubin", "contact", "12012345678")
	c.Settle()
	dispatcher, handler := c.As("dispatcher"), c.As("handler")
	at := dispatcher.Case("dispatch", "大坑")
	number := strings.TrimPrefix(at, "/work/cases/")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	handler.Do(at, "accept")
	handler.Do(at, "draft", "outcome", "solved", "answer", "已修补。", "send", "yes")
	for _, who := range []string{"section_head", "unit_leader", "dispatcher"} {
		c.As(who).Do(at, "check", "pass", "yes")
	}
	c.Somebody().Post(page+"/verdict", url.Values{"part": {c.Somebody().Get(page).Field("part")}, "verdict": {"solved"}})
	clerk := c.As("clerk")
	clerk.Get("/work/audit").Shows(t, "还没有抽查").Hides(t, number)

	later.Store(int64(7 * 24 * time.Hour)) // into December; one signs in again
	if err := c.App.Cases.DrawAudit(context.Background(), cases.DrawAudit{}); err != nil {
		t.Fatal(err)
	}
	clerk = c.As("clerk")
	clerk.Get("/work/audit").Shows(t, number, "2026-11", "1 件还没看")
	finding := url.Values{"month": {"2026-11"}, "rank": {"1"}, "means": {"phone"}, "finding": {"not_solved"}, "note": {"又塌了。"}}
	if refused := c.As("handler").Post("/work/audit", finding); refused.Status != http.StatusForbidden && refused.Status != http.StatusNotFound {
		t.Errorf("the unit looks at its own case: %d", refused.Status)
	}
	clerk.Post("/work/audit", finding).Shows(t, "又塌了。", "0 件还没看")
	c.As("auditor").Get(at).Shows(t, "又塌了。")
	c.Somebody().Get("/figures/sample").Shows(t, "100.0 %").Hides(t, number, "又塌了。")
}

// What another system knew as answered came to no unit: the hotline leads it.
// Nobody of the hotline says whether it was solved, and the auditor does.
func TestSampledAtTheHotline(t *testing.T) {
	begun := shanghai(t, "2026-11-27 10:00:00")()
	var later atomic.Int64
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return begun.Add(time.Duration(later.Load())) }})
	file := write(t, "messages.csv", strings.SplitAfter(exported, "\n")[0]+"1002,A00013,一件事,2026/11/20,有一件事想说,0,知道了。,2026/11/21 9:00\n")
	if _, err := importer(c).Import(t.Context(), file, importing.Options{Map: columns}); err != nil {
		t.Fatal(err)
	}
	c.Settle()
	later.Store(int64(7 * 24 * time.Hour))
	if err := c.App.Cases.DrawAudit(t.Context(), cases.DrawAudit{}); err != nil {
		t.Fatal(err)
	}
	finding := url.Values{"month": {"2026-11"}, "rank": {"1"}, "means": {"phone"}, "finding": {"solved"}, "note": {"办好了。"}}
	for _, who := range []string{"clerk", "dispatcher", "supervisor"} {
		p := c.As(who)
		p.Get("/work/audit").Shows(t, "1 件还没看").Hides(t, "记录复核结果")
		if refused := p.Post("/work/audit", finding); refused.Status != http.StatusForbidden && refused.Status != http.StatusNotFound {
			t.Errorf("%s looks at the hotline's own case: %d", who, refused.Status)
		}
	}
	auditor := c.As("auditor")
	auditor.Get("/work/audit").Shows(t, "记录复核结果")
	auditor.Post("/work/audit", finding).Shows(t, "办好了。", "0 件还没看")
}
