package intake_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/access"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/intake/intakesql"
	"yiwang/internal/city/intake/intaketest"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
)

// A town has one street and one kind of matter; an empty one is not loaded yet.
type town struct{ empty bool }

func (t town) City(context.Context) (org.City, error) {
	if t.empty {
		return org.City{}, errs.New(errs.NotFound, "version.none")
	}
	d, err := org.NewDirectory(org.Policy{}, []org.Area{{ID: "lc", Level: org.LevelDistrict}, {ID: "lc-js-03", Parent: "lc", Level: org.LevelGrid}}, nil)
	c := org.NewCatalogue(org.Catalogue{Categories: []org.Category{{ID: "light.out"}}})
	return org.City{Directory: d, Catalogue: c}, err
}

var (
	nobody   = access.Actor{}
	clerk    = access.Actor{Staff: "zhao", Roles: []access.Role{access.Clerk}, Unit: "hotline"}
	lighting = access.Actor{
		Staff: "li", Roles: []access.Role{access.Handler}, Unit: "lighting",
		Up: []org.UnitID{"lighting"}, Down: []org.UnitID{"lighting"},
	}
	water = access.Actor{
		Staff: "wu", Roles: []access.Role{access.Handler}, Unit: "water",
		Up: []org.UnitID{"water"}, Down: []org.UnitID{"water"},
	}
	auditor = access.Actor{Staff: "sun", Roles: []access.Role{access.Auditor}}
)

