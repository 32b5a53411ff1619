package api

import (
	"bytes"
	"encoding/json"
	"io"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// newRequest is what a program submits. Its tags are what the OpenAPI document
// is made from; draft reads it, so that every field that is wrong is named.
type newRequest struct {
	Text     string   `json:"text" minLength:"1" maxLength:"10000" doc:"What the resident says, in their words."`
	Lang     string   `json:"lang,omitempty" enum:"zh,en" doc:"The language it is in; found out if left out."`
	Kind     string   `json:"kind,omitempty" enum:"enquiry,help,complaint,report,suggestion" doc:"What the resident says it is; left to us if left out."`
	Category string   `json:"category,omitempty" doc:"A category of the lowest level; left to us if left out."`
	Lat      *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90" doc:"WGS 84, together with lon."`
	Lon      *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180"`
	Address  string   `json:"address,omitempty" maxLength:"200"`
	Contact  string   `json:"contact,omitempty" maxLength:"200" doc:"How to reach the resident; encrypted, and each look at it is on record."`
}

// maxDepth is how deep JSON may be nested; ours is flat.
const maxDepth = 4

// draft reads a body strictly: no field but ours, none twice, each of its type.
func draft(body []byte) (intake.Draft, error) {
	fields, err := object(body)
	if err != nil {
		return intake.Draft{}, err
	}
	var n newRequest
	into := map[string]any{
		"text": &n.Text, "lang": &n.Lang, "kind": &n.Kind, "category": &n.Category, "lat": &n.Lat, "lon": &n.Lon, "address": &n.Address, "contact": &n.Contact,
	}
	var wrong []error
	for _, f := range fields {
		to, known := into[f.name]
		switch {
		case !known:
			wrong = append(wrong, errs.Field(shown(f.name), "api.unknown_field"))
		case to == nil:
			wrong = append(wrong, errs.Field(f.name, "api.twice"))
		default:
			if err := json.Unmarshal(f.value, to); err != nil || string(f.value) == "null" {
				key := "api.want_text"
				if f.name == "lat" || f.name == "lon" {
					key = "api.want_number"
				}
				wrong = append(wrong, errs.Field(f.name, key))
			}
			into[f.name] = nil
		}
	}
	if err := errs.Join(wrong...); err != nil {
		return intake.Draft{}, err
	}
	return intake.Draft{
		Text: n.Text, Lang: n.Lang, Kind: n.Kind, Category: org.CategoryID(n.Category), Point: intake.NewPoint(n.Lat, n.Lon), Address: n.Address,
		Contact: intake.Contact(n.Contact), Channel: intake.API,
	}, nil
}

// shown is a name of the caller's as it may be repeated: short and plain.
func shown(name string) string {
	for _, c := range name {
		if c > '~' || c < '!' || len(name) > 40 {
			return "?"
		}
	}
	return name
}

type field struct {
	name  string
	value json.RawMessage
}

// object takes a JSON object apart, its fields in order.
func object(body []byte) ([]field, error) {
	bad := errs.New(errs.Invalid, "api.bad_json")
	if depth(body) > maxDepth {
		return nil, bad
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, bad
	}
	var list []field
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, bad
		}
		f := field{name: name.(string)}
		if err := d.Decode(&f.value); err != nil || len(list) == 100 {
			return nil, bad
		}
		list = append(list, f)
	}
	if _, err := d.Token(); err != nil {
		return nil, bad
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, bad
	}
	return list, nil
}

// depth counts how deep brackets nest, outside of strings.
func depth(body []byte) (most int) {
	now, text, escaped := 0, false, false
	for _, c := range body {
		switch {
		case escaped:
			escaped = false
		case text && c == '\\':
			escaped = true
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}
