package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"yiwang/examples"
	"yiwang/internal/city/calendar"
	"yiwang/internal/flow/setup"
)

// few is the size that a million is compared with.
const few = 10_000

// fillWithin is how long a million may take to fill.
var fillWithin = map[string]time.Duration{"sqlite": 15 * time.Minute, "postgres": 30 * time.Minute}

// million measures a district with few and one with *size requests on both
// engines: how long they take to fill, each page one after the other at a
// steady rate, memory, and a draft tried on the past.
func million(ctx context.Context, dir string, lifetime time.Duration) error {
	if err := deadlines(); err != nil {
		return err
	}
	for engine := range strings.SplitSeq(*engines, ",") {
		if fillWithin[engine] == 0 {
			return fmt.Errorf("an engine is sqlite or postgres, not %q", engine)
		}
		small, err := district(ctx, filepath.Join(dir, engine+"-few"), engine, few, lifetime)
		if err != nil {
			return fmt.Errorf("%s, %d requests: %w", engine, few, err)
		}
		large, err := district(ctx, filepath.Join(dir, engine+"-many"), engine, *size, lifetime)
		if err != nil {
			return fmt.Errorf("%s, %d requests: %w", engine, *size, err)
		}
		for i, p := range large {
			was := small[i]
			figure(fmt.Sprintf("%s: %s, %d/s", engine, p.name, *rate),
				fmt.Sprintf("p50 %v, p99 %v; %d: %v, %v; ×%.1f", ms(p.p50), ms(p.p99), few, ms(was.p50), ms(was.p99), float64(p.p99)/float64(max(was.p99, 1))),
				"p99 ≤ 200ms, ≤ ×2")
		}
	}
	return nil
}

// A measured page is how long it took.
type measured struct {
	name     string
	p50, p99 time.Duration
}

// district fills one, starts it anew, and measures it.
func district(ctx context.Context, dir, engine string, size int, lifetime time.Duration) ([]measured, error) {
	args := []string{"demo", "--dir", dir, "--size", strconv.Itoa(size)}
	if engine != "sqlite" { // that has a file of its own
		flags, stop, err := database(dir, engine)
		if err != nil {
			return nil, err
		}
		defer stop()
		args = append(args, flags...)
	}
	name := fmt.Sprintf("%s, %d requests: ", engine, size)
	since := time.Now()
	n, err := start(ctx, 2*fillWithin[engine], args...)
	if err != nil {
		return nil, err
	}
	took := time.Since(since)
	limit := ""
	if size >= 1_000_000 {
		limit = "≤ " + (fillWithin[engine] * time.Duration(size) / 1_000_000).String()
	}
	figure(name+"filled", fmt.Sprintf("%s (%.0f/s)", took.Round(time.Second), float64(size)/took.Seconds()), limit)
	if _, err := n.drain(ctx, 10*time.Minute); err != nil {
		n.stop()
		return nil, err
	}
	n.stop()
	if n, err = start(ctx, time.Minute, args...); err != nil {
		return nil, err
	}
	defer n.stop()
	if _, err := n.drain(ctx, time.Minute); err != nil {
		return nil, err
	}
	list, err := n.views(name, lifetime)
	if err != nil {
		return nil, err
	}
	now, high := n.memory()
	figure(name+"memory of the serving node", fmt.Sprintf("%.0f MB (at its highest %.0f)", now, high), "≤ 300 MB")
	return list, n.replay(name, size)
}

// views measures each page, first as whoever comes first sees it, then for as
// long as lifetime.
func (n *node) views(district string, lifetime time.Duration) (list []measured, err error) {
	who := map[string]*http.Client{"": client}
	for _, role := range []string{"handler", "dispatcher", "leader", "supervisor"} {
		if who[role], err = n.signIn(role); err != nil {
			return nil, err
		}
	}
	queue, err := get(who["dispatcher"], n.url+"/work/queue")
	if err != nil {
		return nil, err
	}
	cases := regexp.MustCompile(`/work/cases/[0-9A-Z-]+`).FindAllString(string(queue), -1)
	if len(cases) == 0 {
		return nil, errors.New("the queue has no case")
	}
	searches := []string{"路灯", "噪音", "停水", "公园 树", "社保", "居住证", "井盖", "垃圾"}
	always := func(path string) func(int) string { return func(int) string { return path } }
	for _, p := range []struct {
		name, role string
		path       func(i int) string
	}{
		{"inbox", "handler", always("/work/queue")},
		{"queue", "dispatcher", always("/work/queue")},
		{"case page", "dispatcher", func(i int) string { return cases[i%len(cases)] }},
		{"search in Chinese", "dispatcher", func(i int) string { return "/work/search?q=" + url.QueryEscape(searches[i%len(searches)]) }},
		{"public list", "", always("/public")},
		{"public figures", "", always("/figures")},
		{"board", "leader", always("/work/board")},
		{"overview", "leader", always("/work/overview")},
		{"rates", "leader", always("/work/rates")},
		{"trends", "leader", always("/work/trends")},
		{"patterns", "supervisor", always("/work/patterns")},
		{"topics", "leader", always("/work/topics")},
	} {
		since := time.Now()
		if _, err := get(who[p.role], n.url+p.path(0)); err != nil {
			return nil, err
		}
		if first := time.Since(since); first > 200*time.Millisecond {
			figure(district+p.name+", first view", ms(first), "≤ 200ms")
		}
		took, failed := load(lifetime, *rate, func(i int) error {
			_, err := get(who[p.role], n.url+p.path(i))
			return err
		})
		if failed > 0 {
			return nil, fmt.Errorf("%s: %d of %d failed", p.name, failed, len(took)+failed)
		}
		list = append(list, measured{p.name, quantile(took, 0.5), quantile(took, 0.99)})
	}
	return list, nil
}

