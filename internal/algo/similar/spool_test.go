package similar

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// A memory is a spool that is no file.
type memory struct{ bytes.Buffer }

func (m *memory) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(m.Bytes()).ReadAt(p, at)
}

// What lies in the spool is compared as what lies in memory.
func TestSpool(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	words := strings.Fields("路灯 不亮 自来水 停了 垃圾 没人 收 学校 门口 堵车 公交 晚点 施工 噪音 夜里 物业 停车位 油烟")
	var rows []Row
	for i := range 400 {
		var s strings.Builder
		for range 8 {
			s.WriteString(words[rng.IntN(len(words))])
		}
		rows = append(rows, Row{Text: s.String(), Place: fmt.Sprint("建设路", i%7)})
		if i%3 == 0 {
			rows = append(rows, Row{Text: s.String() + words[rng.IntN(len(words))], Place: fmt.Sprint("建设路", i%7)})
		}
	}
	find := func(g *Grouping) []Group {
		for _, r := range rows {
			if err := g.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		list, err := g.Groups(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	want := find(NewGrouping(nil))
	if len(want) < 100 {
		t.Fatalf("%d groups", len(want))
	}
	for _, room := range []int{1, 1000, 10_000} {
		m := &memory{}
		g := NewGrouping(m)
		g.room = room
		if got := find(g); !reflect.DeepEqual(got, want) {
			t.Errorf("with room for %d bytes: %d groups, and %d without a spool", room, len(got), len(want))
		}
		if m.Len() == 0 {
			t.Error("the spool is empty")
		}
	}
	g := NewGrouping(nil)
	g.room = 10
	var err error
	for _, r := range rows {
		if err = g.Add(r); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrTooMuch) {
		t.Errorf("without room and spool: %v", err)
	}
}
