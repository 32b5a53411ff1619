package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"math"
	"os"
	"slices"
	"time"

	"yiwang/internal/algo/topics"
)

// A topicList is all topics of a file: those found among the messages that were
// compared, with what joined them, and messages that are like none of those.
// What of these is printed lies in the spool.
type topicList struct {
	found    []topics.Topic
	messages []topics.Message // that were compared
	rest     *topics.Rest

	spool  *os.File
	out    *bufio.Writer
	size   int64
	joined [][]joinedOne // by topic
	alone  []aloneOne
}

// A piece is where something stands in the spool.
type piece struct {
	at int64
	n  int32
}

type joinedOne struct {
	time int64 // seconds; the latest of all if unknown
	id   piece
}

type aloneOne struct {
	heat    float64
	message piece
}

func (l *topicList) begin() {
	l.out = bufio.NewWriterSize(l.spool, 1<<20)
	l.joined = make([][]joinedOne, len(l.found))
}

func (l *topicList) keep(b []byte) (piece, error) {
	p := piece{l.size, int32(len(b))}
	l.size += int64(len(b))
	_, err := l.out.Write(b)
	return p, err
}

func (l *topicList) read(p piece) ([]byte, error) {
	b := make([]byte, p.n)
	_, err := l.spool.ReadAt(b, p.at)
	return b, err
}

// take takes a message that was not compared.
func (l *topicList) take(m topics.Message) error {
	if i := l.rest.Add(m); i >= 0 {
		id, err := l.keep([]byte(m.ID))
		l.joined[i] = append(l.joined[i], joinedOne{seconds(m.Time), id})
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	at, err := l.keep(b)
	l.alone = append(l.alone, aloneOne{l.rest.Alone(m, false).Heat.Value, at})
	return err
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return math.MaxInt64
	}
	return t.Unix()
}

// end brings all into the order of their heat.
func (l *topicList) end() error {
	for i := range l.found {
		l.rest.Update(i, &l.found[i])
	}
	order := make([]int, len(l.found))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(l.found[b].Heat.Value, l.found[a].Heat.Value) })
	found, joined := make([]topics.Topic, len(order)), make([][]joinedOne, len(order))
	for to, i := range order {
		found[to], joined[to] = l.found[i], l.joined[i]
	}
	l.found, l.joined = found, joined
	slices.SortStableFunc(l.alone, func(a, b aloneOne) int { return cmp.Compare(b.heat, a.heat) })
	return l.out.Flush()
}

func (l *topicList) len() int { return len(l.found) + len(l.alone) }

// several is how many topics have more than one message.
func (l *topicList) several() (n int) {
	for _, t := range l.found {
		if t.Heat.Messages > 1 {
			n++
		}
	}
	return n
}

// each gives the top hottest.
func (l *topicList) each(ctx context.Context, top int, do func(topicJSON) error) error {
	alone := l.alone
	for i, rank := 0, 1; rank <= min(top, l.len()); rank++ {
		if rank%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var t topicJSON
		var err error
		if i == len(l.found) || len(alone) > 0 && alone[0].heat > l.found[i].Heat.Value {
			t, err = l.one(rank, alone[0])
			alone = alone[1:]
		} else {
			t, err = l.topic(rank, i)
			i++
		}
		if err == nil {
			err = do(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// one is a message that is like none.
func (l *topicList) one(rank int, a aloneOne) (topicJSON, error) {
	b, err := l.read(a.message)
	if err != nil {
		return topicJSON{}, err
	}
	var m topics.Message
	if err := json.Unmarshal(b, &m); err != nil {
		return topicJSON{}, err
	}
	return printed(rank, l.rest.Alone(m, true), []topics.Message{m}), nil
}

// topic is one that was found, with what joined it, the oldest message first.
func (l *topicList) topic(rank, i int) (topicJSON, error) {
	t := &l.found[i]
	if t.Keywords == nil {
		l.rest.Describe(t, l.messages)
	}
	out := printed(rank, *t, l.messages)
	if l.joined == nil || len(l.joined[i]) == 0 {
		return out, nil
	}
	type dated struct {
		time int64
		id   string
	}
	var ids []dated
	for k, m := range t.Members {
		ids = append(ids, dated{seconds(l.messages[m].Time), out.IDs[k]})
	}
	for _, j := range l.joined[i] {
		b, err := l.read(j.id)
		if err != nil {
			return out, err
		}
		ids = append(ids, dated{j.time, string(b)})
	}
	slices.SortStableFunc(ids, func(a, b dated) int { return cmp.Compare(a.time, b.time) })
	out.IDs = out.IDs[:0]
	for _, x := range ids {
		out.IDs = append(out.IDs, x.id)
	}
	return out, nil
}

// jsonList prints a JSON list item by item.
func jsonList(w *bufio.Writer, each func(item func(any) error) error) error {
	out := json.NewEncoder(w) // ends each with a line break
	out.SetEscapeHTML(false)
	mark := "["
	err := each(func(x any) error {
		if _, err := w.WriteString(mark); err != nil {
			return err
		}
		mark = ","
		return out.Encode(x)
	})
	if err != nil {
		return err
	}
	if mark == "[" {
		_, err = w.WriteString("[]\n")
	} else {
		_, err = w.WriteString("]\n")
	}
	return err
}
