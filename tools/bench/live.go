package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// asked is what people write while somebody, or something, listens.
var asked = []string{
	"我想问一下居住证怎么办理，要带什么材料", "湖滨路菜市场门口路面有个大坑，昨天有人摔倒了", "小区停水一整天了，什么时候来水",
	"楼下工地半夜还在施工，吵得睡不着", "老人满八十岁了，高龄津贴怎么申请", "How do I get a residence permit, and what do I bring?",
	"人民路的路灯连着三盏不亮，晚上很黑", "健身房办了卡，第二天就关门了，钱能退吗",
}

// live measures what happens while people write and look on: the hints at 20
// a second, and a board that 2,000 have open.
func (n *node) live(ctx context.Context, lifetime time.Duration) error {
	clerk, err := n.signIn("clerk")
	if err != nil {
		return err
	}
	for _, h := range []struct {
		name, path string
		who        *http.Client
	}{{"hints on the portal", "/requests/hints", client}, {"hints for the clerk", "/work/new/hints", clerk}} {
		if err := n.hints(h.name, h.path, h.who, lifetime); err != nil {
			return err
		}
	}
	leader, err := n.signIn("leader")
	if err != nil {
		return err
	}
	took, failed := load(lifetime, 5, func(int) error { _, err := get(leader, n.url+"/work/board"); return err })
	if failed > 0 {
		return fmt.Errorf("board: %d failed", failed)
	}
	figure("board page, 5/s", fmt.Sprintf("p50 %v, p99 %v", ms(quantile(took, 0.5)), ms(quantile(took, 0.99))), "≤ 50ms")
	if err := n.boardScript(leader); err != nil {
		return err
	}
	if err := n.photo(ctx); err != nil {
		return err
	}
	return n.streams(ctx, leader)
}

// boards is how many have the board open.
const boards = 2000

// streams opens the board's events that many times, says something new, and
// waits until all have heard of it.
func (n *node) streams(ctx context.Context, leader *http.Client) error {
	idle, _ := n.memory()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var open, heard, last atomic.Int64
	var begun atomic.Int64 // when something new was said, in nanoseconds
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	gate := make(chan struct{}, 100)
	for range boards {
		wg.Go(func() {
			gate <- struct{}{}
			res, err := openStream(ctx, leader, n.url+"/work/board/live?span=today")
			<-gate
			if err != nil {
				return
			}
			defer res.Body.Close() //nolint:errcheck // it was only read
			open.Add(1)
			defer open.Add(-1)
			told := false
			lines := bufio.NewScanner(res.Body)
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				since := begun.Load()
				if since == 0 || told || !strings.HasPrefix(lines.Text(), "event:") {
					continue
				}
				told = true
				last.Store(time.Now().UnixNano() - since)
				heard.Add(1)
			}
		})
	}
	for end := time.Now().Add(30 * time.Second); open.Load() < boards; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("%d of %d boards opened", open.Load(), boards)
		}
	}
	time.Sleep(2 * time.Second)
	now, _ := n.memory()
	begun.Store(time.Now().UnixNano()) // so the time has its submission and reading in it
	if _, err := n.receipt(); err != nil {
		return err
	}
	for end := time.Now().Add(10 * time.Second); heard.Load() < boards && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	figure(fmt.Sprintf("%d open boards, memory above idle", boards), fmt.Sprintf("%.0f MB", now-idle), "≤ 60 MB")
	figure("a change, until all of them have heard", fmt.Sprintf("%.2fs (%d heard)", time.Duration(last.Load()).Seconds(), heard.Load()), "≤ 1s")
	if heard.Load() < boards {
		return fmt.Errorf("%d of %d heard", heard.Load(), boards)
	}
	return nil
}

func openStream(ctx context.Context, who *http.Client, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	patient := &http.Client{Jar: who.Jar, Transport: &http.Transport{MaxConnsPerHost: 0, DisableKeepAlives: true}}
	res, err := patient.Do(req)
	if err == nil && res.StatusCode != http.StatusOK {
		_ = res.Body.Close()
		err = errors.New(res.Status)
	}
	return res, err
}
