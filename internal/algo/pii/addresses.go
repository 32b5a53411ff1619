package pii

import (
	"slices"
	"strings"
)

// Addresses in Chinese are read from their numbers outwards: at a number with
// a unit of doors after it (号, 栋, 单元, 室 …) the chain of such numbers is
// followed to the right, and the names of places are followed to the left as
// far as they go. What is found counts where it leads to a door:
//
//	a room in a building, unit, estate or house with a number
//	a number on a road below a district, or where somebody is said to live
//	a number or group in a village, where somebody is said to live, or both
//	a building where somebody is said to live
//
// What is said to lie in front of the number or next to it (门口, 附近, 对面) is a
// place of the street and counts only with a room.

// A part is what a number in an address counts.
type part uint16

const (
	house    part = 1 << iota // 号, 号院, 弄
	building                  // 栋, 幢, 座, 号楼
	unit                      // 单元, 门
	floor                     // 层, 楼
	room                      // 室, 户, 房, or digits alone after a building
	team                      // 组, 队, 社: of a village
	estate                    // a named estate, in front or between
	road
	lane // two numbers, one in the other
	village
	district
)

func isStop(r rune) bool { return !han(r) || strings.ContainsRune(placeStopSigns, r) }

// notLiving follow 住 in words that are not about living somewhere.
const notLiving = "宅房建院户"

// numeral reports whether r is a Chinese numeral.
func numeral(r rune) bool {
	switch r {
	case '〇', '零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '两':
		return true
	}
	return false
}

// doorNumber gives the end of the number of a door at i: digits with a letter
// before or after or a part after a hyphen (88-1, A3, 12B), a letter, 甲, or a
// Chinese numeral; i if there is none.
func (f *finder) doorNumber(i int) int {
	j := i
	switch r := f.char(i); {
	case digit(r) || upper(r):
		if upper(r) {
			j++
		}
		for digit(f.char(j)) && j-i < 6 {
			j++
		}
		if digit(f.char(j)) || j == i+1 && upper(r) && upper(f.char(j)) {
			return i
		}
		if upper(f.char(j)) && !upper(f.char(j+1)) && f.char(j) != 'F' {
			j++
		}
		for k := 0; k < 2 && f.char(j) == '-' && word(f.char(j+1)); k++ {
			e := j + 1
			for word(f.char(e)) && e-j < 6 {
				e++
			}
			j = e
		}
		if word(f.char(j)) && f.char(j) != 'F' {
			return i
		}
	case numeral(r):
		for numeral(f.char(j)) && j-i < 5 {
			j++
		}
	case strings.ContainsRune("甲乙丙丁戊东西南北中", r) && r != 0:
		j++
	}
	return j
}

// addresses lists the addresses in Chinese and English.
func (f *finder) addresses() []Span {
	var found []Span
	last := 0 // where the last one ends
	for i := 0; i < len(f.flat); {
		r := f.flat[i]
		switch {
		case digit(r) || numeral(r) || upper(r) && (han(f.char(i-1)) || f.char(i-1) == ' '):
			if i > 0 && (word(f.flat[i-1]) || f.flat[i-1] == '.') || upper(r) && !digit(f.char(i+1)) && !han(f.char(i+1)) {
				break
			}
			if s, ok := f.chineseAddress(i, last); ok {
				found = append(found, s)
				i, last = s.End, s.End
				continue
			}
		}
		if r < 0x80 && word(r) {
			if !word(f.char(i - 1)) {
				if s, ok := f.englishAddress(i); ok && s.Start >= last {
					found = append(found, s)
					i, last = s.End, s.End
					continue
				}
			}
		}
		i++
		if r < 0x80 && word(r) && i < len(f.flat) && word(f.flat[i]) {
			i = f.wordEnd(i)
		} else if numeral(r) {
			for numeral(f.char(i)) {
				i++
			}
		}
	}
	return found
}

// chain follows numbers with their units from i to the right: what they are
// and where the last ends.
func (f *finder) chain(i int, named part) (seen part, end int) {
	const most = 8
	end = i
	for range most {
		j := end
		if j > i && (f.char(j) == ' ' || f.char(j) == '附' && digit(f.char(j+1))) {
			j++
		}
		p, e := f.link(j, named, seen)
		if p == 0 && seen&house != 0 && seen&estate == 0 {
			if e = f.between(end); e > end {
				p = estate
			}
		}
		if p == 0 {
			break
		}
		seen |= p
		end = e
		if p&room != 0 {
			break
		}
	}
	return seen, end
}

