package demo

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/city/org"
)

//go:embed words.txt
var wordsText string

const wordsFile = "words.txt"

// words are how people speak of the matters of one category.
type words struct {
	weight  int
	season  string // when it comes up three times as often
	hours   string
	say     both[string]
	ask     both[question]
	done    both[string]
	missing []string
}

// both is a list in each language.
type both[T any] struct{ zh, en []T }

func (b both[T]) in(lang string) []T {
	if lang == "en" {
		return b.en
	}
	return b.zh
}

type question struct{ ask, reply string }

// readWords reads words.txt, which says itself how it is written.
func readWords() (map[org.CategoryID]words, error) {
	book := map[org.CategoryID]words{}
	var at org.CategoryID
	n := 0
	for line := range strings.Lines(wordsText) {
		n++
		mark, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if mark == "" || strings.HasPrefix(mark, "#") {
			continue
		}
		w := book[at]
		q, reply, _ := strings.Cut(text, " | ")
		switch mark {
		case "=":
			fields := strings.Fields(text)
			if len(fields) < 2 {
				return nil, fmt.Errorf("%s, line %d: a category and its weight", wordsFile, n)
			}
			at = org.CategoryID(fields[0])
			weight, err := strconv.Atoi(fields[1])
			if err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", wordsFile, n, err)
			}
			w = words{weight: weight}
			for _, when := range fields[2:] {
				if inSeason[when] != nil {
					w.season = when
				} else {
					w.hours = when
				}
			}
		case "S":
			w.say.zh = append(w.say.zh, text)
		case "s":
			w.say.en = append(w.say.en, text)
		case "Q":
			w.ask.zh = append(w.ask.zh, question{q, reply})
		case "q":
			w.ask.en = append(w.ask.en, question{q, reply})
		case "D":
			w.done.zh = append(w.done.zh, text)
		case "d":
			w.done.en = append(w.done.en, text)
		case "M":
			w.missing = append(w.missing, text)
		default:
			return nil, fmt.Errorf("%s, line %d: what is %q?", wordsFile, n, mark)
		}
		book[at] = w
	}
	for id, w := range book {
		if len(w.say.zh) == 0 || len(w.ask.zh) == 0 || len(w.done.zh) == 0 || len(w.missing) == 0 {
			return nil, fmt.Errorf("%s: %s has no words", wordsFile, id)
		}
	}
	return book, nil
}

// inSeason are the months in which each season's matters come up more often.
var inSeason = map[string][]time.Month{
	"winter": {time.November, time.December, time.January, time.February, time.March}, "summer": {time.June, time.July, time.August},
	"flood": {time.June, time.July, time.August}, "spring": {time.March, time.April, time.May}, "autumn": {time.September, time.October, time.November},
	"school": {time.August, time.September}, "newyear": {time.January, time.February},
}

// weighted draws from a list by weight.
type weighted struct {
	list []org.CategoryID
	sums []float64
}

func (w *weighted) add(c org.CategoryID, weight float64) {
	if len(w.sums) > 0 {
		weight += w.sums[len(w.sums)-1]
	}
	w.list, w.sums = append(w.list, c), append(w.sums, weight)
}

func (w weighted) draw(rng *rand.Rand) org.CategoryID {
	x := rng.Float64() * w.sums[len(w.sums)-1]
	for i, sum := range w.sums {
		if x < sum {
			return w.list[i]
		}
	}
	return w.list[len(w.list)-1]
}

// about draws what a request is about, by the month and the hour.
func (w *world) about(rng *rand.Rand, m moment) org.CategoryID {
	by, ok := w.weights[m.at.Month()]
	if !ok {
		for _, c := range w.leaves {
			each := w.words[c]
			weight := float64(each.weight)
			for _, month := range inSeason[each.season] {
				if month == m.at.Month() {
					weight *= 3
				}
			}
			by.add(c, weight)
		}
		w.weights[m.at.Month()] = by
	}
	c := by.draw(rng)
	for range 12 { // not everything comes up at every hour, or as a question
		if w.fits(c, m) {
			break
		}
		c = by.draw(rng)
	}
	return c
}

func (w *world) fits(c org.CategoryID, m moment) bool {
	each := w.words[c]
	if m.enquiry && len(each.ask.zh) == 0 {
		return false
	}
	switch h := m.at.Hour(); each.hours {
	case "night":
		return m.enquiry || h >= 18 || h < 8
	case "commute":
		return m.enquiry || h >= 6 && h < 10 || h >= 16 && h < 20
	case "round":
		return true
	default:
		return h >= 7 && h < 22
	}
}

// fill puts what is drawn into the gaps of a sentence.
func fill(s string, gaps map[string]string) string {
	for name, value := range gaps {
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	return s
}
