package pii

import "strings"

var plateProvinces = func() map[rune]bool {
	in := map[rune]bool{}
	for _, r := range "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使" {
		in[r] = true
	}
	return in
}()

// plate is a number plate by GA 36: a province, a letter, and five signs with
// at most two letters; six of a car without an engine, whose first or last is
// a letter; four before the sign of police, schools, Hong Kong, Macao or
// consulates. Or that of an embassy: 使 and six digits.
func (f *finder) plate(i int) (int, bool) {
	dot := func(j int) int {
		if c := f.char(j); c == '·' || c == '.' || c == ' ' || c == '-' || c == '•' || c == '・' || c == '‧' || c == '∙' {
			return j + 1
		}
		return j
	}
	if f.flat[i] == '使' {
		j, n := i+1, 0
		for n < 6 && digit(f.char(j)) {
			n++
			if j++; n == 3 {
				j = dot(j)
			}
		}
		return j, n == 6 && !word(f.char(j)) && !f.amount(j) && f.char(j) != '.'
	}
	j := i + 1
	if f.char(j) == ' ' {
		j++
	}
	if !upper(f.char(j)) || f.char(j) == 'I' {
		return 0, false
	}
	j = dot(j + 1)
	begin, letters := j, 0
	for j-begin < 7 && (digit(f.char(j)) || upper(f.char(j)) && f.char(j) != 'I' && f.char(j) != 'O') {
		if upper(f.char(j)) {
			letters++
		}
		j++
	}
	switch j - begin {
	case 4:
		return j + 1, letters <= 2 && strings.ContainsRune("警学挂港澳试超领使", f.char(j)) && f.char(j) != 0
	case 5:
		return j, letters <= 2 && !word(f.char(j)) && f.char(j) != '号' && f.char(j) != '备'
	case 6:
		return j, letters >= 1 && letters <= 2 && (upper(f.char(begin)) || letters == 1 && upper(f.char(j-1))) && !word(f.char(j))
	}
	return 0, false
}
