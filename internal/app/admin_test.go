package app_test

import (
	"bytes"
	"encoding/csv"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/base/table"
	"yiwang/internal/city/access"
	"yiwang/internal/city/bulk"
	"yiwang/internal/city/cases"
)

const tables = "/work/admin/tables/"

// bring sends a file to the page of a table.
func bring(p *apptest.Person, table string, body []byte) apptest.Page {
	p.T.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", table+".csv")
	if err == nil {
		_, err = part.Write(body)
	}
	if err != nil {
		p.T.Fatal(err)
	}
	if err := w.Close(); err != nil {
		p.T.Fatal(err)
	}
	return p.Send(tables+table+"/import", w.FormDataContentType(), &form)
}

// file gives the rows of a table as they are downloaded, header first.
func file(p *apptest.Person, table string) [][]string {
	p.T.Helper()
	body, marked := strings.CutPrefix(p.Get(tables+table+"/file/csv").Body, "\ufeff")
	if !marked {
		p.T.Error("a spreadsheet does not know that it is UTF-8")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) < 2 {
		p.T.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows
}

func written(t *testing.T, rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A table goes out, comes back changed, is shown before it is in force, and
// is refused whole with every bad row named.
func TestTables(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		admin := c.As("administrator")
		for _, role := range []string{"clerk", "dispatcher", "handler", "supervisor", "auditor"} {
			for _, path := range []string{"/work/admin", tables + "units", tables + "units/file/csv", tables + "units/row", "/work/admin/people", "/work/admin/city.zip"} {
				if page := c.As(role).Get(path); page.Status != http.StatusForbidden {
					t.Errorf("%s at %s: %d", role, path, page.Status)
				}
			}
		}
		units := file(admin, "units")
		bring(admin, "units", written(t, units)).Shows(t, "没有不同")
		bring(admin, "units", append([]byte("\ufeff"), written(t, units)...)).Shows(t, "没有不同")
		if sheet := admin.Get(tables + "units/file/xlsx"); sheet.Status != http.StatusOK {
			t.Error(sheet.Status)
		} else if _, rows, err := table.Parse([]byte(sheet.Body), 1000); err != nil || len(rows) != len(units)-1 || rows[3][3] != units[4][3] {
			t.Errorf("%d rows, %v", len(rows), err)
		} else {
			bring(admin, "units", []byte(sheet.Body)).Shows(t, "没有不同")
		}

		renamed := append([][]string{append([]string{"identifier"}, units[0][1:]...)}, units[1:]...)
		if page := bring(admin, "units", written(t, renamed)); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a renamed column: %d", page.Status)
		} else {
			page.Shows(t, "identifier")
		}
		bad := file(admin, "units")
		bad[3][2], bad[5][3], bad[7][1] = "ministry", "", "nowhere"
		page := bring(admin, "units", written(t, bad))
		page.Shows(t, "第4行", "第6行", "第8行", "ministry", "nowhere", "什么也没有改")
		admin.Get(tables+"units").Hides(t, "ministry")
		long := file(admin, "units")
		for i := range 300 { // far more than a page unfolds, and each is named
			long = append(long, slices.Concat([]string{"more-" + strconv.Itoa(i)}, []string{"nowhere"}, long[2][2:]))
		}
		bring(admin, "units", written(t, long)).Shows(t, "其余 200 处", "第"+strconv.Itoa(len(long))+"行")

		good := file(admin, "units")
		good[1][3] = "区12345热线中心（新）"
		page = bring(admin, "units", written(t, good))
		page.Shows(t, "会改动 1 行", "区12345热线中心（新）")
		admin.Get(tables+"units").Hides(t, "（新）")
		other := c.As("administrator")
		confirm := url.Values{"seen": {page.Field("seen")}, "body": {string(written(t, good))}}
		admin.Post(tables+"units/import", confirm).Shows(t, "区12345热线中心（新）", units[1][3], "版")
		if page := other.Post(tables+"units/import", confirm); page.Status != http.StatusConflict {
			t.Errorf("the same once more, of what is another now: %d", page.Status)
		}

		// One row, on its page.
		row := tables + "units/row?key=hotline"
		form := url.Values{"seen": {admin.Get(row).Field("seen")}, "name_zh": {""}, "phone": {"12345-9"}}
		if page := admin.Post(row, form); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("no name: %d", page.Status)
		} else if !strings.Contains(page.Body, `value="12345-9"`) {
			t.Error("what was typed is lost")
		}
		form.Set("name_zh", "热线中心")
		admin.Post(row, form).Shows(t, "热线中心", "12345-9")
		form = url.Values{"seen": {admin.Get(row).Field("seen")}, "action": {"remove"}}
		if page := admin.Post(row, form); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("the hotline is taken away: %d", page.Status)
		}

		// The city's own words, at once and without a restart.
		words := tables + "texts/row"
		form = url.Values{"seen": {admin.Get(words).Field("seen")}, "key": {"work.nav_keys"}, "zh": {"快捷键一览"}, "en": {"All keys"}}
		admin.Post(words, form)
		admin.Get("/work/keys").Shows(t, "快捷键一览")
		if page := admin.Get("/work/admin/city.zip"); page.Status != http.StatusOK || !strings.HasPrefix(page.Body, "PK") {
			t.Errorf("the city as a folder: %d", page.Status)
		}
	})
}

