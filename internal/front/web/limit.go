package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Limiter lets each address do something so many times a minute. It counts
// on this node alone.
type Limiter struct {
	perMinute int
	mu        sync.Mutex
	by        map[string]*rate.Limiter
	swept     time.Time
}

// NewLimiter returns a limiter; 0 lifts the limit.
func NewLimiter(perMinute int) *Limiter {
	return &Limiter{perMinute: perMinute, by: map[string]*rate.Limiter{}, swept: time.Now()}
}

// Allow counts one more and reports whether it is within the limit.
func (l *Limiter) Allow(addr string) bool {
	if l.perMinute == 0 {
		return true
	}
	return l.of(addr).Allow()
}

// Spent reports whether nothing is left, without counting.
func (l *Limiter) Spent(addr string) bool {
	return l.perMinute != 0 && l.of(addr).Tokens() < 1
}

func (l *Limiter) of(addr string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.swept) > time.Minute { // who has been quiet for long is as new
		for a, r := range l.by {
			if r.TokensAt(now) >= float64(l.perMinute) {
				delete(l.by, a)
			}
		}
		l.swept = now
	}
	r := l.by[addr]
	if r == nil {
		r = rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)
		l.by[addr] = r
	}
	return r
}
