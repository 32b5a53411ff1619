package process

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"
)

// The parts of OCEL 2.0 in JSON (Berti, Koren, Adams, Park, Knopp, Graves,
// Rafiei, Liß, Tacke genannt Unterberg, Zhang, Schwanen, Pegoraro and van der
// Aalst, OCEL (Object-Centric Event Log) 2.0 specification, 2024). Its schema
// wants lists where there are no members, and values as strings.
type (
	ocelType struct {
		Name       string     `json:"name"`
		Attributes []struct{} `json:"attributes"`
	}
	ocelEvent struct {
		ID            string     `json:"id"`
		Type          string     `json:"type"`
		Time          string     `json:"time"`
		Attributes    []struct{} `json:"attributes"`
		Relationships []ocelLink `json:"relationships"`
	}
	ocelObject struct {
		ID            string     `json:"id"`
		Type          string     `json:"type"`
		Attributes    []struct{} `json:"attributes"`
		Relationships []ocelLink `json:"relationships"`
	}
	ocelLink struct {
		ObjectID  string `json:"objectId"`
		Qualifier string `json:"qualifier"`
	}
)

// WriteOCEL writes a log as an object-centric event log in JSON. Cases are
// objects of the type "case" with their own ids; who did something is an
// object of the type "resource", with its name after "resource:" (and further
// colons, should a case have that id). Each event belongs to its case and, qualified "by", to its
// resource. Times are in zone. O(n log m); nothing is held but one case.
func WriteOCEL(w io.Writer, l *Log, zone *time.Location) error {
	const caseType, resourceType = "case", "resource"
	prefix := resourceType + ":"
	for slices.ContainsFunc(l.resources.list, func(name string) bool { return l.ids.has(prefix + name) }) {
		prefix += ":"
	}
	b := bufio.NewWriter(w)
	var failed error
	first := true
	put := func(v any) {
		if !first {
			b.WriteString(",\n") //nolint:errcheck // Flush tells the first error
		}
		first = false
		text, err := json.Marshal(v)
		if err != nil && failed == nil {
			failed = err
		}
		b.Write(text) //nolint:errcheck // Flush tells the first error
	}
	begin := func(s string) {
		first = true
		b.WriteString(s) //nolint:errcheck // Flush tells the first error
	}
	begin(`{"objectTypes":[`)
	put(ocelType{caseType, []struct{}{}})
	if len(l.resources.list) > 0 {
		put(ocelType{resourceType, []struct{}{}})
	}
	begin("],\n\"eventTypes\":[")
	for _, name := range l.activities.list {
		put(ocelType{name, []struct{}{}})
	}
	begin("],\n\"objects\":[\n")
	for c := range l.last {
		put(ocelObject{l.ids.get(c), caseType, []struct{}{}, []ocelLink{}})
	}
	for _, name := range l.resources.list {
		put(ocelObject{prefix + name, resourceType, []struct{}{}, []ocelLink{}})
	}
	begin("],\n\"events\":[\n")
	l.each(func(c int, s []step) {
		for _, e := range s {
			links := []ocelLink{{l.ids.get(c), caseType}}
			if e.by != 0 {
				links = append(links, ocelLink{prefix + l.resource(e.by), "by"})
			}
			put(ocelEvent{"e" + strconv.Itoa(int(e.row)+1), l.activity(e.act), stamp(e.at, zone), []struct{}{}, links})
		}
	})
	begin("]}\n")
	if failed != nil {
		return failed
	}
	return b.Flush()
}
