package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
)

// An account collects receipts: those sent while signed in, and those that
// are claimed later by who has them. Nobody else sees what it holds.
func TestAccount(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		p := c.Somebody()
		old := p.Say("路灯不亮三天了，请修一修。")
		enter := func(p *apptest.Person, form, name, password string) apptest.Page {
			return p.Post("/account/"+form, url.Values{"name": {name}, "password": {password}})
		}
		for _, row := range []struct{ name, password string }{{"", ""}, {"li", "一二三四五六七八九十"}, {"li na", "short"}, {"long enough", "LONG enough"}, {strings.Repeat("长", 65), "一二三四五六七八九十"}} {
			if page := enter(p, "open", row.name, row.password); page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%q opens an account: %d", row.name, page.Status)
			}
		}
		// A receipt that is kept before there is an account is in it afterwards.
		p.Post(old+"/keep", url.Values{}).Shows(t, "开一个账户")
		enter(p, "open", "Li Na", "四个词连起来好记一点").Shows(t, "路灯不亮三天了")
		p.Say("井盖松动，有声音。")
		c.Settle()
		p.Get("/account").Shows(t, "路灯不亮三天了", "井盖松动")
		if page := enter(c.Somebody(), "open", "ｌｉ ＮＡ ", "另外四个词连起来好记"); page.Status != http.StatusConflict {
			t.Errorf("the same name once more: %d", page.Status)
		}

		other := c.Somebody()
		other.Get("/account").Hides(t, "井盖")
		for _, row := range []struct{ name, password string }{{"Li Na", "不是这个密码不是这个"}, {"Nobody", "四个词连起来好记一点"}} {
			if page := enter(other, "in", row.name, row.password); page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s signs in: %d", row.name, page.Status)
			} else {
				page.Shows(t, "名字或密码不对")
			}
		}
		enter(other, "in", "li na", "四个词连起来好记一点").Shows(t, "路灯不亮三天了", "井盖松动")
		other.Post(old+"/keep", url.Values{"out": {"yes"}}).Hides(t, "路灯不亮")
		other.Get(old).Shows(t, "路灯不亮") // it goes on without the account
		if page := other.Post("/r/AAAA-BBBB-CCCC/keep", url.Values{}); page.Status == http.StatusOK {
			t.Error("a guessed receipt is kept")
		}
		other.Post("/account/out", url.Values{}).Hides(t, "井盖")
		p.Get("/account").Shows(t, "井盖") // elsewhere one is signed in still
		if page := p.Post("/account/delete", url.Values{}); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("deleted without being sure: %d", page.Status)
		}
		enter(other, "in", "li na", "四个词连起来好记一点").Shows(t, "井盖松动")
		p.Post("/account/delete", url.Values{"sure": {"yes"}}).Hides(t, "井盖")
		other.Get("/account").Shows(t, "开一个账户").Hides(t, "井盖") // elsewhere too
		other.Post(old+"/keep", url.Values{}).Shows(t, "开一个账户")
		if page := enter(p, "in", "Li Na", "四个词连起来好记一点"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a deleted account signs in: %d", page.Status)
		}
	})
}

// Who is signed in stays so while they look in every day, and no longer.
func TestAccountIdle(t *testing.T) {
	var later atomic.Int64
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
	p, away := c.Somebody(), c.Somebody()
	for who, name := range map[*apptest.Person]string{p: "li", away: "wang"} {
		who.Post("/account/open", url.Values{"name": {name + " na"}, "password": {"四个词连起来好记一点"}})
		who.Say("路灯不亮三天了。")
	}
	for range 4 {
		p.Get("/account").Shows(t, "路灯不亮")
		later.Add(int64(20 * time.Hour))
	}
	p.Get("/account").Shows(t, "路灯不亮")
	away.Get("/account").Shows(t, "开一个账户").Hides(t, "路灯不亮")
}

// Passwords of one account are not guessed from many addresses either.
func TestGuessedAccount(t *testing.T) {
	c := apptest.One(t, apptest.Options{Web: app.Web{Proxies: "127.0.0.1/32"}})
	c.Somebody().Post("/account/open", url.Values{"name": {"Li Na"}, "password": {"四个词连起来好记一点"}})
	try := func(from int, name string) int {
		form := url.Values{"name": {name}, "password": {"不是这个密码不是这个"}}
		return c.Somebody().Ask(http.MethodPost, "/account/in", strings.NewReader(form.Encode()),
			"Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", from)).Status
	}
	for i := range 20 {
		if status := try(i, "li na"); status != http.StatusUnprocessableEntity {
			t.Fatalf("try %d: %d", i, status)
		}
	}
	if status := try(100, "Li Na"); status != http.StatusTooManyRequests {
		t.Errorf("one more: %d", status)
	}
	if status := try(101, "wang wei"); status != http.StatusUnprocessableEntity {
		t.Errorf("another account: %d", status)
	}
}