func serve(t *testing.T) (*intake.Service, *db.DB) {
	t.Helper()
	d := schematest.SQLite(t)
	q, err := jobs.New(d, jobs.Options{Workers: 1, Poll: time.Second, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	jobs.Handle(q, func(context.Context, intake.Submitted) error { return nil })
	store := intakesql.Open(d, q)
	t.Cleanup(func() { store.Close() }) //nolint:errcheck // it has no error
	keys, err := seal.New(make([]byte, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return &intake.Service{Store: store, Org: town{}, Keys: keys, Now: func() time.Time { return intaketest.At }}, d
}

// caseOf is a case of the lighting office that deals with requests.
func caseOf(restricted bool, list ...intake.ID) access.Resource {
	r := access.Resource{Type: access.CaseType, Lead: "lighting", Restricted: restricted}
	for _, id := range list {
		r.Requests = append(r.Requests, string(id))
	}
	return r
}

func keyOf(err error) string {
	if e := errs.Of(err); e != nil {
		return e.Key
	}
	if err != nil {
		return "internal: " + err.Error()
	}
	return ""
}

func TestSubmitAndComeBack(t *testing.T) {
	s, _ := serve(t)
	ctx := t.Context()
	d := intaketest.Draft()
	r, err := s.Submit(ctx, nobody, d)
	if err != nil {
		t.Fatal(err)
	}
	if !r.At.Equal(intaketest.At) || r.Text != d.Text || r.Lang != "zh" || r.Clerk != "" || !r.HasContact {
		t.Errorf("taken in as %+v", r)
	}
	again, err := s.Submit(ctx, nobody, d)
	if err != nil || again.Receipt != r.Receipt {
		t.Errorf("sent twice: %s and %s, %v", r.Receipt, again.Receipt, err)
	}
	d.Contact = "139 0000 0001"
	if _, err := s.Submit(ctx, nobody, d); keyOf(err) != "request.key_used" {
		t.Errorf("another telephone number: %v", err)
	}

	got, resident, err := s.ByReceipt(ctx, " "+strings.ToLower(r.Receipt.String()))
	if err != nil || got.ID != r.ID {
		t.Fatalf("by receipt: %v, %v", got.ID, err)
	}
	if got, err = s.Request(ctx, resident, r.ID, access.Resource{}); err != nil || got.Receipt != r.Receipt {
		t.Errorf("the resident's own: %+v, %v", got, err)
	}
	if c, err := s.ReadContact(ctx, resident, r.ID, "", access.Resource{}); err != nil || string(c) != "王女士 139 0000 0000" {
		t.Errorf("the resident's own contact data: %v", err)
	}
	if _, _, err := s.ByReceipt(ctx, intake.NewReceipt().String()); keyOf(err) != "receipt.unknown" {
		t.Errorf("somebody's guess: %v", err)
	}

	neighbour, err := s.Submit(ctx, nobody, intaketest.Draft())
	if err != nil {
		t.Fatal(err)
	}
	for _, via := range []access.Resource{{}, caseOf(false, r.ID), caseOf(false, neighbour.ID), {Type: access.RequestType, Requests: []string{string(r.ID)}}} {
		if _, err := s.Request(ctx, resident, neighbour.ID, via); keyOf(err) != "access.not_found" {
			t.Errorf("a neighbour's request: %v", err)
		}
	}
	if _, err := s.Request(ctx, nobody, r.ID, access.Resource{}); keyOf(err) != "access.not_found" {
		t.Errorf("a stranger: %v", err)
	}
}

func TestTheTownIsAsked(t *testing.T) {
	s, _ := serve(t)
	d := intaketest.Draft()
	d.Category, d.Area = "light.out", "lc-js-03"
	if _, err := s.Submit(t.Context(), nobody, d); err != nil {
		t.Error(err)
	}
	d.Text, d.Category, d.Area = " ", "light", "moon"
	_, err := s.Submit(t.Context(), nobody, d)
	var got []string
	for _, e := range errs.All(err) {
		got = append(got, e.Key)
	}
	if want := []string{"text.missing", "category.unknown", "area.unknown"}; !slices.Equal(got, want) {
		t.Errorf("said %v, not %v", got, want)
	}
}

func TestWhoWritesDown(t *testing.T) {
	s, _ := serve(t)
	d := intaketest.Draft()
	d.Channel = intake.Phone
	r, err := s.Submit(t.Context(), clerk, d)
	if err != nil || r.Clerk != "zhao" || r.Receipt == "" {
		t.Errorf("the clerk: %+v, %v", r, err)
	}
	for name, by := range map[string]access.Actor{"stranger": nobody, "resident": access.Resident(string(r.ID)), "handler": lighting} {
		if _, err := s.Submit(t.Context(), by, d); keyOf(err) != "access.denied" {
			t.Errorf("%s on the hotline: %v", name, err)
		}
	}
	// Keys of the hotline and of the web do not meet.
	d.Channel = intake.Web
	if web, err := s.Submit(t.Context(), clerk, d); err != nil || web.ID == r.ID || web.Clerk != "" {
		t.Errorf("the clerk's own, at home: %+v, %v", web, err)
	}
}

func TestOfficialsComeByTheirCase(t *testing.T) {
	s, _ := serve(t)
	ctx := t.Context()
	l := intaketest.Loaded("17")
	l.Category, l.Area = "", ""
	l.Contact = "139 0000 0000"
	if _, err := s.Load(ctx, access.System(), []intake.Loaded{l}); err != nil {
		t.Fatal(err)
	}
	via, secret := caseOf(false, l.ID), caseOf(true, l.ID)
	for _, test := range []struct {
		who    string
		by     access.Actor
		via    access.Resource
		author string
		err    string
	}{
		{"the lead", lighting, via, "A0012", ""},
		{"the lead of a report", lighting, secret, "", ""},
		{"the lead, without the case", lighting, access.Resource{}, "", "access.not_found"},
		{"the lead, by another case", lighting, caseOf(false, "other"), "", "access.not_found"},
		{"another unit", water, via, "", "access.not_found"},
		{"the hotline", clerk, via, "A0012", ""},
		{"the auditor", auditor, via, "", ""},
	} {
		r, err := s.Request(ctx, test.by, l.ID, test.via)
		if keyOf(err) != test.err || r.Author != test.author || r.Receipt != "" {
			t.Errorf("%s: author %q, receipt %q, %v", test.who, r.Author, string(r.Receipt), err)
		}
		list, err := s.Requests(ctx, test.by, []intake.ID{l.ID}, test.via)
		if keyOf(err) != test.err || err == nil && (len(list) != 1 || !reflect.DeepEqual(list[0], r)) {
			t.Errorf("%s, in a list: %+v, %v", test.who, list, err)
		}
	}
}

func TestContactIsReadOnRecord(t *testing.T) {
	s, d := serve(t)
	ctx := t.Context()
	r, err := s.Submit(ctx, nobody, intaketest.Draft())
	if err != nil {
		t.Fatal(err)
	}
	via, secret := caseOf(false, r.ID), caseOf(true, r.ID)
	for _, test := range []struct {
		who    string
		by     access.Actor
		via    access.Resource
		reason string
		err    string
	}{
		{"without a reason", lighting, via, "", "reason.too_short"},
		{"with hardly one", lighting, via, "看 看", "reason.too_short"},
		{"with an empty one", lighting, via, "\u200b\u200b\u200b\u200b\u200b", "reason.too_short"},
		{"with an essay", lighting, via, strings.Repeat("长", 201), "reason.too_long"},
		{"of a report", lighting, secret, "约上门维修时间", "access.denied"},
		{"another unit", water, via, "约上门维修时间", "access.not_found"},
		{"the auditor", auditor, via, "约上门维修时间", "access.denied"},
		{"the lead", lighting, via, "约上门维修时间", ""},
	} {
		c, err := s.ReadContact(ctx, test.by, r.ID, test.reason, test.via)
		if keyOf(err) != test.err || (c != "") != (err == nil) {
			t.Errorf("%s: %v", test.who, err)
		}
	}
	resident := access.Resident(string(r.ID))
	list, err := s.Reads(ctx, resident, r.ID, access.Resource{})
	if err != nil || len(list) != 1 || list[0].Staff != "li" || list[0].Unit != "lighting" || list[0].Reason != "约上门维修时间" {
		t.Errorf("the resident sees %+v, %v", list, err)
	}
	if list, err := s.Reads(ctx, auditor, r.ID, via); err != nil || len(list) != 1 {
		t.Errorf("the auditor sees %+v, %v", list, err)
	}
	if _, err := s.Reads(ctx, lighting, r.ID, via); keyOf(err) != "access.denied" {
		t.Errorf("the handler: %v", err)
	}

	var kept []byte
	if err := d.Reader().QueryRowContext(ctx, "SELECT contact FROM requests WHERE id = $1", string(r.ID)).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(kept), "139") || len(kept) == 0 {
		t.Errorf("kept as %q", kept)
	}
	other, err := seal.New([]byte(strings.Repeat("x", seal.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	s.Keys = other
	if c, err := s.ReadContact(ctx, lighting, r.ID, "约上门维修时间", via); !errors.Is(err, seal.ErrKey) || c != "" {
		t.Errorf("with another key: %v", err)
	}
	if list, err := s.Reads(ctx, resident, r.ID, access.Resource{}); err != nil || len(list) != 1 {
		t.Errorf("nothing was shown, but %d reads are on record, %v", len(list), err)
	}

	draft := intaketest.Draft()
	draft.Contact = ""
	if r, err = s.Submit(ctx, nobody, draft); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ReadContact(ctx, lighting, r.ID, "约上门维修时间", caseOf(false, r.ID)); keyOf(err) != "contact.none" {
		t.Errorf("none left: %v", err)
	}
}

func TestNotes(t *testing.T) {
	s, _ := serve(t)
	ctx := t.Context()
	r, err := s.Submit(ctx, nobody, intaketest.Draft())
	if err != nil {
		t.Fatal(err)
	}
	resident := access.Resident(string(r.ID))
	if n, err := s.AddNote(ctx, resident, r.ID, " 第二盏也灭了\r\n", access.Resource{}); err != nil || n.Text != "第二盏也灭了" || n.By != "resident" {
		t.Errorf("%+v, %v", n, err)
	}
	for text, want := range map[string]string{"": "note.missing", "\u200b": "note.missing", "\x00": "note.bad", strings.Repeat("长", 4001): "note.too_long"} {
		if _, err := s.AddNote(ctx, resident, r.ID, text, access.Resource{}); keyOf(err) != want {
			t.Errorf("%.10q: %v", text, err)
		}
	}
	if _, err := s.AddNote(ctx, access.Resident("other"), r.ID, "我也是", access.Resource{}); keyOf(err) != "access.not_found" {
		t.Errorf("a neighbour: %v", err)
	}
	if _, err := s.AddNote(ctx, access.System(), "none", "?", access.Resource{}); keyOf(err) != "access.not_found" {
		t.Errorf("on nothing: %v", err)
	}
	if list, err := s.Notes(ctx, lighting, r.ID, caseOf(false, r.ID)); err != nil || len(list) != 1 {
		t.Errorf("the handler sees %v, %v", list, err)
	}
}

func TestFind(t *testing.T) {
	s, _ := serve(t)
	ctx := t.Context()
	var list []intake.Loaded
	for i := range 3 {
		l := intaketest.Loaded(string(rune('a' + i)))
		l.Category = ""
		list = append(list, l)
	}
	if _, err := s.Load(ctx, access.System(), list); err != nil {
		t.Fatal(err)
	}
	got, err := s.Find(ctx, clerk, "路灯 lamp", 0, 10)
	if err != nil || len(got) != 3 || got[0].Author != "" || got[0].Receipt != "" {
		t.Errorf("found %+v, %v", got, err)
	}
	near, err := s.Near(ctx, clerk, got[0].Text, intaketest.At.Add(-time.Hour), 2)
	if err != nil || len(near) != 2 || near[0].Author != "" || near[0].Receipt != "" {
		t.Errorf("near it %+v, %v", near, err)
	}
	if n, more, err := s.Count(ctx, clerk, "路灯"); n != 3 || more || err != nil {
		t.Errorf("counted %d, %v, %v", n, more, err)
	}
	for name, by := range map[string]access.Actor{"stranger": nobody, "resident": access.Resident("1"), "handler": lighting} {
		_, err1 := s.Find(ctx, by, "路灯", 0, 10)
		_, _, err2 := s.Count(ctx, by, "路灯")
		_, err3 := s.Near(ctx, by, "路灯", intaketest.At, 9)
		if keyOf(err1) != "access.denied" || keyOf(err2) != "access.denied" || keyOf(err3) != "access.denied" {
			t.Errorf("%s searches all: %v, %v", name, err1, err2)
		}
	}
}

func TestLoadChecksAsSubmitDoes(t *testing.T) {
	s, _ := serve(t)
	ctx := t.Context()
	at := intaketest.At
	good := intake.Loaded{Request: intake.Request{Text: "旧系统的一条", At: at, Source: "old.csv", SourceID: "1"}}
	for _, test := range []struct {
		story  string
		change func(l *intake.Loaded)
		want   string
	}{
		{"good", func(*intake.Loaded) {}, ""},
		{"by phone, long ago", func(l *intake.Loaded) { l.Channel, l.At = intake.Phone, at.AddDate(-40, 0, 0) }, ""},
		{"blank", func(l *intake.Loaded) { l.Text = "　" }, "text.missing"},
		{"no time", func(l *intake.Loaded) { l.At = time.Time{} }, "time.missing"},
		{"year 9999", func(l *intake.Loaded) { l.At = at.AddDate(7973, 0, 0) }, "time.out_of_range"},
		{"year 1900, an empty cell of a spreadsheet", func(l *intake.Loaded) { l.At = at.AddDate(-126, 0, 0) }, "time.out_of_range"},
		{"no number in its source", func(l *intake.Loaded) { l.SourceID = "" }, "source_id.missing"},
		{"a bad author", func(l *intake.Loaded) { l.Author = "\xff" }, "author.bad"},
		{"less than no likes", func(l *intake.Loaded) { l.Likes = -1 }, "likes.bad"},
		{"a receipt of nobody", func(l *intake.Loaded) { l.Receipt = "000000000001" }, "receipt.mistyped"},
		{"an unknown category", func(l *intake.Loaded) { l.Category = "城乡建设" }, "category.unknown"},
		{"an unknown area", func(l *intake.Loaded) { l.Area = "moon" }, "area.unknown"},
		{"an unknown channel", func(l *intake.Loaded) { l.Channel = "fax" }, "channel.unknown"},
		{"an empty note", func(l *intake.Loaded) { l.Notes = []intake.Note{{At: at}} }, "note.missing"},
	} {
		l := good
		test.change(&l)
		wrong, err := s.Check(ctx, []intake.Loaded{good, l})
		if err != nil || wrong[0] != nil || keyOf(wrong[1]) != test.want {
			t.Errorf("%s: %v, %v", test.story, wrong, err)
		}
		if test.want == "" {
			continue
		}
		_, err = s.Load(ctx, access.System(), []intake.Loaded{good, l})
		var row *intake.RowError
		if !errors.As(err, &row) || row.Row != 1 || keyOf(err) != test.want {
			t.Errorf("%s, loaded: %v", test.story, err)
		}
	}
	for range 2 {
		if _, err := s.Load(ctx, clerk, []intake.Loaded{good}); keyOf(err) != "access.denied" {
			t.Errorf("a clerk loads: %v", err)
		}
	}
	for i := range 2 {
		fresh, err := s.Load(ctx, access.System(), []intake.Loaded{good})
		if err != nil || fresh[0] != (i == 0) {
			t.Errorf("time %d: %v, %v", i, fresh, err)
		}
	}
	s.Org = town{empty: true}
	good.SourceID, good.Category = "2", "城乡建设"
	if fresh, err := s.Load(ctx, access.System(), []intake.Loaded{good}); err != nil || !fresh[0] {
		t.Errorf("before there is a city: %v, %v", fresh, err)
	}
}

// Both languages say the same things with the same gaps, and every key this
// room gives has a text.
func TestTexts(t *testing.T) {
	read := func(name string) map[string]string {
		raw, err := intake.Texts.ReadFile("texts/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	zh, en := read("zh"), read("en")
	gaps := regexp.MustCompile(`{{[^}]*}}`)
	for key, text := range zh {
		if en[key] == "" || !slices.Equal(gaps.FindAllString(text, -1), gaps.FindAllString(en[key], -1)) {
			t.Errorf("%s: %q and %q", key, text, en[key])
		}
	}
	keys := []string{
		"receipt.mistyped", "receipt.unknown", "request.key_used", "request.sealed", "request.sealing", "intake.closing", "text.missing", "contact.none",
		"place.half_point", "place.out_of_range", "place.outside", "note.missing", "reason.too_short", "reason.too_long", "reason.bad",
		"time.missing", "time.out_of_range", "source_id.missing", "likes.bad", "key.bad", "key.too_long",
	}
	for _, field := range []string{"subject", "text", "address", "contact", "note", "source", "source_id", "author"} {
		keys = append(keys, field+".bad", field+".too_long")
	}
	for _, field := range []string{"lang", "kind", "channel", "category", "area", "same_as"} {
		keys = append(keys, field+".unknown")
	}
	for _, key := range keys {
		if zh[key] == "" {
			t.Errorf("%s has no text", key)
		}
		delete(zh, key)
	}
	if len(zh) > 0 {
		t.Errorf("nobody says %v", zh)
	}
}

// Whoever rings is known by a digest that says nothing without the key, and
// those kept by an older program get theirs step by step.
func TestCallersAreKnownByADigest(t *testing.T) {
	ctx := t.Context()
	s, d := serve(t)
	system := access.System()
	var kept []intake.ID
	for _, contact := range []intake.Contact{"王女士 139 0001 0002", "+86 13900010002", "13800138000", "wang@example.com", ""} {
		draft := intaketest.Draft()
		draft.Contact = contact
		r, err := s.Submit(ctx, nobody, draft)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, r.ID)
	}
	find := func(s *intake.Service, number string) []intake.ID {
		t.Helper()
		list, err := s.OfCaller(ctx, clerk, number, 10)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(list)
		return list
	}
	want := slices.Sorted(slices.Values(kept[:2]))
	if got := find(s, "13900010002"); !slices.Equal(got, want) {
		t.Errorf("of the number: %v, want %v", got, want)
	}
	for _, by := range []access.Actor{nobody, lighting, auditor} {
		if list, err := s.OfCaller(ctx, by, "13900010002", 10); err == nil {
			t.Errorf("%v looks for a number: %v", by, list)
		}
	}
	// What is kept does not tell the number: with another key it is another digest.
	other, err := seal.New(slices.Repeat([]byte{7}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	stranger := *s
	stranger.Keys = other
	if got := find(&stranger, "13900010002"); len(got) != 0 {
		t.Errorf("with another key: %v", got)
	}
	digest := func() (out string) {
		t.Helper()
		if err := d.Reader().QueryRowContext(ctx, `SELECT caller FROM requests WHERE id = $1`, string(kept[0])).Scan(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	plain := sha256.Sum256([]byte("13900010002"))
	if got := digest(); len(got) != 24 || strings.HasPrefix(hex.EncodeToString(plain[:]), got) || strings.Contains(got, "13900010002") {
		t.Errorf("the digest is %q", got)
	}
	// As an older program left them.
	before := digest()
	if _, err := d.Writer().ExecContext(ctx, `UPDATE requests SET caller = NULL`); err != nil {
		t.Fatal(err)
	}
	if err := stranger.MarkCallers(ctx, intake.MarkCallers{}); err == nil {
		t.Error("without the key they are taken for done")
	}
	for range 2 {
		if err := s.MarkCallers(ctx, intake.MarkCallers{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := find(s, "１３９０００１０００２"); !slices.Equal(got, want) || digest() != before {
		t.Errorf("after the upgrade: %v", got)
	}
	// After the keys were changed, what the old one made is found.
	changed := *s
	if changed.Keys, err = seal.New(slices.Repeat([]byte{7}, seal.KeySize), make([]byte, seal.KeySize)); err != nil {
		t.Fatal(err)
	}
	if got := find(&changed, "13900010002"); !slices.Equal(got, want) {
		t.Errorf("after a change of keys: %v", got)
	}
	// A look at a call is on record once.
	for range 2 {
		if err := s.Shown(ctx, clerk, kept[0], "call-1", "本人来电", caseOf(false, kept[0])); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Shown(ctx, water, kept[0], "call-1", "本人来电", caseOf(false, kept[0])); err == nil {
		t.Error("shown to who may not see it")
	}
	if list, err := s.Reads(ctx, system, kept[0], caseOf(false, kept[0])); err != nil || len(list) != 1 {
		t.Errorf("on record: %v, %v", list, err)
	}
}
