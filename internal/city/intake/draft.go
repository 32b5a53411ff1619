package intake

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/org"
)

// NewPoint makes the point of two numbers that may each be missing. A point
// with one half missing is refused by Validate.
func NewPoint(lat, lon *float64) *Point {
	if lat == nil && lon == nil {
		return nil
	}
	half := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	return &Point{half(lat), half(lon)}
}

// Clean gives d as it is kept, or everything that is wrong with it, field by
// field, without asking which categories and areas there are. Line ends become
// \n and control characters go, since nobody typed them on purpose; every
// other character stays, those that turn the direction of writing included.
func (d Draft) Clean() (Draft, error) {
	wrong := []error{
		cleanText(&d.Subject, "subject", MaxSubject, false),
		cleanText(&d.Text, "text", MaxText, true),
		cleanText(&d.Address, "address", MaxAddress, false),
		cleanText((*string)(&d.Contact), "contact", MaxContact, false),
	}
	if wrong[1] == nil && blank(d.Text) {
		wrong[1] = errs.Field("text", "text.missing")
	}
	for _, s := range []*string{&d.Subject, &d.Address, (*string)(&d.Contact)} {
		if blank(*s) {
			*s = ""
		}
	}
	if d.Channel == "" {
		d.Channel = Web
	}
	wrong = append(wrong,
		oneOf("lang", d.Lang, "", "zh", "en"),
		oneOf("kind", d.Kind, append([]string{""}, Kinds...)...),
		oneOf("channel", d.Channel, Channels...),
		checkID("category", string(d.Category)), checkID("area", string(d.Area)), checkID("same_as", d.SameAs),
		checkPoint(d.Point), checkKey(d.Key))
	if err := errs.Join(wrong...); err != nil {
		return Draft{}, err
	}
	if d.Lang == "" {
		d.Lang = text.Lang(d.Subject + " " + d.Text)
	}
	return d, nil
}

// cleanText cleans s, or says why it cannot be kept.
func cleanText(s *string, field string, most int, lines bool) error {
	if len(*s) > 8*utf8.UTFMax*most { // far too long: not worth reading
		return tooLong(field, most)
	}
	// PostgreSQL would refuse these too, but later, and for all who share a
	// transaction.
	if !utf8.ValidString(*s) || strings.ContainsRune(*s, 0) {
		return errs.Field(field, field+".bad")
	}
	*s = clean(*s, lines)
	if utf8.RuneCountInString(*s) > most {
		return tooLong(field, most)
	}
	return nil
}

func tooLong(field string, most int) error { return errs.Field(field, field+".too_long", "Max", most) }

func oneOf(field, value string, list ...string) error {
	if slices.Contains(list, value) {
		return nil
	}
	return errs.Field(field, field+".unknown")
}

// checkID refuses what cannot be the id of anything in the city's folder.
func checkID(field, id string) error {
	if len(id) > 200 || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
		return errs.Field(field, field+".unknown")
	}
	return nil
}

func checkPoint(p *Point) error {
	if p == nil {
		return nil
	}
	if math.IsNaN(p.Lat) != math.IsNaN(p.Lon) {
		field := "lat"
		if math.IsNaN(p.Lon) {
			field = "lon"
		}
		return errs.Field(field, "place.half_point")
	}
	var wrong []error
	if !(math.Abs(p.Lat) <= 90) { // NaN is out of range as well
		wrong = append(wrong, errs.Field("lat", "place.out_of_range", "Max", 90))
	}
	if !(math.Abs(p.Lon) <= 180) {
		wrong = append(wrong, errs.Field("lon", "place.out_of_range", "Max", 180))
	}
	return errs.Join(wrong...)
}

func checkKey(key string) error {
	switch {
	case len(key) > utf8.UTFMax*MaxKey, utf8.RuneCountInString(key) > MaxKey:
		return tooLong("key", MaxKey)
	case !utf8.ValidString(key), strings.ContainsFunc(key, unicode.IsControl):
		return errs.Field("key", "key.bad")
	}
	return nil
}

// clean takes control characters out. Where lines are kept, every kind of
// line end becomes \n and tabs stay; else both become a space.
func clean(s string, lines bool) string {
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u0085':
			r = '\n'
		case r != '\n' && r != '\t' && unicode.IsControl(r):
			return -1
		}
		if !lines && (r == '\n' || r == '\t') {
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// blank reports whether nothing in s can be seen.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !invisible(r) })
}

// invisible reports whether r leaves no mark on a page: spaces of every width,
// marks of zero width, fillers.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.C, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && !unicode.Is(unicode.Co, r) ||
		r == '\u2800' // the braille cell without dots
}

// In refuses a point that is not in the city c, where its areas are drawn.
func (p Point) In(c org.City) error {
	if _, in := c.Locate(p.Lat, p.Lon); !in && c.Drawn() {
		return errs.Field("lat", "place.outside")
	}
	return nil
}

// inCity refuses a category or an area that c does not have, and a point that
// is not in it.
func (d Draft) inCity(c org.City) error {
	var wrong []error
	if d.Category != "" && !c.Catalogue.Leaf(d.Category) {
		wrong = append(wrong, errs.Field("category", "category.unknown"))
	}
	if _, ok := c.Area(d.Area); d.Area != "" && !ok {
		wrong = append(wrong, errs.Field("area", "area.unknown"))
	}
	if d.Point != nil && checkPoint(d.Point) == nil {
		wrong = append(wrong, d.Point.In(c))
	}
	return errs.Join(wrong...)
}
