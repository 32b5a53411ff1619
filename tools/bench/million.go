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
// engines: how long they take to fill, each page at a steady rate, now of the
// one and now of the other, so that what else the machine does falls on both,
// memory, and a draft tried on the past.
func million(ctx context.Context, dir string, lifetime time.Duration) error {
	if err := deadlines(); err != nil {
		return err
	}
	for engine := range strings.SplitSeq(*engines, ",") {
		if fillWithin[engine] == 0 {
			return fmt.Errorf("an engine is sqlite or postgres, not %q", engine)
		}
		if err := beside(ctx, filepath.Join(dir, engine), engine, lifetime); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

func beside(ctx context.Context, dir, engine string, lifetime time.Duration) error {
	small, err := district(ctx, dir+"-few", engine, few)
	if err != nil {
		return fmt.Errorf("%d requests: %w", few, err)
	}
	defer small.stop()
	large, err := district(ctx, dir+"-many", engine, *size)
	if err != nil {
		return fmt.Errorf("%d requests: %w", *size, err)
	}
	defer large.stop()
	if err := compare(engine, small, large, lifetime); err != nil {
		return err
	}
	for _, d := range []*filled{small, large} {
		now, high := d.memory()
		figure(d.name+"memory of the serving node", fmt.Sprintf("%.0f MB (at its highest %.0f)", now, high), "≤ 300 MB")
		if err := d.replay(d.name, d.size); err != nil {
			return err
		}
	}
	return nil
}

// A filled district, and whoever looks at it.
type filled struct {
	*node
	name  string
	size  int
	who   map[string]*http.Client
	cases []string // the addresses of those at the head of the queue
	done  func()
}

func (d *filled) stop() {
	d.node.stop()
	d.done()
}

// district fills one and starts it anew.
func district(ctx context.Context, dir, engine string, size int) (_ *filled, err error) {
	d := &filled{name: fmt.Sprintf("%s, %d requests: ", engine, size), size: size, done: func() {}}
	args := []string{"demo", "--dir", dir, "--size", strconv.Itoa(size)}
	if engine != "sqlite" { // that has a file of its own
		flags, stop, err := database(dir, engine)
		if err != nil {
			return nil, err
		}
		args, d.done = append(args, flags...), stop
	}
	defer func() {
		if err != nil {
			d.done()
		}
	}()
	since := time.Now()
	if d.node, err = start(ctx, 2*fillWithin[engine], args...); err != nil {
		return nil, err
	}
	took := time.Since(since)
	limit := ""
	if size >= 1_000_000 {
		limit = "≤ " + (fillWithin[engine] * time.Duration(size) / 1_000_000).String()
	}
	figure(d.name+"filled", fmt.Sprintf("%s (%.0f/s)", took.Round(time.Second), float64(size)/took.Seconds()), limit)
	_, err = d.drain(ctx, 10*time.Minute)
	d.node.stop()
	if err != nil {
		return nil, err
	}
	if d.node, err = start(ctx, time.Minute, args...); err != nil {
		return nil, err
	}
	if _, err = d.drain(ctx, time.Minute); err == nil {
		err = d.enter()
	}
	if err != nil {
		d.node.stop()
		return nil, err
	}
	return d, nil
}

// enter signs in whoever looks at the pages, and finds cases to look at.
func (d *filled) enter() (err error) {
	d.who = map[string]*http.Client{"": client}
	for _, role := range []string{"handler", "dispatcher", "leader", "supervisor"} {
		if d.who[role], err = d.signIn(role); err != nil {
			return err
		}
	}
	queue, err := get(d.who["dispatcher"], d.url+"/work/queue")
	if err != nil {
		return err
	}
	d.cases = regexp.MustCompile(`/work/cases/[0-9A-Z-]+`).FindAllString(string(queue), -1)
	if len(d.cases) == 0 {
		return errors.New("the queue has no case")
	}
	return nil
}

var searches = []string{"路灯", "噪音", "停水", "公园 树", "社保", "居住证", "井盖", "垃圾"}

// A view is a page as somebody sees it; path is that of the i-th look.
type view struct {
	name, role string
	path       func(d *filled, i int) string
}

func views() []view {
	at := func(path string) func(*filled, int) string { return func(*filled, int) string { return path } }
	return []view{
		{"inbox", "handler", at("/work/queue")},
		{"queue", "dispatcher", at("/work/queue")},
		{"case page", "dispatcher", func(d *filled, i int) string { return d.cases[i%len(d.cases)] }},
		{"search in Chinese", "dispatcher", func(_ *filled, i int) string {
			return "/work/search?q=" + url.QueryEscape(searches[i%len(searches)])
		}},
		{"public list", "", at("/public")},
		{"public figures", "", at("/figures")},
		{"board", "leader", at("/work/board")},
		{"overview", "leader", at("/work/overview")},
		{"rates", "leader", at("/work/rates")},
		{"trends", "leader", at("/work/trends")},
		{"patterns", "supervisor", at("/work/patterns")},
		{"topics", "leader", at("/work/topics")},
	}
}

// compare looks at each page of both districts for as long as lifetime, in
// turns, after each was looked at for a while; and once before all that, as
// whoever comes first sees it.
func compare(engine string, small, large *filled, lifetime time.Duration) error {
	const turns, warm = 5, time.Second
	for _, v := range views() {
		look := func(d *filled, lifetime time.Duration) ([]time.Duration, error) {
			took, failed := load(lifetime, *rate, func(i int) error {
				_, err := get(d.who[v.role], d.url+v.path(d, i))
				return err
			})
			if failed > 0 {
				return nil, fmt.Errorf("%s: %d of %d failed", v.name, failed, len(took)+failed)
			}
			return took, nil
		}
		took := map[*filled][]time.Duration{}
		for _, d := range []*filled{small, large} {
			since := time.Now()
			if _, err := get(d.who[v.role], d.url+v.path(d, 0)); err != nil {
				return err
			}
			if first := time.Since(since); first > 200*time.Millisecond {
				figure(d.name+v.name+", first view", ms(first), "≤ 200ms")
			}
			if _, err := look(d, warm); err != nil {
				return err
			}
		}
		for range turns {
			for _, d := range []*filled{small, large} {
				more, err := look(d, lifetime/turns)
				if err != nil {
					return err
				}
				took[d] = append(took[d], more...)
			}
		}
		at := func(d *filled, q float64) time.Duration { return max(quantile(took[d], q), 1) }
		ratio := func(q float64) float64 { return float64(at(large, q)) / float64(at(small, q)) }
		figure(fmt.Sprintf("%s: %s, %d/s", engine, v.name, *rate),
			fmt.Sprintf("p50 %v, p99 %v; %d: %v, %v; ×%.1f, ×%.1f", ms(at(large, 0.5)), ms(at(large, 0.99)), few, ms(at(small, 0.5)), ms(at(small, 0.99)), ratio(0.5), ratio(0.99)),
			"p99 ≤ 200ms, ≤ ×2")
	}
	return nil
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
