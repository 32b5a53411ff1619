package topics

import (
	"context"
	"fmt"
	"testing"
	"time"

	"yiwang/internal/algo/text"
)

// Where there are too many messages to compare each with each, those of one
// matter still come together, and each is in one topic.
func TestCondense(t *testing.T) {
	var all []Message
	for i := range 300 {
		m := Message{ID: fmt.Sprint(i), Time: time.Unix(1_800_000_000+int64(i)*3600, 0)}
		switch i % 3 {
		case 0:
			m.Subject, m.Text = "莲湖小区旁的搅拌站噪音扰民", fmt.Sprintf("第%d次投诉，莲湖小区附近的搅拌站半夜施工，请尽快搬走。", i)
		case 1:
			m.Subject, m.Text = "桂花路的公交车太少", fmt.Sprintf("在桂花路等了%d分钟，公交车班次太少了。", i)
		default:
			m.Text = string([]rune{rune(0x5000 + i), rune(0x6000 + i), rune(0x7000 + i), rune(0x5500 + i)})
		}
		all = append(all, m)
	}
	v := newVocabulary(len(all))
	v.most = 50
	found, err := v.group(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	seen, large := 0, 0
	for _, topic := range found {
		seen += len(topic.Members)
		if len(topic.Members) > 90 && len(topic.Members) <= 100 {
			large++
		}
	}
	if seen != len(all) || large != 2 {
		t.Errorf("%d messages in topics, %d large ones of %d", seen, large, len(found))
	}
}

// Whatever comes, each message is in one topic, and topics that are merged are
// known.
func FuzzStream(f *testing.F) {
	f.Add("A3区莲湖路", "路灯坏了", "the lamp, Lotus Road", int64(0), 3)
	f.Add("小区", "\xff\x00市", "a市a市a市", int64(-1), 1)
	f.Fuzz(func(t *testing.T, a, b, c string, at int64, most int) {
		s := newStream(newVocabulary(1))
		s.most = max(1, most%8)
		known := map[int64]bool{}
		for i := range 12 {
			text := []string{a, b, c, a + b}[i%4]
			known[s.Add(Message{ID: text, Subject: a, Text: text, Who: c, Time: time.Unix(at%1e10+int64(i), 0)})] = true
			if i%5 == 0 {
				top, err := s.Topics(context.Background(), 3)
				if err != nil {
					t.Fatal(err)
				}
				for _, topic := range top {
					if !known[topic.ID] || topic.Heat.Messages < 1 || topic.Heat.People < 1 {
						t.Errorf("%+v", topic)
					}
				}
			}
		}
		for _, m := range s.Merges() {
			if !known[m.From] || !known[m.Into] || m.From == m.Into {
				t.Errorf("%+v", m)
			}
		}
	})
}

// What stands before a name is not a part of it.
func TestNames(t *testing.T) {
	c := make(census, 1<<12)
	for _, s := range []string{"莲湖小区停水", "我家在莲湖小区", "莲湖小区物业不管", "昨晚莲湖小区又停水", "位于A3区桂花路和松柏街"} {
		c.add(signs(s))
	}
	for _, row := range []struct{ text, want string }{
		{"昨晚莲湖小区又停水", "莲湖小区"},
		{"投诉莲湖小区", "莲湖小区"},
		{"位于A3区桂花路和松柏街", "a3区 桂花路 松柏街"},
		{"全市的道路和住宅区", ""},
		{"没有地名", ""},
		{"", ""},
	} {
		got := ""
		s := signs(row.text)
		for _, n := range c.names(nil, s) {
			if got != "" {
				got += " "
			}
			got += string(s[n.from:n.to])
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.text, got, row.want)
		}
	}
}

func TestPeople(t *testing.T) {
	for _, n := range []int{0, 1, 200, 5000} {
		var p people
		for i := range 3 * n {
			p.add(text.Mix(uint64(i % max(1, n))))
		}
		if got := p.count(); got < n*9/10 || got > n*11/10 {
			t.Errorf("%d of %d people", got, n)
		}
	}
}
