package app_test

import (
	"net/http"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// A dispatcher joins cases that nothing suggests by their numbers; each that
// cannot be joined is named beside the field, and what was typed is kept.
func TestMergeByNumber(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	for _, text := range []string{"学宫路路灯不亮。", "河边有人乱倒垃圾，臭得很。", "湖滨路8号家里停水两天了。", "公交车站牌倒了。"} {
		c.Somebody().Say(text)
	}
	c.Somebody().Say("我们科的李科长收了施工队的红包，请查处。", "kind", "report")
	c.Settle()
	dispatcher := c.As("dispatcher")
	into, rubbish, water, sign, report := dispatcher.Case("dispatch", "学宫路路灯"), dispatcher.Case("dispatch", "乱倒垃圾"), dispatcher.Case("dispatch", "停水两天"), dispatcher.Case("dispatch", "公交车站牌"), dispatcher.Case("dispatch", "红包")
	number := func(path string) string { return strings.TrimPrefix(path, "/work/cases/") }

	dispatcher.Do(water, "merge", "numbers", number(sign))
	typed := strings.Join([]string{number(into), number(sign), number(report), "20200101-1", number(rubbish)}, ", ")
	page := dispatcher.Do(into, "merge", "numbers", typed)
	if page.Status != http.StatusUnprocessableEntity || page.Field("numbers") != typed {
		t.Errorf("%d, and %q is left of what was typed", page.Status, page.Field("numbers"))
	}
	page.Shows(t, number(into)+" 就是本件", number(sign)+" 已经并入别的办件", number(report)+" 不能合并", "没有 20200101-1 这个办件")
	if page := dispatcher.Do(into, "merge", "numbers", " "); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing chosen: %d", page.Status)
	}
	dispatcher.Do(into, "merge", "numbers", number(rubbish)+"、"+number(water)).Shows(t, "4 人同诉")
	for _, path := range []string{rubbish, water} {
		got, err := c.App.Cases.ByNumber(t.Context(), access.System(), cases.Number(number(path)))
		if err != nil || got.MergedInto == "" || got.Outcome != cases.Duplicate {
			t.Errorf("%s is %s (%v)", path, got.State, err)
		}
	}
}
