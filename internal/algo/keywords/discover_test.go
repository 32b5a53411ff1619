package keywords

import (
	"testing"

	"yiwang/internal/algo/text"
)

// A word is free on both sides: a part that always has the same neighbour is
// none.
func TestDiscover(t *testing.T) {
	l := Learn([]string{
		"桂花路路灯不亮", "莲湖街路灯不亮了", "松柏巷的路灯不亮很久", "请修路灯不亮三天", "门口路灯不亮没人管", "晚上路灯不亮看不见", "路灯不亮",
		"公交车等了四十分钟还没有来", "幼儿园学位太少，希望增加", "自来水发黄，有很大的异味", "垃圾堆在楼下，气味难闻",
	})
	for s, want := range map[string]bool{"路灯不亮": true, "灯不亮": false, "路灯不": false} {
		var h uint64
		for _, u := range units(nil, text.Fold(s)) {
			h = extend(h, u)
		}
		k := l.get(h)
		if got := k != 0 && l.entries[k-1].word; got != want {
			t.Errorf("%s is a word: %v", s, got)
		}
	}
}
