package main

import (
	"bufio"
	"context"
	"encoding/json"
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
	var read evenly
	ids := newOnce()
	empty, timeless := 0, 0
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
		read.add(topics.Message{ID: s.id, Subject: s.subject, Text: s.text, Who: s.user, Time: s.time, Likes: s.likes})
		return nil
	})
	messages := read.kept
	if err != nil {
		return err
	}
	if c.Map == "" {
		if err := c.tell(fields); err != nil {
			return err
		}
	}
	if read.every > 1 {
		fmt.Fprintf(os.Stderr, "%d messages are more than are compared at once: one in %d of them, evenly chosen, is read. Heat counts those; for all, give a part of the time each.\n", read.seen, read.every)
	}
	top := c.Top
	if top <= 0 {
		top = 10
		if c.JSON {
			top = len(messages)
		}
	}
	found, err := topics.FindTop(ctx, messages, top)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d messages, %d topics of which %d have more than one message, in %.1f s; %d without words, %d without a time.\n",
		len(messages), len(found), several(found), time.Since(since).Seconds(), empty, timeless)
	out := make([]topicJSON, 0, min(top, len(found)))
	for i, t := range found[:min(top, len(found))] {
		out = append(out, printed(i+1, t, messages))
	}
	w := bufio.NewWriter(os.Stdout)
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		err = e.Encode(out)
	} else {
		err = printTopics(w, out)
	}
	return errors.Join(err, w.Flush())
}

// evenly keeps every k-th message, so that their texts stay within 48 MB.
type evenly struct {
	kept        []topics.Message
	bytes       int
	every, seen int
}

func (e *evenly) add(m topics.Message) {
	const most = 48 << 20
	e.every = max(1, e.every)
	if e.seen++; (e.seen-1)%e.every != 0 {
		return
	}
	e.kept = append(e.kept, m)
	e.bytes += len(m.Subject) + len(m.Text)
	for e.bytes > most && len(e.kept) > 1 {
		e.every *= 2
		e.bytes = 0
		half := e.kept[:0]
		for i, m := range e.kept {
			if i%2 == 0 {
				half = append(half, m)
				e.bytes += len(m.Subject) + len(m.Text)
			}
		}
		clear(e.kept[len(half):])
		e.kept = half
	}
}

func several(found []topics.Topic) (n int) {
	for _, t := range found {
		if len(t.Members) > 1 {
			n++
		}
	}
	return n
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

func printTopics(w io.Writer, list []topicJSON) error {
	_, err := fmt.Fprintln(w, "heat = (people + √likes) · (1 + share of the messages in the fullest 30 days)")
	for _, t := range list {
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
	}
	return err
}
