package app_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/flow/importing"
)

func importer(c *apptest.City) importing.Importer {
	return importing.Importer{Intake: c.App.Intake, Org: c.App.Org, Now: c.App.Options.Now}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(apptest.Folder(t), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const columns = "id=留言编号,user=留言用户,subject=留言主题,time=留言时间,text=留言详情,likes=点赞数,answer=答复意见,answered=答复时间"

const exported = "留言编号,留言用户,留言主题,留言时间,留言详情,点赞数,答复意见,答复时间\n" +
	"1001,A00012,荷塘社区路灯不亮,2026/2/28 11:25:05,\"小区门口路灯不亮，\n已经三天了\",5,,\n" +
	"1002,A00013,井盖松动,2026/3/1,柳影路井盖松动，车一过就响,0,\"您好！已于三月二日更换。\n感谢反映。\",2026/3/2 9:00\n" +
	"1003,U00001,公交,43891.5,12路公交车等了四十分钟,,,\n"

func TestImport(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx := t.Context()
		m := importer(c)
		file := write(t, "messages.csv", exported)
		o := importing.Options{Map: columns}
		got, err := m.Import(ctx, file, o)
		if err != nil || got.Imported != 3 || got.Already != 0 || got.Refused != 0 {
			t.Fatalf("%+v %v", got, err)
		}
		if got, err = m.Import(ctx, file, o); err != nil || got.Imported != 0 || got.Already != 3 {
			t.Errorf("once more: %+v %v", got, err)
		}
		o.Source = "another system"
		if got, err = m.Import(ctx, write(t, "one.csv", strings.Join(strings.SplitAfter(exported, "\n")[:3], "")), o); err != nil || got.Imported != 1 {
			t.Errorf("the same id of another source: %+v %v", got, err)
		}
		c.Settle()
		d := c.As("dispatcher")
		d.Get(d.Case("dispatch", "荷塘社区路灯不亮")).Shows(t, "路灯", "已经三天了")
		page := d.Get("/work/search?q=" + url.QueryEscape("柳影路井盖"))
		page.Shows(t, "井盖松动")
		if at := pathOf(page.Body); at == "" {
			t.Error("what was answered has no case")
		} else {
			d.Get(at).Shows(t, "已于三月二日更换。 感谢反映。")
		}
	})
}

func pathOf(body string) string {
	_, rest, ok := strings.Cut(body, `href="/work/cases/`)
	if !ok {
		return ""
	}
	number, _, _ := strings.Cut(rest, `"`)
	return "/work/cases/" + number
}

// A file with wrong rows is refused whole, with line and reason; or they are
// left out.
func TestImportRefuses(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	ctx := t.Context()
	m := importer(c)
	bad := exported +
		"1004,A,没有内容的标题,9999/1/1,内容,,,\n" +
		"1005,A,,2026/3/1,,,,\n" +
		"1006,A,题,2026/3/1,内容,很多,,\n" +
		"1007,A,题,2026/3/3,内容,1,答复,2026/3/1\n" +
		"1008,A,题,2026/3/3,内容,1,答复,昨天\n" +
		"1009,A,题,,内容,1,,\n"
	file := write(t, "bad.csv", bad)
	got, err := m.Import(ctx, file, importing.Options{Map: columns})
	if !errors.Is(err, importing.ErrRefused) || got.Refused != 6 || got.Imported != 0 {
		t.Fatalf("%+v %v", got, err)
	}
	for i, want := range []int{7, 8, 9, 10, 11, 12} {
		if got.Refusals[i].Line != want || got.Refusals[i].Err == nil {
			t.Errorf("refusal %d: %+v", i, got.Refusals[i])
		}
	}
	if n, _, err := c.App.Intake.Count(ctx, dispatcherOf(t, c), "路灯"); err != nil || n != 0 {
		t.Errorf("%d requests were kept (%v)", n, err)
	}
	if got, err = m.Import(ctx, file, importing.Options{Map: columns, SkipBad: true}); err != nil || got.Imported != 3 || got.Refused != 6 {
		t.Errorf("without the bad ones: %+v %v", got, err)
	}
	for spec, text := range map[string]string{"words=1": exported, "text=无": exported, "": "a,b\n1,2\n"} {
		if _, err := m.Import(ctx, write(t, "x.csv", text), importing.Options{Map: spec}); err == nil {
			t.Errorf("%q was taken", spec)
		}
	}
}

// An import that was interrupted is run again and ends where it would have.
func TestImportResumes(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	m := importer(c)
	var b strings.Builder
	b.WriteString("id,text,time\n")
	for i := range 2600 {
		b.WriteString(strings.Join([]string{time.Unix(int64(i), 0).Format("150405") + "-" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676)), "路灯坏了", "2026-03-01"}, ",") + "\n")
	}
	file := write(t, "many.csv", b.String())
	ctx, cancel := context.WithCancel(t.Context())
	got, err := m.Import(ctx, file, importing.Options{Progress: func(_, kept int) {
		if kept >= 1000 {
			cancel()
		}
	}})
	if err == nil || got.Imported < 1000 || got.Imported == 2600 {
		t.Fatalf("%+v %v", got, err)
	}
	rest, err := m.Import(t.Context(), file, importing.Options{})
	if err != nil || rest.Already != got.Imported || rest.Imported+rest.Already != 2600 {
		t.Errorf("%+v after %+v: %v", rest, got, err)
	}
}

// Before a city is loaded, what is imported waits for it.
func TestImportBeforeInit(t *testing.T) {
	c := apptest.One(t, apptest.Options{Empty: true})
	got, err := importer(c).Import(t.Context(), write(t, "messages.csv", exported), importing.Options{Map: columns})
	if err != nil || got.Imported != 3 {
		t.Fatalf("%+v %v", got, err)
	}
}
