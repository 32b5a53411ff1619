package intake_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/intake/intaketest"
)

func TestDraftIsRefused(t *testing.T) {
	for _, test := range []struct {
		story  string
		change func(d *intake.Draft)
		want   []string // as field: key
	}{
		{"good", func(*intake.Draft) {}, nil},
		{"nothing", func(d *intake.Draft) { d.Text = "" }, []string{"text: text.missing"}},
		{"only space", func(d *intake.Draft) { d.Text = " \n\t　\u00a0" }, []string{"text: text.missing"}},
		{"nothing to see", func(d *intake.Draft) { d.Text = "\u200b\u200d\ufeff\u2060\u3164\ufe0f\u202e\u2800\u00ad" }, []string{"text: text.missing"}},
		{"only controls", func(d *intake.Draft) { d.Text = "\x01\x1b\u009f" }, []string{"text: text.missing"}},
		{"NUL", func(d *intake.Draft) { d.Text = "路灯\x00坏了" }, []string{"text: text.bad"}},
		{"not UTF-8", func(d *intake.Draft) { d.Text = "\xc2\xb7\xb5\xc6" }, []string{"text: text.bad"}},
		{"cut in a character", func(d *intake.Draft) { d.Text = "路灯"[:5] }, []string{"text: text.bad"}},
		{"surrogate", func(d *intake.Draft) { d.Text = "x\xed\xa0\x80" }, []string{"text: text.bad"}},
		{"as long as may be", func(d *intake.Draft) { d.Text = strings.Repeat("𠮷", 10_000) }, nil},
		{"one too long", func(d *intake.Draft) { d.Text = strings.Repeat("路", 10_001) }, []string{"text: text.too_long"}},
		{"line ends count once", func(d *intake.Draft) { d.Text = strings.Repeat("路\r\n", 5_000) }, nil},
		{"a book", func(d *intake.Draft) { d.Text = strings.Repeat("路", 10<<20) }, []string{"text: text.too_long"}},
		{"a report, as of a form that knows no such kind", func(d *intake.Draft) { d.Kind = "praise" }, []string{"kind: kind.unknown"}},
		{"a language we do not speak", func(d *intake.Draft) { d.Lang = "fr" }, []string{"lang: lang.unknown"}},
		{"a door that is not there", func(d *intake.Draft) { d.Channel = "import" }, []string{"channel: channel.unknown"}},
		{"half a point", func(d *intake.Draft) { v := 29.5; d.Point = intake.NewPoint(&v, nil) }, []string{"lon: place.half_point"}},
		{"the other half", func(d *intake.Draft) { v := 106.5; d.Point = intake.NewPoint(nil, &v) }, []string{"lat: place.half_point"}},
		{"no place on earth", func(d *intake.Draft) { d.Point = &intake.Point{Lat: 90.1, Lon: -180.1} }, []string{"lat: place.out_of_range", "lon: place.out_of_range"}},
		{"no numbers", func(d *intake.Draft) { d.Point = &intake.Point{Lat: math.NaN(), Lon: math.NaN()} }, []string{"lat: place.out_of_range", "lon: place.out_of_range"}},
		{"infinite", func(d *intake.Draft) { d.Point = &intake.Point{Lat: math.Inf(1), Lon: math.Inf(-1)} }, []string{"lat: place.out_of_range", "lon: place.out_of_range"}},
		{"the pole", func(d *intake.Draft) { d.Point = &intake.Point{Lat: -90, Lon: 180} }, nil},
		{"a key with a line end", func(d *intake.Draft) { d.Key = "a\nb" }, []string{"key: key.bad"}},
		{"a long key", func(d *intake.Draft) { d.Key = strings.Repeat("钥", 201) }, []string{"key: key.too_long"}},
		{"a category that cannot be", func(d *intake.Draft) { d.Category = "a\x00" }, []string{"category: category.unknown"}},
		{
			"everything at once", func(d *intake.Draft) {
				d.Subject, d.Text, d.Address, d.Contact = strings.Repeat("题", 201), "\x00", "\xff", intake.Contact(strings.Repeat("1", 201))
				d.Kind, d.Point = "?", intake.NewPoint(new(float64), nil)
			},
			[]string{"subject: subject.too_long", "text: text.bad", "address: address.bad", "contact: contact.too_long", "kind: kind.unknown", "lon: place.half_point"},
		},
	} {
		t.Run(test.story, func(t *testing.T) {
			d := intaketest.Draft()
			test.change(&d)
			var got []string
			_, err := d.Clean()
			for _, e := range errs.All(err) {
				got = append(got, e.Error())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if err != nil && len(got) == 0 {
				t.Errorf("an internal error: %v", err)
			}
		})
	}
}

func TestDraftIsCleaned(t *testing.T) {
	d := intaketest.Draft()
	d.Subject, d.Address, d.Contact = " 两行\r\n题目\x07 ", "\u200b ", "139\t0000"
	d.Text = "\u3000第一行\r\n第二行\r第三行\u0085\tA\x1b[31m红\x7f \u202e反\u202c 👩‍👩‍👧 <script>  "
	d.Channel, d.Lang = "", ""
	got, err := d.Clean()
	if err != nil {
		t.Fatal(err)
	}
	if want := "第一行\n第二行\n第三行\n\tA[31m红 \u202e反\u202c 👩‍👩‍👧 <script>"; got.Text != want {
		t.Errorf("text %q\nwant %q", got.Text, want)
	}
	if got.Subject != "两行 题目" || got.Address != "" || got.Contact != "139 0000" || got.Channel != intake.Web || got.Lang != "zh" {
		t.Errorf("subject %q, address %q, contact %q, channel %q, lang %q", got.Subject, got.Address, string(got.Contact), got.Channel, got.Lang)
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("路灯\x00坏了", "题\r\n目", "\xff", 29.5, math.NaN())
	f.Add("\u202e反\u202c", "\u200b", "139\x7f", math.Inf(1), 0.0)
	f.Fuzz(func(t *testing.T, text, subject, contact string, lat, lon float64) {
		d := intake.Draft{Text: text, Subject: subject, Contact: intake.Contact(contact), Address: contact, Point: intake.NewPoint(&lat, &lon)}
		got, err := d.Clean()
		if err != nil {
			if len(errs.All(err)) == 0 {
				t.Fatalf("an internal error: %v", err)
			}
			return
		}
		for _, s := range []string{got.Text, got.Subject, string(got.Contact)} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\x1b\x7f") {
				t.Fatalf("kept %q", s)
			}
		}
		again, err := got.Clean()
		if err != nil || again.Text != got.Text || again.Subject != got.Subject || again.Contact != got.Contact {
			t.Fatalf("cleaned twice is different: %q, %q, %v", got.Text, again.Text, err)
		}
	})
}
