package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/org"
)

const draftsPath = "/work/admin/drafts"

// begin makes a draft and gives its address.
func begin(p *apptest.Person, name string) string {
	p.T.Helper()
	page := p.Post(draftsPath, url.Values{"name": {name}})
	if page.Status != http.StatusOK || !strings.HasPrefix(page.Path, draftsPath+"/") {
		p.T.Fatalf("no draft: %d at %s", page.Status, page.Path)
	}
	return page.Path
}

// row changes cells of a row in a draft.
func row(p *apptest.Person, draft, table, key string, cells ...string) apptest.Page {
	p.T.Helper()
	at := draft + "/tables/" + table + "/row?key=" + url.QueryEscape(key)
	form := url.Values{"seen": {p.Get(at).Field("seen")}}
	for i := 0; i+1 < len(cells); i += 2 {
		form.Set(cells[i], cells[i+1])
	}
	return p.Post(at, form)
}

// act does something with a draft as its page shows it.
func act(p *apptest.Person, draft, action string, fields ...string) apptest.Page {
	p.T.Helper()
	form := url.Values{"seen": {p.Get(draft).Field("seen")}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return p.Post(draft+"/"+action, form)
}

// A change is drafted, refused while anything is wrong, tried on the past,
// published by a second person, and gone back from byte for byte.
func TestDraft(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx := t.Context()
		admin, second := c.As("administrator"), c.As("supervisor")
		for _, role := range []string{"clerk", "dispatcher", "handler", "auditor", "leader"} {
			if page := c.As(role).Get(draftsPath); page.Status != http.StatusForbidden {
				t.Errorf("%s sees drafts: %d", role, page.Status)
			}
		}
		// A pothole is said, and sent where the catalogue says.
		c.Somebody().Say("湖滨路路面坑洼，有个大坑。")
		c.Settle()
		dispatcher := c.As("dispatcher")
		dispatcher.Do(dispatcher.Case("dispatch", "湖滨路路面坑洼"), "dispatch", "unit", "um-facilities", "category", "roads-pothole")

		before, err := c.App.Version.Current(ctx, org.CatalogueName)
		if err != nil {
			t.Fatal(err)
		}
		city, err := c.App.Org.City(ctx)
		if err != nil {
			t.Fatal(err)
		}
		today := city.Day(c.App.Options.Now())
		duty, ok := city.Duty("roads-pothole", "", c.App.Options.Now())
		if !ok {
			t.Fatal("nobody mends potholes")
		}

		draft := begin(admin, "路面划归园林")
		// Everything that is wrong is named, and nothing of it can be published.
		row(admin, draft, "duties", string(duty.ID), "unit", "")
		row(admin, draft, "categories", "roads-pothole", "risk", "soon")
		row(admin, draft, "days", "", "date", "2027-02-30", "off", "yes", "name", "节")
		admin.Get(draft).Shows(t, "unit", "soon", "2027-02-30", "3")
		if page := act(second, draft, "publish"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a duty with no unit is published: %d", page.Status)
		}
		act(second, draft, "replay", "first", today, "last", today).Shows(t, "改正以后才能试算")
		row(admin, draft, "days", "2027-02-30", "action", "remove")
		row(admin, draft, "categories", "roads-pothole", "risk", "ordinary")
		street := ""
		for _, u := range city.Units {
			if u.Type == org.StreetOffice {
				street = string(u.ID)
			}
		}
		row(admin, draft, "duties", string(duty.ID), "unit", street)
		if page := act(second, draft, "publish"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a department's work goes to a street: %d", page.Status)
		}
		row(admin, draft, "duties", string(duty.ID), "unit", "parks", "helpers", "", "resolve", "2h").Shows(t, "parks", "2h")
		admin.Get("/work/admin/tables/duties?q="+string(duty.ID)).Hides(t, ">2h<")

		// Who would have gained it?
		act(second, draft, "replay", "first", today, "last", today)
		c.Settle()
		result := second.Get(draft+"/replay").Shows(t, "1 件办件", "改派其他单位", city.UnitName("parks", "zh"), city.UnitName(duty.Unit, "zh"))
		result.Shows(t, "流转")
		if file := second.Get(draft + "/replay.csv"); file.Status != http.StatusOK || strings.Count(file.Body, "\n") != 2 {
			t.Errorf("%d: %s", file.Status, file.Body)
		}
		act(second, draft, "replay", "first", "2020-01-01", "last", "2020-01-31")
		c.Settle()
		second.Get(draft+"/replay").Shows(t, "没有派出的办件")
		act(second, draft, "replay", "first", "2020-02-01", "last", "2020-01-31").Shows(t, "早于")

		// One publishes, who wrote no part of it; two at once, and one is told.
		seen := second.Get(draft).Field("seen")
		third := c.As("supervisor")
		var all sync.WaitGroup
		status := make([]int, 2)
		for i, p := range []*apptest.Person{second, third} {
			all.Go(func() { status[i] = p.Post(draft+"/publish", url.Values{"seen": {seen}, "from": {today}}).Status })
		}
		all.Wait()
		if status[0]+status[1] != http.StatusOK+http.StatusConflict {
			t.Errorf("two publish at once: %v", status)
		}
		c.Somebody().Say("人民路路面坑洼，又有个大坑。")
		c.Settle()
		dispatcher.Get(dispatcher.Case("dispatch", "人民路路面坑洼")).Shows(t, city.UnitName("parks", "zh"))

		// Back with one click, and alone where there is a reason.
		after, err := c.App.Version.Current(ctx, org.CatalogueName)
		if err != nil || after.Number != before.Number+1 {
			t.Fatalf("version %d after %d, %v", after.Number, before.Number, err)
		}
		page := second.Get(draft)
		back := second.Post(draftsPath+"/versions", url.Values{"part": {page.Field("part")}, "version": {page.Field("version")}})
		if page := act(second, back.Path, "publish"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("alone without a reason: %d", page.Status)
		}
		act(second, back.Path, "publish", "reason", "园林没有设备，今天就有人投诉").Shows(t, "园林没有设备")
		restored, err := c.App.Version.Current(ctx, org.CatalogueName)
		if err != nil || restored.Number != after.Number+1 || string(restored.Body) != string(before.Body) {
			t.Errorf("version %d is not what version %d was (%v)", restored.Number, before.Number, err)
		}
	})
}

