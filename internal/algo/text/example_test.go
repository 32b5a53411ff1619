package text_test

import (
	"fmt"

	"yiwang/internal/algo/text"
)

func ExampleNormalize() {
	fmt.Println(text.Normalize("<p>Ａ３区　路灯\u200b坏了</p>"))
	// Output: a3区 路灯坏了
}

func ExampleIndexTerms() {
	fmt.Println(text.IndexTerms("A3区路灯坏了, live wire!"))
	// Output: a3 区路 路灯 灯坏 坏了 live wire
}

func ExampleQueryTerms() {
	fmt.Println(text.QueryTerms("路灯坏了 wire"))
	// Output: [[路灯 灯坏 坏了] [wire]]
}