// Categories that are merged keep the name of what was, and new matters go
// where they were merged into.
func TestMergedCategory(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	admin, dispatcher := c.As("administrator"), c.As("dispatcher")
	c.Somebody().Say("湖滨路人行道地砖松动，盲道也坏了。")
	c.Settle()
	row := tables + "categories/row?key=roads-pavement"
	page := admin.Get(row)
	merge := url.Values{"seen": {page.Field("seen")}, "action": {"merge"}, "merge_into": {"roads-pavement"}}
	if page := admin.Post(row, merge); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("into itself: %d", page.Status)
	}
	merge.Set("merge_into", "roads-pothole")
	admin.Post(row, merge).Shows(t, "roads-pothole")
	c.Somebody().Say("清溪街道的人行道盲道被占，便道砖碎了。")
	c.Settle()
	before := dispatcher.Get(dispatcher.Case("dispatch", "湖滨路人行道"))
	before.Shows(t, "人行道")
	if !strings.Contains(before.Body, `<option value="roads-pothole" selected`) {
		t.Error("an old matter cannot be sent as what it has become")
	}
	// The old one can still be sent, as what it has become.
	after := dispatcher.Get(dispatcher.Case("dispatch", "便道砖碎了"))
	if !strings.Contains(after.Body, `<option value="roads-pothole" selected`) {
		t.Error("a new matter is not read as what it was merged into")
	}
}

// The last administrator stays one; who leaves hands over what is in hand.
func TestLeaving(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx := t.Context()
		admin := c.As("administrator")
		list, err := c.App.Staff.List(ctx, access.System())
		if err != nil {
			t.Fatal(err)
		}
		var admins []access.Staff
		for _, s := range list {
			for _, r := range s.Roles {
				if r == access.Administrator {
					admins = append(admins, s)
				}
			}
		}
		for i, s := range admins {
			page := admin.Post("/work/admin/people/"+string(s.ID), url.Values{"action": {"change"}, "name": {s.Name.ZH}, "unit": {string(s.Unit)}, "role": {"auditor"}})
			if last := i == len(admins)-1; last != (page.Status == http.StatusUnprocessableEntity) {
				t.Errorf("administrator %d of %d: %d %s", i+1, len(admins), page.Status, page.Text())
			}
			if page.Status == http.StatusForbidden { // it was oneself
				t.Fatal("nobody is left to look")
			}
		}

		c.Somebody().Say("路灯不亮已经三天了，湖滨路18号门口。")
		c.Settle()
		dispatcher := c.As("dispatcher")
		number := dispatcher.Case("dispatch", "湖滨路18号")
		dispatcher.Do(number, "dispatch", "unit", "um-facilities", "category", "roads-streetlight")
		var handlers []access.Staff
		for _, s := range list {
			if s.Unit == "um-facilities" && slices.Contains(s.Roles, access.Handler) {
				handlers = append(handlers, s)
			}
		}
		if len(handlers) < 2 {
			t.Fatal("the unit has nobody to hand over to")
		}
		c.As(handlers[0].Login).Do(number, "accept")
		admin = c.As(admins[len(admins)-1].Login)
		path := "/work/admin/people/" + string(handlers[0].ID)
		admin.Get(path).Shows(t, "1 件在手上")
		for _, to := range []string{string(handlers[0].ID), string(admins[0].ID), "nobody"} {
			if page := admin.Post(path, url.Values{"action": {"leave"}, "to": {to}}); page.Status != http.StatusUnprocessableEntity {
				t.Errorf("handed over to %s: %d", to, page.Status)
			}
		}
		leaver := c.As(handlers[0].Login)
		admin.Post(path, url.Values{"action": {"leave"}, "to": {string(handlers[1].ID)}}).Shows(t, "已离开")
		if page := leaver.Get("/work/queue"); !strings.HasPrefix(page.Path, "/work/sign-in") {
			t.Errorf("who has left still sees %s", page.Path)
		}
		admin.Get("/work/admin/people/"+string(handlers[1].ID)).Shows(t, "1 件在手上")
		c.As(handlers[1].Login).Get(number).Shows(t, "移交给同事接手")
		admin.Post(path, url.Values{"action": {"return"}}).Shows(t, "离开并移交")

		page := admin.Post("/work/admin/people", url.Values{"login": {"new.comer"}, "name": {"新来"}, "unit": {"um-facilities"}, "role": {"handler", "section_head"}})
		page.Shows(t, "/work/setup/")
		admin.Get(page.Path).Hides(t, "/work/setup/") // shown once
		if page := admin.Post("/work/admin/people", url.Values{"login": {"new.comer"}, "name": {"又一个"}, "unit": {"um-facilities"}, "role": {"handler"}}); page.Status != http.StatusConflict {
			t.Errorf("a login twice: %d", page.Status)
		} else if !strings.Contains(page.Body, "又一个") {
			t.Error("what was typed is lost")
		}
	})
}

