package pii

import "slices"

// phone finds a telephone number at i: with the country in front, in
// brackets or not; a mobile number; a land line with its area code and
// extension, or without the code where it is called a telephone; 400 and 800;
// abroad with + or where it is called so. Service numbers (12345, 110, 10086,
// 95588) are nobody's.
func (f *finder) phone(i int) (Span, bool) {
	j := i
	if f.char(j) == '+' || f.char(j) == '(' && f.char(j+1) == '+' {
		return f.abroad(i)
	}
	home := false
	switch {
	case f.has(j, "0086"):
		j, home = f.gap(j+4), true
	case f.has(j, "(86)"), f.has(j, "(0086)"):
		j += 4
		for f.char(j) == '6' || f.char(j) == ')' {
			j++
		}
		j, home = f.gap(j), true
	case f.has(j, "86"):
		if k := f.gap(j + 2); f.char(k) == '1' || k > j+2 && f.char(k) == '0' {
			if end, ok := f.domestic(k, i, true); ok {
				return Span{Phone, i, end}, true
			}
		}
	}
	if end, ok := f.domestic(j, i, home); ok {
		return Span{Phone, i, end}, true
	}
	return Span{}, false
}

func (f *finder) has(i int, s string) bool {
	for _, r := range s {
		if f.char(i) != r {
			return false
		}
		i++
	}
	return true
}

// abroad is a number with a + before the country; that of China needs a
// number that China has.
func (f *finder) abroad(i int) (Span, bool) {
	j := i + 1
	bracket := f.char(i) == '('
	if bracket {
		j++
	}
	if word(f.char(i - 1)) {
		return Span{}, false
	}
	if f.has(j, "86") {
		k := j + 2
		if bracket && f.char(k) == ')' {
			k++
		}
		end, ok := f.domestic(f.gap(k), i, true)
		return Span{Phone, i, end}, ok
	}
	n, groups, end := 0, 0, 0
	for groups < 7 {
		if f.char(j) == '(' {
			j++
		}
		start := j
		for digit(f.char(j)) && n < 16 {
			j++
			n++
		}
		if j == start || digit(f.char(j)) {
			break
		}
		end = j
		groups++
		if f.char(j) == ')' {
			j++
		}
		j = f.gap(j)
	}
	return Span{Phone, i, end}, n >= 8 && n <= 15 && (groups > 1 || n >= 10) && !upper(f.char(end)) && !f.decimal(i, end)
}

// domestic is a number of the mainland at j; the whole begins at i, with the
// country or not.
func (f *finder) domestic(j, i int, country bool) (end int, ok bool) {
	begin := j
	bracket := f.char(j) == '('
	if bracket {
		j++
	}
	if !digit(f.char(j)) {
		return 0, false
	}
	if bracket { // (0731) 88888888
		k := j
		for digit(f.char(k)) && k-j < 5 {
			k++
		}
		if f.char(k) != ')' || k-j < 3 {
			return 0, false
		}
		var rest run
		f.read(f.gap(k+1), &rest)
		for g, e := range rest.groups {
			s := string(f.flat[j:k]) + rest.upTo(g)
			if landline(s) == k-j && !f.decimal(begin, e.end) {
				return f.extension(e.end), true
			}
			if s[0] != '0' && k-j == 3 && len(s) == 10 && digits(s) && near(f.window(i), phoneWords) {
				return e.end, true
			}
		}
		return 0, false
	}
	var r run
	f.read(j, &r)
	if len(r.groups) == 0 || country && f.char(j-1) == '_' {
		return 0, false
	}
	for k, g := range slices.Backward(r.groups) {
		if n := g.n; n >= 7 && n <= 12 && !f.decimal(i, g.end) {
			if end, ok := f.local(i, &r, k, country); ok {
				return end, true
			}
		}
	}
	return f.dotted(j, i)
}

