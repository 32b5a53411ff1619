package pii

import (
	"strings"
	"time"
)

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

// area reports whether six digits can be a code of GB/T 2260: a province, in
// it a prefecture (01 to 70, or 90 for what the province governs itself), in
// it a county (01 to 99). Codes of counties that are no more live on in
// people's numbers, so that today's list would be too short. Hong Kong, Macao
// and Taiwan have one code each.
func area(s string) bool {
	if !provinces[s[:2]] {
		return false
	}
	if s[0] == '7' || s[0] == '8' {
		return s[2:] == "0000"
	}
	p, c := s[2:4], s[4:6]
	return p >= "01" && (p <= "70" || p == "90") && c != "00"
}

// residentID is a citizen's number by GB 11643: a region, a birthday, and a
// check character by ISO 7064 MOD 11-2; or the 15 digits used before 1999.
func residentID(s string) bool {
	switch len(s) {
	case 18:
		if !digits(s[:17]) || !area(s[:6]) || !birthday(s[6:14]) {
			return false
		}
		sum := 0
		for i, w := range [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
			sum += w * int(s[i]-'0')
		}
		return s[17] == "10X98765432"[sum%11]
	case 15:
		return digits(s) && area(s[:6]) && birthday("19"+s[6:12])
	}
	return false
}

func birthday(s string) bool {
	t, err := time.Parse("20060102", s)
	return err == nil && t.Year() >= 1900 && t.Year() < 2100
}

// luhn reports whether the last digit of s is the check digit of ISO/IEC 7812.
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

// bankCard has 15 to 19 digits, the last by Luhn's rule.
func bankCard(s string) bool {
	return len(s) >= 15 && len(s) <= 19 && digits(s) && !same(s) && luhn(s)
}

// bankPrefix says whether a card network issues numbers that begin so and are
// so long: UnionPay 62, Visa 4, Mastercard 51 to 55, JCB 35, and the debit
// cards of before UnionPay's numbers. Mastercard's 22 to 27 look like dates
// and count only where the words before say that it is a card.
func bankPrefix(s string) bool {
	switch s[0] {
	case '6':
		return s[1] == '2' || len(s) >= 18 && (s[1] == '0' || s[1] == '8')
	case '4':
		return len(s) == 16 || len(s) == 19
	case '5':
		return len(s) == 16 && s[1] >= '1' && s[1] <= '5'
	case '3':
		return len(s) == 16 && s[1] == '5'
	case '9':
		return len(s) >= 16 && (s[1] == '5' || s[1] == '0' || s[1] == '4')
	}
	return false
}

// creditCode is the unified social credit code of a firm or body by GB 32100:
// who registers, what it is, a region, nine signs, and a check sign modulo 31. One of digits alone begins as those
// of bodies (1, 5) and firms (9) do, since cards have eighteen digits too.
func creditCode(s string) bool {
	const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	if len(s) != 18 || s[0] == '0' || digits(s) && s[0] != '1' && s[0] != '5' && s[0] != '9' || !digits(s[2:8]) || !provinces[s[2:4]] && s[2:4] != "10" {
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

// mobile is a mobile number of the mainland: eleven digits, 13 to 19.
func mobile(s string) bool {
	return len(s) == 11 && digits(s) && s[0] == '1' && s[1] >= '3'
}

// areaCodes are the first three digits of the telephone codes of four digits.
var areaCodes = func() map[string]bool {
	in := map[string]bool{}
	for p := range strings.FieldsSeq("031 033 034 035 037 039 041 042 043 044 045 046 047 048 051 052 053 054 055 056 057 058 059 063 066 069 070 071 072 073 074 075 076 077 079 081 082 083 085 087 088 089 090 091 093 094 095 097 099") {
		in[p] = true
	}
	return in
}()

// landline is a number of the mainland with its area code; area is how long
// that is, 0 if s is none. A subscriber's number does not begin with 0 or 1.
func landline(s string) (area int) {
	if len(s) < 10 || len(s) > 12 || !digits(s) || s[0] != '0' {
		return 0
	}
	switch {
	case s[1] == '1' && s[2] == '0', s[1] == '2' && s[2] != '6':
		area = 3
	case areaCodes[s[:3]]:
		area = 4
	default:
		return 0
	}
	if rest := len(s) - area; rest != 7 && rest != 8 || s[area] < '2' {
		return 0
	}
	return area
}

// chinesePassport says what the shape alone says: an ordinary passport (E, G,
// or E with a second letter), or, where surely is false, one of the forms for
// diplomats, service, Hong Kong and Macao, and the cards for travel there.
func chinesePassport(s string) (surely, maybe bool) {
	switch {
	case len(s) == 9 && digits(s[1:]):
		surely, maybe = s[0] == 'E' || s[0] == 'G', strings.IndexByte("DPSHKCMLWT", s[0]) >= 0
	case len(s) == 9 && upper(rune(s[1])) && digits(s[2:]):
		surely = s[0] == 'E' && s[1] != 'I' && s[1] != 'O'
		maybe = s[:2] == "DE" || s[:2] == "SE" || s[:2] == "PE" || s[:2] == "MA" || s[0] == 'C'
	case len(s) == 8 && digits(s[1:]):
		maybe = strings.IndexByte("DPSKL", s[0]) >= 0
	}
	return surely, maybe || surely
}

// foreignPassport is the shape of most countries' numbers: six to ten letters
// and digits, at least five of them digits, and no more than two letters that
// follow one another at the front or anywhere one by one.
func foreignPassport(s string) bool {
	if len(s) < 7 || len(s) > 10 {
		return false
	}
	n := 0
	for i := range len(s) {
		if digit(rune(s[i])) {
			n++
		}
	}
	return n >= 5 && (n >= len(s)-3)
}
