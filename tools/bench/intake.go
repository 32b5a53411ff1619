package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

var client = &http.Client{
	Transport:     &http.Transport{MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       30 * time.Second,
}

type health struct {
	State string `json:"state"`
	Jobs  struct {
		Due    int64 `json:"due"`
		Failed int64 `json:"failed"`
	} `json:"jobs"`
}

func (n *node) health(ctx context.Context) (h health, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, n.url+"/healthz", nil)
	if err != nil {
		return h, err
	}
	res, err := client.Do(req)
	if err != nil {
		return h, err
	}
	err = json.NewDecoder(res.Body).Decode(&h)
	return h, errors.Join(err, res.Body.Close())
}

var words = []string{
	"人民路和建设路路口的路灯三天不亮了，晚上走路很危险，请尽快派人来修。",
	"小区楼下的烧烤店每天营业到凌晨两点，油烟和噪音让人没法睡觉。",
	"There is a burst water pipe in front of the primary school and the road is flooded.",
	"请问新生儿落户需要带哪些材料，可以在网上办吗？",
	"单位已经拖欠工资两个月了，找老板总是推脱，希望有关部门帮帮我们。",
}

// intake measures durable submissions over HTTP, with workers running, and
// what a bare transaction of one row costs on the same disk.
func intake(ctx context.Context, dir, engine string, lifetime time.Duration) error {
	flags, stop, err := database(dir, engine)
	if err != nil {
		return err
	}
	defer stop()
	if err := command(append([]string{"init", "--city", "examples/liancheng"}, flags...)...); err != nil {
		return err
	}
	bare, err := bareRate(dir, engine, flags[1], 4*time.Second)
	if err != nil {
		return err
	}
	n, err := start(ctx, 20*time.Second, append([]string{"serve"}, flags...)...)
	if err != nil {
		return err
	}
	defer n.stop()
	took, failed := submit(n.url, lifetime)
	due := int64(0)
	if h, err := n.health(ctx); err == nil {
		due = h.Jobs.Due
	}
	drained, err := n.drain(ctx, 5*time.Minute)
	if err != nil {
		return err
	}
	perSecond := float64(len(took)) / lifetime.Seconds()
	aim := map[string]string{"sqlite": "≥ 1000/s, aim 1500", "postgres": "≥ 800/s, aim 1500"}[engine]
	figure("durable intake, "+engine+fmt.Sprintf(", %d clients", *clients), fmt.Sprintf("%.0f/s", perSecond), aim)
	figure("  ratio to a bare one-row durable transaction", fmt.Sprintf("%.2f (bare %.0f/s)", perSecond/bare, bare), "")
	figure("  p50, p99, longest", fmt.Sprintf("%v, %v, %v", ms(quantile(took, 0.5)), ms(quantile(took, 0.99)), ms(quantile(took, 1))), "p99 ≤ 100ms")
	figure("  refused or failed", fmt.Sprint(failed), "0")
	figure("  backlog worked off", fmt.Sprintf("%v (%d jobs were due)", drained.Round(100*time.Millisecond), due), "≤ 5m")
	_, high := n.memory()
	figure("  memory at its highest", fmt.Sprintf("%.0f MB", high), "")
	return nil
}

func submit(url string, lifetime time.Duration) (took []time.Duration, failed int64) {
	end := time.Now().Add(lifetime)
	var mu sync.Mutex
	var wg sync.WaitGroup
	var bad, number atomic.Int64
	for range *clients {
		wg.Go(func() {
			var mine []time.Duration
			for time.Now().Before(end) {
				i := number.Add(1)
				body, err := json.Marshal(map[string]any{"text": fmt.Sprintf("%s (%d)", words[i%int64(len(words))], i), "address": "人民路"})
				if err != nil {
					panic(err) // a map of strings has JSON
				}
				req, err := http.NewRequest(http.MethodPost, url+"/api/v1/requests", bytes.NewReader(body))
				if err != nil {
					panic(err)
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Idempotency-Key", fmt.Sprintf("bench-%d", i))
				since := time.Now()
				res, err := client.Do(req)
				if err != nil {
					bad.Add(1)
					continue
				}
				_, err = io.Copy(io.Discard, res.Body)
				if err = errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != http.StatusCreated {
					bad.Add(1)
					continue
				}
				mine = append(mine, time.Since(since))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	return took, bad.Load()
}

// drain waits until no job is due.
func (n *node) drain(ctx context.Context, within time.Duration) (time.Duration, error) {
	since := time.Now()
	for time.Since(since) < within {
		h, err := n.health(ctx)
		if err == nil && h.Jobs.Failed > 0 {
			return 0, fmt.Errorf("%d jobs failed", h.Jobs.Failed)
		}
		if err == nil && h.Jobs.Due == 0 {
			return time.Since(since), nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return 0, fmt.Errorf("the backlog was not worked off within %v", within)
}

// bareRate writes one row a transaction, durably, from as many connections
// as the engine can use: one on SQLite, as many as there are clients on
// PostgreSQL.
func bareRate(dir, engine, url string, lifetime time.Duration) (float64, error) {
	driver, source, writers := "pgx", url, *clients
	if engine == "sqlite" {
		driver, writers = "sqlite", 1
		source = "file:" + filepath.Join(dir, "bare.db") + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	}
	d, err := sql.Open(driver, source)
	if err != nil {
		return 0, err
	}
	defer d.Close() //nolint:errcheck // a measurement
	d.SetMaxOpenConns(writers)
	d.SetMaxIdleConns(writers)
	if _, err := d.Exec(`CREATE TABLE bare_rows (id BIGINT PRIMARY KEY, body TEXT NOT NULL)`); err != nil {
		return 0, err
	}
	var next, done atomic.Int64
	var wg sync.WaitGroup
	failed := make(chan error, writers)
	body := strings.Repeat("路灯不亮", 30)
	end := time.Now().Add(lifetime)
	for range writers {
		wg.Go(func() {
			for time.Now().Before(end) {
				tx, err := d.Begin()
				if err == nil {
					_, err = tx.Exec(`INSERT INTO bare_rows (id, body) VALUES ($1, $2)`, next.Add(1), body)
				}
				if err == nil {
					err = tx.Commit()
				}
				if err != nil {
					failed <- err
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
	}
	_, err = d.Exec(`DROP TABLE bare_rows`)
	return float64(done.Load()) / lifetime.Seconds(), err
}

func quantile(list []time.Duration, q float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[min(len(list)-1, int(q*float64(len(list))))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1fms", float64(d.Microseconds())/1000) }
