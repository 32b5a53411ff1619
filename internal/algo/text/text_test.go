package text_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	_ "modernc.org/sqlite"
	"pgregory.net/rapid"

	"yiwang/internal/algo/text"
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ story, in, want string }{
		{"nothing", "", ""},
		{"only blanks of all kinds", " \t\r\n　\u00a0\u2003", ""},
		{"typed on a phone in full width", "Ａ３区　５Ｇ基站", "a3区 5g基站"},
		{"line breaks of an export", "\n\t\t路灯\r\n  坏了\t", "路灯 坏了"},
		{"an export's markup", "<p>路灯<br/>坏了</p>&nbsp;&amp;漏电<!-- 12 -->", "路灯 坏了 &漏电"},
		{"a script is text without its tags", "<script>alert(1)</script>", "alert(1)"},
		{"less-than is not a tag", "水压3 < 5，<无>人管", "水压3 < 5,<无>人管"},
		{"a tag that never ends", "a <b 路灯", "a <b 路灯"},
		{"a word hidden from the filter", "投\u200b诉\u2060举\ufeff报", "投诉举报"},
		{"text turned round", "\u202e漏电\u202c", "漏电"},
		{"compatibility signs", "㎡ ① ﾊﾟ 樂", "m2 1 パ 乐"},
		{"Kangxi radicals from a PDF", "⼈⺠", "人⺠"},
		{"a letter and its accent apart", "cafe\u0301 ÉCOLE", "café école"},
		{"broken bytes", "路\xff灯", "路灯"},
		{"rare signs stay", "𫠠里𰻝面", "𫠠里𰻝面"},
	} {
		if got := text.Normalize(c.in); got != c.want {
			t.Errorf("%s: Normalize(%q) = %q, want %q", c.story, c.in, got, c.want)
		}
	}
}

func TestIndexTerms(t *testing.T) {
	for _, c := range []struct{ story, in, want string }{
		{"nothing", "，。！", ""},
		{"Chinese", "路灯坏了", "路灯 灯坏 坏了"},
		{"a sign alone", "A3区", "a3 区"},
		{"both scripts", "小区WIFI5坏，Help!", "小区 wifi5 坏 help"},
		{"segmented text", "路灯 坏 了", "路灯 灯坏 坏了"},
		{"signs past SQLite's Unicode", "𫠠里", "u2b820里"},
		{"a sign of plane 3", "𰻝", "u30edd"},
		{"Tibetan is spelled out and stays one word", "བོད་", "uf56uf7cuf51"},
		{"operators of either engine", `NOT "a" & b:* | (c)`, "not a b c"},
	} {
		if got := text.IndexTerms(c.in); got != c.want {
			t.Errorf("%s: IndexTerms(%q) = %q, want %q", c.story, c.in, got, c.want)
		}
	}
	if got := text.Bigrams(strings.Repeat("x", 5000)); len(got) != 1 || len(got[0]) != 64 {
		t.Errorf("a word of 5000 letters gave %d terms", len(got))
	}
}

func TestQueryTerms(t *testing.T) {
	for _, c := range []struct{ story, in, want string }{
		{"nothing", "?!", "[]"},
		{"a word", "路灯", "[[路灯]]"},
		{"a phrase", "路灯坏了", "[[路灯 灯坏 坏了]]"},
		{"two words", "路灯 wifi", "[[路灯] [wifi]]"},
		{"a sign beside a word is no condition", "A3区", "[[a3]]"},
		{"a sign alone", "灯", "[[灯]]"},
		{"said twice", "漏电 漏电", "[[漏电]]"},
		{"an injection", `" OR 1=1 --`, "[[or] [1]]"},
	} {
		if got := fmt.Sprint(text.QueryTerms(c.in)); got != c.want {
			t.Errorf("%s: QueryTerms(%q) = %s, want %s", c.story, c.in, got, c.want)
		}
	}
	long := text.QueryTerms(strings.Repeat("路灯坏了怎么办", 1000) + strings.Repeat(" a1 b2 c3 d4", 100))
	if len(long) > 32 || len(long[0]) > 64 {
		t.Errorf("a page pasted into the box asks for %d phrases, the first of %d terms", len(long), len(long[0]))
	}
}

func TestLang(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "zh",
		"12345":                      "zh",
		"路灯坏了":                       "zh",
		"A3区 KTV 扰民":                 "zh",
		"The lamp is broken":         "en",
		"Street lamp at 五一大道 broken": "en",
		"小区的 WIFI 路由器 router 总是断线": "zh",
	} {
		if got := text.Lang(in); got != want {
			t.Errorf("Lang(%q) = %s, want %s", in, got, want)
		}
	}
}

