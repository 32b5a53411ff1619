package main

import (
	"fmt"
	"os"
	"strings"
)

// evenly keeps the first, and every second, fourth, … after it, of what it is
// offered, so that it stays within so many bytes.
type evenly[T any] struct {
	most        int // bytes; 0: who has it sees to that
	size        func(T) int
	kept        []T
	bytes       int
	every, seen int
}

// takes counts one, and reports whether it is to be added.
func (e *evenly[T]) takes() bool {
	e.every = max(1, e.every)
	e.seen++
	return (e.seen-1)%e.every == 0
}

// add keeps one; it must not hold what it was cut from.
func (e *evenly[T]) add(x T) {
	e.kept = append(e.kept, x)
	e.bytes += e.size(x)
	for e.most > 0 && e.bytes > e.most && len(e.kept) > 1 {
		e.halve()
	}
}

func (e *evenly[T]) halve() {
	e.every *= 2
	e.bytes = 0
	half := e.kept[:0]
	for i, x := range e.kept {
		if i%2 == 0 {
			half = append(half, x)
			e.bytes += e.size(x)
		}
	}
	clear(e.kept[len(half):])
	e.kept = half
}

// groupBytes is what is kept of all groups of a file together.
const groupBytes = 96 << 20

// grouped keeps of each group what evenly keeps, within groupBytes for all: of
// the largest groups less.
type grouped[T any] struct {
	size  func(T) int
	at    map[string]*evenly[T]
	order []string
	bytes int
}

// of is a group of a name.
func (g *grouped[T]) of(name string) *evenly[T] {
	e := g.at[name]
	if e == nil {
		if g.at == nil {
			g.at = map[string]*evenly[T]{}
		}
		name = strings.Clone(name)
		e = &evenly[T]{size: g.size}
		g.at[name] = e
		g.order = append(g.order, name)
		g.bytes += len(name) + 200
	}
	return e
}

// add keeps one in a group.
func (g *grouped[T]) add(e *evenly[T], x T) error {
	before := e.bytes
	e.add(x)
	g.bytes += e.bytes - before
	for g.bytes > groupBytes {
		largest := 0
		for _, e := range g.at {
			if len(e.kept) > 1 {
				largest = max(largest, e.bytes)
			}
		}
		if largest == 0 {
			return fmt.Errorf("there are %d groups so far, more than fit into memory: is the column mapped to group the right one?", len(g.at))
		}
		for _, e := range g.at {
			if len(e.kept) > 1 && 2*e.bytes >= largest {
				before := e.bytes
				e.halve()
				g.bytes += e.bytes - before
			}
		}
	}
	return nil
}

// say tells on stderr if not all of the groups is kept.
func (g *grouped[T]) say() {
	kept, seen := 0, 0
	for _, e := range g.at {
		kept, seen = kept+len(e.kept), seen+e.seen
	}
	if kept < seen {
		fmt.Fprintf(os.Stderr, "%d messages are more than fit into memory: %d of them, evenly chosen in each group, are read.\n", seen, kept)
	}
}