// local says whether the groups of r up to k are a number of the mainland,
// and where it ends.
func (f *finder) local(i int, r *run, k int, country bool) (int, bool) {
	s, end := r.upTo(k), r.groups[k].end
	foreign := len(s) == 10 && k == 2 && r.groups[0].n == 3 && r.groups[1].n == 6 // 212-555-0123
	firm := len(s) == 10 && (s[:3] == "400" || s[:3] == "800")
	if !digits(s) || !mobile(s) && !country && s[0] != '0' && !foreign && !firm && (len(s) > 8 || k > 1) {
		return 0, false
	}
	window := f.window(i)
	if !country && labelled(window, otherLabels) || f.joined(i) || f.amount(end) && !labelled(window, phoneLabels) {
		return 0, false
	}
	if mobile(s) {
		return end, (country || plausible(r, k)) && !f.goesOn(end)
	}
	if country && s[0] != '0' { // +86 10 6234 5678: the 0 is left out
		if area := landline("0" + s); area > 0 {
			return f.extension(end), true
		}
		return 0, false
	}
	if area := landline(s); area > 0 {
		if s[area] > '8' && k == 0 {
			return 0, false
		}
		if k > 0 && r.groups[0].n != area { // the first gap is after the code
			return 0, false
		}
		return f.extension(end), true
	}
	switch {
	case firm:
		return f.extension(end), k > 0 || near(window, phoneWords) || s[3] != '0'
	case foreign && near(window, phoneWords):
		return end, true
	case len(s) >= 10 && s[0] == '0' && k > 0 && near(window, phoneWords) && s[1] != '0':
		return f.extension(end), true // 020 7946 0958
	case (len(s) == 7 || len(s) == 8) && s[0] >= '2' && s[0] <= '8' && k <= 1 && labelled(window, phoneLabels):
		if len(s) == 8 && s[:2] == "20" && birthday(s) || f.serial(i, end) {
			return 0, false
		}
		return f.extension(end), true
	}
	return 0, false
}

// plausible reports whether a mobile number is grouped as people group them:
// not a date and a count that happen to make eleven digits. All groups but
// the first and last have two digits at least, or all have one.
func plausible(r *run, k int) bool {
	if k == 0 {
		return true
	}
	if k == 10 {
		return true // digit by digit
	}
	return r.groups[0].n >= 3 && k <= 3 && r.size(k) >= 2
}

// joined reports whether a hyphen, slash or underscore before i joins what
// follows to a longer number.
func (f *finder) joined(i int) bool {
	c := f.char(i - 1)
	if c == '_' || c == '.' && digit(f.char(i-2)) {
		return true
	}
	if c != '-' || !word(f.char(i-2)) {
		return false
	}
	n := 0
	for word(f.char(i-2-n)) && n < 8 {
		n++
	}
	return n >= 5 && n != 7 || upper(f.char(i-2))
}

// goesOn reports whether a hyphen after end joins it to a longer number that
// is not another phone.
func (f *finder) goesOn(end int) bool {
	if f.char(end) != '-' || !word(f.char(end+1)) {
		return f.char(end) == '_'
	}
	n := f.wordEnd(end+1) - end - 1
	return n > 2 && n < 7 || n > 12
}

// extension gives where a number that ends at end ends with its extension.
func (f *finder) extension(end int) int {
	j := end
	for f.char(j) == ' ' && j-end < 2 {
		j++
	}
	if f.char(j) == '(' || f.char(j) == ',' {
		j++
		for f.char(j) == ' ' {
			j++
		}
	}
	_, n := extensionWords.at(f.flat, j)
	if n == 0 && f.char(end) == '-' {
		j, n = end, 1
	}
	if n == 0 {
		return end
	}
	j += n
	for f.char(j) == ' ' || f.char(j) == '.' || f.char(j) == ':' {
		j++
	}
	k := j
	for digit(f.char(k)) && k-j < 6 {
		k++
	}
	if k == j || word(f.char(k)) {
		return end
	}
	return k
}

var extensionWords = newWords(false, wordGroup{1, `转 转接 分机 分机号 EXT EXTENSION X #`})

// dotted is 138.1234.5678, which a decimal number is not.
func (f *finder) dotted(j, i int) (end int, ok bool) {
	if f.char(j) != '1' || f.char(j+3) != '.' || f.char(j+8) != '.' {
		return 0, false
	}
	s := string(f.flat[j:j+3]) + string(f.flat[j+4:j+8]) + string(f.flat[j+9:min(j+13, len(f.flat))])
	return j + 13, mobile(s) && !word(f.char(j+13)) && !f.decimal(i, j+13)
}
