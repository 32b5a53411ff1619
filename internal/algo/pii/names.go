package pii

import (
	"strings"
	"sync"
)

// Names in Chinese are scored, not matched: a surname, one or two signs of a
// given name, what stands before and what stands after each speak for or
// against. A candidate is one surname with one to three signs; the sum
//
//	surname (compound 3, plain 2, half 1, weak 0, rare −1)
//	+ signs that given names are made of (one each, at most 2)
//	+ before: a label (联系人, 姓名, 我叫) 5, "I am" 4, a role (市民, 儿子, 主任) 3, the
//	  text's beginning or a mark 1, a small word (由, 给, 和) 1
//	+ after: a title 3, a mark, digit or the end 2, what people do (反映, 来电) 2,
//	  a small word (的, 在) 1; nothing of these and no label before: no name
//
// must reach 5 with two given signs and 6 with one, at least one of them a
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
var classes = sync.OnceValue(func() *[0xA000]uint8 {
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
	for w := range strings.FieldsSeq(surnamesCompound) {
		for _, r := range w {
			c[r] |= isCompound
			break
		}
	}
	return &c
})

var (
	compounds = newWords(false, wordGroup{1, list(surnamesCompound)})
	cues      = newWords(true,
		wordGroup{5, list(nameLabels)},
		wordGroup{4, list(nameSelf)},
		wordGroup{3, list(nameRoles)},
		wordGroup{1, list(nameSmall)})
	tails  = newWords(true, wordGroup{1, list(wordTails)})
	titles = newWords(false, wordGroup{3, list(nameTitles)}, wordGroup{2, list(nameDeeds)}, wordGroup{-9, list(placeTails)})
	words  = newWords(false, wordGroup{1, list(ordinaryWords)})
)

// class of the character at i.
func (f *finder) class(i int) uint8 {
	if r := f.char(i); r < 0xA000 {
		return classes()[r]
	}
	return 0
}

// names lists the names of persons.
func (f *finder) names() []Span {
	var found []Span
	table := classes()
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
		case r < 0xA000 && table[r]&(isPlain|isHalf|isWeak|isRare|isCompound) != 0:
			if end := f.chineseName(i); end > 0 {
				found = append(found, Span{Name, i, end})
				i = end
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
	if v, n := cues.at(f.flat, j); n > 0 && (marks == 0 || v >= 3) {
		return v, v >= 1
	}
	// 联系人是王小明, 负责人叫李强
	if c := f.char(j - 1); c == '是' || c == '叫' || c == '为' {
		if v, n := cues.at(f.flat, j-1); n > 0 && v >= 3 {
			return v, true
		}
	}
	if !han(f.char(i - 1)) {
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
		return 2
	}
	if v, n := titles.at(f.flat, i); n > 0 {
		return v
	}
	if f.class(i)&isNever != 0 {
		return 1
	}
	return 0
}

// chineseName gives the end of the name that begins at i, 0 if none does.
func (f *finder) chineseName(i int) int {
	c := f.class(i)
	base, length := -1, 1
	if _, n := compounds.at(f.flat, i); n > 0 {
		base, length = 3, n
	} else {
		switch {
		case c&isRare != 0:
			base = -1
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
	if base <= 0 && !edge {
		return 0
	}
	if _, n := tails.at(f.flat, i+1); n > 0 && before < 3 {
		return 0
	}
	if _, n := cues.at(f.flat, i+1); n > 1 { // 感谢, 主任: the sign is their last
		return 0
	}
	if v, n := titles.at(f.flat, i+length); v > 2 && n > 1 { // 王女士
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
			if f.class(g)&isGiven != 0 && f.class(g)&isNever == 0 {
				given++
			}
		}
		given = min(given, 2)
		after := f.after(k + 1)
		if after < 0 || after == 0 && (n == 1 || before < 3 || given < 2 && before < 4 || given == 0) {
			continue
		}
		if given == 0 && before < 3 || ordinary > 0 && before < 5 && (before < 3 || given < 2 || after < 2) {
			continue
		}
		score, need := base+given+before+after, 5
		if base < 0 && before >= 3 && given == 2 {
			score++
		}
		if n == 1 {
			need = 6
		}
		if score >= need && score > best {
			best, bestEnd = score, k+1
		}
	}
	return bestEnd
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
		if j-end < 2 && !(parts > 0 && j > end) {
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