// link reads a number at i with its unit, after what is named and seen: what
// it is and where it ends; 0 if it is none of an address.
func (f *finder) link(i int, named, seen part) (part, int) {
	j := f.doorNumber(i)
	if j == i {
		return 0, i
	}
	v, n := parts.at(f.flat, j)
	if n == 0 && f.char(j) == ' ' && !han(f.char(i)) {
		if v, n = parts.at(f.flat, j+1); n > 0 {
			n++
		}
	}
	end, p := j+n, part(v)
	switch p {
	case 0:
		return f.bare(i, j, named, seen), j
	case house:
		switch {
		case f.char(end) != 0 && strings.ContainsRune("线文令机批", f.char(end)): // 地铁3号线
			return 0, i
		case n == 1 && seen&(building|unit) != 0: // 3栋2单元501号
			p = room
		case seen&house != 0:
			p |= lane
		}
	case unit:
		if n == 1 && seen == 0 && numeral(f.char(i)) { // 一门
			return 0, i
		}
	case floor:
		if seen&(building|house) == 0 && named&estate == 0 {
			return 0, i
		}
	case room:
		if !f.isRoom(i, j, n, seen) || f.char(end) == '厅' || numeral(f.char(end)) && f.char(end+1) == '厅' { // 三室一厅
			return 0, i
		}
		if j-i >= 5 && slices.Contains(f.flat[i:j], '-') { // 3-2-501室
			p |= building | unit
		}
	}
	return p, end
}

// bare says what a number from i to j is that has no unit: a room after a
// building or estate, or with hyphens all of building, unit and room.
func (f *finder) bare(i, j int, named, seen part) part {
	if !digit(f.flat[i]) || f.amount(j) || f.counted(j) {
		return 0
	}
	hyphens := 0
	for _, r := range f.flat[i:j] {
		if r == '-' {
			hyphens++
		}
	}
	last := func(n int) rune { return f.char(j - n) }
	switch {
	case hyphens == 2 && named != 0 && seen&building == 0 && j-i >= 7 && digit(last(3)): // 6-2-1503
		return building | unit | room
	case hyphens == 1 && seen&building != 0 && digit(last(3)),
		hyphens == 1 && (named|seen)&estate != 0 && digit(last(2)) && (digit(last(3)) || upper(last(3))): // 3-501
		return unit | room
	case hyphens == 0 && seen&(building|unit|floor|estate) != 0 && j-i >= 3 && j-i <= 4,
		hyphens == 0 && seen&unit != 0 && j-i <= 4:
		return room
	}
	return 0
}

// isRoom reports whether a number from i to j with a unit of rooms after it is
// that of a room: 户 counts households more often than it names one.
func (f *finder) isRoom(i, j, w int, seen part) bool {
	if numeral(f.char(i)) && j-i < 3 {
		return false
	}
	if f.char(j) != '户' {
		return true
	}
	if strings.ContainsRune("东西南北中", f.char(i)) {
		return seen&(unit|floor) != 0
	}
	return seen != 0 && f.char(j+w) != '型' && j-i >= 3 && digit(f.char(j-1)) && (f.char(j-2) == '0' || f.char(j-2) == '1' || seen&unit != 0)
}

// counted reports whether a number that ends at i counts people or things.
func (f *finder) counted(i int) bool {
	r := f.char(i)
	return r == '.' && digit(f.char(i+1)) || r == ':' || r != 0 && strings.ContainsRune("个人户年月日天名位家条岁点%时分秒号次辆台间套多余米元平", r) || word(r)
}

// between is where an estate named between the number on the road and the
// building ends (建国路88号阳光花园3栋), or, where no number follows, the estate
// itself; i if there is none.
func (f *finder) between(i int) int {
	j, named := i, i
	if f.char(j) == ' ' {
		j++
	}
	for begin := j; j-begin < 12 && han(f.char(j)) && !strings.ContainsRune(placeStopSigns, f.char(j)); j++ {
		if j-begin < 2 {
			continue
		}
		if k := f.doorNumber(j); k > j {
			if v, w := parts.at(f.flat, k); w > 0 && part(v)&(building|unit|room) != 0 {
				return j
			}
		}
		if v, n := placeEnds.at(f.flat, j); n > 1 && part(v) == estate {
			named = j
		}
	}
	if v, n := placeEnds.at(f.flat, j); n > 1 && part(v) == estate {
		named = j
	}
	k := j
	if f.char(k) == ' ' {
		k++
	}
	if e := f.doorNumber(k); j-i >= 2 && e > k && (digit(f.char(k)) || upper(f.char(k))) {
		v, w := parts.at(f.flat, e)
		if w > 0 && part(v)&(building|unit|room|floor) != 0 || named == j && e-k >= 3 && !f.counted(e) && !f.amount(e) {
			return j
		}
	}
	if named == j {
		return j
	}
	return i
}

