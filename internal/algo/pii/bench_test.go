package pii_test

import (
	"strings"
	"testing"

	"yiwang/internal/algo/pii"
)

// BenchmarkFind is on invented messages, half with something to be found, as
// they come: about a fifth of the text is personal data.
func BenchmarkFind(b *testing.B) {
	for _, lang := range []struct{ name, filler string }{
		{"dense", ""},
		{"chinese", "尊敬的领导您好，我们小区最近一个月以来多次停水停电，物业公司一直没有给出合理的解释，希望有关部门能够尽快调查处理，还居民一个安静舒适的生活环境，谢谢。"},
		{"english", "The street lamps along our road have been out for three weeks now and nobody has come to look at them although we reported it twice on the phone. "},
	} {
		b.Run(lang.name, func(b *testing.B) {
			g := generator{newRand(3)}
			var texts []string
			n := 0
			for range 500 {
				text := strings.Repeat(lang.filler, 5) + parse(g.positive()).text + parse(g.negative()).text
				texts = append(texts, text)
				n += len(text)
			}
			b.SetBytes(int64(n))
			for b.Loop() {
				for _, text := range texts {
					pii.Find(text)
				}
			}
		})
	}
}
