package topics_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/algo/topics"
)

// follow adds messages and gives the IDs that are in each topic at the end.
func follow(t testing.TB, s *topics.Stream, all []topics.Message) (found [][]string, top []topics.Current) {
	t.Helper()
	in := map[string]int64{}
	for _, m := range all {
		in[m.ID] = s.Add(m)
	}
	top, err := s.Topics(context.Background(), 20)
	if err != nil {
		t.Fatal(err)
	}
	into := map[int64]int64{}
	for _, m := range s.Merges() {
		into[m.From] = m.Into
	}
	groups := map[int64][]string{}
	for id, topic := range in {
		for into[topic] != 0 {
			topic = into[topic]
		}
		groups[topic] = append(groups[topic], id)
	}
	for _, ids := range groups {
		found = append(found, ids)
	}
	return found, top
}

// What comes one after the other is grouped nearly as what is read at once.
func TestStream(t *testing.T) {
	all, truth := planted(4, 6, 30, 600)
	slices.SortFunc(all, func(a, b topics.Message) int { return a.Time.Compare(b.Time) })
	s := topics.NewStream()
	found, top := follow(t, s, all)
	for k, want := range truth {
		if f := bestF1(found, want); f < 0.85 {
			t.Errorf("topic %d was found with F1 %.2f", k, f)
		}
	}
	if h := top[0].Heat; h.Messages < 20 || h.People != h.Messages || top[0].Title == "" || len(top[0].Samples) == 0 || top[0].From.After(top[0].To) {
		t.Errorf("the hottest: %+v", top[0])
	}
	if len(s.Merges()) != 0 {
		t.Error("merges are told twice")
	}
}

// A matter that nobody speaks of any more is forgotten; one whose messages
// come late, with old times, is not lost.
func TestStreamForgets(t *testing.T) {
	s := topics.NewStream()
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 10 {
		s.Add(say(r, i, "莲湖小区", 0, begin.AddDate(0, 0, i)))
	}
	later := begin.Add(topics.Window).AddDate(0, 0, 30)
	spoke := 0
	for i := range topics.Most + 100 {
		at := later.Add(time.Duration(-i%50) * time.Hour)
		if i%10 == 0 {
			s.Add(say(r, 100+i, "桂苑家园", 1, at))
			spoke++
		} else {
			s.Add(other(r, 100+i, at))
		}
	}
	top, err := s.Topics(context.Background(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range top {
		if strings.HasSuffix(c.Place, "莲湖小区") {
			t.Errorf("still known: %+v", c)
		}
	}
	if h := top[0].Heat; h.Messages < spoke*9/10 || h.People < h.Messages*8/10 || h.People > h.Messages*12/10 {
		t.Errorf("of %d messages of as many people: %+v", spoke, h)
	}
}

// BenchmarkStream adds generated messages of about 70 signs; a tenth belong
// to 200 hot topics, the rest are about matters of their own. Every 10,000 the ten
// hottest are asked for.
func BenchmarkStream(b *testing.B) {
	r := rand.New(rand.NewPCG(6, 6))
	hot := make([]string, 200)
	for i := range hot {
		hot[i] = placeName(r)
	}
	s := topics.NewStream()
	at := begin
	n := 0
	for b.Loop() {
		at = at.Add(30 * time.Second)
		if k := r.IntN(2000); k < len(hot) {
			s.Add(say(r, n, hot[k], k, at))
		} else {
			s.Add(other(r, n, at))
		}
		if n++; n%10_000 == 0 {
			if _, err := s.Topics(context.Background(), 10); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func ExampleStream() {
	s := topics.NewStream()
	for i, text := range []string{"莲湖路的路灯坏了", "公交车等了四十分钟", "莲湖路路灯还是坏的", "莲湖路晚上没有路灯"} {
		s.Add(topics.Message{ID: fmt.Sprint(i + 1), Text: text, Time: begin.Add(time.Duration(i) * time.Hour)})
	}
	top, err := s.Topics(context.Background(), 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(top[0].Heat.Messages, top[0].Title)
	// Output: 3 莲湖路的路灯坏了
}
