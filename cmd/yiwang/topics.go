package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"yiwang/internal/algo/topics"
)

type topicsCmd struct {
	messageData
	Top  int  `default:"0" placeholder:"N" help:"Only the N hottest; all with --json and ten without if not given."`
	JSON bool `name:"json" help:"Print one JSON document."`
}

// topicJSON is a topic as it is printed.
type topicJSON struct {
	Rank     int          `json:"rank"`
	Heat     float64      `json:"heat"`
	Messages int          `json:"messages"`
	People   int          `json:"people"`
	Likes    int          `json:"likes"`
	Peak     float64      `json:"peak"`
	From     string       `json:"from"`
	To       string       `json:"to"`
	Place    string       `json:"place"`
	Who      string       `json:"who"`
	Title    string       `json:"title"`
	Summary  string       `json:"summary"`
	Lines    []sourceLine `json:"lines"`
	Keywords []string     `json:"keywords"`
	IDs      []string     `json:"ids"`
}

// sourceLine is a line of a summary with where it stands.
type sourceLine struct {
	ID    string `json:"id,omitempty"`
	Field string `json:"field"` // subject or text
	Start int    `json:"start"` // in signs of it
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Run prints what the messages are about, the hottest first.
func (c topicsCmd) Run(ctx context.Context) error {
	since := time.Now()
	fields := []string{"id", "subject", "text", "time", "likes", "user"}
	// Nothing is collected before there is much, which saves a fifth of the
	// time; and a large file stays within 500 MB.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(420 << 20))
	// Of much, a part is compared: the rest joins the topics found in that.
	read := evenly[topics.Message]{most: 48 << 20, size: func(m topics.Message) int { return len(m.Subject) + len(m.Text) }}
	ids := newOnce()
	empty, timeless := 0, 0
	message := func(s said) topics.Message {
		return topics.Message{ID: s.id, Subject: s.subject, Text: s.text, Who: s.user, Time: s.time, Likes: s.likes}
	}
	err := c.each(ctx, reading{}, []string{"id", "text"}, fields, func(s said) error {
		if err := ids.see(s); err != nil {
			return err
		}
		if strings.TrimSpace(s.subject+s.text) == "" {
			empty++
		}
		if s.time.IsZero() {
			timeless++
		}
		if read.takes() {
			m := message(s)
			for _, cell := range []*string{&m.ID, &m.Subject, &m.Text, &m.Who} {
				*cell = strings.Clone(*cell)
			}
			read.add(m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	ids = once{}
	top := c.Top
	if top <= 0 {
		top = 10
		if c.JSON {
			top = read.seen
		}
	}
	told := progress()
	all := &topicList{messages: read.kept}
	if read.every <= 1 {
		all.found, err = topics.FindTop(ctx, read.kept, top, told)
	} else {
		all.found, all.rest, err = topics.FindPart(ctx, read.kept, told)
	}
	if err != nil {
		return err
	}
	if read.every > 1 {
		if all.spool, err = os.CreateTemp("", "yiwang-topics-*"); err != nil {
			return err
		}
		defer all.spool.Close() //nolint:errcheck // nothing of it is kept
		if err := os.Remove(all.spool.Name()); err != nil {
			return err
		}
		if err := mayReadAgain(c.Data); err != nil {
			return fmt.Errorf("%d messages are more than are compared at once: %w", read.seen, err)
		}
		row := 0
		all.begin()
		err = c.each(ctx, reading{again: true}, []string{"id", "text"}, fields, func(s said) error {
			row++
			if row%4096 == 0 {
				told("the rest joins them", row, read.seen)
			}
			if (row-1)%read.every == 0 {
				return nil
			}
			return all.take(message(s))
		})
		if err == nil {
			err = all.end()
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%d messages are more than are compared at once: one in %d of them, evenly chosen, was; %d of the others joined the topics of those, and %d are like none.\n",
			read.seen, read.every, read.seen-len(read.kept)-len(all.alone), len(all.alone))
	}
	fmt.Fprintf(os.Stderr, "%d messages, %d topics of which %d have more than one message, in %.1f s; %d without words, %d without a time.\n",
		read.seen, all.len(), all.several(), time.Since(since).Seconds(), empty, timeless)
	w := bufio.NewWriter(os.Stdout)
	if c.JSON {
		err = jsonList(w, func(item func(any) error) error {
			return all.each(ctx, top, func(t topicJSON) error { return item(t) })
		})
	} else {
		err = printTopics(w, func(item func(topicJSON) error) error { return all.each(ctx, top, item) })
	}
	return errors.Join(err, w.Flush())
}

func printed(rank int, t topics.Topic, messages []topics.Message) topicJSON {
	out := topicJSON{
		Rank: rank, Heat: math.Round(t.Heat.Value*10) / 10, Messages: t.Heat.Messages, People: t.Heat.People, Likes: t.Heat.Likes,
		Peak: math.Round(t.Heat.Peak*1000) / 1000, From: day(t.From), To: day(t.To), Place: t.Place, Who: t.Who, Title: t.Title,
		Lines: []sourceLine{}, Keywords: t.Keywords, IDs: []string{},
	}
	var text []string
	for _, l := range t.Summary {
		field := "text"
		if l.Subject {
			field = "subject"
		}
		out.Lines = append(out.Lines, sourceLine{messages[l.Message].ID, field, l.Start, l.End, l.Text})
		text = append(text, oneLine(l.Text))
	}
	out.Summary = strings.Join(text, " / ")
	for _, i := range t.Members {
		out.IDs = append(out.IDs, messages[i].ID)
	}
	return out
}

// day writes a time as exports do; one that is unknown is empty.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04:05")
}

func printTopics(w io.Writer, each func(item func(topicJSON) error) error) error {
	_, err := fmt.Fprintln(w, "heat = (people + √likes) · (1 + share of the messages in the fullest 30 days)")
	return errors.Join(err, each(func(t topicJSON) (err error) {
		if err == nil {
			_, err = fmt.Fprintf(w, "\n%d. %s\n   heat %.1f = (%d + √%d) · (1 + %.3f); messages: %d, %s – %s\n", t.Rank, t.Title, t.Heat, t.People, t.Likes, t.Peak, t.Messages, t.From, t.To)
		}
		for _, about := range []struct{ what, text string }{{"place", t.Place}, {"who", t.Who}, {"keywords", strings.Join(t.Keywords, " · ")}} {
			if err == nil && about.text != "" {
				_, err = fmt.Fprintf(w, "   %s: %s\n", about.what, about.text)
			}
		}
		for _, l := range t.Lines {
			if err == nil {
				_, err = fmt.Fprintf(w, "   – %s [%s]\n", oneLine(l.Text), l.ID)
			}
		}
		return err
	}))
}
