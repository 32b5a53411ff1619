package app_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/access"
	"yiwang/internal/city/sealed"
	"yiwang/internal/flow"
)

// opens is the invented district's key, which opens nothing but invented
// reports: docs/formats/sealed.md gives it to whoever tries.
const opens = "yiwang-open-qRLDctkULhBnTN7ybTrCae6KE38a9y4cPzssx_sxDuc"

// A lead for discipline inspection is sealed. After that nobody in the program
// reads it, nor does the database file have it, and the body that has the key
// opens it and confirms.
func TestSealedReport(t *testing.T) {
	c := apptest.SQLite(t, apptest.Options{})
	said := "区里采购科的科长逢年过节收金凤公司的红包，我有证据。"
	page := c.Somebody().Say(said, "area", "lianhu-hubin", "contact", "13900001234")
	other := c.Somebody().Say("采购科旁边的路灯不亮了。", "area", "lianhu-hubin")
	c.Settle()
	dispatcher, handler, auditor, receiver := c.As("dispatcher"), c.As("handler"), c.As("auditor"), c.As("receiver")
	at := dispatcher.Case("dispatch", "金凤公司")
	dispatcher.Do(at, "note", "note", "打过电话，他说金凤公司的账在三楼。")
	if bad := dispatcher.Do(at, "seal", "seal_route", "lawful-court"); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("sealed for a body without a key: %d", bad.Status)
	}
	if refused := handler.Do(at, "seal", "seal_route", "lawful-discipline"); refused.Status != http.StatusNotFound {
		t.Errorf("a unit seals what it does not have: %d", refused.Status)
	}
	if sent := sendPhoto(t, c.Somebody(), page); sent.Status != http.StatusOK {
		t.Fatal(sent.Status)
	}
	dispatcher.Do(at, "seal", "seal_route", "lawful-discipline")
	// From now on nothing more is added, though the job has not run yet.
	c.Somebody().Post(page+"/words", url.Values{"words": {"金凤公司还有一件事"}}).Shows(t, "已经封存移交，不能再补充", "另外提交")
	if refused := sendPhoto(t, c.Somebody(), page); refused.Status != http.StatusConflict {
		t.Errorf("a photo is added to what is being sealed: %d", refused.Status)
	}
	c.Settle()

	for _, p := range []*apptest.Person{dispatcher, c.As("supervisor"), auditor, c.As("clerk")} {
		p.Get(at).Shows(t, "已封存移交", "纪检监察举报").Hides(t, "金凤", "红包", "三楼", "13900001234")
	}
	for _, p := range []*apptest.Person{handler, receiver, c.As("leader")} {
		if got := p.Get(at); got.Status != http.StatusNotFound {
			t.Errorf("the page of the case: %d", got.Status)
		}
	}
	c.Somebody().Get(page).Shows(t, "已经封存，移交给纪检监察举报", "您说的话已经封存").Hides(t, "金凤", "红包", "lawful-discipline")
	c.Somebody().Get(other).Shows(t, "路灯")
	dispatcher.Get("/work/search?q="+url.QueryEscape("金凤公司")).Hides(t, at)
	if refused := c.Somebody().Post(page+"/words", url.Values{"words": {"还有一件事"}}); refused.Status != http.StatusConflict {
		t.Errorf("words are added to what is sealed: %d", refused.Status)
	}

	receiver.Get("/work").Shows(t, "封存移交", "还没有")
	receiver.Get("/work/notices").Shows(t, "有封存移交的线索")
	list, err := c.App.Sealing.List(t.Context(), access.Actor{Staff: "x", Roles: []access.Role{access.Receiver}}, "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	id := "/work/sealed/" + string(list[0].ID)
	if got := auditor.Get(id + "/file"); got.Status != http.StatusForbidden {
		t.Errorf("an auditor takes it: %d", got.Status)
	}
	plain, err := seal.OpenAs(opens, []byte(receiver.Get(id+"/file").Body), sealed.About)
	if err != nil {
		t.Fatal(err)
	}
	var r flow.SealedReport
	if err := json.Unmarshal(plain, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Photos) != 1 || len(r.Requests[0].Notes) != 0 {
		t.Errorf("%d photos and %d notes are sealed", len(r.Photos), len(r.Requests[0].Notes))
	}
	if len(r.Requests) != 1 || r.Requests[0].Text != said || r.Requests[0].Contact != "13900001234" || !bytes.Contains(plain, []byte("账在三楼")) {
		t.Errorf("the report says %s", plain)
	}
	auditor.Get("/work/sealed").Shows(t, list[0].Digest).Hides(t, "下载密文", "本机关的编号")
	receiver.Post(id, url.Values{"receipt": {"纪〔2026〕7"}}).Shows(t, "纪〔2026〕7").Hides(t, "本机关的编号")
	if again := receiver.Post(id, url.Values{"receipt": {"纪〔2026〕8"}}); again.Status != http.StatusConflict {
		t.Errorf("received twice: %d", again.Status)
	}
	dispatcher.Get(at).Shows(t, "纪〔2026〕7", list[0].Digest)
	c.Somebody().Get(page).Shows(t, "对方确认已经收到").Hides(t, "纪〔2026〕7")

	nothingLeft(t, c, "金凤公司", "13900001234", "账在三楼")
	var left int
	if err := c.App.DB.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM file_pieces`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d pieces of photos are left, %v", left, err)
	}
}

// sendPhoto adds a photo to a request, as a browser without scripts does.
func sendPhoto(t *testing.T, p *apptest.Person, page string) apptest.Page {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	return whole(t, p, page, "a.png", b.Bytes())
}

// nothingLeft looks through all rows of all tables.
func nothingLeft(t *testing.T, c *apptest.City, words ...string) {
	t.Helper()
	db := c.App.DB.Reader()
	rows, err := db.QueryContext(t.Context(), `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil || len(tables) < 20 {
		t.Fatal(tables, err)
	}
	for _, name := range tables {
		rowsOf(t, c, name, func(cell string) {
			for _, w := range words {
				if strings.Contains(cell, w) {
					t.Errorf("%s still has %q", name, w)
				}
			}
		})
	}
}

func rowsOf(t *testing.T, c *apptest.City, table string, cell func(string)) {
	t.Helper()
	rows, err := c.App.DB.Reader().QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]sql.RawBytes, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(table, err)
		}
		for _, v := range values {
			cell(string(v))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
