package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"sync"
	"time"
)

// pages measures the pages of the demonstration district at a steady rate
// that does not wait for answers (open loop), and its memory.
func pages(ctx context.Context, dir string, lifetime time.Duration) error {
	since := time.Now()
	n, err := start(ctx, 3*time.Minute, "demo", "--dir", dir)
	if err != nil {
		return err
	}
	figure("demo, first start (filled)", time.Since(since).Round(100*time.Millisecond).String(), "≤ 30s")
	n.stop()
	since = time.Now()
	if n, err = start(ctx, time.Minute, "demo", "--dir", dir); err != nil {
		return err
	}
	defer n.stop()
	figure("demo, later start", time.Since(since).Round(10*time.Millisecond).String(), "≤ 3s")
	if _, err := n.drain(ctx, time.Minute); err != nil {
		return err
	}
	receipt, err := n.receipt()
	if err != nil {
		return err
	}
	staff, err := n.signIn("dispatcher")
	if err != nil {
		return err
	}
	queue, err := get(staff, n.url+"/work/queue")
	if err != nil {
		return err
	}
	found := regexp.MustCompile(`/work/cases/[0-9A-Z-]+`).FindAll(queue, 20)
	if len(found) == 0 {
		return errors.New("the queue has no case")
	}
	cases := make([]string, len(found))
	for i, f := range found {
		cases[i] = string(f)
	}
	searches := []string{"路灯", "噪音", "停水", "street light", "公园 树", "社保"}
	for _, p := range []struct {
		name string
		who  *http.Client
		path func(i int) string
	}{
		{"receipt page", client, func(int) string { return "/r/" + receipt }},
		{"queue", staff, func(int) string { return "/work/queue" }},
		{"case page", staff, func(i int) string { return cases[i%len(cases)] }},
		{"public list", client, func(int) string { return "/public" }},
		{"knowledge base, found", client, func(i int) string { return "/answers?q=" + url.QueryEscape(asked[i%len(asked)]) }},
		{"search", staff, func(i int) string { return "/work/search?q=" + url.QueryEscape(searches[i%len(searches)]) }},
	} {
		took, failed := load(lifetime, *rate, func(i int) error {
			_, err := get(p.who, n.url+p.path(i))
			return err
		})
		figure(fmt.Sprintf("%s, %d/s", p.name, *rate), fmt.Sprintf("p50 %v, p99 %v", ms(quantile(took, 0.5)), ms(quantile(took, 0.99))), "p99 ≤ 100ms")
		if failed > 0 {
			return fmt.Errorf("%s: %d of %d failed", p.name, failed, len(took)+failed)
		}
	}
	now, high := n.memory()
	figure("memory of the serving node with the district", fmt.Sprintf("%.0f MB (at its highest %.0f)", now, high), "≤ 150 MB")
	if err := n.weight(); err != nil {
		return err
	}
	return n.live(ctx, lifetime)
}

// load asks perSecond times a second, whether or not earlier answers came.
// The time counts from when it should have been asked.
func load(lifetime time.Duration, perSecond int, ask func(i int) error) (took []time.Duration, failed int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	tick := time.Second / time.Duration(perSecond)
	begin := time.Now()
	for i := 0; time.Duration(i)*tick < lifetime; i++ {
		at := begin.Add(time.Duration(i) * tick)
		time.Sleep(time.Until(at))
		wg.Go(func() {
			err := ask(i)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
				return
			}
			took = append(took, time.Since(at))
		})
	}
	wg.Wait()
	return took, failed
}

func get(who *http.Client, address string) ([]byte, error) {
	res, err := who.Get(address)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, res.Status)
	}
	return body, nil
}

// receipt submits a request and gives its receipt.
func (n *node) receipt() (string, error) {
	res, err := client.Post(n.url+"/api/v1/requests", "application/json", bytes.NewBufferString(`{"text":"人民路的路灯不亮了"}`))
	if err != nil {
		return "", err
	}
	var body struct {
		Receipt string `json:"receipt"`
	}
	err = json.NewDecoder(res.Body).Decode(&body)
	return body.Receipt, errors.Join(err, res.Body.Close())
}

// signIn uses the demonstration's button for a role.
func (n *node) signIn(role string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	who := &http.Client{Jar: jar, Transport: client.Transport, Timeout: client.Timeout}
	res, err := who.PostForm(n.url+"/demo/sign-in", url.Values{"role": {role}})
	if err != nil {
		return nil, err
	}
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("sign in as %s: %s", role, res.Status)
	}
	return who, nil
}

// weight adds up what a first visit to pages of the portal loads, compressed.
func (n *node) weight() error {
	for _, path := range []string{"/", "/requests/new", "/public", "/answers", "/figures"} {
		page, err := get(client, n.url+path)
		if err != nil {
			return err
		}
		total, err := n.loads(client, page, `(?:src|href)="(/assets/[^"]+)"`)
		if err != nil {
			return err
		}
		figure("portal "+path+", first view compressed", fmt.Sprintf("%.1f kB", float64(packed(page)+total)/1000), "≤ 60 kB")
	}
	return nil
}

// boardScript is what of scripts the leader's board loads, compressed.
func (n *node) boardScript(leader *http.Client) error {
	page, err := get(leader, n.url+"/work/board")
	if err != nil {
		return err
	}
	total, err := n.loads(leader, page, `="(/assets/[^"]+\.js)"`)
	figure("board, its scripts compressed", fmt.Sprintf("%.0f kB", float64(total)/1000), "≤ 400 kB")
	return err
}

// loads adds up the files whose addresses a pattern finds in a page, compressed.
func (n *node) loads(who *http.Client, page []byte, pattern string) (total int, err error) {
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(page, -1) {
		if at := string(m[1]); !seen[at] {
			seen[at] = true
			body, err := get(who, n.url+at)
			if err != nil {
				return 0, err
			}
			total += packed(body)
		}
	}
	return total, nil
}

func packed(body []byte) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		panic(err) // a buffer takes everything
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Len()
}

func sizes() error {
	info, err := os.Stat(*binary)
	if err != nil {
		return err
	}
	figure("binary", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), "≤ 60 MB")
	return nil
}
