//go:build data

package diagnose_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yiwang/internal/algo/diagnose"
	"yiwang/internal/base/golden"
	"yiwang/internal/base/table"
)

// What real messages and answers give: kept as numbers, so that a change of a
// rule is seen.
func TestDataMessages(t *testing.T) {
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of real messages")
	}
	var b bytes.Buffer
	for _, c := range []struct {
		file, spec string
		has        diagnose.Field
	}{
		{"annex3_messages.csv.gz", "order=留言编号,time=留言时间,text=留言详情,caller=留言用户", diagnose.Time | diagnose.Text | diagnose.Caller},
		{
			"annex4_replies.csv.gz", "order=留言编号,time=留言时间,text=留言详情,caller=留言用户,answer=答复意见,closed=答复时间",
			diagnose.Time | diagnose.Text | diagnose.Caller | diagnose.Answer | diagnose.Closed,
		},
	} {
		f, err := table.Open(filepath.Join(dir, "messages", c.file))
		if err != nil {
			t.Fatal(err)
		}
		m, err := table.ParseMapping(c.spec, f.Header, []string{"order", "time", "text", "caller", "answer", "closed"})
		if err != nil {
			t.Fatal(err)
		}
		o := diagnose.NewOrders(c.has, &spool{})
		for {
			r, err := f.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				err = o.Add(diagnose.Row{
					ID: m.Get(r, "order"), Time: day(m.Get(r, "time")), Text: m.Get(r, "text"), Caller: m.Get(r, "caller"),
					Answer: m.Get(r, "answer"), Closed: day(m.Get(r, "closed")),
				})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		d, err := diagnose.Diagnose(context.Background(), o, options)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %d orders, %s to %s\n", c.file, d.Orders, d.From.UTC().Format(time.DateOnly), d.To.UTC().Format(time.DateOnly))
		for _, f := range d.Findings {
			if len(f.Missing) == 0 {
				fmt.Fprintf(&b, "  %-15s %5d of %5d\n", f.Key, f.Share.K, f.Share.N)
			}
		}
	}
	golden.Check(t, "messages.txt", b.Bytes())
}
