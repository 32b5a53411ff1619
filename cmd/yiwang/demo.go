package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"yiwang/examples"
	"yiwang/internal/app"
	"yiwang/internal/base/config"
)

type demoCmd struct {
	Dir   string `type:"path" default:"yiwang-demo" placeholder:"FOLDER" help:"Where the demonstration is kept; it is filled the first time."`
	Size  int    `default:"42000" placeholder:"REQUESTS" help:"How many requests the district has made."`
	Seed  uint64 `default:"2026" help:"The same seed and --until make the same district."`
	Until string `placeholder:"DATE" help:"The day the story reaches, YYYY-MM-DD; now if left out."`
}

// staleAfter is how long the story of a demonstration may be over before whoever
// starts it is told.
const staleAfter = 7 * 24 * time.Hour

// Run fills the demonstration if it is not there yet, and serves it.
func (c demoCmd) Run(ctx context.Context, s *config.Settings) error {
	mark := app.DemoMark{Requests: c.Size, Seed: c.Seed, Until: time.Now().UTC().Truncate(time.Minute)}
	if c.Until != "" {
		day, err := time.Parse(time.DateOnly, c.Until)
		if err != nil {
			return errors.New("--until is a day such as 2026-11-24")
		}
		mark.Until = day.Add(8 * time.Hour) // in the afternoon, in China
	}
	if c.Size < 500 || c.Size > 5_000_000 {
		return errors.New("--size is between 500 and 5000000")
	}
	o := options(s)
	file := filepath.Join(c.Dir, "demo.db")
	own := s.DB == "file:yiwang.db" // no database was named
	if own {
		o.DB, o.Key = "file:"+file, file+".key"
		if err := c.fillFile(ctx, o, file, mark); err != nil {
			return err
		}
	}
	a, err := app.Open(ctx, o)
	if err != nil {
		return err
	}
	defer stop(a)
	was, filled, err := a.IsDemo(ctx)
	switch {
	case err != nil:
		return err
	case !filled:
		if err := fill(ctx, a, mark); err != nil {
			return err
		}
	case mark.Until.Sub(was.Until) > staleAfter:
		fmt.Fprintf(os.Stderr, "What happens in this demonstration ends on %s: what was open then is late by now. In an empty folder or database it begins anew.\n", was.Until.Format(time.DateOnly))
	}
	a.Options.Web.Demo = true
	h, err := a.Handler()
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	return listen(ctx, s.Addr, h, func(addr string) {
		fmt.Fprintf(os.Stderr, "\nLiancheng is open: http://%s\nTry another role:   http://%s/demo\nStop with Ctrl+C.\n", addr, addr)
	})
}

// fillFile fills a file of the demonstration's own. It gets its name when it
// is complete, so that one that was interrupted begins anew.
func (c demoCmd) fillFile(ctx context.Context, o app.Options, file string, mark app.DemoMark) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	part := file + ".part"
	for _, old := range []string{part, part + "-wal", part + "-shm", file + ".key"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	o.DB, o.Key = "file:"+part, ""
	a, err := app.Open(ctx, o)
	if err != nil {
		return err
	}
	err = errors.Join(fill(ctx, a, mark), a.Close(context.WithoutCancel(ctx)))
	if err != nil {
		return err
	}
	return errors.Join(os.Rename(part+".key", file+".key"), os.Rename(part, file))
}

func fill(ctx context.Context, a *app.App, mark app.DemoMark) error {
	since, shown := time.Now(), time.Time{}
	err := a.FillDemo(ctx, examples.Liancheng(), mark, func(done, total int) {
		if now := time.Now(); now.Sub(shown) > 200*time.Millisecond || done == total {
			shown = now
			bar := strings.Repeat("█", 30*done/max(total, 1))
			fmt.Fprintf(os.Stderr, "\rFilling Liancheng  %-30s %d of %d", bar, done, total)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "\nFilled in %.1f s.\n", time.Since(since).Seconds())
	return nil
}
