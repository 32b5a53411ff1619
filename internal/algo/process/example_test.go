package process_test

import (
	"bytes"
	"fmt"
	"time"

	"yiwang/internal/algo/process"
)

func Example() {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := &process.Log{}
	for _, e := range []process.Event{
		{Case: "1", Activity: "派单", Time: at, Resource: "热线"},
		{Case: "1", Activity: "退单", Time: at.Add(3 * time.Hour), Resource: "城管局"},
		{Case: "1", Activity: "派单", Time: at.Add(4 * time.Hour), Resource: "热线"},
		{Case: "1", Activity: "答复", Time: at.Add(30 * time.Hour), Resource: "供水公司"},
		{Case: "2", Activity: "派单", Time: at, Resource: "热线"},
		{Case: "2", Activity: "答复", Time: at.Add(20 * time.Hour), Resource: "供水公司"},
	} {
		if err := l.Add(e); err != nil {
			fmt.Println(err)
			return
		}
	}
	r := process.Discover(l)
	for _, e := range r.Edges {
		fmt.Println(e.From, e.To, e.Count, process.English.Wait(e.Median), e.Return)
	}
	// Output:
	// 派单 答复 2 23 h false
	// 派单 退单 1 3 h false
	// 退单 派单 1 1 h true
}

func ExampleConform() {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := &process.Log{}
	for i, activity := range []string{"受理", "派单", "办结", "派单"} {
		if err := l.Add(process.Event{Case: "1", Activity: activity, Time: at.Add(time.Duration(i) * time.Hour)}); err != nil {
			fmt.Println(err)
			return
		}
	}
	c := process.Conform(l, process.Model{
		Starts: []string{"受理"}, Ends: []string{"办结"},
		Follows: map[string][]string{"受理": {"派单"}, "派单": {"办结"}},
	}, nil)
	fmt.Println(c.Fitness, c.Deviations[0].From, c.Deviations[0].To, c.Unfinished)
	// Output: 0.75 办结 派单 1
}

func ExampleSVG() {
	l := &process.Log{}
	if err := l.Add(process.Event{Case: "1", Activity: "受理", Time: time.Unix(0, 0)}); err != nil {
		fmt.Println(err)
		return
	}
	svg := process.SVG(process.Discover(l).Simplify(1), process.Drawing{Labels: process.Chinese, Title: "热线的流程", ID: "p1"})
	fmt.Println(bytes.Count(svg, []byte("<rect")), bytes.Contains(svg, []byte("style")))
	// Output: 3 false
}
