//go:build data

package app_test

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/flow/importing"
)

// TestDataMessages reads in real messages of citizens, has them read, sends
// one out, finds them, and shows the officials' replies as answers.
func TestDataMessages(t *testing.T) {
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of real messages")
	}
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		for _, row := range []struct {
			file, columns string
			rows          int
		}{
			{"messages/annex3_messages.csv.gz", "id=留言编号,user=留言用户,subject=留言主题,time=留言时间,text=留言详情,likes=点赞数", 4326},
			{"messages/annex4_replies.csv.gz", "id=留言编号,user=留言用户,subject=留言主题,time=留言时间,text=留言详情,answer=答复意见,answered=答复时间", 2816},
			{"classify/annex2_dev.csv.gz", "id=row,text=text_segmented", 7368},
			{"messages/cfpb_1000_en.csv", "id=id,text=narrative", 1000},
		} {
			got, err := importer(c).Import(t.Context(), filepath.Join(dir, row.file), importing.Options{Map: row.columns})
			if err != nil || got.Imported != row.rows || got.Refused != 0 {
				t.Fatalf("%s: %+v %v", row.file, got, err)
			}
		}
		c.Settle()
		d := c.As("dispatcher")
		for query, want := range map[string]string{"一米阳光婚纱": "是否合法纳税", "A3区": "A3", "景蓉华苑物业": "物业管理有问题", "施工安全隐患": "施工", "insurance information": "insurance"} {
			d.Get("/work/search?q="+url.QueryEscape(query)).Shows(t, want)
		}
		answered := d.Get("/work/search?q=" + url.QueryEscape("景蓉华苑物业管理有问题"))
		at := pathOf(answered.Body)
		if at == "" {
			t.Fatal("an answered message has no case")
		}
		d.Get(at).Shows(t, "答复")

		at = d.Case("dispatch", "")
		page := d.Get(at)
		unit, category := page.Field("unit"), page.Field("category")
		if unit == "" {
			unit, category = "um-facilities", "roads-pothole"
		}
		d.Do(at, "dispatch", "unit", unit, "category", category)
		for _, s := range people(t, c) {
			if string(s.Unit) == unit && s.Roles[0] == "handler" {
				h := c.As(s.Login)
				h.Do(at, "accept")
				h.Do(at, "draft", "outcome", "solved", "answer", "您好，已现场处理。", "send", "yes")
				d.Get(at).Shows(t, "您好，已现场处理。")
				return
			}
		}
		t.Errorf("nobody handles cases in %s", unit)
	})
}
