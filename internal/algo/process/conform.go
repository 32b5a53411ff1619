package process

import (
	"cmp"
	"slices"
)

// A Model is how a process was meant to run: which activity may follow which,
// as a table of states has it. Where Starts is empty, any may be the first;
// where Ends is, any the last.
type Model struct {
	Starts, Ends []string
	Follows      map[string][]string
}

// Conformance is how far a log is from a model. Each case is asked as many
// questions as it has events: may it begin so (if the model says how), and,
// for each pair, may this follow that. Its fitness is the share answered yes,
//
//	fitness = 1 − deviations / questions,
//
// and that of the log the same over all questions. It is the comparison of
// footprints (van der Aalst 2016, section 8.4) weighted by how often each
// pair happened; unlike token replay it forgives nothing afterwards, since a
// directly-follows model has no memory, and it needs no search, unlike
// alignments. A case that has not come to one of the ends is unfinished,
// which is no deviation: it may still be running.
type Conformance struct {
	Fitness    float64     `json:"fitness"`
	CaseMedian float64     `json:"case_median"` // fitness
	CaseP10    float64     `json:"case_p10"`    // one case in ten is worse
	Fitting    int         `json:"fitting"`     // cases with fitness 1
	Cases      int         `json:"cases"`
	Unfinished int         `json:"unfinished"`
	Worst      []CaseFit   `json:"worst"` // the twenty cases with the least fitness
	Questions  int         `json:"questions"`
	Deviations []Deviation `json:"deviations"` // the most frequent first
	// Unknown are activities the model does not have.
	Unknown []string `json:"unknown"`
	// Unused are pairs the model allows that never happened.
	Unused [][2]string `json:"unused"`
}

// A CaseFit is the fitness of one case.
type CaseFit struct {
	Case    string  `json:"case"`
	Fitness float64 `json:"fitness"`
}

// A Deviation is a pair that the model does not allow. From is "" where cases
// begin with To.
type Deviation struct {
	From     string   `json:"from"`
	To       string   `json:"to"`
	Count    int      `json:"count"`
	Cases    int      `json:"cases"`
	Examples []string `json:"examples"` // the first three cases
}

const (
	examples = 3
	worst    = 20
)

// Conform compares a log with a model in O(n log m), for n events in cases of
// at most m. If each is set, it is called with the fitness of every case, in
// the order the cases were first seen. Of an empty log the fitness is 1.
func Conform(l *Log, m Model, each func(id string, fitness float64)) *Conformance {
	r := &Conformance{Cases: l.Cases(), Worst: []CaseFit{}, Deviations: []Deviation{}, Unknown: []string{}, Fitness: 1, CaseMedian: 1, CaseP10: 1}
	k := m.numbered(l)
	found := map[uint64]*deviation{}
	fits := make([]float64, 0, l.Cases())
	deviations := 0
	l.each(func(c int, s []step) {
		wrong := 0
		deviates := func(k uint64, from, to string) {
			wrong++
			d := found[k]
			if d == nil {
				d = &deviation{Deviation: Deviation{From: from, To: to}}
				found[k] = d
			}
			d.Count++
			if d.seen == c+1 {
				return
			}
			d.seen = c + 1
			d.Cases++
			if len(d.Examples) < examples {
				d.Examples = append(d.Examples, l.ids.get(c))
			}
		}
		if first := s[0].act; len(m.Starts) > 0 && !k.starts[first] {
			deviates(1<<32|uint64(first), "", l.activity(first))
		}
		for i := 1; i < len(s); i++ {
			p := pair(s[i-1].act, s[i].act)
			if used, fine := k.follows[p]; !fine {
				deviates(uint64(p), l.activity(s[i-1].act), l.activity(s[i].act))
			} else if !used {
				k.follows[p] = true
			}
		}
		if len(m.Ends) > 0 && !k.ends[s[len(s)-1].act] {
			r.Unfinished++
		}
		asked := len(s) - 1 + min(len(m.Starts), 1)
		fit := 1.0
		if asked > 0 {
			fit = 1 - float64(wrong)/float64(asked)
		}
		if wrong == 0 {
			r.Fitting++
		}
		deviations += wrong
		r.Questions += asked
		fits = append(fits, fit)
		if fit < 1 && (len(r.Worst) < worst || fit < r.Worst[worst-1].Fitness) {
			i, _ := slices.BinarySearchFunc(r.Worst, fit, func(w CaseFit, fit float64) int {
				if w.Fitness <= fit {
					return -1
				}
				return 1
			})
			r.Worst = slices.Insert(r.Worst, i, CaseFit{l.ids.get(c), fit})
			r.Worst = r.Worst[:min(len(r.Worst), worst)]
		}
		if each != nil {
			each(l.ids.get(c), fit)
		}
	})
	if r.Questions > 0 {
		r.Fitness = 1 - float64(deviations)/float64(r.Questions)
	}
	if len(fits) > 0 {
		slices.Sort(fits)
		r.CaseMedian, r.CaseP10 = Quantile(fits, 0.5), Quantile(fits, 0.1)
	}
	for _, d := range found {
		r.Deviations = append(r.Deviations, d.Deviation)
	}
	slices.SortFunc(r.Deviations, func(a, b Deviation) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	for i, name := range l.activities.list {
		if !k.known[i] {
			r.Unknown = append(r.Unknown, name)
		}
	}
	slices.Sort(r.Unknown)
	r.Unused = k.unused
	for p, used := range k.follows {
		if !used {
			r.Unused = append(r.Unused, [2]string{l.activity(uint16(p >> 16)), l.activity(uint16(p))})
		}
	}
	slices.SortFunc(r.Unused, func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	return r
}

type deviation struct {
	Deviation
	seen int // case + 1 that deviated last
}

// Numbered is a model in the numbers of a log's activities.
type numbered struct {
	follows             map[uint32]bool // allowed pairs, and whether each happened
	starts, ends, known []bool
	unused              [][2]string // allowed pairs of which the log does not have both
}

func (m Model) numbered(l *Log) numbered {
	n := len(l.activities.list)
	k := numbered{follows: map[uint32]bool{}, starts: make([]bool, n), ends: make([]bool, n), known: make([]bool, n), unused: [][2]string{}}
	number := func(name string) (uint16, bool) {
		i, ok := l.activities.of[name]
		if ok {
			k.known[i-1] = true
		}
		return uint16(i - 1), ok
	}
	for _, name := range m.Starts {
		if i, ok := number(name); ok {
			k.starts[i] = true
		}
	}
	for _, name := range m.Ends {
		if i, ok := number(name); ok {
			k.ends[i] = true
		}
	}
	for from, list := range m.Follows {
		f, ok1 := number(from)
		for _, to := range list {
			if t, ok2 := number(to); ok1 && ok2 {
				k.follows[pair(f, t)] = false
			} else {
				k.unused = append(k.unused, [2]string{from, to})
			}
		}
	}
	return k
}

// Mark says which edges of a graph the model does not allow.
func (m Model) Mark(g *Graph) {
	for i := range g.Edges {
		g.Edges[i].Deviates = !slices.Contains(m.Follows[g.Edges[i].From], g.Edges[i].To)
	}
}
