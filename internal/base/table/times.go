package table

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"yiwang/internal/base/errs"
)

// noTime are ways to say that there is no time, in small letters. Systems also
// write the first or the last day that they know.
var noTime = []string{
	"", "-", "--", "---", "—", "——", "–", "－", "/", "\\", "\\n", ".", "?", "？", "*", "0", "nil", "null", "(null)", "none", "nan", "nat", "n/a", "na", "#n/a", "#value!",
	"undefined", "tbd", "open", "pending", "无", "暂无", "没有", "空", "未知", "不详", "未办结", "未办理", "未办", "未结", "未结案", "未完成", "未答复", "未回复", "未处理",
	"未归档", "未关闭", "未受理", "办理中", "处理中", "在办", "在办理", "待办", "待办理", "待办结", "待处理", "待定", "尚未办结", "无期限", "不限", "长期",
}

// noDays are such days, as they begin.
var noDays = []string{"0000-00-00", "0000/00/00", "0000-0-0", "0001-01-01", "0001/1/1", "0001/01/01", "1900-01-00", "1900-01-01", "1900/1/0", "1900/1/1", "1900/01/01", "1899-12-30", "1899/12/30", "9999-12-31", "9999/12/31"}

// NoTime reports whether a cell where a time should be says that there is
// none: it is empty, or has a word or a stroke for that.
func NoTime(s string) bool {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "\"'“”‘’"))
	if slices.Contains(noTime, s) {
		return true
	}
	return slices.ContainsFunc(noDays, func(day string) bool {
		rest, ok := strings.CutPrefix(s, day)
		return ok && strings.Trim(rest, " t0:.z") == ""
	})
}

// ParseTime reads a date, with a time of day or without, in the time of zone
// unless it says another. The year stands first, as in 2025-01-02 08:05:00,
// 2025/1/2 8:05, 2025.1.2, 2025年1月2日8时5分, 20250102080500, 20250102 08:05 or
// 2025-01-02T08:05:00+0800. A bare number is Excel's serial number of a day.
// Years other than 1990 to 2100 are mistakes.
func ParseTime(s string, zone *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	bad := errs.New(errs.Invalid, "table.bad_time")
	if t, ok := written(s, zone); ok {
		return t, inRange(t)
	}
	serial, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(serial) || serial < 1 || serial > 100_000 {
		return time.Time{}, bad
	}
	day := math.Floor(serial)
	seconds := math.Round((serial - day) * 86_400)
	// Excel counts a 29 February 1900 that never was.
	t := time.Date(1899, 12, 30, 0, 0, 0, 0, zone).AddDate(0, 0, int(day)).Add(time.Duration(seconds) * time.Second)
	return t, inRange(t)
}

func inRange(t time.Time) error {
	if y := t.Year(); y < 1990 || y > 2100 {
		return errs.New(errs.Invalid, "table.time_out_of_range")
	}
	return nil
}

