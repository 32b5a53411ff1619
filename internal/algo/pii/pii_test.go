package pii_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"yiwang/internal/algo/pii"
)

func ExampleMask() {
	text := "我的电话是13800138000，身份证 11010519491231002X。"
	fmt.Println(pii.Mask(text, pii.Find(text)))
	// Output: 我的电话是138******00，身份证 11****************。
}

func TestFind(t *testing.T) {
	for _, test := range []struct{ story, text, want string }{
		{"a mobile", "请打13912345678找我", "phone:13912345678"},
		{"in groups", "139 1234 5678", "phone:139 1234 5678"},
		{"full width", "１３９１２３４５６７８", "phone:１３９１２３４５６７８"},
		{"with the country", "+86 139-1234-5678 or call", "phone:+86 139-1234-5678"},
		{"a landline", "座机010-62345678", "phone:010-62345678"},
		{"an identity card", "身份证号11010519491231002x。", "resident_id:11010519491231002x"},
		{"one with a wrong check character", "身份证号110105194912310021", ""},
		{"a card", "工资卡6222020200112230 456没到账", ""},
		{"a real card", "卡号6222 0212 3456 7890 128", "bank_card:6222 0212 3456 7890 128"},
		{"a firm", "统一社会信用代码91350100M000100Y43", "credit_code:91350100M000100Y43"},
		{"a plate", "车牌鄂A12345和鄂AD12345停在门口，还有京A·1234警", "plate:鄂A12345 plate:鄂AD12345 plate:京A·1234警"},
		{"an address of e-mail", "write to li.wei+a@mail.example.cn.", "email:li.wei+a@mail.example.cn"},
		{"a passport", "My passport number is G12345678", "passport:G12345678"},
		{"an order number", "订单20241112093000123456未发货，运单SF1234567890123", ""},
		{"a case number", "办件20261124-00017至今没有回复", ""},
		{"a date and a meter", "2024-11-12 电表读数00123456，缴费1380.50元", ""},
		{"a hotline", "打了12345和4008001234都没人管", ""},
		{"inside a longer number", "编号913912345678000", ""},
	} {
		t.Run(test.story, func(t *testing.T) {
			s := []rune(test.text)
			var got []string
			for _, span := range pii.Find(test.text) {
				got = append(got, string(span.Kind)+":"+string(s[span.Start:span.End]))
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%q: %q, not %q", test.text, got, test.want)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	f.Add("13912345678")
	f.Add("a@b.cc 鄂A12345 11010519491231002X +86")
	f.Fuzz(func(t *testing.T, text string) {
		spans := pii.Find(text)
		end := 0
		for _, s := range spans {
			if s.Start < end || s.End <= s.Start || s.End > utf8.RuneCountInString(text) {
				t.Fatalf("%v in %q", spans, text)
			}
			end = s.End
		}
		masked := pii.Mask(text, spans)
		if utf8.RuneCountInString(masked) != utf8.RuneCountInString(text) {
			t.Fatalf("%q became %q", text, masked)
		}
		if len(spans) > 0 && slices.Equal([]rune(masked), []rune(text)) {
			t.Fatalf("%q is not masked", text)
		}
	})
}
