package pii

// email reads an address as people write it; not every one that RFC 5321
// allows.
func (f *finder) email(i int) (int, bool) {
	local := func(r rune) bool { return word(r) || r == '.' || r == '-' || r == '+' || r == '%' }
	j := i
	for j < len(f.flat) && j-i <= 64 && local(f.flat[j]) {
		j++
	}
	if j == i || f.char(j) != '@' {
		return 0, false
	}
	j++
	begin, dot := j, 0
	for j < len(f.flat) && j-begin <= 253 && (word(f.flat[j]) && f.flat[j] != '_' || (f.flat[j] == '-' || f.flat[j] == '.') && word(f.char(j+1)) && f.char(j+1) != '_') {
		if f.flat[j] == '.' {
			dot = j
		}
		j++
	}
	return j, dot > begin && j-dot > 2 && upper(f.char(j-1))
}