var (
	seenField  = regexp.MustCompile(`name="seen" value="([^"]*)"`)
	rowOfTable = regexp.MustCompile(`/row\?key=([^"&]+)`)
	casesTried = regexp.MustCompile(`([\d,]+) 件办件`)
	percent    = regexp.MustCompile(`<progress max="100" value="(\d+)"`)
)

// replay drafts a shorter limit for one duty and tries that on as much of the
// last year as has some 100,000 cases.
func (n *node) replay(district string, size int) error {
	admin, err := n.signIn("administrator")
	if err != nil {
		return err
	}
	to := func(path string, form url.Values) (string, error) {
		res, err := admin.PostForm(n.url+path, form)
		if err != nil {
			return "", err
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
			return "", fmt.Errorf("%s: %s: %w", path, res.Status, err)
		}
		return res.Request.URL.Path, nil
	}
	find := func(path string, what *regexp.Regexp) (string, error) {
		page, err := get(admin, n.url+path)
		if err != nil {
			return "", err
		}
		m := what.FindSubmatch(page)
		if m == nil {
			return "", fmt.Errorf("%s has no %s", path, what)
		}
		return string(m[1]), nil
	}
	draft, err := to("/work/admin/drafts", url.Values{"name": {"限时缩短"}})
	if err != nil {
		return err
	}
	key, err := find(draft+"/tables/duties", rowOfTable)
	if err != nil {
		return err
	}
	row := draft + "/tables/duties/row?key=" + key
	seen, err := find(row, seenField)
	if err != nil {
		return err
	}
	if _, err := to(row, url.Values{"seen": {seen}, "resolve": {"2h"}}); err != nil {
		return err
	}
	if seen, err = find(draft, seenField); err != nil {
		return err
	}
	today := time.Now()
	days := min(max(110*1_000_000/size, 1), 365) // of a million, so many have 100,000 cases sent to units
	since := time.Now()
	span := url.Values{"seen": {seen}, "first": {today.AddDate(0, 0, -days).Format(time.DateOnly)}, "last": {today.AddDate(0, 0, -1).Format(time.DateOnly)}}
	if _, err := to(draft+"/replay", span); err != nil {
		return err
	}
	shown := map[string]bool{}
	for {
		page, err := get(admin, n.url+draft+"/replay")
		if err != nil {
			return err
		}
		if m := percent.FindSubmatch(page); m != nil {
			shown[string(m[1])] = true
			time.Sleep(50 * time.Millisecond)
			continue
		}
		took := time.Since(since)
		m := casesTried.FindSubmatch(page)
		if m == nil {
			return errors.New("the replay has no result")
		}
		count, err := strconv.Atoi(strings.ReplaceAll(string(m[1]), ",", ""))
		if err != nil {
			return err
		}
		each := time.Duration(float64(took) * 100_000 / float64(max(count, 1)))
		figure(district+"a draft tried on 100,000 cases", fmt.Sprintf("%.1fs (%d cases in %.1fs, %d steps shown)", each.Seconds(), count, took.Seconds(), len(shown)), "≤ 20s")
		return nil
	}
}

// deadlines computes a million, of limits of every kind, on one core.
func deadlines() error {
	folder, problems := setup.Read(examples.Liancheng())
	if folder == nil {
		return fmt.Errorf("the example city: %w", problems)
	}
	var limits []calendar.Limit
	for _, text := range []string{"2h", "24h", "4wh", "7d", "5wd", "15wd"} {
		l, err := calendar.ParseLimit(text)
		if err != nil {
			return err
		}
		limits = append(limits, l)
	}
	const many = 1_000_000
	begin := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	since := time.Now()
	for i := range many {
		folder.Calendar.Due(begin.Add(time.Duration(i)*30*time.Second), limits[i%len(limits)])
	}
	figure("a million deadlines, one after the other", ms(time.Since(since)), "≤ 1s")
	return nil
}
