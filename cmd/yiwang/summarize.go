package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"yiwang/internal/algo/summary"
)

type summarizeCmd struct {
	messageData
	Sentences int  `default:"0" placeholder:"N" help:"Lines of a summary; one of a message and five of a group if not given."`
	Group     bool `help:"One summary of all messages, or of those with the same value in the column mapped to group."`
	JSON      bool `name:"json" help:"Print JSON: a line for each message, or one document for groups."`
}

// rowSummary is a summary of one message as it is printed.
type rowSummary struct {
	ID      string       `json:"id"`
	Summary string       `json:"summary"`
	Lines   []sourceLine `json:"lines"`
}

// groupSummary is one of several.
type groupSummary struct {
	Group    string       `json:"group"`
	Messages int          `json:"messages"`
	Summary  string       `json:"summary"`
	Lines    []sourceLine `json:"lines"`
}

// Run prints the lines that say most. The file is read twice: first to learn
// which words are common in it.
func (c summarizeCmd) Run(ctx context.Context) error {
	if err := mayReadAgain(c.Data); err != nil {
		return err
	}
	fields := []string{"id", "text", "subject"}
	if c.Group {
		fields = append(fields, "group")
	}
	// A large file stays within 500 MB.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(400 << 20))
	back := &summary.Background{}
	err := c.each(ctx, reading{blank: true}, []string{"text"}, fields, func(s said) error {
		back.Add(s.text)
		return nil
	})
	if err != nil {
		return err
	}
	w := bufio.NewWriter(os.Stdout)
	if c.Group {
		err = c.groups(ctx, back, fields, w)
	} else {
		err = c.rows(ctx, back, fields, w)
	}
	return errors.Join(err, w.Flush())
}

func (c summarizeCmd) rows(ctx context.Context, back *summary.Background, fields []string, w *bufio.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return c.each(ctx, reading{again: true, blank: true}, []string{"text"}, fields, func(s said) error {
		r := rowSummary{ID: s.id, Lines: []sourceLine{}}
		var text []string
		for _, l := range back.Of(s.text, max(1, c.Sentences)) {
			r.Lines = append(r.Lines, sourceLine{"", "text", l.Start, l.End, l.Text})
			text = append(text, oneLine(l.Text))
		}
		r.Summary = strings.Join(text, " / ")
		if c.JSON {
			return out.Encode(r)
		}
		_, err := fmt.Fprintf(w, "%s\t%s\n", r.ID, r.Summary)
		return err
	})
}

func (c summarizeCmd) groups(ctx context.Context, back *summary.Background, fields []string, w *bufio.Writer) error {
	type one struct {
		id string
		summary.Message
	}
	groups := grouped[one]{size: func(x one) int { return 48 + len(x.id) + len(x.Subject) + len(x.Text) }}
	err := c.each(ctx, reading{again: true, blank: true}, []string{"text"}, fields, func(s said) error {
		if g := groups.of(s.group); g.takes() {
			return groups.add(g, one{strings.Clone(s.id), summary.Message{Subject: strings.Clone(s.subject), Text: strings.Clone(s.text)}})
		}
		return nil
	})
	if err != nil {
		return err
	}
	groups.say()
	lines := c.Sentences
	if lines <= 0 {
		lines = 5
	}
	all := []groupSummary{}
	for _, name := range groups.order {
		g := groups.at[name]
		messages := make([]summary.Message, len(g.kept))
		for i, x := range g.kept {
			messages[i] = x.Message
		}
		r := groupSummary{Group: name, Messages: g.seen, Lines: []sourceLine{}}
		var text []string
		for _, l := range back.Group(messages, lines) {
			field := "text"
			if l.InSubject {
				field = "subject"
			}
			r.Lines = append(r.Lines, sourceLine{g.kept[l.Message].id, field, l.Start, l.End, l.Text})
			text = append(text, oneLine(l.Text))
		}
		r.Summary = strings.Join(text, "\n")
		all = append(all, r)
	}
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(all)
	}
	for _, g := range all {
		if _, err := fmt.Fprintf(w, "%s (%d)\n", g.Group, g.Messages); err != nil {
			return err
		}
		for _, l := range g.Lines {
			if _, err := fmt.Fprintf(w, "  – %s [%s]\n", oneLine(l.Text), l.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
