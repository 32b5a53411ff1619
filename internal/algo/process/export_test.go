package process_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/algo/process"
	"yiwang/internal/base/golden"
)

var china = time.FixedZone("", 8*3600)

// xesLog is XES as its schema has it: what is not in these places is an error
// of the test.
type xesLog struct {
	XMLName    xml.Name `xml:"http://www.xes-standard.org/ log"`
	Version    string   `xml:"xes.version,attr"`
	Features   *string  `xml:"xes.features,attr"`
	Extensions []struct {
		Name   string `xml:"name,attr"`
		Prefix string `xml:"prefix,attr"`
		URI    string `xml:"uri,attr"`
	} `xml:"extension"`
	Globals []struct {
		Scope string `xml:"scope,attr"`
		xesAttributes
	} `xml:"global"`
	Classifiers []struct {
		Name string `xml:"name,attr"`
		Keys string `xml:"keys,attr"`
	} `xml:"classifier"`
	Traces []struct {
		xesAttributes
		Events []struct{ xesAttributes } `xml:"event"`
	} `xml:"trace"`
}

type xesAttributes struct {
	Strings []xesAttribute `xml:"string"`
	Dates   []xesAttribute `xml:"date"`
}

type xesAttribute struct {
	Key   string `xml:"key,attr"`
	Value string `xml:"value,attr"`
}

func (a xesAttributes) get(key string) string {
	for _, x := range slices.Concat(a.Strings, a.Dates) {
		if x.Key == key {
			return x.Value
		}
	}
	return ""
}

func readXES(t testing.TB, b []byte) (l xesLog) {
	t.Helper()
	if err := xml.Unmarshal(b, &l); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if l.Version != "1849.2023" || l.Features == nil || len(l.Globals) != 2 || len(l.Classifiers) != 1 {
		t.Errorf("%+v", l)
	}
	prefixes := map[string]bool{}
	for _, e := range l.Extensions {
		prefixes[e.Prefix] = e.URI == "http://www.xes-standard.org/"+e.Prefix+".xesext"
	}
	// Every key belongs to an extension that is declared, and what is declared
	// global is in every trace and event.
	for _, tr := range l.Traces {
		all := []xesAttributes{tr.xesAttributes}
		for _, e := range tr.Events {
			all = append(all, e.xesAttributes)
		}
		for i, x := range all {
			for _, a := range slices.Concat(x.Strings, x.Dates) {
				if prefix, _, _ := strings.Cut(a.Key, ":"); !prefixes[prefix] {
					t.Errorf("no extension has %s", a.Key)
				}
			}
			for _, a := range slices.Concat(l.Globals[min(i, 1)].Strings, l.Globals[min(i, 1)].Dates) {
				if !slices.ContainsFunc(slices.Concat(x.Strings, x.Dates), func(b xesAttribute) bool { return b.Key == a.Key }) {
					t.Errorf("%+v has no %s", x, a.Key)
				}
			}
		}
	}
	return l
}

type ocelLog struct {
	ObjectTypes []ocelType   `json:"objectTypes"`
	EventTypes  []ocelType   `json:"eventTypes"`
	Objects     []ocelObject `json:"objects"`
	Events      []ocelEvent  `json:"events"`
}
type ocelType struct {
	Name       *string `json:"name"`
	Attributes *[]any  `json:"attributes"`
}
type ocelLinks struct {
	Attributes    *[]any `json:"attributes"`
	Relationships *[]struct {
		ObjectID  *string `json:"objectId"`
		Qualifier *string `json:"qualifier"`
	} `json:"relationships"`
}
type ocelObject struct {
	ID   *string `json:"id"`
	Type *string `json:"type"`
	ocelLinks
}
type ocelEvent struct {
	ID   *string    `json:"id"`
	Type *string    `json:"type"`
	Time *time.Time `json:"time"`
	ocelLinks
}

// readOCEL checks what the schema of OCEL 2.0 asks for, and that everything
// named is there, once.
func readOCEL(t testing.TB, b []byte) (l ocelLog) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if l.ObjectTypes == nil || l.EventTypes == nil || l.Objects == nil || l.Events == nil {
		t.Fatalf("a list is missing: %s", b)
	}
	types := func(list []ocelType) map[string]bool {
		m := map[string]bool{}
		for _, x := range list {
			if x.Name == nil || x.Attributes == nil || m[*x.Name] {
				t.Fatalf("type %+v", x)
			}
			m[*x.Name] = true
		}
		return m
	}
	objectTypes, eventTypes := types(l.ObjectTypes), types(l.EventTypes)
	objects, events := map[string]bool{}, map[string]bool{}
	for _, o := range l.Objects {
		if o.ID == nil || objects[*o.ID] || o.Type == nil || !objectTypes[*o.Type] {
			t.Fatalf("object %+v", o)
		}
		objects[*o.ID] = true
	}
	for _, e := range l.Events {
		if e.ID == nil || events[*e.ID] || e.Type == nil || !eventTypes[*e.Type] || e.Time == nil || e.Relationships == nil {
			t.Fatalf("event %+v", e)
		}
		events[*e.ID] = true
		for _, r := range *e.Relationships {
			if r.ObjectID == nil || r.Qualifier == nil || !objects[*r.ObjectID] {
				t.Fatalf("event %s is of %+v", *e.ID, r)
			}
		}
	}
	return l
}

