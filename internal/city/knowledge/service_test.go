package knowledge_test

import (
	"encoding/json"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/knowledge/knowledgesql"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
)

// A desk is a small city with a police station that answers for residence
// permits.
type desk struct {
	*knowledge.Service
	versions versions.Store
	now      time.Time
}

var (
	writer   = access.Actor{Staff: "w", Roles: []access.Role{access.Handler}, Unit: "police", Down: []org.UnitID{"police"}}
	head     = access.Actor{Staff: "h", Roles: []access.Role{access.SectionHead}, Unit: "police", Down: []org.UnitID{"police"}}
	stranger = access.Actor{}
	clerk    = access.Actor{Staff: "c", Roles: []access.Role{access.Clerk}, Unit: "hotline"}
	water    = access.Actor{Staff: "x", Roles: []access.Role{access.SectionHead}, Unit: "water", Down: []org.UnitID{"water"}}
)

func open(t *testing.T) *desk {
	t.Helper()
	d := schematest.SQLite(t)
	store := versions.Store{DB: d}
	dir, err := org.NewDirectory(org.Policy{City: org.Name{ZH: "莲城"}}, []org.Area{
		{ID: "lc", Level: org.LevelDistrict, Name: org.Name{ZH: "莲城"}},
		{ID: "north", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "北街"}},
		{ID: "south", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "南街"}},
	}, []org.Unit{
		{ID: "hotline", Type: org.Hotline, Name: org.Name{ZH: "热线"}},
		{ID: "police", Type: org.Department, Name: org.Name{ZH: "公安"}},
		{ID: "water", Type: org.Department, Name: org.Name{ZH: "水务"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	catalogue := org.NewCatalogue(org.Catalogue{
		Categories: []org.Category{{ID: "permits", Name: org.Name{ZH: "证照"}}},
		Duties:     []org.Duty{{ID: "d", Category: "permits", Unit: "police", Law: "permit-9"}},
		Rules:      []org.Rule{{ID: "r", Category: "permits", Any: []string{"居住证"}, Law: "permit-9"}},
	})
	b1, err1 := org.EncodeDirectory(dir)
	b2, err2 := org.EncodeCatalogue(catalogue)
	hours, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: []time.Weekday{1, 2, 3, 4, 5}, Work: [][2]string{{"09:00", "17:00"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b3, err3 := json.Marshal(hours)
	b4, err4 := law.NewRegister([]law.Article{{ID: "permit-9", Act: org.Name{ZH: "《居住证暂行条例》"}, Article: org.Name{ZH: "第九条"}}}).Encode()
	if err := errs.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	x := &desk{versions: store, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return x.now }
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		for _, v := range []struct {
			name string
			body []byte
		}{{org.DirectoryName, b1}, {org.CatalogueName, b2}, {org.CalendarName, b3}, {law.Name, b4}} {
			if _, err := store.Put(t.Context(), tx, v.name, v.body, "system", x.now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	x.Service = &knowledge.Service{Store: knowledgesql.Store{DB: d}, Org: org.NewService(store), Law: law.NewService(store), Now: now}
	return x
}

func permit() knowledge.Content {
	return knowledge.Content{
		ZH:       knowledge.Words{Title: "居住证怎么办理", Body: "住满半年，带身份证和居住证明到派出所办理，十五日内发证。"},
		EN:       knowledge.Words{Title: "How do I get a residence permit?", Body: "After half a year, go to the police station with your ID card and proof of residence."},
		Category: "permits", Laws: []org.LawID{"permit-9"},
	}
}

// enact makes an article of law the register.
func (x *desk) enact(t *testing.T, a law.Article) {
	t.Helper()
	body, err := law.NewRegister([]law.Article{a}).Encode()
	if err == nil {
		err = x.versions.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := x.versions.Put(t.Context(), tx, law.Name, body, "system", x.now)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	x.Law.Forget()
}

// publish takes an article through its round.
func (x *desk) publish(t *testing.T, c knowledge.Content) knowledge.Article {
	t.Helper()
	a, err := x.Write(t.Context(), writer, "", 0, "police", c)
	if err == nil {
		a, err = x.Submit(t.Context(), writer, a.ID, a.Revision)
	}
	if err == nil {
		a, err = x.Publish(t.Context(), head, a.ID, a.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// An article is written, read by a second person, found and cited; while it
// is written anew its last edition is shown.
func TestRound(t *testing.T) {
	x, ctx := open(t), t.Context()
	a, err := x.Write(ctx, writer, "", 0, "police", permit())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Article(ctx, stranger, a.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger reads a draft: %v", err)
	}
	if _, err := x.Write(ctx, water, a.ID, a.Revision, "", permit()); !errs.Is(err, errs.Denied) {
		t.Errorf("another unit writes: %v", err)
	}
	if a, err = x.Submit(ctx, writer, a.ID, a.Revision); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Publish(ctx, writer, a.ID, a.Revision); !errs.Is(err, errs.Denied) {
		t.Errorf("a handler publishes: %v", err)
	}
	if _, err := x.Publish(ctx, water, a.ID, a.Revision); !errs.Is(err, errs.Denied) {
		t.Errorf("another unit's head publishes: %v", err)
	}
	if a, err = x.Publish(ctx, head, a.ID, a.Revision); err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"老年人优待证怎么办理", "停水了怎么办", "残疾人补贴怎么申请", "结婚登记怎么预约", "怎么查公积金", "垃圾怎么分类"} {
		other := permit()
		other.ZH = knowledge.Words{Title: title, Body: "请到社区办理，要带身份证。"}
		other.EN = knowledge.Words{}
		x.publish(t, other)
	}
	for _, asked := range []string{"我想办居住证，要带什么材料", "I need a residence permit"} {
		found, err := x.Suggest(ctx, knowledge.Query{Text: asked, Limit: 3})
		if err != nil || len(found) == 0 || found[0].ID != a.ID {
			t.Errorf("%s: %+v %v", asked, found, err)
		}
	}
	if found, err := x.Suggest(ctx, knowledge.Query{Text: "楼上漏水", Limit: 3}); err != nil || len(found) != 0 {
		t.Errorf("what nobody asked is suggested: %+v %v", found, err)
	}
	next := permit()
	next.ZH.Body = "以后在手机上办。"
	b, err := x.Write(ctx, writer, a.ID, a.Revision, "", next)
	if err != nil || !b.Shown || b.Public.ZH.Body == next.ZH.Body {
		t.Fatalf("%+v %v", b, err)
	}
	if seen, err := x.Article(ctx, stranger, a.ID); err != nil || seen.Public.ZH.Body != permit().ZH.Body || seen.Draft.ZH.Body != "" || seen.Writer != "" {
		t.Errorf("a stranger sees %+v %v", seen, err)
	}
	for range 2 { // the form is sent twice
		if err := x.Cite(ctx, clerk, a.ID, "case-1", "居住证咋办，我电话13912345678"); err != nil {
			t.Fatal(err)
		}
	}
	x.now = x.now.Add(time.Minute)
	if err := x.Rate(ctx, stranger, a.ID, false, "没说要不要照片"); err != nil {
		t.Fatal(err)
	}
	uses, err := x.Uses(ctx, writer, a.ID)
	if err != nil || len(uses) != 2 || uses[1].Question == "" || uses[1].Question == "居住证咋办，我电话13912345678" || uses[0].Helped != -1 {
		t.Errorf("%+v %v", uses, err)
	}
	if _, err := x.Withdraw(ctx, head, a.ID, b.Revision, "政策停了"); err != nil {
		t.Fatal(err)
	}
	if found, err := x.Suggest(ctx, knowledge.Query{Text: "居住证", Limit: 3}); err != nil || len(found) != 0 {
		t.Errorf("withdrawn and found: %+v %v", found, err)
	}
	if err := x.Cite(ctx, clerk, a.ID, "case-2", ""); !errs.Is(err, errs.NotFound) {
		t.Errorf("withdrawn and cited: %v", err)
	}
	history, err := x.History(ctx, writer, a.ID)
	if err != nil || len(history) != 5 || history[0].Did != knowledge.WithdrawnIt || history[0].Note != "政策停了" {
		t.Errorf("%+v %v", history, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	x, ctx := open(t), t.Context()
	a := x.publish(t, permit())
	for _, c := range []struct {
		story string
		with  func(c *knowledge.Content)
		key   string
	}{
		{"no title", func(c *knowledge.Content) { c.ZH.Title = " " }, "knowledge.no_title"},
		{"half in English", func(c *knowledge.Content) { c.EN.Body = "" }, "knowledge.half_english"},
		{"a law nobody knows", func(c *knowledge.Content) { c.Laws = []org.LawID{"x"} }, "knowledge.no_law"},
		{"it cites itself", func(c *knowledge.Content) { c.See = []knowledge.ID{a.ID} }, "knowledge.cites_itself"},
		{"it cites nothing", func(c *knowledge.Content) { c.See = []knowledge.ID{"x"} }, "knowledge.no_article"},
		{"a script for an address", func(c *knowledge.Content) { c.Service = "javascript:alert(1)" }, "knowledge.no_address"},
		{"it ends before it begins", func(c *knowledge.Content) { c.From, c.To = "2027-01-02", "2027-01-01" }, "knowledge.ends_before"},
		{"a day that is none", func(c *knowledge.Content) { c.To = "2027-02-30" }, "knowledge.day"},
		{"no such category", func(c *knowledge.Content) { c.Category = "x" }, "knowledge.no_category"},
		{"no such area", func(c *knowledge.Content) { c.Area = "x" }, "knowledge.no_area"},
	} {
		content := permit()
		c.with(&content)
		if _, err := x.Write(ctx, writer, a.ID, a.Revision, "", content); errs.Of(err) == nil || errs.Of(err).Key != c.key {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	if now, err := x.Article(ctx, writer, a.ID); err != nil || now.Revision != a.Revision {
		t.Errorf("what was refused changed %+v %v", now, err)
	}
}

// A question that nothing answers becomes a draft of the unit whose it is.
func TestAsked(t *testing.T) {
	x, ctx := open(t), t.Context()
	a, err := x.Asked(ctx, clerk, "外地驾照怎么换？我身份证11010519491231002X", "带上身份证到车管所，电话13912345678。", "police", "permits")
	if err != nil || a.Unit != "police" || a.State != knowledge.Draft || a.Question != a.Draft.ZH.Title {
		t.Fatalf("%+v %v", a, err)
	}
	if a.Question == "外地驾照怎么换？我身份证11010519491231002X" {
		t.Error("the number of a person was kept")
	}
	if a.Draft.ZH.Body != "带上身份证到车管所，电话139******78。" {
		t.Errorf("what the clerk said is %q", a.Draft.ZH.Body)
	}
	if a, err = x.Asked(ctx, clerk, "港澳通行证怎么续签？", "", "police", "permits"); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Submit(ctx, writer, a.ID, a.Revision); errs.Of(err) == nil || errs.Of(err).Key != "knowledge.no_body" {
		t.Errorf("published without an answer: %v", err)
	}
	if _, err := x.Asked(ctx, writer, "?", "", "police", ""); !errs.Is(err, errs.Denied) {
		t.Error(err)
	}
}

// Where it holds, and when.
func TestPlaceAndTerm(t *testing.T) {
	x, ctx := open(t), t.Context()
	c := permit()
	c.Area, c.To = "north", "2026-12-01"
	a := x.publish(t, c)
	for _, q := range []struct {
		area org.AreaID
		want int
	}{{"", 1}, {"north", 1}, {"south", 0}} {
		if found, err := x.Find(ctx, knowledge.Query{Text: "居住证", Area: q.area, Limit: 3}); err != nil || len(found) != q.want {
			t.Errorf("in %q %d found: %v", q.area, len(found), err)
		}
	}
	flags, err := x.Flags(ctx, nil)
	if err != nil || len(flags) != 1 || flags[0].Why != knowledge.WhyEnds || flags[0].Article.ID != a.ID {
		t.Fatalf("%+v %v", flags, err)
	}
	x.now = x.now.AddDate(0, 0, 8)
	if found, err := x.Find(ctx, knowledge.Query{Text: "居住证", Limit: 3}); err != nil || len(found) != 0 {
		t.Errorf("over and found: %+v %v", found, err)
	}
	if _, err := x.Article(ctx, stranger, a.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("over and shown: %v", err)
	}
	if _, err := x.Confirm(ctx, head, a.ID, a.Revision, "2026-12-01"); errs.Of(err) == nil || errs.Of(err).Key != "knowledge.over" {
		t.Errorf("confirmed until a day that is past: %v", err)
	}
	if _, err := x.Confirm(ctx, head, a.ID, a.Revision, "2027-12-01"); err != nil {
		t.Fatal(err)
	}
	if flags, err := x.Flags(ctx, nil); err != nil || len(flags) != 0 {
		t.Errorf("confirmed and flagged: %+v %v", flags, err)
	}
}

// Repealing an article of law flags the duty, the rule and the article that
// rest on it; worded anew, what its owner has not looked at since.
func TestLawChanges(t *testing.T) {
	x, ctx := open(t), t.Context()
	a := x.publish(t, permit())
	if flags, err := x.Flags(ctx, nil); err != nil || len(flags) != 0 {
		t.Fatalf("%+v %v", flags, err)
	}
	for id, want := range map[org.LawID]bool{"permit-9": true, "permit-10": false} {
		if cited, err := x.Cites(ctx, id); err != nil || cited != want {
			t.Errorf("%s is cited: %v (%v)", id, cited, err)
		}
	}
	x.now = x.now.AddDate(0, 0, 3)
	x.enact(t, law.Article{ID: "permit-9", Changed: "2026-11-26"})
	flags, err := x.Flags(ctx, nil)
	if err != nil || len(flags) != 1 || flags[0].Why != knowledge.WhyChanged {
		t.Fatalf("%+v %v", flags, err)
	}
	if _, err := x.Confirm(ctx, head, a.ID, a.Revision, ""); err != nil {
		t.Fatal(err)
	}
	x.enact(t, law.Article{ID: "permit-9", Changed: "2026-11-26", To: "2026-12-10"})
	if flags, err = x.Flags(ctx, nil); err != nil || len(flags) != 3 {
		t.Fatalf("%+v %v", flags, err)
	}
	var article, duty, rule bool
	for _, f := range flags {
		article, duty, rule = article || f.Article != nil, duty || f.Duty != nil, rule || f.Rule != nil
		if f.Why != knowledge.WhyRepealed || f.Day != "2026-12-10" {
			t.Errorf("%+v", f)
		}
	}
	if !article || !duty || !rule {
		t.Errorf("not all that rests on it: %+v", flags)
	}
	if flags, err := x.Flags(ctx, []org.UnitID{"water"}); err != nil || len(flags) != 0 {
		t.Errorf("another unit is told: %+v %v", flags, err)
	}
}
