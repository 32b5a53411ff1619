package app_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
)

func people(t *testing.T, c *apptest.City) []access.Staff {
	t.Helper()
	list, err := c.App.Staff.List(context.Background(), access.System())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func dispatcherOf(t *testing.T, c *apptest.City) access.Actor {
	t.Helper()
	for _, s := range people(t, c) {
		if s.Roles[0] == access.Dispatcher {
			actor, err := c.App.Staff.Actor(context.Background(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			return actor
		}
	}
	t.Fatal("nobody dispatches")
	return access.Actor{}
}

// A partner handles its own cases and sees no others and no contact data,
// until that is allowed for one case, with a reason the resident sees.
func TestPartner(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		list := people(t, c)
		i := slices.IndexFunc(list, func(s access.Staff) bool {
			return s.Unit == "water-company" && slices.Contains(s.Roles, access.Handler)
		})
		if i < 0 {
			t.Fatal("the partner has nobody")
		}
		partner, dispatcher, resident := c.As(list[i].Login), c.As("dispatcher"), c.Somebody()
		receipt := resident.Say("湖滨路8号家里停水两天了，我叫王秀兰，电话13800138000，请来看看。", "contact", "12012345678", "address", "湖滨路8号，找王秀兰13800138001")
		c.Somebody().Say("学宫路路灯不亮。", "contact", "12087654321")
		c.Settle()
		number := dispatcher.Case("dispatch", "停水两天")
		other := dispatcher.Case("dispatch", "学宫路")
		dispatcher.Do(number, "dispatch", "unit", "water-company", "category", "water-outage")
		dispatcher.Do(other, "dispatch", "unit", "um-facilities", "category", "roads-streetlight")

		partner.Get("/work/queue?view=all").Shows(t, "停水两天").Hides(t, "学宫路")
		if page := partner.Get(other); page.Status != http.StatusNotFound {
			t.Errorf("it guesses a number: %d", page.Status)
		}
		if page := partner.Do(other, "accept"); page.Status != http.StatusNotFound {
			t.Errorf("and takes it: %d", page.Status)
		}
		for _, path := range []string{"/work/search?q=12012345678", "/work/knowledge", "/work/board", "/work/calls", "/work/automatic"} {
			if page := partner.Get(path); page.Status == http.StatusOK {
				t.Errorf("it sees %s", path)
			}
		}
		partner.Do(number, "accept")
		resident.Post(receipt+"/words", url.Values{"words": {"再补充：也可以发 wang.xiulan@example.com，车牌是浙A12345。"}})
		c.Settle()
		dispatcher.Do(number, "note", "note", "回电13800138002时说二楼也没水")
		personal := []string{"13800138000", "13800138001", "13800138002", "王秀兰", "wang.xiulan", "A12345"}
		for _, path := range []string{number, "/work/queue?view=all", "/work/queue?view=mine", "/work/way"} {
			partner.Get(path).Hides(t, personal...)
		}
		partner.Get(number).Shows(t, "湖滨路8号", "138******00", "二楼也没水")
		dispatcher.Get(number).Shows(t, personal...)
		request := dispatcher.Get(number).Field("request")
		look := url.Values{"request": {request}, "contact_reason": {"约上门时间"}}
		if page := partner.Post(number+"/contact", look); page.Status != http.StatusForbidden {
			t.Errorf("contact data without a grant: %d", page.Status)
		}
		if page := partner.Do(number, "grant", "grant", "yes", "grant_reason", "自己放开"); page.Status != http.StatusForbidden {
			t.Errorf("it grants it to itself: %d", page.Status)
		}
		if page := dispatcher.Do(number, "grant", "grant", "yes", "grant_reason", ""); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a grant without a reason: %d", page.Status)
		}
		dispatcher.Do(number, "grant", "grant", "yes", "grant_reason", "要上门检修")
		partner.Post(number+"/contact", look).Shows(t, "12012345678")
		partner.Get(number).Shows(t, personal...)
		resident.Get(receipt).Shows(t, "使用您的联系方式", "约上门时间")
		dispatcher.Do(number, "grant")
		if page := partner.Post(number+"/contact", look); page.Status != http.StatusForbidden {
			t.Errorf("contact data after the grant was taken back: %d", page.Status)
		}
		// A grant ends with the unit it was for.
		dispatcher.Do(number, "grant", "grant", "yes", "grant_reason", "要上门检修")
		dispatcher.Do(number, "dispatch", "unit", "um-facilities", "category", "water-outage", "dispatch_note", "派错了")
		dispatcher.Do(number, "dispatch", "unit", "water-company", "category", "water-outage", "dispatch_note", "派错了")
		if page := partner.Post(number+"/contact", look); page.Status != http.StatusForbidden {
			t.Errorf("contact data after it came back: %d", page.Status)
		}
	})
}

// What somebody who works here says of this system is a request like any other.
func TestFeedback(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	handler := c.As("handler")
	page := handler.Get("/work/help?page=/work/cases/20261124-00001")
	page.Shows(t, "办件", "承办人的一天", "先签收")
	form := url.Values{"key": {page.Field("key")}, "page": {"/work/cases/20261124-00001"}, "text": {" "}}
	if page := handler.Post("/work/help", form); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing said: %d", page.Status)
	}
	form.Set("text", "希望能按地址排序")
	handler.Post("/work/help", form).Shows(t, "希望能按地址排序", "（在“办件”这一页）")
	c.Settle()
	c.As("dispatcher").Case("dispatch", "关于本系统")
	for _, role := range []string{"clerk", "dispatcher", "section_head", "unit_leader", "supervisor", "leader", "auditor", "administrator"} {
		c.As(role).Get("/work/help").Shows(t, "的一天")
	}
}
