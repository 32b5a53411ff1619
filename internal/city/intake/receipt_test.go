package intake_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/intake"
)

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// The check characters are a linear code over the integers modulo 1021. What
// they notice does not depend on the receipt, only on what changed, so that
// all cases can be tried.
func TestEveryWrongCharacterAndSwapIsNoticed(t *testing.T) {
	const prime = 1021
	weight := 1 // of the character in the number, from the last on
	for i := range 10 {
		for diff := -31; diff <= 31; diff++ {
			if diff != 0 && mod(diff*weight, prime) == 0 {
				t.Errorf("character %d from the right: a change by %d is not noticed", i, diff)
			}
			// Neighbours a and b with a-b = diff change the number by diff*(32w-w).
			if diff != 0 && i < 9 && mod(diff*31*weight, prime) == 0 {
				t.Errorf("characters %d and %d from the right: a swap is not noticed", i, i+1)
			}
			// The last random character and the first check character: the
			// number grows by diff, what is written as check by -32*diff.
			if diff != 0 && i == 0 && mod(diff+32*diff, prime) == 0 {
				t.Errorf("a swap across the check characters is not noticed")
			}
		}
		weight = weight * 32 % prime
	}
}

func mod(a, n int) int { return (a%n + n) % n }

// The same by trying, on receipts as they are made.
func TestWrongCharactersAndSwaps(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	list := []intake.Receipt{intake.SeededReceipt(0), intake.SeededReceipt(1<<50 - 1), intake.SeededReceipt(1020), intake.SeededReceipt(1021)}
	for range 200 {
		list = append(list, intake.NewReceipt(), intake.SeededReceipt(rng.Uint64()))
	}
	for _, r := range list {
		if got, err := intake.ParseReceipt(r.String()); err != nil || got != r {
			t.Fatalf("%s is read as %s, %v", r, got, err)
		}
		for i := range r {
			for _, c := range digits {
				wrong := string(r[:i]) + string(c) + string(r[i+1:])
				if _, err := intake.ParseReceipt(wrong); wrong != string(r) && err == nil {
					t.Fatalf("%s is taken for %s", wrong, r)
				}
			}
			if i == 0 || r[i] == r[i-1] {
				continue
			}
			wrong := string(r[:i-1]) + string(r[i]) + string(r[i-1]) + string(r[i+1:])
			if _, err := intake.ParseReceipt(wrong); err == nil {
				t.Fatalf("%s is taken for %s", wrong, r)
			}
		}
	}
}

func TestParseReceipt(t *testing.T) {
	r := intake.SeededReceipt(0x0123456789abcd)
	code := string(r)
	if code != "938NKRKAYDQZ" {
		t.Fatalf("the receipt of a seed has changed to %s: printed ones no longer fit", code)
	}
	if strings.ContainsAny(code, "ILOU") || r.String() != "938N-KRKA-YDQZ" {
		t.Errorf("shown as %s", r)
	}
	for _, typed := range []string{
		code, r.String(), strings.ToLower(code), " 938n krka ydqz\n", "９３８Ｎ－ＫＲＫＡ－ＹＤＱＺ", "９３８ｎ　ｋｒｋａ　ｙｄｑｚ",
		"938N—KRKA–YDQZ", "938N·KRKA.YDQZ", "\u200b938N\ufeff-KRKA-\u200fYDQZ", "9-3-8-N-K-R-K-A-Y-D-Q-Z",
	} {
		if got, err := intake.ParseReceipt(typed); err != nil || got != r {
			t.Errorf("%q is read as %q, %v", typed, got, err)
		}
	}
	zeros := intake.SeededReceipt(1 << 5)
	if got, err := intake.ParseReceipt(strings.NewReplacer("0", "o", "1", "l").Replace(string(zeros))); err != nil || got != zeros {
		t.Errorf("o for 0 and l for 1: %q, %v", got, err)
	}
	for _, typed := range []string{"", " ", "-", code[:11], code + "0", code + code, "93U8-KRKA-YDQZ", "你好", "\xff\xfe", "938N-KRKA-YDQ\x00"} {
		_, err := intake.ParseReceipt(typed)
		if e := errs.Of(err); e == nil || e.Key != "receipt.mistyped" || e.Field != "receipt" {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestReceiptsAreNotLogged(t *testing.T) {
	var log strings.Builder
	r := intake.NewReceipt()
	l := slog.New(slog.NewTextHandler(&log, nil))
	l.Info("x", "receipt", r, "request", intake.Request{ID: "1", Receipt: r, Text: "秘密"}, "contact", intake.Contact("139"))
	l.Info(fmt.Sprint(intake.Contact("139")))
	if s := log.String(); strings.Contains(s, string(r)) || strings.Contains(s, r.String()) || strings.Contains(s, "139") || strings.Contains(s, "秘密") {
		t.Errorf("logged: %s", s)
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("938N-KRKA-YDQZ")
	f.Add("９３８ｎ　ｋｒｋａ　ｙｄｑｚ")
	f.Add("\xff\u200b—")
	f.Fuzz(func(t *testing.T, typed string) {
		r, err := intake.ParseReceipt(typed)
		if err != nil {
			if !errs.Is(err, errs.Invalid) || r != "" {
				t.Fatalf("%q: %q, %v", typed, r, err)
			}
			return
		}
		again, err := intake.ParseReceipt(r.String())
		if err != nil || again != r || len(r) != 12 {
			t.Fatalf("%q is read as %q, which is read as %q, %v", typed, r, again, err)
		}
	})
}
