package text_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"yiwang/internal/algo/text"
)

// What is written in traditional signs is read as if in simplified ones, sign
// for sign; what simplified Chinese writes too stays.
func TestTraditional(t *testing.T) {
	for in, want := range map[string]string{
		"路燈壞了，請盡快維修": "路灯坏了,请尽快维修",
		"電動車樓道充電":    "电动车楼道充电",
		"著名的乾隆年間":    "著名的乾隆年间",
		"舉報噪音擾民 ABC": "举报噪音扰民 abc",
		"路灯坏了":       "路灯坏了",
	} {
		if got := text.Normalize(in); got != text.Normalize(want) {
			t.Errorf("%s is read as %s", in, got)
		}
		if got, want := string(text.Fold(in)), string(text.Fold(want)); got != want {
			t.Errorf("%s is folded to %s, want %s", in, got, want)
		}
		if n := len(text.Fold(in)); n != utf8.RuneCountInString(in) {
			t.Errorf("%s: %d signs are %d", in, utf8.RuneCountInString(in), n)
		}
	}
}

// Reading twice changes nothing, and each sign of the table is in its place.
func TestTraditionalTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		signs := rapid.SliceOf(rapid.Int32Range(0x4E00, 0x9FFF)).Draw(t, "signs")
		s := string(signs)
		once := text.Normalize(s)
		if text.Normalize(once) != once || utf8.RuneCountInString(once) != len(signs) {
			t.Fatalf("%q becomes %q", s, once)
		}
		if folded := text.Fold(s); !slices.Equal(folded, []rune(once)) {
			t.Fatalf("%q is folded to %q and normalised to %q", s, string(folded), once)
		}
	})
}
