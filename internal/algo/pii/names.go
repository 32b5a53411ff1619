package pii

import (
	"slices"
	"strings"
)

// Names in Chinese are scored, not matched: a surname, one or two signs of a
// given name, what stands before and what stands after each speak for or
// against. A candidate is one surname with one to three signs; the sum
//
//	surname (compound 3 or 0, plain 2, half 1, weak 0, rare −1)
//	+ signs that given names are made of (one each, at most 2)
//	+ before: a label (联系人, 姓名, 我叫) 5, "I am" 4, a role (市民, 儿子, 主任) 3, what is
//	  done to people (感谢, 投诉) 2, the text's beginning or a mark 1, a small word (由, 给, 和) 1
//	+ after: a title 3, a mark, digit or the end 2, what people do (反映, 来电) 2,
//	  a small word (的, 在) 1; nothing of these and no label before: no name
//
// must reach 5 with two given signs and 6 with one (5 before a title, a number or a deed) or among other
// words, at least one of them a
// sign of given names unless a label or role stands before. Words that begin
// like a name (马上, 高新, 安全, 江苏) are none without a label.

const (
	isPlain = 1 << iota
	isHalf
	isWeak
	isRare
	isCompound // begins a compound surname
	isGiven
	isNever
)

// classes has what a sign of the basic block may be in a name.
var classes = func() *[0xA000]uint8 {
	var c [0xA000]uint8
	for _, g := range []struct {
		bit   uint8
		signs string
	}{{isPlain, surnamesPlain}, {isHalf, surnamesHalf}, {isWeak, surnamesWeak}, {isRare, surnamesRare}, {isGiven, givenSigns}, {isNever, neverGiven}} {
		for _, r := range g.signs {
			if r > ' ' {
				c[r] |= g.bit
			}
		}
	}
	for w := range strings.FieldsSeq(surnamesCompound + " " + compoundWeak) {
		for _, r := range w {
			c[r] |= isCompound
			break
		}
	}
	return &c
}()

var (
	compounds = newWords(false, wordGroup{3, surnamesCompound}, wordGroup{0, compoundWeak})
	cues      = newWords(true,
		wordGroup{5, nameLabels},
		wordGroup{4, nameSelf},
		wordGroup{3, nameRoles},
		wordGroup{2, nameVerbs},
		wordGroup{1, nameSmall})
	rolesAhead = newWords(false, wordGroup{3, nameRoles}, wordGroup{3, nameLabels})
	tails      = newWords(true, wordGroup{1, wordTails})
	titles     = newWords(false, wordGroup{3, nameTitles}, wordGroup{2, nameDeeds}, wordGroup{-9, placeTails})
	personal   = newWords(false, wordGroup{1, `男 女 卡 银行卡 账户 账号 微信 电话 手机 联系电话 身份证 身份证号 汉族 生于 住 家住 现年 联系方式`})
	words      = newWords(false, wordGroup{1, ordinaryWords})
)

// class of the character at i.
func (f *finder) class(i int) uint8 {
	if r := f.char(i); r < 0xA000 {
		return classes[r]
	}
	return 0
}

// names lists the names of persons.
func (f *finder) names() []Span {
	var found []Span
	for i := 0; i < len(f.flat); {
		r := f.flat[i]
		switch {
		case r < 0x80:
			if upper(r) {
				if s, ok := f.englishName(i); ok {
					found = append(found, s)
					i = s.End
					continue
				}
				i = f.wordEnd(i)
				continue
			}
		case r < 0xA000 && classes[r]&(isPlain|isHalf|isWeak|isRare|isCompound) != 0:
			if end := f.chineseName(i); end > 0 {
				found = append(found, Span{Name, i, end})
				i, f.lastName = end, end
				continue
			}
		}
		if r >= 0x80 && (f.char(i+1) == '·' || f.char(i+2) == '·' || f.char(i+3) == '·' || f.char(i+4) == '·') && han(r) {
			if end := f.dottedName(i); end > 0 {
				found = append(found, Span{Name, i, end})
				i = end
				continue
			}
		}
		i++
	}
	return found
}

