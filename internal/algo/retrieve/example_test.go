package retrieve_test

import (
	"fmt"

	"yiwang/internal/algo/retrieve"
)

func ExampleIndex_Find() {
	var x retrieve.Index
	x.Put(1, "带身份证和租房合同，到社区窗口申请。", "居住证怎么办理", "Residence permits")
	x.Put(2, "购房、租房和退休都可以提取。", "公积金可以提取吗", "Housing fund")
	for _, hit := range x.Find("我租的房，居住证在哪里办？", 1, nil) {
		fmt.Println(hit.ID)
	}
	// Output: 1
}
