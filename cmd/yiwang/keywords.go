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
	"unicode/utf8"

	"yiwang/internal/algo/keywords"
)

type keywordsCmd struct {
	messageData
	Top   int  `default:"5" placeholder:"N" help:"Keywords of a message or of a group."`
	Group bool `help:"The keywords of all messages together, or of those with the same value in the column mapped to group."`
	JSON  bool `name:"json" help:"Print JSON: a line for each message, or one document for groups."`
}

// keywordJSON is a keyword as it is printed.
type keywordJSON struct {
	Text  string  `json:"text"`
	Score float64 `json:"score"`
	// Of a message: where it first stands.
	Field string `json:"field,omitempty"`
	Start *int   `json:"start,omitempty"`
	End   *int   `json:"end,omitempty"`
	// Of a group: how many of its messages have it.
	Messages int `json:"messages,omitempty"`
}

// Run prints the words that say most. The file is read twice: first to learn
// what is a word, and which are common.
func (c keywordsCmd) Run(ctx context.Context) error {
	if err := mayReadAgain(c.Data); err != nil {
		return err
	}
	fields := []string{"id", "text", "subject"}
	if c.Group {
		fields = append(fields, "group")
	}
	// A large file stays within 500 MB.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(400 << 20))
	learned := evenly[string]{most: 16 << 20, size: sizeOf}
	err := c.each(ctx, reading{blank: true}, []string{"text"}, fields, func(s said) error {
		if learned.takes() {
			learned.add(joined(s))
		}
		return nil
	})
	if err != nil {
		return err
	}
	words := keywords.Learn(learned.kept)
	learned = evenly[string]{}
	w := bufio.NewWriter(os.Stdout)
	if c.Group {
		err = c.groups(ctx, words, fields, w)
	} else {
		err = c.rows(ctx, words, fields, w)
	}
	return errors.Join(err, w.Flush())
}

// sizeOf is what a text takes in memory.
func sizeOf(s string) int { return len(s) + 16 }

// joined is what is read of a message: subject and text, a line each. It does
// not hold the row.
func joined(s said) string {
	if s.subject == "" {
		return strings.Clone(s.text)
	}
	return s.subject + "\n" + s.text
}

func (c keywordsCmd) rows(ctx context.Context, words *keywords.Lexicon, fields []string, w *bufio.Writer) error {
	type row struct {
		ID       string        `json:"id"`
		Keywords []keywordJSON `json:"keywords"`
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return c.each(ctx, reading{again: true, blank: true}, []string{"text"}, fields, func(s said) error {
		r := row{s.id, []keywordJSON{}}
		for _, k := range words.Of([]string{joined(s)}, c.Top) {
			// The subject and the line break stand before the text.
			field, start, end := "text", k.Start, k.End
			if s.subject != "" {
				if n := utf8.RuneCountInString(s.subject); start < n {
					field = "subject"
				} else {
					start, end = start-n-1, end-n-1
				}
			}
			r.Keywords = append(r.Keywords, keywordJSON{Text: k.Text, Score: rounded(k.Score), Field: field, Start: &start, End: &end})
		}
		if c.JSON {
			return out.Encode(r)
		}
		_, err := fmt.Fprintf(w, "%s\t%s\n", r.ID, keywordLine(r.Keywords))
		return err
	})
}

func rounded(x float64) float64 { return float64(int(x*100+0.5)) / 100 }

func keywordLine(list []keywordJSON) string {
	texts := make([]string, len(list))
	for i, k := range list {
		texts[i] = k.Text
	}
	return strings.Join(texts, " · ")
}

func (c keywordsCmd) groups(ctx context.Context, words *keywords.Lexicon, fields []string, w *bufio.Writer) error {
	type group struct {
		Group    string        `json:"group"`
		Messages int           `json:"messages"`
		Keywords []keywordJSON `json:"keywords"`
	}
	groups := grouped[string]{size: sizeOf}
	err := c.each(ctx, reading{again: true, blank: true}, []string{"text"}, fields, func(s said) error {
		if g := groups.of(s.group); g.takes() {
			return groups.add(g, joined(s))
		}
		return nil
	})
	if err != nil {
		return err
	}
	groups.say()
	all := []group{}
	for _, name := range groups.order {
		texts := groups.at[name]
		g := group{name, texts.seen, []keywordJSON{}}
		for _, k := range words.Of(texts.kept, c.Top) {
			// Of a part of the group that is read, so many of all.
			n := int(float64(k.Count)*float64(texts.seen)/float64(len(texts.kept)) + 0.5)
			g.Keywords = append(g.Keywords, keywordJSON{Text: k.Text, Score: rounded(k.Score), Messages: n})
		}
		all = append(all, g)
	}
	if c.JSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(all)
	}
	for _, g := range all {
		if _, err := fmt.Fprintf(w, "%s (%d)\t%s\n", g.Group, g.Messages, keywordLine(g.Keywords)); err != nil {
			return err
		}
	}
	return nil
}
