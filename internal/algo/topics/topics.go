// Package topics finds what many messages are about at the same time: groups
// of messages of one matter, by place and people named, words and days, with
// the hottest first. Find reads all messages at once; a Stream keeps topics
// up to date while messages come in, in bounded memory.
//
// It needs no dictionary and no labels. Chinese is read in neighbouring
// signs, other languages in words; names of places and bodies are known by
// how they end (小区, 路, 公司) and by how often they occur.
//
// Finding the same message said twice is package similar; sorting into
// categories that are known before is package classify; sentences and words
// that tell what a group is about come from packages summary and keywords.
package topics

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// A Message is what somebody said. All but the ID may be missing.
type Message struct {
	ID, Subject, Text string
	Who               string    // who said it; empty counts as a person of their own
	Time              time.Time // zero: unknown
	Likes             int       // people who agreed; less than 0 counts as 0
}

// A Topic is a group of messages about one matter.
type Topic struct {
	Members  []int // of the messages given, the oldest first, those without a time last
	Heat     Heat
	From, To time.Time // of the messages whose time is known; zero if none is
	Place    string    // the place most of them name; empty if there is none
	Who      string    // the body most of them name, likewise
	Title    string    // the subject closest to all
	Summary  []Line
	Keywords []string
}

// A Line is a sentence of a message.
type Line struct {
	Message    int // of those given
	Start, End int // signs of its text, or of its subject
	Subject    bool
	Text       string
}

// Find groups messages into topics, the hottest first. Each message is in
// exactly one topic, which may be its alone. The order of messages does not
// matter where their times and IDs differ.
//
// A message is a vector of terms (two and three neighbouring Han signs, words)
// weighted by (1 + ln n)·ln((N+500)/(df+½)), subject and text each of length 1
// and added 3 : 2. Two messages are alike by the cosine, times
// 0.8 + 0.2·exp(−days/60). Groups are joined by average linkage while their
// messages are alike by 0.10 in the mean, and taken apart again where what
// they say apart from names of places and bodies is alike by less than 0.08:
// one estate with ten different troubles is no topic.
//
// Up to 8,000 messages are compared pair by pair: time and memory grow with
// the square of their number (4,326 messages of 350 signs: under 2 s, 250 MB). More
// are first drawn together in one pass, as a Stream does, and the 8,000 largest
// groups of that are compared. It stops with ctx.Err when ctx ends.
func Find(ctx context.Context, messages []Message) ([]Topic, error) {
	return FindTop(ctx, messages, len(messages), nil)
}

// FindTop is Find for somebody who looks at the n hottest topics only: the
// others have no place, body, title, summary and keywords, which saves up to
// half of the time.
//
// progress, which may be nil, is told what is being done, and how far it is.
func FindTop(ctx context.Context, messages []Message, n int, progress func(stage string, done, all int)) ([]Topic, error) {
	v := newVocabulary(len(messages))
	v.progress = progress
	t, _, err := v.find(ctx, messages, n)
	return t, err
}

// A Language is what is common in a collection of messages, with which a part of
// it can be put into words: in few messages about one matter, what is said of it
// is as common as how one begins to write.
type Language struct{ *describer }

// Learn learns the language of messages, in O(signs). It stops with ctx.Err
// when ctx ends.
func Learn(ctx context.Context, messages []Message) (Language, error) {
	v := newVocabulary(len(messages))
	order := make([]int, len(messages))
	for i := range order {
		order[i] = i
	}
	if err := v.readNames(ctx, messages, order); err != nil {
		return Language{}, err
	}
	if err := v.readAll(ctx, messages, order, func(_ int, r reading) { v.count(r) }); err != nil {
		return Language{}, err
	}
	return Language{newDescriber(v, messages)}, nil
}

// Find is Find for a part of the collection, told in its language.
func (l Language) Find(ctx context.Context, part []Message) ([]Topic, error) {
	v := newVocabulary(len(part))
	topics, err := v.group(ctx, part)
	if err != nil {
		return nil, err
	}
	for i := range topics {
		topics[i].measure(part)
	}
	return told(ctx, l.describer, topics, part, len(part))
}

// find gives what describes topics besides.
func (v *vocabulary) find(ctx context.Context, messages []Message, described int) ([]Topic, *describer, error) {
	topics, err := v.group(ctx, messages)
	if err != nil {
		return nil, nil, err
	}
	for i := range topics {
		topics[i].measure(messages)
	}
	d := newDescriber(v, messages)
	topics, err = told(ctx, d, topics, messages, described)
	return topics, d, err
}

// told puts topics in order, the hottest first, and the first of them into words.
func told(ctx context.Context, d *describer, topics []Topic, messages []Message, described int) ([]Topic, error) {
	slices.SortStableFunc(topics, func(a, b Topic) int { return cmp.Compare(b.Heat.Value, a.Heat.Value) })
	for i := range topics[:min(described, len(topics))] {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d.describe(&topics[i], messages)
	}
	return topics, nil
}

// earlier is the order of messages: by time, those without one last, then by
// what they are.
func earlier(a, b Message) int {
	if a.Time.IsZero() != b.Time.IsZero() {
		if a.Time.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Who, b.Who), cmp.Compare(a.Likes, b.Likes))
}

// group gives topics with nothing but their members, by their first ones.
func (v *vocabulary) group(ctx context.Context, messages []Message) ([]Topic, error) {
	order := make([]int, len(messages))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return earlier(messages[i], messages[j]) })
	var group []int
	var err error
	if len(order) <= v.most {
		group, err = v.compare(ctx, messages, order)
	} else {
		group, err = v.condense(ctx, messages, order)
	}
	if err != nil {
		return nil, err
	}
	topics := []Topic{}
	for k, g := range group {
		if g == len(topics) {
			topics = append(topics, Topic{})
		}
		topics[g].Members = append(topics[g].Members, order[k])
	}
	return topics, nil
}

// compare groups messages, in that order, by comparing each with each.
func (v *vocabulary) compare(ctx context.Context, messages []Message, order []int) ([]int, error) {
	if err := v.readNames(ctx, messages, order); err != nil {
		return nil, err
	}
	readings := make([]reading, len(order))
	err := v.readAll(ctx, messages, order, func(k int, r reading) {
		readings[k] = r
		v.count(r)
	})
	if err != nil {
		return nil, err
	}
	v.settle()
	items := make([]item, len(order))
	for k, i := range order {
		all, matter := v.vectors(readings[k])
		items[k] = item{all: all, matter: matter, n: 1, at: messages[i].Time}
	}
	return v.link(ctx, items)
}

// readNames counts what may be names.
func (v *vocabulary) readNames(ctx context.Context, messages []Message, order []int) error {
	for k, i := range order {
		if k%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		v.names.add(signs(messages[i].Subject))
		v.names.add(signs(messages[i].Text))
	}
	return nil
}

// readAll calls f for the reading of each message in that order.
func (v *vocabulary) readAll(ctx context.Context, messages []Message, order []int, f func(k int, r reading)) error {
	var x scratch
	for k, i := range order {
		if k%256 == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			v.tell("taken apart", k, len(order))
		}
		f(k, reading{v.read(&x, signs(messages[i].Subject)), v.read(&x, signs(messages[i].Text))})
	}
	return nil
}
