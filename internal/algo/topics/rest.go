package topics

import (
	"context"

	"yiwang/internal/algo/text"
)

// A Rest takes the messages that are more than are compared with one another:
// each joins the topic found in the others that it is most like. Its memory
// does not depend on how many there are. It is for one goroutine at a time.
type Rest struct {
	vocab   *vocabulary
	words   *describer
	pool    *pool
	number  map[*cluster]int
	live    []*current
	sizes   []int
	scratch scratch
	unnamed uint64
}

// nearRest is the mean likeness with the messages of a topic from which one of
// the rest joins it: that at which groups are joined. A topic's rarer terms are
// forgotten, so it is rather too much.
var nearRest = standard.alike

// FindPart is Find for a part of the messages, evenly chosen, with a Rest for
// the others. Topics are numbered from 0 as they are given; they are not put
// into words, see Describe. progress is as of FindTop.
func FindPart(ctx context.Context, part []Message, progress func(stage string, done, all int)) ([]Topic, *Rest, error) {
	v := newVocabulary(len(part))
	v.progress = progress
	found, d, err := v.find(ctx, part, 0)
	if err != nil {
		return nil, nil, err
	}
	r := &Rest{vocab: v, words: d, pool: newPool(v.setting), number: map[*cluster]int{}, sizes: make([]int, len(found))}
	for i, t := range found {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		c, live := r.pool.make(), &current{}
		for _, k := range t.Members {
			all, matter := v.vectors(r.read(part[k]))
			r.pool.add(c, item{all: all, matter: matter, n: 1, at: part[k].Time}, 1)
			r.count(live, part[k])
		}
		r.number[c] = i
		r.live = append(r.live, live)
		r.sizes[i] = len(t.Members)
	}
	return found, r, nil
}

func (r *Rest) read(m Message) reading {
	return reading{r.vocab.read(&r.scratch, signs(m.Subject)), r.vocab.read(&r.scratch, signs(m.Text))}
}

func (r *Rest) count(t *current, m Message) {
	who := hashString(m.Who)
	if m.Who == "" { // unknown: somebody else
		r.unnamed++
		who = text.Mix(r.unnamed)
	}
	t.people.add(who)
	t.likes += max(0, m.Likes)
	t.seen(m.Time, 1)
}

// Add gives the topic that a message joins, or -1 where it is like none: then
// it is a topic by itself. The topics' words stay as they are.
//
// Cost: as of Stream.Add, less what that learns.
func (r *Rest) Add(m Message) int {
	all, _ := r.vocab.vectors(r.read(m))
	c := r.pool.nearestTo(all, m.Time, nearRest)
	if c == nil {
		return -1
	}
	i := r.number[c]
	r.count(r.live[i], m)
	r.sizes[i]++
	return i
}

// Update brings a topic's heat and times up to the messages that have joined
// it. People are counted as in a Stream, and the fullest 30 days by whole days.
func (r *Rest) Update(i int, t *Topic) {
	if r.sizes[i] == len(t.Members) {
		return
	}
	live := r.live[i]
	t.Heat, t.From, t.To = live.heat(r.sizes[i]), live.from, live.to
}

// Describe puts a topic into the words of its members, which part holds.
func (r *Rest) Describe(t *Topic, part []Message) { r.words.describe(t, part) }

// Alone is a message as a topic by itself; described says whether it is put
// into words.
func (r *Rest) Alone(m Message, described bool) Topic {
	t := Topic{Members: []int{0}}
	t.measure([]Message{m})
	if described {
		r.words.describe(&t, []Message{m})
	}
	return t
}