// samples are one sign of every thousand or so, and all of the ranges where
// the two databases are likeliest to differ.
func samples() string {
	var b strings.Builder
	for r := rune(0x80); r <= 0x323AF; r++ {
		if utf8.ValidRune(r) && (unicode.IsLetter(r) || unicode.IsNumber(r)) && (r < 0x3400 || r%97 == 0) {
			fmt.Fprintf(&b, "x%cy %c人 ", r, r)
		}
	}
	return b.String()
}

// TestTokens asks SQLite itself: every term is one token, unchanged.
func TestTokens(t *testing.T) {
	d, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // a test's
	d.SetMaxOpenConns(1)
	terms := text.Bigrams(samples())
	for _, q := range []string{
		`CREATE VIRTUAL TABLE f USING fts5(terms, tokenize="unicode61 remove_diacritics 0")`,
		`CREATE VIRTUAL TABLE v USING fts5vocab(f, 'row')`,
		`INSERT INTO f VALUES ('` + strings.Join(terms, " ") + `')`,
	} {
		if _, err := d.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := d.Query(`SELECT term FROM v`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var got []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(terms)
	terms = slices.Compact(terms)
	slices.Sort(got)
	if !slices.Equal(got, terms) {
		for _, s := range terms {
			if _, ok := slices.BinarySearch(got, s); !ok {
				t.Errorf("SQLite does not keep %q whole", s)
			}
		}
	}
}

// seen keeps what both Normalize and NFKC keep.
func seen(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.L, unicode.N, unicode.P) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return r
	}
	return -1
}

func FuzzTerms(f *testing.F) {
	for _, s := range []string{"", "路灯坏了 A3区", "<b>&nbsp;\u200b𫠠", "İ\u0301", "\xff<!--", "ㅤ\u115f가\u11a8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := text.Normalize(s)
		if !utf8.ValidString(n) {
			t.Fatalf("Normalize(%q) = %q is not UTF-8", s, n)
		}
		if !strings.ContainsAny(n, "<&") && text.Normalize(n) != n {
			t.Fatalf("Normalize(%q) = %q, again %q", s, n, text.Normalize(n))
		}
		if !strings.ContainsAny(s, "<&") {
			whole := norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(s, ""))))
			if kept := strings.Fields(strings.Map(seen, whole)); !slices.Equal(kept, strings.Fields(strings.Map(seen, n))) {
				t.Fatalf("Normalize(%q) = %q, NFKC %q", s, n, whole)
			}
		}
		terms := text.Bigrams(s)
		for _, term := range terms {
			for _, r := range term {
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
					t.Fatalf("term %q of %q holds %q", term, s, r)
				}
			}
		}
		// What was written is found by itself.
		for _, p := range text.QueryTerms(s) {
			found := false
			for i := 0; i+len(p) <= len(terms) && !found; i++ {
				found = slices.Equal(terms[i:i+len(p)], p)
			}
			if !found {
				t.Fatalf("phrase %q is not in the terms %q of %q", p, terms, s)
			}
		}
		text.Lang(s)
	})
}

func BenchmarkNormalize(b *testing.B) {
	s := strings.Repeat("小区二次供水楼顶水箱长年不洗，现在自来水龙头的水严重霉味。 A3区 ", 10)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		text.Normalize(s)
	}
}

func BenchmarkIndexTerms(b *testing.B) {
	s := strings.Repeat("小区二次供水楼顶水箱长年不洗，现在自来水龙头的水严重霉味。 A3区 ", 10)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		text.IndexTerms(s)
	}
}

// Fold keeps positions, whatever bytes come.
func TestFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
			rapid.StringOf(rapid.RuneFrom([]rune("路灯Ａｚ一九龥鿿俿　！aZ\t")))).Draw(t, "s")
		signs := []rune(s)
		folded := text.Fold(s)
		if len(folded) != len(signs) {
			t.Fatalf("%d signs of %d", len(folded), len(signs))
		}
		for i, r := range signs {
			want := unicode.ToLower(r)
			switch {
			case unicode.IsSpace(r):
				want = ' '
			case r >= 0xFF01 && r <= 0xFF5E:
				want = unicode.ToLower(r - 0xFEE0)
			}
			if folded[i] != want {
				t.Fatalf("sign %d, %q, is %q, not %q", i, r, folded[i], want)
			}
		}
	})
}