// written reads a time that is written out.
func written(s string, zone *time.Location) (t time.Time, ok bool) {
	c := cursor(s)
	year, ok := c.number(4, 4)
	if !ok {
		return t, false
	}
	var month, day int
	if month, ok = c.number(2, 2); ok { // 20250102, with the time in figures alone or not
		if day, ok = c.number(2, 2); !ok {
			return t, false
		}
		if digits := len(c) - len(strings.TrimLeft(string(c), "0123456789")); digits == 4 || digits == 6 {
			hour, _ := c.number(2, 2)
			minute, _ := c.number(2, 2)
			second, _ := c.number(2, 2)
			return c.end(zone, year, month, day, hour, minute, second, 0)
		}
	} else {
		part := c.one("-/.年")
		if part == 0 {
			return t, false
		}
		c.blanks()
		if month, ok = c.number(1, 2); !ok {
			return t, false
		}
		c.blanks()
		if part == '年' && c.one("月") == 0 || part != '年' && c.one(string(part)) == 0 {
			return t, false
		}
		c.blanks()
		if day, ok = c.number(1, 2); !ok {
			return t, false
		}
		if part == '年' {
			c.one("日号")
		}
	}
	if c == "" {
		return c.end(zone, year, month, day, 0, 0, 0, 0)
	}
	glued := c.one("Tt") == 0 && !c.blanks()
	late := c.half()
	c.blanks()
	first := c
	hour, ok := c.number(1, 2)
	switch {
	case !ok && first == c: // a zone alone
		return c.end(zone, year, month, day, 0, 0, 0, 0)
	case !ok, glued && !strings.Contains(s, "日") && !strings.Contains(s, "号"):
		return t, false
	}
	var minute, second, nanos int
	switch c.one(":：时點点") {
	case ':', '：':
		minute, ok = c.number(1, 2)
	case 0:
		return t, false
	default:
		if minute, ok = c.number(1, 2); !ok {
			ok = true // 8时
		} else if c.one("分") == 0 && c == "" {
			ok = false // 8时5
		}
	}
	if !ok {
		return t, false
	}
	c.one(":：分")
	if second, ok = c.number(1, 2); ok {
		c.one("秒")
		if c.one(".,") != 0 {
			rest := strings.TrimLeft(string(c), "0123456789")
			digits := string(c[:len(c)-len(rest)])
			if digits == "" || len(digits) > 9 {
				return t, false
			}
			nanos, _ = strconv.Atoi((digits + "000000000")[:9])
			c = cursor(rest)
		}
	}
	c.blanks()
	if late == 0 {
		late = c.half()
	}
	switch { // 下午14:05 says it twice
	case late == 'p' && hour > 0 && hour < 12:
		hour += 12
	case late == 'a' && hour == 12:
		hour = 0
	}
	return c.end(zone, year, month, day, hour, minute, second, nanos)
}

// A cursor is what is still to be read.
type cursor string

// number reads a number of so many digits.
func (c *cursor) number(least, most int) (n int, ok bool) {
	k := 0
	for k < most && k < len(*c) && (*c)[k] >= '0' && (*c)[k] <= '9' {
		n = n*10 + int((*c)[k]-'0')
		k++
	}
	if k < least {
		return 0, false
	}
	*c = (*c)[k:]
	return n, true
}

// one reads one of some signs; 0: none of them is next.
func (c *cursor) one(of string) rune {
	r, n := utf8.DecodeRuneInString(string(*c))
	if n == 0 || r == utf8.RuneError || !strings.ContainsRune(of, r) {
		return 0
	}
	*c = (*c)[n:]
	return r
}

func (c *cursor) blanks() bool {
	rest := strings.TrimLeftFunc(string(*c), unicode.IsSpace)
	found := len(rest) < len(*c)
	*c = cursor(rest)
	return found
}

// half reads which half of the day it is: a, p, or 0.
func (c *cursor) half() rune {
	for _, h := range [...]struct {
		word string
		is   rune
	}{{"上午", 'a'}, {"AM", 'a'}, {"下午", 'p'}, {"PM", 'p'}} {
		if n := len(h.word); len(*c) >= n && strings.EqualFold(string((*c)[:n]), h.word) {
			*c = (*c)[n:]
			return h.is
		}
	}
	return 0
}

// end reads the zone, and makes a time of it all if nothing follows.
func (c *cursor) end(zone *time.Location, year, month, day, hour, minute, second, nanos int) (t time.Time, ok bool) {
	c.blanks()
	switch sign := c.one("+-Zz"); sign {
	case 'Z', 'z':
		zone = time.UTC
	case '+', '-':
		h, hours := c.number(2, 2)
		colon := c.one(":") != 0
		m, minutes := c.number(2, 2)
		if !hours || colon && !minutes || h > 15 || m > 59 {
			return t, false
		}
		offset := h*3600 + m*60
		if sign == '-' {
			offset = -offset
		}
		zone = time.FixedZone("", offset)
	}
	if *c != "" || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return t, false
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone)
	return t, time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}
