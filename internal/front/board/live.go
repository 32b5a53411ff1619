package board

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"sync"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/front/web"
)

// beat is how often the board is counted anew while somebody looks.
const beat = 700 * time.Millisecond

// streamFor is how long one stream lasts: then the browser comes back by
// itself, and who has left since is not let in.
const streamFor = 10 * time.Minute

// A hub counts once for all who see the same, however many look, and hands
// each the same bytes when they have changed.
type hub struct {
	mu     sync.Mutex
	topics map[string]*channel
}

type channel struct {
	last  []byte
	sum   uint64
	looks []chan []byte
}

// join gives a stream of what a board shows; leave ends it. The first who
// looks starts the counting, the last one stops it.
func (h *hub) join(key string, count func(context.Context) ([]byte, error)) (look chan []byte, leave func()) {
	look = make(chan []byte, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.topics == nil {
		h.topics = map[string]*channel{}
	}
	c := h.topics[key]
	if c == nil {
		c = &channel{}
		h.topics[key] = c
		go h.run(key, c, count)
	}
	c.looks = append(c.looks, look)
	if c.last != nil {
		look <- c.last
	}
	return look, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		c.looks = slices.DeleteFunc(c.looks, func(o chan []byte) bool { return o == look })
	}
}

func (h *hub) run(key string, c *channel, count func(context.Context) ([]byte, error)) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for ; ; <-tick.C {
		h.mu.Lock()
		if len(c.looks) == 0 {
			delete(h.topics, key)
			h.mu.Unlock()
			return
		}
		h.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		body, err := count(ctx)
		cancel()
		if err != nil {
			continue // the next beat tries again; the board says when it was counted
		}
		sum := fnv.New64a()
		_, _ = sum.Write(body) // a hash takes everything
		h.mu.Lock()
		if c.last == nil || sum.Sum64() != c.sum {
			c.last, c.sum = body, sum.Sum64()
			for _, look := range c.looks {
				select { // who is slow gets the newest alone
				case <-look:
				default:
				}
				look <- body
			}
		}
		h.mu.Unlock()
	}
}

// live streams the board's parts as server-sent events while they change.
func (b *Board) live(w http.ResponseWriter, r *http.Request) error {
	by := access.From(r.Context())
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	lang, span := web.Lang(r.Context()), r.URL.Query().Get("span")
	if !slices.Contains(spans, span) {
		return errs.New(errs.NotFound, "error.no_page")
	}
	look, leave := b.hub.join(lang+" "+span+" "+fmt.Sprint(by.Scope()), func(ctx context.Context) ([]byte, error) {
		ctx = b.Site.Context(ctx, lang)
		v, err := b.view(ctx, by, span)
		if err != nil {
			return nil, err
		}
		var body bytes.Buffer
		if err := boardParts(v).Render(ctx, &body); err != nil {
			return nil, err
		}
		return event(body.Bytes()), nil
	})
	defer leave()
	out := http.NewResponseController(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	end, still := time.NewTimer(streamFor), time.NewTicker(25*time.Second)
	defer end.Stop()
	defer still.Stop()
	for {
		var body []byte
		select {
		case <-r.Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-still.C:
			body = []byte(": still here\n\n")
		case body = <-look:
		}
		if out.SetWriteDeadline(time.Now().Add(15*time.Second)) != nil {
			return nil
		}
		if _, err := w.Write(body); err != nil || out.Flush() != nil {
			return nil // who looked has gone
		}
	}
}

// event is a part of a page as one server-sent event.
func event(html []byte) []byte {
	var b bytes.Buffer
	b.WriteString("event: board\n")
	for line := range bytes.Lines(html) {
		b.WriteString("data: ")
		b.Write(bytes.TrimRight(line, "\n"))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.Bytes()
}
