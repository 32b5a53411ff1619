package pii_test

import (
	"testing"

	"yiwang/internal/algo/pii"
)

// However a number is written, it is the same number.
func TestFirstNumber(t *testing.T) {
	for contact, want := range map[string]string{
		"13900010002":                    "13900010002",
		" 139 0001 0002":                 "13900010002",
		"139-0001-0002":                  "13900010002",
		"+86 13900010002":                "13900010002",
		"008613900010002":                "13900010002",
		"１３９０００１０００２":                    "13900010002",
		"王女士 139 0001 0002，晚上八点后":        "13900010002",
		"王女士，电话：＋86 139－0001－0002":       "13900010002",
		"13900010002 或 13800138000":      "13900010002",
		"0571-88881234":                  "057188881234",
		"办公室 0571-88881234 转 802":        "057188881234",
		"88881234":                       "88881234",
		"wang@example.com":               "",
		"":                               "",
		"莲湖大道18号3栋501":                   "",
		"110":                            "",
		"微信 wang_1990":                   "",
		"123456789012345678901234567890": "",
	} {
		if got := pii.FirstNumber(contact); got != want {
			t.Errorf("%q: %q, want %q", contact, got, want)
		}
	}
}
