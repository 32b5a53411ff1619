package topics

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yiwang/internal/algo/text"
)

// A Stream keeps the topics of messages that come one after the other. Its
// memory is bounded by Most, whatever the number of messages: 370 MB was the
// most that the program had for a million generated ones, of which 50 MB are
// for the vocabulary. It is for one goroutine at a time.
type Stream struct {
	window   time.Duration
	most     int
	vocab    *vocabulary
	pool     *pool
	live     map[*cluster]*current
	scratch  scratch
	clock    time.Time // the latest time seen
	messages int64
	next     int64
	merges   []Merge
}

// Limits of a Stream.
const (
	Window = 90 * 24 * time.Hour // a topic without a message for so long is forgotten
	Most   = 20_000              // topics kept; of more, the coldest are forgotten

	agesAfter = 200_000 // messages after which what is known of terms is halved
	samples   = 8       // messages of a topic that are kept to tell of it
	kept      = 600     // signs of each
	linked    = 3_000   // topics that are compared with one another, the hottest
)

// A Merge says that a topic is now a part of another.
type Merge struct{ From, Into int64 }

// A Current is a topic of a stream.
type Current struct {
	ID       int64
	Heat     Heat
	From, To time.Time
	Place    string
	Who      string
	Title    string
	Summary  []Line // Message counts those whose IDs are in Samples
	Keywords []string
	Samples  []string // IDs of the messages most typical of it
}

// A current is what is known of a cluster apart from its terms.
type current struct {
	id       int64
	people   people
	likes    int
	from, to time.Time
	days     []day // ascending
	samples  []sample
}

type day struct{ number, n int32 }

type sample struct {
	message Message
	like    float64 // to the topic as it was then
}

// NewStream makes an empty stream.
func NewStream() *Stream {
	return newStream(newVocabulary(termSpace))
}

func newStream(v *vocabulary) *Stream {
	v.once = 0.5
	return &Stream{window: Window, most: Most, vocab: v, pool: newPool(v.setting), live: map[*cluster]*current{}}
}

// Add takes the next message and gives the number of its topic. Topics said
// to be different may be found to be one later: see Merges. A message that is
// earlier than those before is as good as any; one without a time counts as
// of now, which is the latest time seen.
func (s *Stream) Add(m Message) int64 {
	if m.Time.After(s.clock) {
		s.clock = m.Time
	}
	if m.Time.IsZero() {
		m.Time = s.clock
	}
	subject, body := signs(m.Subject), signs(m.Text)
	s.vocab.names.add(subject)
	s.vocab.names.add(body)
	r := reading{s.vocab.read(&s.scratch, subject), s.vocab.read(&s.scratch, body)}
	s.vocab.count(r)
	all, matter := s.vocab.vectors(r)
	c := s.pool.place(all, matter, m.Time)
	t := s.live[c]
	if t == nil {
		s.next++
		t = &current{id: s.next}
		s.live[c] = t
	}
	s.messages++
	who := uint64(s.messages) // unknown: somebody else
	if m.Who != "" {
		who = hashString(m.Who)
	}
	t.people.add(text.Mix(who))
	t.likes += max(0, m.Likes)
	t.seen(m.Time, 1)
	t.keep(m, all.dot(c.all)/c.n)
	if s.messages%agesAfter == 0 {
		s.vocab.age()
	}
	if len(s.live) > s.most || s.messages%int64(s.most) == 0 {
		s.forget()
	}
	return t.id
}

// seen counts messages of a day.
func (t *current) seen(at time.Time, n int32) {
	if at.IsZero() {
		return
	}
	if t.from.IsZero() || at.Before(t.from) {
		t.from = at
	}
	if at.After(t.to) {
		t.to = at
	}
	t.count(day{int32(at.Unix() / 86_400), n})
}

func (t *current) count(d day) {
	const most = 800
	k, found := slices.BinarySearchFunc(t.days, d.number, func(d day, n int32) int { return cmp.Compare(d.number, n) })
	if found {
		t.days[k].n += d.n
		return
	}
	t.days = slices.Insert(t.days, k, d)
	if len(t.days) > most {
		t.days = t.days[1:]
	}
}

// keep keeps the messages most typical of a topic.
func (t *current) keep(m Message, like float64) {
	if len(t.samples) == samples && like <= t.samples[samples-1].like {
		return
	}
	m.Subject, m.Text = clip(m.Subject), clip(m.Text)
	t.samples = append(t.samples, sample{m, like})
	slices.SortStableFunc(t.samples, func(a, b sample) int { return cmp.Compare(b.like, a.like) })
	t.samples = t.samples[:min(samples, len(t.samples))]
}

