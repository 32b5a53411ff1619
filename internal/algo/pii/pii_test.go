package pii_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"yiwang/internal/algo/pii"
)

func ExampleFind() {
	text := "联系人：王小明，电话 138 1234 5678"
	for _, s := range pii.Find(text) {
		fmt.Println(s.Kind, s.Start, s.End, string([]rune(text)[s.Start:s.End]))
	}
	// Output:
	// name 4 7 王小明
	// phone 11 24 138 1234 5678
}

func ExampleMask() {
	text := "我叫欧阳娜娜，电话13800138000，身份证 11010519491231002X，住湖滨社区12幢3单元402。"
	fmt.Println(pii.Mask(text, pii.Find(text)))
	// Output: 我叫欧***，电话138******00，身份证 11****************，住湖滨社区**幢*单元***。
}

// found writes what is found in text as kind:text, with a blank between.
func found(text string) string {
	s := []rune(text)
	var got []string
	for _, span := range pii.Find(text) {
		got = append(got, string(span.Kind)+":"+string(s[span.Start:span.End]))
	}
	return strings.Join(got, " ")
}

func TestFind(t *testing.T) {
	for _, test := range []struct{ story, text, want string }{
		{"a mobile", "请打13912345678找我", "phone:13912345678"},
		{"in groups", "139 1234 5678", "phone:139 1234 5678"},
		{"digit by digit", "号码1 3 9 1 2 3 4 5 6 7 8", "phone:1 3 9 1 2 3 4 5 6 7 8"},
		{"full width", "１３９１２３４５６７８", "phone:１３９１２３４５６７８"},
		{"with the country", "+86 139-1234-5678 or call", "phone:+86 139-1234-5678"},
		{"the country in brackets", "(+86)139-1234-5678", "phone:(+86)139-1234-5678"},
		{"the country without its plus", "8613912345678", "phone:8613912345678"},
		{"with points", "call 139.1234.5678", "phone:139.1234.5678"},
		{"two, joined", "13912345678/13812345678", "phone:13912345678 phone:13812345678"},
		{"after a blank and an identity card", "11010519491231002X 13912345678", "resident_id:11010519491231002X phone:13912345678"},
		{"masked already", "手机139****5678", ""},
		{"a landline", "座机010-62345678", "phone:010-62345678"},
		{"in brackets, with an extension", "（0731）8855 1234转801", "phone:（0731）8855 1234转801"},
		{"a landline without its code", "电话84672210，编号84672211", "phone:84672210"},
		{"abroad", "tel +44 20 7946 0958", "phone:+44 20 7946 0958"},
		{"a firm's telephone", "打了4008001234和400-820-8820", "phone:4008001234 phone:400-820-8820"},
		{"service numbers", "打了12345、110和10086都没人管，95588也是", ""},
		{"an identity card", "身份证号11010519491231002x。", "resident_id:11010519491231002x"},
		{"in groups", "身份证110105-19491231-002X", "resident_id:110105-19491231-002X"},
		{"one of before 1999", "旧身份证430103560812123", "resident_id:430103560812123"},
		{"one with a wrong check character", "身份证号110105194912310021", ""},
		{"one of no region", "身份证号990105194912310021", ""},
		{"a card with a wrong digit", "工资卡6222020200112230 456没到账", ""},
		{"a real card", "卡号6222 0212 3456 7890 128", "bank_card:6222 0212 3456 7890 128"},
		{"a card's number as an order", "订单号6222021234567890128", ""},
		{"a firm", "统一社会信用代码91350100M000100Y43", "credit_code:91350100M000100Y43"},
		{"a plate", "车牌鄂A12345和鄂AD12345停在门口，还有京A·1234警", "plate:鄂A12345 plate:鄂AD12345 plate:京A·1234警"},
		{"other plates", "沪C6788Z、沪A12345D、粤Z·K123港、使224578", "plate:沪C6788Z plate:沪A12345D plate:粤Z·K123港 plate:使224578"},
		{"a licence of a web site", "京ICP备12345678号", ""},
		{"an address of e-mail", "write to li.wei+a@mail.example.cn.", "email:li.wei+a@mail.example.cn"},
		{"a passport", "My passport number is G12345678", "passport:G12345678"},
		{"passports of others", "韩国护照M12345678，型号M12345678", "passport:M12345678"},
		{"an order number", "订单20241112093000123456未发货，运单SF1234567890123", ""},
		{"a case number", "办件20261124-00017至今没有回复", ""},
		{"a date and a meter", "2024-11-12 电表读数00123456，缴费1380.50元", ""},
		{"a place and a computer", "112.938814,28.228209，192.168.10.254", ""},
		{"inside a longer number", "编号913912345678000", ""},
		{"an amount", "共13912345678元", ""},

		{"a label", "姓名:诸葛长青", "name:诸葛长青"},
		{"the writer", "我叫李强，我是王小明", "name:李强 name:王小明"},
		{"with a title", "感谢赵敏医生", "name:赵敏"},
		{"a title alone", "王女士、李先生和高主任", ""},
		{"somebody's family", "我母亲吴桂芳和儿子李浩然", "name:吴桂芳 name:李浩然"},
		{"in the middle", "昨天张建国把我打了", "name:张建国"},
		{"at the end", "此致敬礼！ 袁立新", "name:袁立新"},
		{"a name of two scripts", "申请人阿卜杜拉·买买提", "name:阿卜杜拉·买买提"},
		{"words that begin like names", "高速、安全、方便、马上、石油、江苏、于是、白天、关于", ""},
		{"streets and firms with names", "黄兴路、王府井百货、王家湾社区、张家界", ""},
		{"not said", "张某和李某某、张**", ""},
		{"in English", "My name is john smith. Mr. O'Brien, Li Wei and Emma Clark know", "name:john smith name:O'Brien name:Li Wei name:Emma Clark"},
		{"places in English", "Jing An District, King Street, New Year", ""},

		{"a room", "我住湖滨社区12幢3单元402，漏水", "address:湖滨社区12幢3单元402"},
		{"all of it", "北京市朝阳区建国路88号阳光花园3栋2单元501室停水", "address:北京市朝阳区建国路88号阳光花园3栋2单元501室"},
		{"with hyphens", "云栖谷小区6-2-1503的住户", "address:云栖谷小区6-2-1503"},
		{"in Chinese numerals", "滨江花园八幢一单元五〇二室", "address:滨江花园八幢一单元五〇二室"},
		{"in a village", "户籍地蕲春县漕河镇李家村五组18号", "address:蕲春县漕河镇李家村五组18号"},
		{"where somebody lives", "家住中山大道168号", "address:中山大道168号"},
		{"a road, an estate, a building", "人民路与五一路口，阳光花园，阳光花园3栋", ""},
		{"in front of a number", "建国路88号门口的井盖", ""},
		{"a flat's rooms and households", "三室一厅，小区1100户，10栋460户，地铁3号线", ""},
		{"in English", "I live at Flat 4B, 27 King Street, London.", "address:Flat 4B, 27 King Street, London"},
	} {
		t.Run(test.story, func(t *testing.T) {
			if got := found(test.text); got != test.want {
				t.Errorf("%q: %q, not %q", test.text, got, test.want)
			}
		})
	}
}

