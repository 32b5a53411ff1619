package board

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/front/web"
)

// beat is how often the board is counted anew while somebody looks.
const beat = 700 * time.Millisecond

// streamFor is how long one stream lasts: then the browser comes back by
// itself, and who has left since is not let in.
const streamFor = 10 * time.Minute

// asked is how often it is asked whether the sessions that streams belong to
// last: who signs out, or is signed out, sees nothing new soon after.
const asked = 3 * time.Second

// still is how often a stream that has nothing to say says so, for the
// machines between that end what is silent.
const still = 25 * time.Second

// A hub counts once for all who see the same, however many look, and hands
// each the same bytes when they have changed. A stream is a connection and
// nothing else: no goroutine and no buffer waits with it.
type hub struct {
	// ended says which sessions have ended.
	ended  func(context.Context, []access.SessionID) ([]access.SessionID, error)
	mu     sync.Mutex
	topics map[string]*channel
}

type channel struct {
	sum   uint64    // of what was said last
	said  time.Time // when something was
	asked time.Time // when it was asked whether sessions last
	looks map[net.Conn]*look
}

type look struct {
	session access.SessionID
	until   time.Time
	told    bool // what the board shows
}

// join adds a connection to those that see what a board shows. The first who
// looks starts the counting; when the last one has gone it stops. What is said
// is said by the one who counts, so that nobody hears the older after the newer.
func (h *hub) join(key string, conn net.Conn, session access.SessionID, until time.Time, count func(context.Context) ([]byte, error)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.topics == nil {
		h.topics = map[string]*channel{}
	}
	c := h.topics[key]
	if c == nil {
		c = &channel{looks: map[net.Conn]*look{}}
		h.topics[key] = c
		go h.run(key, c, count)
	}
	c.looks[conn] = &look{session: session, until: until}
}

func (h *hub) run(key string, c *channel, count func(context.Context) ([]byte, error)) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for ; ; <-tick.C {
		if h.idle(key, c) {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		h.leave(ctx, c)
		var body []byte
		err := errs.Guard(func() (err error) {
			body, err = count(ctx)
			return err
		})
		cancel()
		if err != nil {
			continue // the next beat tries again; the board says when it was counted
		}
		sum := fnv.New64a()
		_, _ = sum.Write(body) // a hash takes everything
		changed, still := c.sum != sum.Sum64(), time.Since(c.said) > still
		c.sum = sum.Sum64()
		if changed || still {
			c.said = time.Now()
		}
		var news, nothing []net.Conn
		h.mu.Lock()
		for conn, l := range c.looks {
			switch {
			case changed || !l.told:
				l.told = true
				news = append(news, conn)
			case still:
				nothing = append(nothing, conn)
			}
		}
		h.mu.Unlock()
		h.say(c, body, news)
		h.say(c, []byte(": still here\n\n"), nothing)
	}
}

// idle ends the streams whose time is over, and the channel when nobody looks.
func (h *hub) idle(key string, c *channel) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	for conn, l := range c.looks {
		if now.After(l.until) {
			h.end(c, conn)
		}
	}
	if len(c.looks) > 0 {
		return false
	}
	delete(h.topics, key)
	return true
}

// leave ends the streams of sessions that have ended. Nothing new is said
// before that is known, for if the database cannot be asked nothing is counted
// either.
func (h *hub) leave(ctx context.Context, c *channel) {
	if time.Since(c.asked) < asked {
		return
	}
	of := map[access.SessionID][]net.Conn{}
	h.mu.Lock()
	for conn, l := range c.looks {
		of[l.session] = append(of[l.session], conn)
	}
	h.mu.Unlock()
	ended, err := h.ended(ctx, slices.Collect(maps.Keys(of)))
	if err != nil {
		return // the next beat asks again
	}
	c.asked = time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ended {
		for _, conn := range of[id] {
			h.end(c, conn)
		}
	}
}

// say writes to connections, some at a time. One that does not take it is
// closed: a browser that still looks comes back by itself.
func (h *hub) say(c *channel, body []byte, looks []net.Conn) {
	var some errgroup.Group
	some.SetLimit(64)
	for _, conn := range looks {
		some.Go(func() error {
			err := conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
			if err == nil {
				_, err = conn.Write(body)
			}
			if err != nil {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.end(c, conn)
			}
			return nil
		})
	}
	_ = some.Wait() // nothing fails: who cannot be told has gone
}

// end closes a connection; h.mu is held.
func (h *hub) end(c *channel, conn net.Conn) {
	delete(c.looks, conn)
	_ = conn.Close() // it has gone, or goes now
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
	out := http.NewResponseController(w)
	conn, _, err := out.Hijack()
	if err != nil {
		return err
	}
	h := w.Header().Clone()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Set("Connection", "close")
	var head bytes.Buffer
	head.WriteString("HTTP/1.1 200 OK\r\n")
	if err := h.Write(&head); err != nil {
		return err
	}
	head.WriteString("\r\n")
	if err := errors.Join(conn.SetDeadline(time.Now().Add(10*time.Second)), write(conn, head.Bytes()), conn.SetDeadline(time.Time{})); err != nil {
		return errors.Join(err, conn.Close())
	}
	b.hub.join(lang+" "+span+" "+fmt.Sprint(by.Scope()), conn, b.Session(r.Context()), time.Now().Add(streamFor), func(ctx context.Context) ([]byte, error) {
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
	return nil
}

func write(conn net.Conn, b []byte) error {
	_, err := conn.Write(b)
	return err
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