func clip(s string) string {
	n := 0
	for i := range s {
		if n++; n > kept {
			return s[:i]
		}
	}
	return s
}

func (t *current) heat(size int) Heat {
	h := Heat{Messages: size, People: t.people.count(), Likes: t.likes}
	var all, inPeak, most int32
	first := 0
	for _, d := range t.days {
		all += d.n
		inPeak += d.n
		for d.number-t.days[first].number > peakDays {
			inPeak -= t.days[first].n
			first++
		}
		most = max(most, inPeak)
	}
	if all > 0 {
		h.Peak = float64(most) / float64(all)
	}
	h.set()
	return h
}

// forget drops topics that nothing was heard of for long, and the coldest
// tenth where there are too many: those with the fewest messages, of equal
// ones those that have been quiet for longest.
func (s *Stream) forget() {
	list := make([]*cluster, 0, len(s.live))
	for c := range s.live {
		if !c.at.IsZero() && s.clock.Sub(c.at) > s.window {
			s.pool.drop(c)
			delete(s.live, c)
			continue
		}
		list = append(list, c)
	}
	if len(list) <= s.most {
		return
	}
	// A message counts as a day.
	rank := func(c *cluster) float64 { return float64(c.at.Unix())/86_400 + float64(min(c.size, 90)) }
	slices.SortFunc(list, func(a, b *cluster) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(s.live[a].id, s.live[b].id))
	})
	for _, c := range list[:len(list)-s.most*9/10] {
		s.pool.drop(c)
		delete(s.live, c)
	}
}

// Topics joins topics that have come to be one, and gives the n hottest. Its
// cost does not depend on how many messages there were: the 3,000 hottest
// topics are compared pair by pair (about 0.2 s).
func (s *Stream) Topics(ctx context.Context, n int) ([]Current, error) {
	list := s.hottest()
	list = list[:min(linked, len(list))]
	items := make([]item, len(list))
	for i, c := range list {
		items[i] = c.item
	}
	group, err := s.vocab.link(ctx, items)
	if err != nil {
		return nil, err
	}
	heads := map[int]*cluster{}
	for i, g := range group {
		if head := heads[g]; head == nil {
			heads[g] = list[i]
		} else {
			s.merge(head, list[i])
		}
	}
	list = s.hottest()
	list = list[:min(n, len(list))]
	var samples []Message
	for _, c := range list {
		for _, m := range s.live[c].samples {
			samples = append(samples, m.message)
		}
	}
	d := newDescriber(s.vocab, samples)
	out := make([]Current, len(list))
	for i, c := range list {
		out[i] = s.describe(d, c)
	}
	return out, nil
}

// hottest gives the clusters by heat, the hottest first.
func (s *Stream) hottest() []*cluster {
	type hot struct {
		c    *cluster
		heat float64
		id   int64
	}
	list := make([]hot, 0, len(s.live))
	for c, t := range s.live {
		list = append(list, hot{c, t.heat(c.size).Value, t.id})
	}
	slices.SortFunc(list, func(a, b hot) int { return cmp.Or(cmp.Compare(b.heat, a.heat), cmp.Compare(a.id, b.id)) })
	out := make([]*cluster, len(list))
	for i, h := range list {
		out[i] = h.c
	}
	return out
}

// merge makes one topic a part of another.
func (s *Stream) merge(into, c *cluster) {
	a, b := s.live[into], s.live[c]
	s.pool.drop(c)
	s.pool.add(into, c.item, c.size)
	delete(s.live, c)
	for _, h := range b.people {
		a.people.add(h)
	}
	a.likes += b.likes
	if a.from.IsZero() || !b.from.IsZero() && b.from.Before(a.from) {
		a.from = b.from
	}
	if b.to.After(a.to) {
		a.to = b.to
	}
	for _, d := range b.days {
		a.count(d)
	}
	for _, m := range b.samples {
		a.keep(m.message, m.like)
	}
	s.merges = append(s.merges, Merge{b.id, a.id})
}

// Merges gives the merges since it was last called, in order.
func (s *Stream) Merges() []Merge {
	out := s.merges
	s.merges = nil
	return out
}

// describe puts a topic into words, by its samples.
func (s *Stream) describe(d *describer, c *cluster) Current {
	t := s.live[c]
	messages := make([]Message, len(t.samples))
	out := Current{ID: t.id, Heat: t.heat(c.size), From: t.from, To: t.to}
	told := Topic{}
	for i, m := range t.samples {
		messages[i] = m.message
		told.Members = append(told.Members, i)
		out.Samples = append(out.Samples, m.message.ID)
	}
	d.describe(&told, messages)
	out.Place, out.Who, out.Title, out.Summary, out.Keywords = told.Place, told.Who, told.Title, told.Summary, told.Keywords
	return out
}