// places follows the names of places before i to the left: what they are,
// where the first begins.
func (f *finder) places(i, low int) (seen part, begin int) {
	const reach = 45
	if f.char(i-1) == ' ' && han(f.char(i-2)) {
		i--
	}
	j := i
	for j > low && i-j < reach {
		r := f.flat[j-1]
		if r == ' ' {
			// blanks may stand between the levels, if what is before is one
			if v, n := placeEnds.at(f.flat, j-1); n > 0 && part(v)&(district|road|estate) != 0 && j < i && j-1 > low {
				j--
				continue
			}
			break
		}
		if isStop(r) && (r != '住' || f.char(j) == 0 || !strings.ContainsRune(notLiving, f.char(j))) {
			// A3区, 经3路, 4.1期: figures inside of a name
			k := j
			for k > low && j-k < 5 && (word(f.flat[k-1]) || f.flat[k-1] == '.' && digit(f.char(k-2))) {
				k--
			}
			if k == j || k < low || word(f.char(k-1)) || !strings.ContainsRune("市区县期路街环院", f.char(j)) || f.char(j) == 0 {
				break
			}
			j = k
			continue
		}
		if strings.ContainsRune("年月日时点分米", r) && digit(f.char(j-2)) {
			break
		}
		if (r == '与' || r == '和') && slices.Contains(f.flat[j:min(j+10, i)], '交') || // a crossing
			r == '和' && !isStop(f.char(j-2)) && han(f.char(j)) && !numeral(f.char(j)) && !strings.ContainsRune("栋幢楼元室号区", f.char(j-2)) { // 润和紫郡
			j--
			continue
		}
		if _, n := placeStops.at(f.flat, j); n > 0 {
			if _, m := stopExceptions.at(f.flat, j-1); n > 1 || m == 0 {
				break
			}
		}
		j--
	}
	for j < i && f.flat[j] == ' ' {
		j++
	}
	// Where the names end: each ends with a sign for its kind.
	first := 0
	for k := j + 1; k <= i; k++ {
		if v, n := placeEnds.at(f.flat, k); n > 0 && k-n >= j && (k > j+1 || n > 1) {
			if first == 0 && k-j >= 2 {
				first = k
			}
			seen |= part(v)
		}
	}
	if first == 0 {
		return 0, j
	}
	return seen, f.trim(j, first)
}

// trim gives where the name that ends at end begins, not before j: names of
// places are two to five signs long, and provinces and cities are known.
func (f *finder) trim(j, end int) int {
	for k := j; k < end-1; k++ {
		if _, n := provinceNames.at(f.flat, k); n > 0 {
			return k
		}
	}
	if end-j <= 8 {
		return j
	}
	return end - 4
}

var provinceNames = newWords(false, wordGroup{1, `北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
	广州市 深圳市 杭州市 南京市 武汉市 成都市 西安市 长沙市 郑州市 济南市 青岛市 沈阳市 大连市 哈尔滨市 长春市 苏州市 无锡市 宁波市 合肥市 福州市 厦门市 南昌市 昆明市 贵阳市 南宁市 海口市 太原市 石家庄市 兰州市 西宁市 银川市 乌鲁木齐市 呼和浩特市 拉萨市 东莞市 佛山市 珠海市`})

// chineseAddress gives the address whose first number begins at i; it does
// not begin before low.
func (f *finder) chineseAddress(i, low int) (Span, bool) {
	j := f.doorNumber(i)
	if j == i {
		return Span{}, false
	}
	if _, n := parts.at(f.flat, j); n == 0 && f.char(j) != ' ' && !strings.ContainsRune(string(f.flat[i:j]), '-') {
		return Span{}, false
	}
	if c := f.char(i - 1); c == '月' || c == '年' || c == '第' {
		return Span{}, false
	}
	named, begin := f.places(i, low)
	seen, end := f.chain(i, named)
	if seen == 0 {
		return Span{}, false
	}
	if named == 0 { // 3栋2单元501: without a name only what leads to a room by itself
		if seen&building == 0 || seen&room == 0 {
			return Span{}, false
		}
		if i-begin > 8 || !han(f.char(begin)) {
			begin = i
		}
		return Span{Address, begin, end}, true
	}
	all := named | seen
	home := f.home(begin)
	_, open := openPlaces.at(f.flat, end)
	switch {
	case all&room != 0:
		_, office := offices.at(f.flat, i)
		return Span{Address, begin, end}, all&(building|unit|house|estate|floor) != 0 && (office == 0 || home)
	case seen&house != 0 && seen&team != 0 && named&village != 0:
		return Span{Address, begin, end}, true
	case open > 0:
		return Span{}, false
	case seen&house != 0 && all&village != 0:
		return Span{Address, begin, end}, home || all&district != 0
	case seen&team != 0 && named&village != 0:
		return Span{Address, begin, end}, home
	case seen&house != 0 && named&road != 0:
		return Span{Address, begin, end}, home || all&(district|lane) != 0
	case seen&building != 0:
		return Span{Address, begin, end}, home
	}
	return Span{}, false
}

// home reports whether the words before i say that somebody lives there.
func (f *finder) home(i int) bool {
	if f.char(i-1) == '住' && f.char(i) != 0 && strings.ContainsRune(notLiving, f.char(i)) {
		return false
	}
	for n := 0; n < 3 && i > 0 && strings.ContainsRune(" :是为在于“\"", f.char(i-1)); n++ {
		if _, k := homes.at(f.flat, i); k > 0 {
			return true
		}
		i--
	}
	_, k := homes.at(f.flat, i)
	return k > 0
}
