package diagnose_test

import (
	"context"
	"fmt"
	"time"

	"yiwang/internal/algo/diagnose"
)

// Ten orders of which two came back to the unit that had them before.
func ExampleDiagnose() {
	o := diagnose.NewOrders(diagnose.Time|diagnose.Unit, &spool{})
	begin := time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC)
	for i := range 10 {
		units := []string{"城管局"}
		if i%5 == 0 {
			units = []string{"城管局", "住建局", "城管局"}
		}
		for k, unit := range units {
			if err := o.Add(diagnose.Row{ID: fmt.Sprint(i), Unit: unit, Time: begin.AddDate(0, 0, k)}); err != nil {
				panic(err)
			}
		}
	}
	d, err := diagnose.Diagnose(context.Background(), o, diagnose.Options{Again: 30 * 24 * time.Hour, Late: 15 * 24 * time.Hour})
	if err != nil {
		panic(err)
	}
	f := d.Find("pingpong")
	fmt.Printf("%d of %d, %.2f to %.2f\n", f.Share.K, f.Share.N, f.Share.Lo, f.Share.Hi)
	_ = f.Rows(func(cells ...string) error { fmt.Println(cells[0], cells[1]); return nil })
	fmt.Println(d.Find("late").Missing)
	// Output:
	// 2 of 10, 0.06 to 0.51
	// 0 城管局 → 住建局 → 城管局
	// 5 城管局 → 住建局 → 城管局
	// [closed]
}
