package classify_test

import (
	"bytes"
	"context"
	"fmt"

	"yiwang/internal/algo/classify"
)

func Example() {
	m, err := classify.Train(context.Background(), messages(400, 1), classify.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}
	if m, err = classify.Read(&file); err != nil {
		fmt.Println(err)
		return
	}
	p := m.Predict("水管漏水", "我们小区的水管漏水三天了，请尽快处理。")
	fmt.Println(p.Label, p.Prob > 0.9, p.Words)
	// Output: 供水 true [水管漏水]
}

func ExampleModel_Decide() {
	m, err := classify.Train(context.Background(), messages(400, 1), classify.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	// A person's reading costs a fifth of a mistake.
	costs := classify.Costs{Ask: 0.2}
	for _, text := range []string{"井盖不见了", "你们好，谢谢"} {
		if d := m.Decide(costs, "", text); d.Said != "" {
			fmt.Println(text, "→", d.Said)
		} else {
			fmt.Println(text, "→ a person reads it")
		}
	}
	// Output:
	// 井盖不见了 → 道路
	// 你们好，谢谢 → a person reads it
}

func ExampleScore() {
	r, err := classify.Score([]classify.Outcome{
		{Is: "供水", Said: "供水", Prob: 0.9},
		{Is: "道路", Said: "供水", Prob: 0.6},
	})
	fmt.Println(r.N, r.Accuracy, r.CoverageAt98, err)
	// Output: 2 0.5 0.5 <nil>
}
