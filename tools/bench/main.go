// Command bench measures the whole program from outside, with the load
// generator on the same machine: durable intake on both databases beside the
// bare transaction of each, the index of near-duplicates (in this process), then
// pages of the demonstration district, memory and sizes; and, asked for by
// -only million, a district of a million requests beside one of ten thousand.
// It needs bin/yiwang (`make build`) and prints one line a figure.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"yiwang/internal/base/db/dbtest"
)

var (
	binary  = flag.String("bin", "bin/yiwang", "the program")
	seconds = flag.Int("seconds", 15, "how long each load lasts")
	clients = flag.Int("clients", 64, "clients that submit at once")
	rate    = flag.Int("rate", 50, "page requests a second (open loop)")
	only    = flag.String("only", "", "intake, near, pages, knowledge, sizes or million; all but the last if empty")

	size    = flag.Int("size", 1_000_000, "million: requests of the large district")
	engines = flag.String("engines", "sqlite,postgres", "million: on which databases")

	messages = flag.Int("messages", 1_000_000, "messages in the index of near-duplicates")
)

func main() {
	flag.Parse()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "yiwang-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	fmt.Printf("# %s, %d cores, %s, %s\n", cpu(), runtime.NumCPU(), runtime.Version(), time.Now().Format(time.DateOnly))
	lifetime := time.Duration(*seconds) * time.Second
	if *only == "" || *only == "intake" {
		for _, engine := range []string{"sqlite", "postgres"} {
			if err := intake(ctx, filepath.Join(dir, engine), engine, lifetime); err != nil {
				return fmt.Errorf("intake on %s: %w", engine, err)
			}
		}
	}
	if *only == "" || *only == "near" {
		for _, engine := range []string{"sqlite", "postgres"} {
			if err := nearby(ctx, dir, engine); err != nil {
				return fmt.Errorf("near-duplicates on %s: %w", engine, err)
			}
		}
	}
	if *only == "" || *only == "pages" {
		if err := pages(ctx, filepath.Join(dir, "demo"), lifetime); err != nil {
			return fmt.Errorf("pages: %w", err)
		}
	}
	if *only == "" || *only == "knowledge" {
		if err := knowledge(ctx, filepath.Join(dir, "knowledge"), lifetime); err != nil {
			return fmt.Errorf("knowledge base: %w", err)
		}
	}
	if *only == "million" {
		return million(ctx, dir, lifetime)
	}
	if *only == "" || *only == "sizes" {
		return sizes()
	}
	return nil
}

func figure(name, value, limit string) { fmt.Printf("%-58s %-34s %s\n", name, value, limit) }

func cpu() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return runtime.GOARCH
}

// A node is the program, running.
type node struct {
	cmd *exec.Cmd
	url string
}

// database makes a fresh database and returns its address and the flags that
// name it.
func database(dir, engine string) (flags []string, stop func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, err
	}
	if engine == "sqlite" {
		return []string{"--db", "file:" + filepath.Join(dir, "bench.db")}, func() {}, nil
	}
	url, stop, err := dbtest.DurableServer()
	if err != nil {
		return nil, nil, err
	}
	key := filepath.Join(dir, "key")
	if err := command("key", key); err != nil {
		stop()
		return nil, nil, err
	}
	return []string{"--db", url, "--key", key}, stop, nil
}

func command(args ...string) error {
	out, err := exec.Command(*binary, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("yiwang %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// start runs the program and waits until it is ready.
func start(ctx context.Context, within time.Duration, args ...string) (*node, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	n := &node{cmd: exec.Command(*binary, append(args, "--addr", addr)...), url: "http://" + addr}
	n.cmd.Env = append(os.Environ(), "YIWANG_LIMITS_INTAKE=0", "YIWANG_LIMITS_HINTS=0", "YIWANG_LIMITS_CODES=0")
	log, err := os.Create(filepath.Join(os.TempDir(), "yiwang-bench.log"))
	if err != nil {
		return nil, err
	}
	n.cmd.Stdout, n.cmd.Stderr = log, log
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if h, err := n.health(ctx); err == nil && h.State == "ready" {
			return n, nil
		}
	}
	n.stop()
	return nil, fmt.Errorf("not ready within %v; its log is %s", within, log.Name())
}

func (n *node) stop() {
	_ = n.cmd.Process.Signal(os.Interrupt)
	_ = n.cmd.Wait()
}

// memory gives the resident set now and at its highest, in MB.
func (n *node) memory() (now, highest float64) { return memory(n.cmd.Process.Pid) }

func memory(pid int) (now, highest float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			now = kb / 1024
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			highest = kb / 1024
		}
	}
	return now, highest
}
