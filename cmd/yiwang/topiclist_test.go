package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yiwang/internal/algo/topics"
)

// Where only a part of the messages is compared, each is in one topic all the
// same, the hottest first and the oldest message first.
func TestTopicList(t *testing.T) {
	read := evenly[topics.Message]{most: 3000, size: func(m topics.Message) int { return len(m.Text) }}
	var others []topics.Message
	for i := range 120 {
		m := topics.Message{ID: fmt.Sprint(i), Time: time.Unix(1_800_000_000-int64(i)*3600, 0), Text: fmt.Sprintf("第%d次投诉，莲湖小区附近的搅拌站半夜施工。", i)}
		if i%3 == 1 {
			m.Text, m.Time = string([]rune{rune(0x5000 + i), rune(0x6000 + i), rune(0x7000 + i), rune(0x5500 + i)}), time.Time{}
		}
		if i == 1 || i == 103 {
			m.Likes = 1000
		}
		if read.takes() {
			read.add(m)
		}
		others = append(others, m)
	}
	if read.every < 2 || len(read.kept) >= len(others)/2+1 {
		t.Fatal("all was kept", read.every, len(read.kept))
	}
	spool, err := os.Create(filepath.Join(folder(t), "spool"))
	if err != nil {
		t.Fatal(err)
	}
	defer spool.Close() //nolint:errcheck // nothing of it is kept
	l := &topicList{messages: read.kept, spool: spool}
	if l.found, l.rest, err = topics.FindPart(context.Background(), read.kept, nil); err != nil {
		t.Fatal(err)
	}
	l.begin()
	for i, m := range others {
		if i%read.every != 0 {
			if err := l.take(m); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := l.end(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	err = jsonList(w, func(item func(any) error) error {
		return l.each(context.Background(), l.len(), func(t topicJSON) error { return item(t) })
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Flush()
	var got []topicJSON
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	ids, large := map[string]bool{}, 0
	for i, topic := range got {
		if topic.Rank != i+1 || i > 0 && topic.Heat > got[i-1].Heat || topic.Messages != len(topic.IDs) || topic.Keywords == nil {
			t.Errorf("%+v", topic)
		}
		for _, id := range topic.IDs {
			ids[id] = true
		}
		if len(topic.IDs) == 80 && topic.IDs[0] == "119" && topic.IDs[79] == "0" {
			large++
		}
	}
	if len(ids) != 120 || large != 1 || len(got) != 41 {
		t.Errorf("%d ids in %d topics, %d large: %+v", len(ids), len(got), large, got[0])
	}
}

// Groups keep what fits, the largest fewer of theirs, and count all.
func TestGrouped(t *testing.T) {
	g := grouped[string]{size: func(string) int { return 1 << 20 }}
	for i := range 400 {
		for _, name := range []string{"large", "large", "large", fmt.Sprint("small", i/10)} {
			if e := g.of(name); e.takes() {
				if err := g.add(e, name); err != nil {
					if i < 90 {
						t.Fatal(err)
					}
					return
				}
			}
		}
		if g.bytes > groupBytes {
			t.Fatal(g.bytes)
		}
	}
	large := g.at["large"]
	if large.seen != 1200 || len(large.kept) == 0 || len(large.kept) > 60 || g.at["small0"].seen != 10 || len(g.at["small0"].kept) == 0 || len(g.order) != 41 {
		t.Errorf("%d kept of %d", len(large.kept), large.seen)
	}
}