// before scores what stands before i; edge says that a name can begin there
// without anything else.
func (f *finder) before(i int) (score int, edge bool) {
	j, marks := i, 0
	for marks < 3 && strings.ContainsRune(nameMarks, f.char(j-1)) {
		j--
		marks++
	}
	if strings.ContainsRune("人员者", f.char(j-1)) && f.char(j-1) != 0 && slices.Contains(f.flat[j:i], ':') { // 受理人：
		return 5, true
	}
	if f.char(i-1) == '、' && f.lastName == i-1 {
		return 3, true
	}
	if v, n := cues.at(f.flat, j); n > 0 && (marks == 0 || v >= 3) {
		return v, v >= 1
	}
	// 联系人是王小明, 负责人叫李强
	if c := f.char(j - 1); c == '是' || c == '叫' || c == '为' {
		if v, n := cues.at(f.flat, j-1); n > 0 && v >= 3 {
			return v, true
		}
	}
	if !han(f.char(i-1)) || f.class(i)&isPlain != 0 && strings.ContainsRune("了的是在过着到", f.char(i-1)) {
		return 1, true
	}
	return 0, false
}

// nameMarks may stand between a label and the name.
const nameMarks = " :“”\"'‘’「」(（[【《="

// after scores what stands at i after a name; -9 if a name cannot end there.
func (f *finder) after(i int) int {
	r := f.char(i)
	if r == 0 || !han(r) {
		if r == '*' || r == 'X' && !word(f.char(i+1)) || r == '·' {
			return -9
		}
		if r == ' ' || r == '(' {
			if v, n := titles.at(f.flat, i+1); n > 0 && v > 2 {
				return v
			}
		}
		if f.person(i) {
			return 3
		}
		return 2
	}
	if v, n := titles.at(f.flat, i); n > 0 {
		return v
	}
	if _, n := rolesAhead.at(f.flat, i); n > 1 { // 徐萍父亲
		return 2
	}
	if r == '的' && f.person(i) { // 王伟的电话
		return 3
	}
	if f.class(i)&isNever != 0 {
		return 1
	}
	return 0
}

// person reports whether what follows the marks at i is said of a person: a
// sex, a number of a phone or card.
func (f *finder) person(i int) bool {
	for n := 0; n < 3 && strings.ContainsRune(" ,:;()、/-的", f.char(i)); n++ {
		i++
	}
	if f.char(i) == '+' {
		return digit(f.char(i + 1))
	}
	if digit(f.char(i)) {
		n := f.wordEnd(i) - i
		return n >= 7 || n >= 3 && f.char(i) < '2' && digit(f.char(i+n+1)) // 138 1234 5678, 021) 5432
	}
	_, n := personal.at(f.flat, i)
	return n > 0
}

