package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Time is how a time is kept: microseconds since 1970 in UTC. The zero
// time.Time is kept as 0.
type Time int64

// At gives t as it is kept.
func At(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMicro())
}

// Time gives the time in UTC, the zero Time for 0.
func (t Time) Time() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// JSON is a value kept as JSON text. Drivers of both engines take it as a
// string: a []byte would be refused by a STRICT table.
type JSON []byte

// Encode makes the JSON of v; v is a value of ours that always has one.
func Encode(v any) JSON {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("db: %T has no JSON: %v", v, err))
	}
	return b
}

// Decode reads the JSON into v; an empty value leaves v as it is.
func (j JSON) Decode(v any) error {
	if len(j) == 0 {
		return nil
	}
	return json.Unmarshal(j, v)
}

// Value implements driver.Valuer.
func (j JSON) Value() (driver.Value, error) {
	if j == nil {
		return nil, nil
	}
	return string(j), nil
}

// Scan implements sql.Scanner.
func (j *JSON) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*j = nil
	case string:
		*j = JSON(v)
	case []byte:
		*j = append(JSON(nil), v...)
	default:
		return fmt.Errorf("db: JSON from %T", src)
	}
	return nil
}

// An Args collects the arguments of a query that is put together in Go.
type Args struct{ List []any }

// Add keeps v and returns its placeholder.
func (a *Args) Add(v any) string {
	a.List = append(a.List, v)
	return "$" + strconv.Itoa(len(a.List))
}

// In keeps the values and returns "($3, $4, …)" for an IN list; with no
// values, a list that nothing is in.
func In[T any](a *Args, values []T) string {
	if len(values) == 0 {
		return "(NULL)"
	}
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = a.Add(v)
	}
	return "(" + strings.Join(marks, ", ") + ")"
}