// A city that asks for two people: nobody changes its catalogue alone, and a
// draft comes into force on its day.
func TestTwoPersons(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	admin, second := c.As("administrator"), c.As("supervisor")
	policy := tables + "policy/row?key=policy.two_persons"
	admin.Post(policy, url.Values{"seen": {admin.Get(policy).Field("seen")}, "value": {"yes"}})

	city, err := c.App.Org.City(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pothole, _ := city.Duty("roads-pothole", "", c.App.Options.Now())
	duty := "/work/admin/duties/" + string(pothole.ID)
	page := admin.Get(duty)
	if page.Status != http.StatusOK {
		t.Fatal(page.Status)
	}
	form := url.Values{"version": {page.Field("version")}, "unit": {"parks"}, "accept": {"4wh"}, "resolve": {"5wd"}}
	admin.Post(duty, form).Shows(t, "两人")
	admin.Post(policy, url.Values{"seen": {admin.Get(policy).Field("seen")}, "value": {"no"}}).Shows(t, "两人")

	draft := begin(admin, "回到一人")
	row(admin, draft, "policy", "policy.two_persons", "value", "no")
	if page := act(admin, draft, "publish", "reason", "急"); page.Status != http.StatusForbidden {
		t.Errorf("the author publishes: %d", page.Status)
	}
	tomorrow := city.Day(c.App.Options.Now().Add(24 * time.Hour))
	act(second, draft, "publish", "from", "2020-01-01").Shows(t, "今天")
	act(second, draft, "publish", "from", tomorrow).Shows(t, tomorrow)
	admin.Post(duty, form).Shows(t, "两人")
	// The day comes.
	s := *c.App.Administration
	s.Now = func() time.Time { return c.App.Options.Now().Add(24 * time.Hour) }
	for range 2 {
		if err := s.Due(t.Context(), struct{}{}); err != nil {
			t.Fatal(err)
		}
	}
	second.Get(draft).Shows(t, "已生效")
	if page := admin.Post(duty, form); page.Status != http.StatusOK || !strings.HasPrefix(page.Path, "/work/admin/duties?") {
		t.Errorf("alone again: %d at %s", page.Status, page.Path)
	}
}

// A draft for tomorrow names a unit that is gone by then: it is not in force,
// is open again, and those who wrote and published it are told.
func TestDraftFailsOnItsDay(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	admin, second := c.As("administrator"), c.As("supervisor")
	city, err := c.App.Org.City(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tomorrow := city.Day(c.App.Options.Now().Add(24 * time.Hour))
	add := func(draft, id string) {
		row(admin, draft, "rules", "", "id", id, "category", "roads-pothole", "any", "井盖边上坑洼", "all", "", "none", "", "urgency", "ordinary", "law", "", "lead", "parks", "helpers", "")
	}
	planned := begin(admin, "井盖边上")
	add(planned, "r-lid")
	act(second, planned, "publish", "from", tomorrow).Shows(t, tomorrow)
	now := begin(admin, "同一条规则")
	add(now, "r-lid")
	act(second, now, "publish").Shows(t, "已生效")
	s := *c.App.Administration
	s.Now = func() time.Time { return c.App.Options.Now().Add(24 * time.Hour) }
	for range 2 {
		if err := s.Due(t.Context(), struct{}{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []*apptest.Person{admin, second} {
		if told := strings.Count(p.Get("/work/notices").Text(), "草案“井盖边上”到了"); told != 1 {
			t.Errorf("told %d times", told)
		}
	}
}
