// Package insight keeps what the city's messages say together: the topics that
// many speak of. Finding them is algo/topics; which cases are read for it, flow
// says. What is kept has no words that could tell who spoke.
package insight

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Digest is the topics of a time, as they were found at At.
type Digest struct {
	At     time.Time `json:"at"`
	Days   int       `json:"days"`  // looked back
	Cases  int       `json:"cases"` // looked at
	Topics []Topic   `json:"topics"`
}

// A Topic is a matter that several cases are about, hottest first.
type Topic struct {
	Title     string         `json:"title"`
	Place     string         `json:"place,omitempty"`
	Who       string         `json:"who,omitempty"` // the body that most name
	From      time.Time      `json:"from"`
	To        time.Time      `json:"to"`
	Heat      float64        `json:"heat"`
	People    int            `json:"people"`
	Peak      float64        `json:"peak"` // share of the messages in the fullest 30 days
	Summary   []string       `json:"summary"`
	Keywords  []string       `json:"keywords"`
	Cases     []string       `json:"cases"` // cases.Number, the newest first
	Category  org.CategoryID `json:"category"`
	Area      org.AreaID     `json:"area,omitempty"` // the street that most are in
	Lead      org.UnitID     `json:"lead,omitempty"` // the unit that has most of them
	ByDay     []int          `json:"by_day"`         // cases opened on each of the Days, oldest first
	OpenCases int            `json:"open"`           // when it was found
}

// A Store keeps the newest digest.
type Store interface {
	// Put replaces the digest.
	Put(ctx context.Context, d Digest) error
	// Digest returns it, or a NotFound error.
	Digest(ctx context.Context) (Digest, error)
}

// A Service shows digests.
type Service struct{ Store Store }

// Digest returns the newest digest to who may see the whole city's cases.
func (s *Service) Digest(ctx context.Context, by access.Actor) (Digest, error) {
	if !by.Scope().All || by.Is(access.Clerk) && !by.Is(access.Dispatcher, access.Supervisor, access.Leader, access.Auditor) {
		return Digest{}, errs.New(errs.Denied, "access.denied")
	}
	return s.Store.Digest(ctx)
}
