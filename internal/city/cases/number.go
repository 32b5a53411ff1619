package cases

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MaxOfDay is how many cases a day can have.
const MaxOfDay = 999_999

// DayOf is the part of a Seq that says the day something was opened on, in
// the city's time; the running number is added to it.
func DayOf(at time.Time, city *time.Location) int64 {
	y, m, d := at.In(city).Date()
	return (int64(y)*10_000 + int64(m)*100 + int64(d)) * (MaxOfDay + 1)
}

// NumberOf gives the number that people use for a Seq.
func NumberOf(seq int64) Number {
	return Number(fmt.Sprintf("%08d-%05d", seq/(MaxOfDay+1), seq%(MaxOfDay+1)))
}

// ParseNumber reads a number as people type it: 20261124-17, with any dash,
// with spaces, or with none when the zeros are there.
func ParseNumber(s string) (seq int64, ok bool) {
	digits := make([]rune, 0, 16)
	dash := -1
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, r)
		case r >= '０' && r <= '９':
			digits = append(digits, r-'０'+'0')
		case strings.ContainsRune("-－‐‑–—", r) && dash < 0:
			dash = len(digits)
		case r != ' ' && r != '　':
			return 0, false
		}
	}
	if dash < 0 && len(digits) >= 13 {
		dash = 8
	}
	if dash != 8 || len(digits) < 9 || len(digits) > 14 {
		return 0, false
	}
	day, err1 := strconv.ParseInt(string(digits[:8]), 10, 64)
	n, err2 := strconv.ParseInt(string(digits[8:]), 10, 64)
	return day*(MaxOfDay+1) + n, err1 == nil && err2 == nil
}
