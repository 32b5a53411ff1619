package web

import (
	"context"
	"strconv"

	"yiwang/internal/algo/rates"
)

// Percent gives a share of 1 with one decimal: 92.3 %.
func Percent(share float64) string { return strconv.FormatFloat(share*100, 'f', 1, 64) + " %" }

// Between gives an interval of shares: 91.8–92.7 %.
func Between(i rates.Interval) string {
	return strconv.FormatFloat(i.Low*100, 'f', 1, 64) + "–" + strconv.FormatFloat(i.High*100, 'f', 1, 64) + " %"
}

// RateOf says what a rate is of, and between what the true one lies: no rate
// stands without it.
func RateOf(ctx context.Context, count, of int) string {
	if of == 0 {
		return T(ctx, "rate.of", "Count", count, "Of", of)
	}
	return T(ctx, "rate.of_within", "N", Number(ctx, count), "Of", Number(ctx, of), "Within", Between(rates.Wilson(count, of)))
}