// chineseName gives the end of the name that begins at i, 0 if none does.
func (f *finder) chineseName(i int) int {
	c := f.class(i)
	base, length := -1, 1 // of a surname that is nearly always something else
	if v, n := compounds.at(f.flat, i); n > 0 && (v > 0 || c&(isPlain|isHalf|isWeak|isRare) == 0) {
		base, length = v, n
	} else {
		switch {
		case c&isRare != 0:
		case c&isPlain != 0:
			base = 2
		case c&isHalf != 0:
			base = 1
		case c&isWeak != 0:
			base = 0
		default:
			return 0
		}
	}
	before, edge := f.before(i)
	if base < 2 && !edge {
		return 0
	}
	if _, n := tails.at(f.flat, i+1); n > 0 && (before < 3 || n > 2 && before < 5) {
		return 0
	}
	if _, n := cues.at(f.flat, i+1); n > 1 && before < 2 { // 感谢, 主任: the sign is their last
		return 0
	}
	if v, n := titles.at(f.flat, i+length); v > 2 && n > 1 { // 王女士
		return 0
	}
	if _, n := rolesAhead.at(f.flat, i+length); n > 1 && before < 4 { // 任学生
		return 0
	}
	_, ordinary := words.at(f.flat, i)
	best, bestEnd := 0, 0
	for n := 1; n <= 3; n++ {
		k := i + length + n - 1 // the last sign of the name
		if !han(f.char(k)) || f.class(k)&(isNever|isGiven) == isNever {
			break
		}
		if n == 3 && (before < 5 || length > 1 || f.class(i+1)&isPlain == 0) {
			break // two surnames, a woman's own after her husband's
		}
		given := 0
		for g := i + length; g <= k; g++ {
			if f.class(g)&isGiven != 0 && f.class(g)&isNever == 0 && (g < k || f.flat[g] != '家') {
				given++
			}
		}
		given = min(given, 2)
		after := f.after(k + 1)
		if n == 2 && after == 1 && bestEnd == 0 && ordinary == 0 && f.class(k)&isGiven == 0 && f.cutShort(i, length, before) { // 魏强动手
			return k
		}
		if after < 0 || after == 0 && (n == 1 || before < 3 || given < 2 && before < 4 || given == 0 || base < 1) {
			continue
		}
		if before < 5 && (f.class(k)&isNever != 0 || f.place(i+length, k)) { // 金星路, 黄兴大道
			continue
		}
		if given == 0 && (before < 3 || base < 2 && before < 5) || ordinary > 0 && !f.nameAnyway(before, base, given, after, k+1-i == ordinary) ||
			base < 1 && after < 2 && given < 1-base || base < 0 && given < 2 && before < 5 && after < 3 {
			continue
		}
		score, need := base+given+before+after, 5
		if before == 0 && !strings.ContainsRune(surnamesMost, f.flat[i]) { // in the middle of other words
			need = 6
		}
		if base < 0 && before >= 3 && given == 2 || base < 1 && given == n && after > 2 {
			score++
		}
		if n == 1 && after < 3 && (base < 1 || before < 1 || after < 2 || !han(f.char(k+1)) || base < 2 && !han(f.char(i-1))) {
			need = 6
		}
		if score >= need && score > best {
			best, bestEnd = score, k+1
		}
	}
	return bestEnd
}

// cutShort reports whether a surname at i and one sign are a name although
// what follows is not known to end one: it is no sign of a given name.
func (f *finder) cutShort(i, length, before int) bool {
	return before >= 3 && f.class(i)&(isPlain|isHalf) != 0 && f.class(i+length)&(isGiven|isNever) == isGiven
}

// nameAnyway reports whether a name that begins like an ordinary word is one:
// what stands around must be certain.
func (f *finder) nameAnyway(before, base, given, after int, whole bool) bool {
	switch {
	case before == 5:
		return after > 2 || after == 2 && (given == 2 || whole && base > 0)
	case given < 2:
		return whole && before >= 2 && after > 2
	case base < 1:
		return false
	}
	return after > 2 || before >= 3 && after == 2 && !whole
}

// place reports whether a word for a place begins at one of the given signs
// from i to k.
func (f *finder) place(i, k int) bool {
	for ; i <= k; i++ {
		if v, n := titles.at(f.flat, i); v < 0 && n > 1 {
			return true
		}
	}
	return false
}

// dottedName is a name written with 阿卜杜拉·买买提 between its parts, after
// whatever says that a person is named, or alone.
func (f *finder) dottedName(i int) int {
	before, edge := f.before(i)
	if !edge {
		return 0
	}
	end, parts := i, 0
	for {
		j := end
		for han(f.char(j)) && j-end < 8 && (f.class(j)&isNever == 0 || f.class(j)&isGiven != 0 || strings.ContainsRune("吐买里地尔克木提古孜拉斯巴特", f.char(j))) {
			if v, n := titles.at(f.flat, j); n > 0 && v > 0 && parts > 0 && j-end >= 2 {
				break
			}
			j++
		}
		if j-end < 2 && (parts == 0 || j == end) {
			break
		}
		end = j
		parts++
		if f.char(j) != '·' {
			break
		}
		end++
	}
	if parts < 2 || f.char(end-1) == '·' || before < 3 && f.after(end) < 2 {
		return 0
	}
	return end
}
