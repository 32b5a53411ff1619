package pii

import (
	"strings"
	"time"
)

// mobile is a mobile number of the mainland: eleven digits, 13 to 19.
func mobile(s string) bool {
	return len(s) == 11 && digits(s) && s[0] == '1' && s[1] >= '3' && !same(s[3:])
}

// landline is a number with its area code, written with a hyphen or space or
// where the words before say that it is one; or a service number of 400.
func landline(s, written string, said bool) bool {
	if !digits(s) {
		return false
	}
	if strings.HasPrefix(s, "400") && len(s) == 10 {
		return false // a firm's, meant to be known
	}
	if s[0] != '0' || len(s) < 10 || len(s) > 12 || s[1] == '0' {
		return said && (len(s) == 7 || len(s) == 8) && s[0] >= '2'
	}
	area := 4
	if s[1] == '1' || s[1] == '2' {
		area = 3
	}
	if rest := len(s) - area; rest != 7 && rest != 8 {
		return false
	}
	if s[area] < '2' {
		return false
	}
	sep := len(written) > area && (written[area] == '-' || written[area] == ' ')
	return sep || said
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// same reports whether all characters are the same: nobody's number.
func same(s string) bool { return strings.Count(s, s[:1]) == len(s) }

// provinces are the first two digits of GB/T 2260 codes.
var provinces = func() map[string]bool {
	in := map[string]bool{}
	for p := range strings.FieldsSeq("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83") {
		in[p] = true
	}
	return in
}()

// residentID is a citizen's number by GB 11643: a region, a birthday, and a
// check character by ISO 7064 MOD 11-2; or the 15 digits used before 1999.
func residentID(s string) bool {
	switch len(s) {
	case 18:
		if !digits(s[:17]) || !provinces[s[:2]] || !birthday(s[6:14]) {
			return false
		}
		sum := 0
		for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
			sum += w * int(s[i]-'0')
		}
		return s[17] == "10X98765432"[sum%11]
	case 15:
		return digits(s) && provinces[s[:2]] && birthday("19"+s[6:12])
	}
	return false
}

func birthday(s string) bool {
	t, err := time.Parse("20060102", s)
	return err == nil && t.Year() >= 1900 && t.Year() < 2100
}

// bankCard has 15 to 19 digits, the last by Luhn's rule.
func bankCard(s string) bool {
	return len(s) >= 15 && len(s) <= 19 && digits(s) && !same(s) && luhn(s)
}

func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// bankPrefix says whether a card network issues numbers that begin so:
// UnionPay 62, Visa 4, Mastercard 51-55 and 22-27, JCB 35, and the debit
// cards of before UnionPay's numbers.
func bankPrefix(s string) bool {
	switch {
	case strings.HasPrefix(s, "62"), s[0] == '4', s[0] == '5' && s[1] >= '1' && s[1] <= '5', strings.HasPrefix(s, "35"):
		return true
	case strings.HasPrefix(s, "95"), strings.HasPrefix(s, "60"), strings.HasPrefix(s, "68"), strings.HasPrefix(s, "90"), strings.HasPrefix(s, "94"):
		return len(s) >= 18
	}
	return s[0] == '2' && s[1] >= '2' && s[1] <= '7' && len(s) == 16
}

// creditCode is the unified social credit code of a firm or body by GB 32100.
func creditCode(s string) bool {
	const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	if len(s) != 18 || !strings.ContainsRune("159Y", rune(s[0])) && (s[0] < '1' || s[0] > '9' && s[0] < 'A') || !digits(s[2:8]) || !provinces[s[2:4]] && s[2:4] != "10" {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(signs, s[i])
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return s[17] == signs[(31-sum%31)%31]
}

// passport is a Chinese one, or any of that shape where the words before say so.
func passport(s string, said bool) bool {
	if len(s) == 9 && strings.ContainsRune("EGDPSH", rune(s[0])) && digits(s[2:]) && (digit(rune(s[1])) || upper(rune(s[1])) && s[0] == 'E') {
		return said || s[0] == 'E' || s[0] == 'G'
	}
	if !said || len(s) < 7 || len(s) > 9 {
		return false
	}
	n := 0
	for _, r := range s {
		if digit(r) {
			n++
		}
	}
	return n >= 6
}

var plateProvinces = func() map[rune]bool {
	in := map[rune]bool{}
	for _, r := range "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼" {
		in[r] = true
	}
	return in
}()

// plate is a number plate by GA 36: a province, a letter, five signs, or six
// of a car without an engine.
func (f finder) plate(i int) (int, bool) {
	if !upper(f.char(i+1)) || f.char(i+1) == 'I' {
		return 0, false
	}
	j := i + 2
	if c := f.char(j); c == '·' || c == '.' || c == ' ' || c == '-' || c == '•' {
		j++
	}
	n, nums := 0, 0
	for n < 7 && (digit(f.char(j)) || upper(f.char(j)) && f.char(j) != 'I' && f.char(j) != 'O') {
		if digit(f.char(j)) {
			nums++
		}
		n++
		j++
	}
	if n == 4 && nums >= 2 && strings.ContainsRune("警学挂港澳试超领使", f.char(j)) {
		return j + 1, true
	}
	return j, (n == 5 || n == 6) && nums >= 3 && !word(f.char(j))
}

// email reads an address as people write it; not every one that RFC 5321 allows.
func (f finder) email(i int) (int, bool) {
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
	for j < len(f.flat) && j-begin <= 253 && (word(f.flat[j]) && f.flat[j] != '_' || f.flat[j] == '-' || f.flat[j] == '.' && word(f.char(j+1))) {
		if f.flat[j] == '.' {
			dot = j
		}
		j++
	}
	return j, dot > begin && j-dot > 2 && upper(f.char(j-1))
}
