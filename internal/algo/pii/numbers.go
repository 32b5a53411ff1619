package pii

import "slices"

// numbers lists what is written in digits and Latin letters.
func (f *finder) numbers() []Span {
	var found []Span
	for i := 0; i < len(f.flat); {
		r := f.flat[i]
		if r >= 0x80 && !plateProvinces[r] || r < '0' && r != '+' && r != '(' || r > 'Z' && r < 0x80 {
			i++
			continue
		}
		span, next := f.at(i)
		if span.Kind != "" {
			found = append(found, span)
		}
		i = next
	}
	return found
}

// at gives what begins at i, if anything, and where to look next.
func (f *finder) at(i int) (Span, int) {
	r := f.flat[i]
	switch {
	case plateProvinces[r] || r == '使':
		if end, ok := f.plate(i); ok {
			return Span{Plate, i, end}, end
		}
		return Span{}, i + 1
	case digit(r) || upper(r):
		end := f.wordEnd(i)
		if c := f.char(end); c == '@' || c == '.' || c == '-' || c == '+' || c == '%' {
			if end, ok := f.email(i); ok {
				return Span{Email, i, end}, end
			}
		}
		if upper(r) && !slices.ContainsFunc(f.flat[i:min(end, i+maxNumber)], digit) {
			return Span{}, end
		}
	case r != '+' && r != '(':
		return Span{}, i + 1
	}
	if span, ok := f.phone(i); ok {
		return span, span.End
	}
	if word(r) {
		if span, ok := f.number(i); ok {
			return span, span.End
		}
		return Span{}, f.wordEnd(i)
	}
	return Span{}, i + 1
}

// Bounds of a number that is looked at.
const (
	maxNumber = 24 // characters
	maxGroups = 24
)

// A run is digits and capitals with blanks or hyphens between groups.
type run struct {
	buf    [maxNumber]byte
	ends   [maxGroups]group
	chars  []byte  // of buf
	groups []group // of ends
}

// A group ends at end in the text; n characters of the run are read by then.
type group struct{ end, n int }

func (r *run) upTo(k int) string { return string(r.chars[:r.groups[k].n]) }

// size is how many characters group k has.
func (r *run) size(k int) int {
	if k == 0 {
		return r.groups[0].n
	}
	return r.groups[k].n - r.groups[k-1].n
}

// gap gives where the next group begins after one that ends at i: past at
// most three blanks, one of which may be a hyphen; i if there is none.
func (f *finder) gap(i int) int {
	j, hyphens := i, 0
	for j-i < 3 && (f.char(j) == ' ' || f.char(j) == '-' && hyphens == 0) {
		if f.char(j) == '-' {
			hyphens++
		}
		j++
	}
	return j
}

// read reads the run at i into r.
func (f *finder) read(i int, r *run) {
	r.chars, r.groups = r.buf[:0], r.ends[:0]
	for j := i; len(r.groups) < maxGroups; {
		start := j
		for j < len(f.flat) && (digit(f.flat[j]) || upper(f.flat[j])) {
			if len(r.chars) == maxNumber {
				return
			}
			r.chars = append(r.chars, byte(f.flat[j]))
			j++
		}
		if j == start || f.char(j) == '_' {
			break
		}
		r.groups = append(r.groups, group{j, len(r.chars)})
		next := f.gap(j)
		if next == j || !f.numbered(next, len(r.chars)) {
			break
		}
		j = next
	}
}

// numbered reports whether a group that begins at i goes on a number of which
// n characters are read: a digit stands near its beginning, or it can be of
// a code of eighteen signs.
func (f *finder) numbered(i, n int) bool {
	for k := range 4 {
		switch r := f.char(i + k); {
		case digit(r):
			return true
		case !upper(r):
			return k > 0 && n >= 8 && n+k <= 18
		}
	}
	return false
}

// decimal reports whether what stands from i to j is part of a number with a
// point, or of an address of the Internet.
func (f *finder) decimal(i, j int) bool {
	return f.char(j) == '.' && digit(f.char(j+1)) || f.char(i-1) == '.' && digit(f.char(i-2))
}

// serial reports whether what stands from i to j goes on, with a hyphen or a
// slash and no blank, in a longer number.
func (f *finder) serial(i, j int) bool {
	if c := f.char(i - 1); (c == '-' || c == '/' || c == '_') && word(f.char(i-2)) {
		return true
	}
	return f.char(j) == '-' && word(f.char(j+1)) || f.char(j) == '_'
}

// number finds the numbers other than phones.
func (f *finder) number(i int) (Span, bool) {
	var r run
	f.read(i, &r)
	if len(r.groups) == 0 || len(r.chars) < 7 {
		return Span{}, false
	}
	window, read := "", false
	for k, g := range slices.Backward(r.groups) {
		s := r.upTo(k)
		if len(s) < 7 || len(s) > 19 || f.decimal(i, g.end) {
			continue
		}
		if !read {
			window, read = f.window(i), true
		}
		if kind := f.kind(i, g.end, s, k+1, window); kind != "" && (kind != BankCard || k+1 == len(r.groups) || r.size(k+1) > 3) { // else the card's number goes on
			return Span{kind, i, g.end}, true
		}
	}
	return Span{}, false
}

// kind says what s, written in groups from i to end after window, is; "" if
// nothing. What has check digits is believed at once, the rest where it is
// called so and is no part of something longer.
func (f *finder) kind(i, end int, s string, groups int, window string) Kind {
	switch {
	case len(s) == 18 && residentID(s):
		return ResidentID
	case len(s) == 18 && creditCode(s) && (!digits(s) || !labelled(window, otherLabels)):
		return CreditCode
	case len(s) >= 15 && bankCard(s) && !labelled(window, otherLabels) && !f.serial(i, end):
		if near(window, cardWords) || len(s) >= 16 && bankPrefix(s) {
			return BankCard
		}
	}
	if len(s) == 15 && residentID(s) && !f.serial(i, end) && (near(window, idWords) || groups == 1 && !labelled(window, otherLabels) && !f.amount(end)) {
		return ResidentID
	}
	if len(s) > 10 || f.serial(i, end) || !digit(rune(s[len(s)-1])) && !near(window, passportWords) {
		return ""
	}
	surely, maybe := chinesePassport(s)
	switch {
	case surely && groups == 1 && !labelled(window, otherLabels) && !f.amount(end),
		maybe && near(window, passportWords),
		groups <= 2 && !digits(s) && foreignPassport(s) && near(window, passportWords),
		groups == 1 && digits(s) && foreignPassport(s) && labelled(window, passportWords):
		return Passport
	}
	return ""
}
