// Command dev runs a program and, when a source file changes, builds it anew
// and starts it again:
//
//	dev BUILD [ARGUMENT…] -- PROGRAM [ARGUMENT…]
//
// It looks at the files twice a second; a build that fails leaves the
// running program as it is.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	i := slices.Index(os.Args, "--")
	if i < 2 || i+1 == len(os.Args) {
		fmt.Fprintln(os.Stderr, "usage: dev BUILD [ARGUMENT…] -- PROGRAM [ARGUMENT…]")
		os.Exit(2)
	}
	if err := watch(os.Args[1:i], os.Args[i+1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

func watch(build, program []string) error {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	var running *exec.Cmd
	var seen time.Time
	for {
		newest, err := changed()
		if err != nil {
			return err
		}
		if newest.After(seen) {
			if err := command(build).Run(); err != nil {
				fmt.Fprintln(os.Stderr, "dev: the build failed; waiting for a change")
			} else {
				stop(running)
				running = command(program)
				if err := running.Start(); err != nil {
					return err
				}
			}
			seen = newest
		}
		select {
		case <-interrupted:
			stop(running)
			return nil
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func command(words []string) *exec.Cmd {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

// stop asks the program to end and waits until it has.
func stop(cmd *exec.Cmd) {
	if cmd == nil {
		return
	}
	cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended by itself
	cmd.Wait()                          //nolint:errcheck // how it ends is no matter
}

// changed is when a source file was changed last. What the build writes is
// none.
func changed() (time.Time, error) {
	var last time.Time
	for _, top := range []string{"cmd", "internal", "web", "examples", "tools/web", "go.mod"} {
		err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // deleted while we look, or not there
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist" || d.Name() == "testdata"):
				return filepath.SkipDir
			case d.IsDir() || strings.HasPrefix(d.Name(), ".") || strings.HasSuffix(name, "~") || strings.HasSuffix(name, "_templ.go"):
				return nil
			}
			info, err := d.Info()
			if err == nil && info.ModTime().After(last) {
				last = info.ModTime()
			}
			return nil
		})
		if err != nil {
			return last, err
		}
	}
	return last, nil
}
