package web

import "context"

// DayEnds are where the bars of the waiting times end, in hours: within a day,
// two, three, five, seven, ten, fifteen, thirty, and longer.
var DayEnds = []int{25, 49, 73, 121, 169, 241, 361, 721}

// DayBin names a bar of them.
func DayBin(ctx context.Context, i int) string {
	from := 0
	if i > 0 {
		from = (DayEnds[i-1] - 1) / 24
	}
	if i == len(DayEnds) {
		return T(ctx, "rates.days_more", "From", from)
	}
	return T(ctx, "rates.days_to", "From", from, "To", (DayEnds[i]-1)/24)
}
