package casesql

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// What is kept as text and read again, day after day, is the sum.
func TestSheets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sum, read := sheet{}, sheet{}
		for range rapid.IntRange(0, 4).Draw(t, "days") {
			day := sheet{}
			for range rapid.IntRange(0, 6).Draw(t, "names") {
				fields := rapid.SliceOfN(rapid.SampledFrom([]string{"", "roads", "路灯", "a b", "js-01"}), 2, 2).Draw(t, "fields")
				numbers := rapid.SliceOfN(rapid.IntRange(-3, 1000), 3, 3).Draw(t, "numbers")
				day.add(fields, numbers...)
				sum.add(fields, numbers...)
			}
			if err := read.addText(day.text()); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(read, sum) {
			t.Fatalf("%v is read as %v", sum, read)
		}
		n := 0
		sum.each(func(fields []string, numbers []int) {
			if n++; len(fields) != 2 || len(numbers) != 3 {
				t.Fatalf("%q %v", fields, numbers)
			}
		})
		if n != len(sum) {
			t.Fatalf("%d of %d names", n, len(sum))
		}
	})
}

func TestSheetThatIsNone(t *testing.T) {
	for _, text := range []string{"roads\tx\n", "roads\t1 \n", "roads\t\n"} {
		if err := (sheet{}).addText(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
