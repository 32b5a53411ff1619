package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
)

type serveCmd struct{}

// Run serves until the context ends, then lets what is under way finish.
func (serveCmd) Run(ctx context.Context, s *config.Settings) error {
	a, err := app.Open(ctx, options(s))
	if err != nil {
		return err
	}
	defer stop(a)
	if err := a.Ready(ctx); err != nil {
		return err
	}
	h, err := a.Handler()
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	return listen(ctx, s.Addr, h, func(addr string) {
		fmt.Fprintf(os.Stderr, "Serving on http://%s\n", addr)
	})
}

// stop lets the program end its work, within a time.
func stop(a *app.App) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := a.Close(ctx); err != nil {
		a.Options.Log.Error("close", "error", err)
	}
}

// enough is the memory in bytes that a node makes do with: what it needs for a
// while, as when it looks for topics, is taken up again as soon as it is near
// that. GOMEMLIMIT names another.
const enough = 220 << 20

func keepSmall() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(enough)
	}
}

// listen serves h on addr until ctx ends; ready is called with the address.
func listen(ctx context.Context, addr string, h http.Handler, ready func(addr string)) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("%w: is another program serving there? --addr HOST:PORT names another", err)
	}
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	keepSmall()
	ready(l.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	err = server.Shutdown(grace)
	if e := <-failed; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

type workerCmd struct{}

// Run works on jobs until the context ends.
func (workerCmd) Run(ctx context.Context, s *config.Settings) error {
	a, err := app.Open(ctx, options(s))
	if err != nil {
		return err
	}
	defer stop(a)
	if err := a.Start(ctx); err != nil {
		return err
	}
	keepSmall()
	fmt.Fprintln(os.Stderr, "Working on jobs.")
	<-ctx.Done()
	return nil
}