// What somebody has in hand, also what is put off or answered, goes to the unit
// when they may not go on with it: they are in another unit, handle nothing any
// more, or have left. A bulk that waits is not done, and its unit is told.
func TestHandingOver(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx, a := t.Context(), c.App
		admin := c.As("administrator")
		var at []access.Staff
		for _, s := range people(t, c) {
			if s.Unit == "um-facilities" && slices.Contains(s.Roles, access.Handler) {
				at = append(at, s)
			}
		}
		who, colleague := at[0], at[1]
		path := "/work/admin/people/" + string(who.ID)
		change := func(unit, name string, roles ...string) {
			t.Helper()
			admin.Post(path, url.Values{"action": {"change"}, "name": {name}, "unit": {unit}, "role": roles}).Shows(t, name)
		}
		states := []cases.State{cases.Dispatched, cases.Accepted, cases.Shelved, cases.Answered}
		given := func(seed uint64) []cases.Loaded {
			t.Helper()
			list := lamps(len(states), seed)
			for i := range list {
				k := &list[i].Case
				k.State, k.Handler = states[i], who.ID
				switch k.State {
				case cases.Shelved:
					k.Shelf = cases.Shelf{Reason: "等改造", Review: k.OpenedAt.AddDate(0, 1, 0), At: k.OpenedAt, ApprovedAt: k.OpenedAt}
				case cases.Answered:
					k.AnsweredAt, k.ConfirmUntil = k.OpenedAt, k.OpenedAt.AddDate(0, 0, 7)
				}
			}
			if err := a.Cases.Load(ctx, access.System(), list); err != nil {
				t.Fatal(err)
			}
			return list
		}
		handlers := func(list []cases.Loaded, want access.StaffID) {
			t.Helper()
			for _, l := range list {
				if got, err := a.Cases.Case(ctx, access.System(), l.Case.ID); err != nil || got.Handler != want {
					t.Errorf("%s is in the hand of %q, want %q (%v)", got.State, got.Handler, want, err)
				}
			}
		}
		list := given(1 << 22)
		admin.Get(path).Shows(t, "4 件在手上")
		change("um-facilities", "改了名", "handler")
		handlers(list, who.ID)
		change("um-facilities", "改了名", "auditor")
		handlers(list, "")
		c.As(colleague.Login).Get("/work/notices").Shows(t, "改了名 手上的 4 件已移交")

		change("um-facilities", "改了名", "handler")
		list = given(1 << 23)
		change("parks", "改了名", "handler")
		handlers(list, "")

		change("um-facilities", "改了名", "handler")
		list = given(1 << 24)
		actor, err := a.Staff.Actor(ctx, who.ID)
		if err != nil {
			t.Fatal(err)
		}
		b, err := a.Bulks.Propose(ctx, actor, bulk.Note, "已核", itemsOf(list))
		if err == nil {
			b, err = a.Bulks.Start(ctx, actor, b.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		admin.Post(path, url.Values{"action": {"leave"}, "to": {string(colleague.ID)}}).Shows(t, "已离开")
		handlers(list, colleague.ID)
		c.As(colleague.Login).Get("/work/notices").Shows(t, "改了名 手上的 4 件移交给您")
		if err := a.Bulks.Run(ctx, bulk.Run{ID: b.ID}); err != nil {
			t.Fatal(err)
		}
		if b, err = a.Bulks.Bulk(ctx, actor, b.ID); err != nil || b.State != bulk.Done || b.Items[0].Done || b.Items[0].Wrong != "bulk.left" {
			t.Errorf("%+v %v", b, err)
		}
		for _, s := range people(t, c) {
			if s.Unit == "um-facilities" && slices.Contains(s.Roles, access.SectionHead) {
				c.As(s.Login).Get("/work/notices").Shows(t, "改了名 已离开，其批量加备注没有执行，共 4 件")
				return
			}
		}
		t.Error("the unit has no head to be told")
	})
}

