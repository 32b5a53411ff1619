package similar_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/similar"
)

func ExampleRank() {
	open := []similar.Message{
		{Text: "莲湖路28号门口路灯不亮，晚上很黑"},
		{Text: "建设路水管爆裂，水流到路上"},
		{Text: "楼上装修噪音，请管一管"},
	}
	for _, m := range similar.Rank(similar.Message{Text: "建设路上水管破了在漏水"}, open, 0.2) {
		fmt.Println(open[m.Index].Text)
	}
	// Output: 建设路水管爆裂，水流到路上
}

func TestRank(t *testing.T) {
	open := []similar.Message{
		{Text: "请尽快处理建设路的水管爆裂", Lat: 30.2, Lon: 114, HasPlace: true, Category: "pipe"},
		{Text: "请尽快处理建设路的水管爆裂", Lat: 30.3, Lon: 114, HasPlace: true, Category: "pipe"},
		{Text: "请尽快处理小区停车乱的问题"},
		{Text: ""},
	}
	q := similar.Message{Text: "请尽快处理，建设路水管爆了", Lat: 30.2, Lon: 114, HasPlace: true, Category: "pipe"}
	list := similar.Rank(q, open, 0.3)
	if len(list) != 1 || list[0].Index != 0 || list[0].Meters > 1 {
		t.Errorf("the same pipe, and not one 11 km away: %+v", list)
	}
	if got := similar.Rank(similar.Message{}, open, 0); got != nil {
		t.Errorf("nothing is like nothing: %+v", got)
	}
}

func TestScoresAreShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Custom(func(t *rapid.T) similar.Message {
			return similar.Message{
				Text: rapid.StringOf(rapid.RuneFrom([]rune("路灯不亮水管ab "))).Draw(t, "text"), Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"),
				Lon: rapid.Float64Range(-180, 180).Draw(t, "lon"), HasPlace: rapid.Bool().Draw(t, "placed"),
			}
		})).Draw(t, "list")
		if len(list) == 0 {
			return
		}
		last := math.Inf(1)
		for _, m := range similar.Rank(list[0], list, 0) {
			if m.Score < 0 || m.Score > 1 || m.Score > last {
				t.Fatalf("%+v", m)
			}
			last = m.Score
		}
	})
}

func TestMeters(t *testing.T) {
	if d := similar.Meters(39.9042, 116.4074, 31.2304, 121.4737); math.Abs(d-1_067_000) > 5_000 {
		t.Errorf("Beijing to Shanghai: %.0f m", d)
	}
}
