package process

import (
	"bufio"
	"fmt"
	"io"
	"time"
)

// WriteXES writes a log as XES, the event stream of IEEE 1849-2023: a trace
// for each case in the order they were first seen, its events by time, with
// the standard extensions concept, time and org. Times are in zone. What XML
// cannot hold becomes U+FFFD. O(n log m); nothing is held but one case.
func WriteXES(w io.Writer, l *Log, zone *time.Location) error {
	b := bufio.NewWriter(w)
	put := func(format string, args ...any) {
		for i, a := range args {
			args[i] = escape(a.(string))
		}
		fmt.Fprintf(b, format, args...)
	}
	// The version is a decimal in the schema. Before the traces come, in this
	// order, extensions, globals, classifiers and attributes.
	put(`<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/" xes.version="1849.2023" xes.features="">
 <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
 <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
 <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
 <global scope="trace">
  <string key="concept:name" value=""/>
 </global>
 <global scope="event">
  <string key="concept:name" value=""/>
  <date key="time:timestamp" value="1970-01-01T00:00:00Z"/>
 </global>
 <classifier name="Activity" keys="concept:name"/>
`)
	l.each(func(c int, s []step) {
		put(" <trace>\n  <string key=\"concept:name\" value=\"%s\"/>\n", l.ids.get(c))
		for _, e := range s {
			put("  <event>\n   <string key=\"concept:name\" value=\"%s\"/>\n   <date key=\"time:timestamp\" value=\"%s\"/>\n",
				l.activity(e.act), stamp(e.at, zone))
			if e.by != 0 {
				put("   <string key=\"org:resource\" value=\"%s\"/>\n", l.resource(e.by))
			}
			put("  </event>\n")
		}
		put(" </trace>\n")
	})
	put("</log>\n")
	return b.Flush()
}

// stamp is a time with its offset, to the microsecond if it is not a whole
// second.
func stamp(micro int64, zone *time.Location) string {
	return time.UnixMicro(micro).In(zone).Format(time.RFC3339Nano)
}