// A new link to set a password is on record, with who made it.
func TestLinkOnRecord(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	admin := c.As("administrator")
	path := "/work/admin/people/" + string(people(t, c)[0].ID)
	admin.Get(path).Hides(t, "发出设置密码的新链接")
	admin.Post(path, url.Values{"action": {"link"}}).Shows(t, "/work/setup/", "发出设置密码的新链接")
}

// The people come out as a table and go back in: what is wrong is named row by
// row and nothing of it is done; what is right is done at once, and who is new
// gets a link that is shown once. The last administrator stays, nobody is taken
// out, and no login becomes somebody else's.
func TestPeopleTable(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		admin := c.As("administrator")
		for _, role := range []string{"clerk", "supervisor", "auditor"} {
			for _, path := range []string{tables + "people/file/csv", "/work/admin/people/links"} {
				if page := c.As(role).Get(path); page.Status != http.StatusForbidden {
					t.Errorf("%s at %s: %d", role, path, page.Status)
				}
			}
		}
		all := file(admin, "people")
		if want := []string{"login", "name_zh", "name_en", "role", "unit", "area", "left"}; !slices.Equal(all[0], want) {
			t.Errorf("columns %v", all[0])
		}
		bring(admin, "people", written(t, all)).Shows(t, "没有不同")
		bring(admin, "people", []byte(admin.Get(tables+"people/file/xlsx").Body)).Shows(t, "没有不同")
		renamed := append([][]string{append([]string{"account"}, all[0][1:]...)}, all[1:]...)
		if page := bring(admin, "people", written(t, renamed)); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a renamed column: %d", page.Status)
		} else {
			page.Shows(t, "account", "人员")
		}

		row := func(rows [][]string, login string) []string {
			t.Helper()
			i := slices.IndexFunc(rows, func(r []string) bool { return r[0] == login })
			if i < 0 {
				t.Fatal("there is no", login)
			}
			return rows[i]
		}
		var handlers []string
		for _, s := range people(t, c) {
			if s.Unit == "um-facilities" && slices.Contains(s.Roles, access.Handler) {
				handlers = append(handlers, s.Login)
			}
		}
		refused := func(rows [][]string, says ...string) {
			t.Helper()
			page := bring(admin, "people", written(t, rows))
			if page.Status != http.StatusUnprocessableEntity {
				t.Errorf("it was taken: %d", page.Status)
			}
			page.Shows(t, append(says, "什么也没有改")...)
		}
		bad := file(admin, "people")
		bad[1][3], bad[2][4], bad[3][6], bad[5][1], bad[5][2] = "king", "nowhere", "perhaps", "", ""
		bad = append(bad, []string{"two words", "张三", "", "clerk", "hotline", "", "no"}, slices.Clone(bad[4]))
		refused(bad, "第2行", "king", "第3行", "nowhere", "第4行", "perhaps", "第6行", "two words", "第"+strconv.Itoa(len(bad))+"行")
		gone := file(admin, "people")
		refused(append(gone[:1:1], gone[2:]...), gone[1][0], "不能从表里去掉")
		nobody, n := file(admin, "people"), 0
		for _, r := range nobody[1:] {
			if strings.Contains(r[3], "administrator") {
				if n++; n%2 == 0 {
					r[6] = "yes"
				} else {
					r[3] = "auditor"
				}
			}
		}
		refused(nobody, "最后一位能登录的管理员")
		refused(append(file(admin, "people"), []string{"late.comer", "迟到", "", "clerk", "hotline", "", "yes"}), "新来的却已离开")

		// Two come, one leaves, one moves.
		list := lamps(1, 1<<25)
		list[0].Case.State, list[0].Case.Handler = cases.Accepted, staffOf(t, c, handlers[0]).ID
		if err := c.App.Cases.Load(t.Context(), access.System(), list); err != nil {
			t.Fatal(err)
		}
		good := file(admin, "people")
		row(good, handlers[0])[6] = "yes"
		row(good, handlers[1])[4] = "parks"
		good = append(good, []string{"new.one", "新一", "New One", "clerk,dispatcher", "hotline", "", ""}, []string{"new.two", "新二", "", "handler", "parks", "", "no"})
		leaver := c.As(handlers[0])
		page := bring(admin, "people", written(t, good))
		page.Shows(t, "会改动 4 行", "new.one", "新二")
		admin.Get("/work/admin/people?q=new.one").Hides(t, "新一")
		confirm := url.Values{"seen": {page.Field("seen")}, "body": {page.Field("body")}}
		links := admin.Post(tables+"people/import", confirm)
		links.Shows(t, "new.one", "新二", "/work/setup/")
		if n := strings.Count(links.Body, "/work/setup/"); n != 2 {
			t.Errorf("%d links", n)
		}
		admin.Get("/work/admin/people/links").Hides(t, "/work/setup/")
		c.Somebody().Get(regexp.MustCompile(`/work/setup/[^<]+`).FindString(links.Body)).Shows(t, "密码")
		if page := admin.Post(tables+"people/import", confirm); page.Status != http.StatusConflict {
			t.Errorf("the same once more: %d", page.Status)
		}
		if page := leaver.Get("/work/queue"); !strings.HasPrefix(page.Path, "/work/sign-in") {
			t.Errorf("who has left still sees %s", page.Path)
		}
		if got, err := c.App.Cases.Case(t.Context(), access.System(), list[0].Case.ID); err != nil || got.Handler != "" {
			t.Errorf("it is still in the hand of %q (%v)", got.Handler, err)
		}
		if s := staffOf(t, c, handlers[1]); s.Unit != "parks" {
			t.Errorf("they are in %s", s.Unit)
		}

		// The login of who has left is nobody else's; they may come back.
		again := file(admin, "people")
		back := row(again, handlers[0])
		back[1], back[6] = "另一个人", "no"
		refused(again, "不能给别人")
		again = file(admin, "people")
		row(again, handlers[0])[6] = "no"
		page = bring(admin, "people", written(t, again))
		admin.Post(tables+"people/import", url.Values{"seen": {page.Field("seen")}, "body": {page.Field("body")}})
		if s := staffOf(t, c, handlers[0]); !s.LeftAt.IsZero() {
			t.Error("they did not come back")
		}
	})
}

