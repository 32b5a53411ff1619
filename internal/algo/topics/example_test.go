package topics_test

import (
	"context"
	"fmt"

	"yiwang/internal/algo/topics"
)

func ExampleFind() {
	found, err := topics.Find(context.Background(), []topics.Message{
		{ID: "1", Subject: "莲湖小区旁的搅拌站噪音扰民", Text: "搅拌站半夜施工，莲湖小区的居民睡不着。", Likes: 4},
		{ID: "2", Subject: "公交车等了四十分钟", Text: "12路公交车班次太少。"},
		{ID: "3", Subject: "投诉莲湖小区附近的搅拌站", Text: "灰尘大，噪音大，请搬走搅拌站。"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range found {
		fmt.Printf("%.0f %s %s %v\n", t.Heat.Value, t.Place, t.Title, t.Members)
	}
	// Output:
	// 4 莲湖小区 投诉莲湖小区附近的搅拌站 [0 2]
	// 1  公交车等了四十分钟 [1]
}
