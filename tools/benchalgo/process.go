package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

//go:embed peers.py
var peers []byte

// A taken is what a process took.
type taken struct {
	cpu  time.Duration
	wall time.Duration
	out  []byte
}

// best runs a program on one core some times over, and gives the shortest
// times of each kind.
func best(ctx context.Context, name string, args ...string) (taken, error) {
	return timed(ctx, *rounds, name, args...)
}

func timed(ctx context.Context, times int, name string, args ...string) (taken, error) {
	var all taken
	for i := range times {
		cmd := exec.CommandContext(ctx, "taskset", append([]string{"-c", "0", name}, args...)...)
		cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1")
		var out, complaint bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &complaint
		since := time.Now()
		if err := cmd.Run(); err != nil {
			return all, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, complaint.String())
		}
		wall, cpu := time.Since(since), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
		if i == 0 {
			all = taken{cpu, wall, out.Bytes()}
		}
		all.cpu, all.wall = min(all.cpu, cpu), min(all.wall, wall)
	}
	return all, nil
}

// ours runs the program; where it prints JSON, into v.
func ours(ctx context.Context, v any, args ...string) (taken, error) {
	t, err := best(ctx, *binary, args...)
	if err == nil && v != nil {
		err = json.Unmarshal(t.out, v)
	}
	return t, err
}

// peer runs one of the peers.
func (b *bench) peer(ctx context.Context, v any, args ...string) error {
	script := filepath.Join(b.dir, "peers.py")
	if err := os.WriteFile(script, peers, 0o600); err != nil {
		return err
	}
	t, err := best(ctx, "/usr/bin/python3", append([]string{script}, args...)...)
	if err != nil {
		return err
	}
	return json.Unmarshal(t.out, v)
}

// spent is the processor time of this process so far.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// shortest is the least processor time that f takes here.
func shortest(f func() error) (time.Duration, error) {
	least := time.Duration(-1)
	for range *rounds {
		since := spent()
		if err := f(); err != nil {
			return 0, err
		}
		if d := spent() - since; least < 0 || d < least {
			least = d
		}
	}
	return least, nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
