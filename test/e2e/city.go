package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Program is the file that the tests try; `make build` makes it.
const Program = "../../bin/yiwang"

// Size is how many requests the invented district has in a test: enough for
// every state and a queue of several pages.
const Size = "2000"

// City gives the address of an invented district that all tests of this
// process visit. They find their own requests by what they wrote.
func City(t testing.TB) string {
	t.Helper()
	site, err := city()
	if err != nil {
		t.Fatal(err)
	}
	return site
}

var city = sync.OnceValues(func() (string, error) { return demo("--size", Size) })

// guard runs a program ($2…) in a folder ($1) until standard input ends,
// which it does when the test process does, however it ends.
const guard = `dir=$1; shift
"$@" & program=$!
cat >/dev/null
kill -TERM $program; wait $program; rm -rf "$dir"`

// held keeps the pipes to running programs open.
var held []io.Closer

// demo starts the program's demo on a free port and waits until it is ready.
func demo(args ...string) (site string, err error) {
	addr, err := freeAddr()
	if err != nil {
		return "", err
	}
	return demoAt(addr, args...)
}

// demoAt starts it at an address that was free.
func demoAt(addr string, args ...string) (site string, err error) {
	program, err := filepath.Abs(Program)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("%w; run: make build", err)
	}
	dir, err := os.MkdirTemp("", "yiwang-e2e-")
	if err != nil {
		return "", err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", err
	}
	defer log.Close() //nolint:errcheck // the program has it now
	args = append([]string{program, "demo", "--limits.intake=0", "--limits.hints=0", "--addr", addr, "--dir", filepath.Join(dir, "demo")}, args...)
	cmd := exec.Command("/bin/sh", append([]string{"-c", guard, "sh", dir}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the keyboard is for the tests
	hold, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	held = append(held, hold)
	site = "http://" + addr
	if err := ready(site, 2*time.Minute); err != nil {
		text, _ := os.ReadFile(log.Name())
		return "", errors.Join(fmt.Errorf("yiwang demo: %w\n%s", err, text), hold.Close())
	}
	return site, nil
}

func ready(site string, patience time.Duration) error {
	client := http.Client{Timeout: 5 * time.Second}
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		answer, err := client.Get(site + "/healthz")
		if err == nil {
			if err := answer.Body.Close(); err != nil {
				return err
			}
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("/healthz answers %s", answer.Status)
		}
		if time.Now().After(end) {
			return fmt.Errorf("not ready after %v: %w", patience, err)
		}
	}
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // it was only asked for its number
	return l.Addr().String(), nil
}