func TestExport(t *testing.T) {
	l := logOf([]process.Event{
		{Case: "1", Activity: "答复", Time: monday.Add(90 * time.Minute), Resource: "城管局 <A&B>"},
		{Case: "1", Activity: "受理", Time: monday, Resource: "热线"},
		{Case: "resource:热线", Activity: "受理", Time: monday},
		{Case: "乙\t\"2\"", Activity: "受理", Time: monday.Add(1500 * time.Millisecond)},
	})
	var x, o bytes.Buffer
	if err := process.WriteXES(&x, l, china); err != nil {
		t.Fatal(err)
	}
	if err := process.WriteOCEL(&o, l, china); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "export.xes", x.Bytes())
	golden.Check(t, "export.jsonocel", o.Bytes())
	got := readXES(t, x.Bytes())
	if len(got.Traces) != 3 || got.Traces[0].Events[1].get("org:resource") != "城管局 <A&B>" || got.Traces[2].get("concept:name") != "乙\t\"2\"" {
		t.Errorf("%+v", got.Traces)
	}
	if at := got.Traces[2].Events[0].get("time:timestamp"); at != "2026-03-02T09:00:01.5+08:00" {
		t.Error(at)
	}
	if got := readOCEL(t, o.Bytes()); len(got.Objects) != 5 || len(got.Events) != 4 {
		t.Errorf("%+v", got)
	}
	x.Reset()
	o.Reset()
	if err := process.WriteXES(&x, &process.Log{}, time.UTC); err != nil || len(readXES(t, x.Bytes()).Traces) != 0 {
		t.Error(err)
	}
	if err := process.WriteOCEL(&o, &process.Log{}, time.UTC); err != nil || len(readOCEL(t, o.Bytes()).Events) != 0 {
		t.Error(err)
	}
}

// What is written is what was there, read back with a graph that is the same.
func TestThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := logOf(events(t))
		want := process.Discover(l)
		var x, o bytes.Buffer
		if err := process.WriteXES(&x, l, time.UTC); err != nil {
			t.Fatal(err)
		}
		if err := process.WriteOCEL(&o, l, china); err != nil {
			t.Fatal(err)
		}
		var xes xesLog
		if err := xml.Unmarshal(x.Bytes(), &xes); err != nil {
			t.Fatal(err)
		}
		fromXES, fromOCEL := &process.Log{}, &process.Log{}
		add := func(l *process.Log, e process.Event) {
			if err := l.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		for _, tr := range xes.Traces {
			for _, e := range tr.Events {
				at, err := time.Parse(time.RFC3339Nano, e.get("time:timestamp"))
				if err != nil {
					t.Fatal(err)
				}
				add(fromXES, process.Event{Case: tr.get("concept:name"), Activity: e.get("concept:name"), Time: at, Resource: e.get("org:resource")})
			}
		}
		var ocel ocelLog
		if err := json.Unmarshal(o.Bytes(), &ocel); err != nil {
			t.Fatal(err)
		}
		for _, e := range ocel.Events {
			event := process.Event{Activity: *e.Type, Time: *e.Time}
			for _, r := range *e.Relationships {
				if *r.Qualifier == "case" {
					event.Case = *r.ObjectID
				} else {
					event.Resource = strings.TrimPrefix(*r.ObjectID, "resource:")
				}
			}
			add(fromOCEL, event)
		}
		for _, l := range []*process.Log{fromXES, fromOCEL} {
			got := process.Discover(l)
			got.Moved, want.Moved = process.Moved{}, process.Moved{}
			if a, b := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); a != b {
				t.Fatalf("%s\n%s", a, b)
			}
		}
	})
}

func FuzzExport(f *testing.F) {
	f.Add("1", "受理", "热线", int64(0))
	f.Add("<\x00>", "\xff\ufffe", "]]>&", int64(-62135596800))
	f.Fuzz(func(t *testing.T, id, activity, unit string, seconds int64) {
		l := &process.Log{}
		at := time.Unix(seconds%4e9, 0)
		for i := range 2 {
			_ = l.Add(process.Event{Case: id, Activity: activity, Time: at.Add(time.Duration(i)), Resource: unit})
			_ = l.Add(process.Event{Case: "b" + id, Activity: activity + "b", Time: at, Resource: unit})
		}
		var x, o bytes.Buffer
		if err := process.WriteXES(&x, l, china); err != nil {
			t.Fatal(err)
		}
		if err := process.WriteOCEL(&o, l, china); err != nil {
			t.Fatal(err)
		}
		if n := len(readXES(t, x.Bytes()).Traces); n != l.Cases() {
			t.Errorf("%d traces of %d cases", n, l.Cases())
		}
		if n := len(readOCEL(t, o.Bytes()).Events); n != l.Events() {
			t.Errorf("%d of %d events", n, l.Events())
		}
	})
}