func TestMask(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"卡号6222 0212 3456 7890 128", "卡号**** **** **** ***0 128"},
		{"京A·12345，沪A12345D", "京A·*****，沪A******"},
		{"信用代码91350100M000100Y43", "信用代码91****************"},
		{"发到li.wei@mail.example.cn", "发到l*.***@mail.example.cn"},
		{"发到ｚｈａｎｇ＠１６３．ｃｏｍ", "发到ｚ****＠１６３．ｃｏｍ"},
		{"我住长沙市枫林三路588号A座1406室", "我住长沙市枫林*路***号*座****室"},
		{"Room 1203, Building 6, Jade Garden", "Room ****, Building *, Jade Garden"},
		{"护照G12345678", "护照G********"},
	} {
		if got := pii.Mask(test.text, pii.Find(test.text)); got != test.want {
			t.Errorf("%s: %s, not %s", test.text, got, test.want)
		}
	}
	// Spans of another text change nothing that is not there.
	if got := pii.Mask("短", []pii.Span{{Kind: pii.Phone, Start: 0, End: 9}, {Kind: pii.Name, Start: -1, End: 1}, {Kind: pii.Name, Start: 1, End: 1}}); got != "短" {
		t.Error(got)
	}
}

// A number with its check digits is found wherever it stands between words,
// however it is grouped; one digit changed, it is not.
func TestNumbersAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generator{newRand(rapid.Uint64().Draw(t, "seed"))}
		words := rapid.StringOfN(rapid.RuneFrom([]rune("路灯坏了请修一下，。谢谢\n ")), 0, 12, -1)
		before, after := words.Draw(t, "before"), words.Draw(t, "after")
		kind, value := pii.ResidentID, g.id()
		if rapid.Bool().Draw(t, "card") {
			kind, value = pii.BankCard, g.card()
			for len(value) == 18 { // one in some thousands is an identity number too
				value = g.card()
			}
		}
		at := utf8.RuneCountInString(before)
		want := pii.Span{Kind: kind, Start: at, End: at}
		written := g.written(value, 6, 8, 5)
		want.End += utf8.RuneCountInString(written)
		if !slices.Contains(pii.Find(before+written+after), want) {
			t.Fatalf("%s in %q is not found", kind, before+written+after)
		}
		if got := found(before + wrong(value) + after); strings.Contains(got, string(kind)) {
			t.Fatalf("%s found in %q", got, before+wrong(value)+after)
		}
	})
}

// Ten times the text takes about ten times as long, whatever is repeated.
func TestLinear(t *testing.T) {
	for _, unit := range []string{"1 ", "1-", "12号", "A1市", "张", "王小", "·阿里", "a.", "a@", "A, ", "Room 1, ", "12 Ab Cd Ef, ", "联系人", "路街区市", "0086", "(", "+", "一", "和平和", "3栋2单元", "京A"} {
		spent := func(n int) time.Duration {
			text := strings.Repeat(unit, n/len(unit))
			best := time.Hour
			for range 3 {
				since := time.Now()
				pii.Find(text)
				best = min(best, time.Since(since))
			}
			return best
		}
		small, large := spent(2_000), spent(20_000)
		if large > 60*small+300*time.Millisecond {
			t.Errorf("%q: %v, ten times of it %v", unit, small, large)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"13912345678", "a@b.cc 鄂A12345 11010519491231002X +86", "我叫欧阳娜娜，住湖滨社区12幢3单元402", "A 0AA",
		"My name is Li Wei, Room 5, No. 12 King Street", "阿依古丽·买买提", "6222 0212 3456 7890 128转801", "3-2-501附1号",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spans := pii.Find(text)
		end := 0
		for _, s := range spans {
			if s.Start < end || s.End <= s.Start || s.End > utf8.RuneCountInString(text) || !slices.Contains(pii.Kinds(), s.Kind) {
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
