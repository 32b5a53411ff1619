// Package insight keeps what the city's messages say together: the topics that
// many speak of and what was done about them, what goes together more often than
// chance makes it, and how the answers read that residents were given. Finding
// topics is algo/topics, reading answers algo/answers; which cases are looked at
// for it, flow says. What is kept has no words that could tell who spoke.
package insight

import (
	"context"
	"embed"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// A Store keeps what was found.
type Store interface {
	// PutDigest replaces the digest of its span.
	PutDigest(ctx context.Context, d Digest) error
	// Digest returns the newest of a span, or a NotFound error.
	Digest(ctx context.Context, s Span) (Digest, error)
	// PutAssociations replaces what goes together.
	PutAssociations(ctx context.Context, a Associations) error
	// Associations returns it, or a NotFound error.
	Associations(ctx context.Context) (Associations, error)
	// PutReader replaces the model that answers are read with.
	PutReader(ctx context.Context, r Reader) error
	// ReaderAt is when the newest was made, or a NotFound error.
	ReaderAt(ctx context.Context) (time.Time, error)
	// Reader returns it, or a NotFound error.
	Reader(ctx context.Context) (Reader, error)

	// AddStep keeps what was done about a topic. One that is there already, by
	// its id, is left as it is.
	AddStep(ctx context.Context, s Step) error
	// Steps lists what was done about topics that have one of these cases, the
	// newest first.
	Steps(ctx context.Context, numbers []string) ([]Step, error)

	// KeepReadings keeps how answers read. Of one that is there already nothing
	// changes but how it reads.
	KeepReadings(ctx context.Context, list []Reading) error
	// Known says which of these answers were read before.
	Known(ctx context.Context, answers []string) (map[string]bool, error)
	// Readings lists those that f selects, the newest first.
	Readings(ctx context.Context, f ReadingFilter) ([]Reading, error)
	// Judge keeps what somebody says of a reading; it returns it as it is then,
	// or a NotFound error.
	Judge(ctx context.Context, answer string, j Judgement) (Reading, error)
	// Tally counts the answers that were given since a time, by unit.
	Tally(ctx context.Context, since time.Time) ([]Tally, error)
}

// A Service shows what was found to who may see the whole city.
type Service struct {
	Store Store
	Now   func() time.Time
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

var whole = access.Resource{Type: access.CityType}

// Digest returns the newest topics of a span.
func (s *Service) Digest(ctx context.Context, by access.Actor, span Span) (Digest, error) {
	if err := by.Can(access.InsightRead, whole); err != nil {
		return Digest{}, err
	}
	return s.Store.Digest(ctx, span)
}

// Topic returns the topic that has a case now, of the shortest span that has
// one, or a NotFound error.
func (s *Service) Topic(ctx context.Context, by access.Actor, number string) (Topic, Digest, error) {
	for _, span := range Spans {
		d, err := s.Digest(ctx, by, span)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return Topic{}, Digest{}, err
		}
		for _, t := range d.Topics {
			if t.Has(number) {
				return t, d, nil
			}
		}
	}
	return Topic{}, Digest{}, errs.New(errs.NotFound, "insight.topic_gone")
}

// Steps lists what was done about a topic, the newest first.
func (s *Service) Steps(ctx context.Context, by access.Actor, t Topic) ([]Step, error) {
	if err := by.Can(access.InsightRead, whole); err != nil {
		return nil, err
	}
	return s.Store.Steps(ctx, t.Cases)
}

// Did keeps that somebody did something about a topic. That they may, the room
// in which they did it has said.
func (s *Service) Did(ctx context.Context, by access.Actor, number string, what Did, ref string) error {
	if err := by.Can(access.InsightRead, whole); err != nil {
		return err
	}
	now := s.now()
	return s.Store.AddStep(ctx, Step{ID: ids.New(now), Case: number, At: now, By: by.Staff, What: what, Ref: ref})
}

// Associations returns what goes together.
func (s *Service) Associations(ctx context.Context, by access.Actor) (Associations, error) {
	if err := by.Can(access.InsightRead, whole); err != nil {
		return Associations{}, err
	}
	return s.Store.Associations(ctx)
}
