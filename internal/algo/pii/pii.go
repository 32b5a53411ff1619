// Package pii finds personal data in what people write, in Chinese and
// English, so that somebody can be warned before they send it and nothing of
// it is published: numbers of identity cards, passports, phones, bank cards,
// number plates and firms, and e-mail addresses.
//
// A number counts only where its own check digits hold or its context says
// what it is: order numbers, meter readings, dates and amounts are left
// alone. Full-width digits and digits with single spaces or hyphens between
// them count as well.
package pii

import (
	"slices"
	"strings"
	"unicode"
)

// A Kind is what sort of personal data something is.
type Kind string

// The kinds.
const (
	ResidentID Kind = "resident_id" // GB 11643: 18 characters, the last a check character; or the 15 digits of before
	Passport   Kind = "passport"
	Phone      Kind = "phone"
	BankCard   Kind = "bank_card" // ISO/IEC 7812, with its Luhn digit
	Plate      Kind = "plate"     // GA 36
	CreditCode Kind = "credit_code"
	Email      Kind = "email"
)

// A Span is where something stands: characters (not bytes) from Start until
// before End.
type Span struct {
	Kind       Kind
	Start, End int
}

// Find lists what is in text in the order it stands there; no two overlap.
// The time is linear in the length of text.
func Find(text string) []Span {
	s := []rune(text)
	f := finder{raw: s, flat: flatten(s)}
	var list []Span
	for i := 0; i < len(f.flat); {
		if span, ok := f.at(i); ok {
			list = append(list, span)
			i = span.End
			continue
		}
		i = f.skip(i)
	}
	return list
}

// Mask gives text with what stands in the spans, as Find gave them, made
// unreadable: enough is left to know which number is meant.
func Mask(text string, spans []Span) string {
	s := []rune(text)
	for _, span := range spans {
		if span.Start < 0 || span.End > len(s) || span.Start >= span.End {
			continue
		}
		mask(s[span.Start:span.End], span.Kind)
	}
	return string(s)
}

func mask(s []rune, k Kind) {
	head, tail := 0, 0
	switch k {
	case Phone:
		head, tail = 3, 2
	case BankCard:
		tail = 4
	case ResidentID, CreditCode:
		head = 2
	case Plate:
		head = 2
	case Passport, Email:
		head = 1
	}
	if head+tail >= len(s) {
		head, tail = 0, 0
	}
	domain := len(s)
	if k == Email {
		if domain = slices.Index(s, '@'); domain < 0 { // a full-width @
			domain = slices.Index(s, '＠')
		}
		head = min(head, domain-1)
	}
	for i := range s {
		if i >= head && i < len(s)-tail && i < domain && (unicode.IsLetter(s[i]) || unicode.IsDigit(s[i])) {
			s[i] = '*'
		}
	}
}

// flatten gives each character in its plain form, one for one: full-width
// digits and letters as ASCII, letters as capitals.
func flatten(s []rune) []rune {
	out := make([]rune, len(s))
	for i, r := range s {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '　' || r == '\u00a0':
			r = ' '
		case r == '－' || r == '–' || r == '—' || r == '‐' || r == '‑':
			r = '-'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		out[i] = r
	}
	return out
}

type finder struct{ raw, flat []rune }

func digit(r rune) bool { return r >= '0' && r <= '9' }
func upper(r rune) bool { return r >= 'A' && r <= 'Z' }

// word reports whether r is part of a Latin word or number.
func word(r rune) bool { return digit(r) || upper(r) || r == '_' }

func (f finder) char(i int) rune {
	if i < 0 || i >= len(f.flat) {
		return 0
	}
	return f.flat[i]
}

// skip gives where the next thing could begin: what begins inside a word or
// a number is none.
func (f finder) skip(i int) int {
	if !word(f.char(i)) {
		return i + 1
	}
	for i < len(f.flat) && word(f.flat[i]) {
		i++
	}
	return i
}

func (f finder) at(i int) (Span, bool) {
	r := f.char(i)
	switch {
	case plateProvinces[r]:
		if end, ok := f.plate(i); ok {
			return Span{Plate, i, end}, true
		}
	case digit(r) || upper(r) || r == '+':
		if end, ok := f.email(i); ok {
			return Span{Email, i, end}, true
		}
		if span, ok := f.number(i); ok {
			return span, true
		}
	}
	return Span{}, false
}

// maxNumber is the most characters of a number that are looked at.
const maxNumber = 40

// run reads a number from i: digits and capitals, with single spaces or
// hyphens between groups of at least two; ends holds where each group ends
// and how many characters it has up to there.
func (f finder) run(i int) (chars []rune, ends [][2]int) {
	for j := i; j < len(f.flat) && len(chars) < maxNumber; {
		start := j
		for j < len(f.flat) && (digit(f.flat[j]) || upper(f.flat[j])) && len(chars) < maxNumber {
			chars = append(chars, f.flat[j])
			j++
		}
		if j == start {
			break
		}
		ends = append(ends, [2]int{j, len(chars)})
		if (f.char(j) == ' ' || f.char(j) == '-') && digit(f.char(j+1)) {
			j++
			continue
		}
		break
	}
	return chars, ends
}

func (f finder) number(i int) (Span, bool) {
	begin := i
	if f.char(i) == '+' || strings.HasPrefix(string(f.flat[i:min(i+4, len(f.flat))]), "0086") {
		if f.char(i) == '+' {
			i++
		} else {
			i += 2
		}
		if f.char(i) != '8' || f.char(i+1) != '6' {
			return Span{}, false
		}
		i += 2
		if c := f.char(i); c == ' ' || c == '-' {
			i++
		}
	}
	chars, ends := f.run(i)
	// The longest that fits is what it is; the beginning of a longer number is
	// none but a phone's, after which people write on.
	for k, e := range slices.Backward(ends) {
		end, n := e[0], e[1]
		if f.char(end) == '.' && digit(f.char(end+1)) || f.char(begin-1) == '.' && digit(f.char(begin-2)) {
			continue // part of a decimal number
		}
		if kind, ok := f.kind(begin, end, string(chars[:n]), i > begin, k > 0); ok && (k == len(ends)-1 || kind == Phone) {
			return Span{kind, begin, end}, true
		}
	}
	return Span{}, false
}

// kind says what a number is, if anything. Written in groups it is one only
// where the groups make it certain.
func (f finder) kind(begin, end int, s string, abroad, grouped bool) (Kind, bool) {
	switch {
	case mobile(s), abroad && mobile(s):
		return Phone, true
	case abroad:
		return "", false
	case residentID(s):
		return ResidentID, true
	case creditCode(s):
		return CreditCode, true
	case bankCard(s) && (f.before(begin, cardWords...) || len(s) >= 16 && bankPrefix(s)):
		return BankCard, true
	case landline(s, string(f.flat[begin:end]), f.before(begin, phoneWords...)):
		return Phone, true
	case !grouped && passport(s, f.before(begin, passportWords...)):
		return Passport, true
	}
	return "", false
}

var (
	cardWords     = []string{"卡号", "银行卡", "账号", "帐号", "账户", "CARD", "ACCOUNT"}
	phoneWords    = []string{"电话", "手机", "联系", "致电", "拨打", "来电", "号码", "座机", "TEL", "PHONE", "CALL", "MOBILE", "CONTACT"}
	passportWords = []string{"护照", "PASSPORT"}
)

// before reports whether one of the words stands shortly before i.
func (f finder) before(i int, words ...string) bool {
	const reach = 14
	near := string(f.flat[max(0, i-reach):i])
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(near, w) })
}