func staffOf(t *testing.T, c *apptest.City, login string) access.Staff {
	t.Helper()
	list := people(t, c)
	i := slices.IndexFunc(list, func(s access.Staff) bool { return s.Login == login })
	if i < 0 {
		t.Fatal("there is no", login)
	}
	return list[i]
}

// The register of law is a table like the others: an article is added, its act
// and first day are put right, it is repealed, which flags what rests on it;
// what is cited is not taken away.
func TestLawTable(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		admin := c.As("administrator")
		bring(admin, "laws", []byte(admin.Get(tables+"laws/file/xlsx").Body)).Shows(t, "没有不同")
		row := func(key string, cells ...string) apptest.Page {
			t.Helper()
			path := tables + "laws/row?key=" + key
			form := url.Values{"seen": {admin.Get(path).Field("seen")}}
			for i := 0; i+1 < len(cells); i += 2 {
				form.Set(cells[i], cells[i+1])
			}
			return admin.Post(path, form)
		}
		for column, bad := range map[string]string{"act_zh": "", "from": "someday", "to": "1990-01-01", "changed": "soon", "link": "javascript:alert(1)"} {
			cells := []string{"id", "lamps-1", "act_zh", "《路灯条例》", "article_zh", "第一条", "from", "2020-01-01"}
			if page := row("", append(cells, column, bad)...); page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s %q: %d", column, bad, page.Status)
			}
		}
		row("", "id", "lamps-1", "act_zh", "《路灯条例》", "article_zh", "第一条", "from", "2020-01-01").Shows(t, "《路灯条例》第一条")
		row("lamps-1", "act_zh", "《城市照明条例》", "article_zh", "第二条", "from", "2021-05-01").Shows(t, "《城市照明条例》第二条", "2021-05-01", "《路灯条例》")

		duties := file(admin, "duties")
		at := slices.IndexFunc(duties[0], func(s string) bool { return s == "law" })
		for _, d := range duties[1:] {
			d[at] = "lamps-1"
		}
		page := bring(admin, "duties", written(t, duties))
		admin.Post(tables+"duties/import", url.Values{"seen": {page.Field("seen")}, "body": {page.Field("body")}})
		admin.Get("/work/knowledge?view=flags").Hides(t, "《城市照明条例》")
		if page := row("lamps-1", "action", "remove"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("what duties rest on is taken away: %d", page.Status)
		}
		row("lamps-1", "to", "2026-01-01").Shows(t, "2026-01-01")
		admin.Get("/work/knowledge?view=flags").Shows(t, "《城市照明条例》第二条")
		admin.Get(tables+"laws/row?key=lamps-1").Shows(t, strconv.Itoa(len(duties)-1)+" 项职责和规则以此为据")
	})
}
