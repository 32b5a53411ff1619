package dbtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Variable names a running server that tests are to use, such as
// "postgres://postgres@127.0.0.1:5432/postgres". Its user makes databases.
const Variable = "YIWANG_TEST_POSTGRES"

// shared is the server of this test process: the one that Variable names, or
// else its own.
var shared = sync.OnceValues(func() (string, error) {
	if url := os.Getenv(Variable); url != "" {
		return url, nil
	}
	url, _, err := Server()
	return url, err
})

// guard runs the server ($2…) in its folder ($1) until standard input ends,
// which it does when whoever holds the other end of the pipe closes it or
// dies, however it dies.
const guard = `dir=$1; shift
"$@" & server=$!
cat >/dev/null
kill -INT $server; wait $server; rm -rf "$dir"`

// Server starts a PostgreSQL on a free loopback port, as an unprivileged user
// and without fsync, and gives its address. It goes when stop is called, and
// at the latest when this process ends.
func Server() (url string, stop func(), err error) {
	return start("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum_naptime=10min", "jit=off")
}

// DurableServer is a Server as it comes, fsync and all, for measuring.
func DurableServer() (url string, stop func(), err error) { return start() }

func start(settings ...string) (url string, stop func(), err error) {
	bin, err := binaries()
	if err != nil {
		return "", nil, err
	}
	as, err := unprivileged()
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "yiwang-test-postgres-")
	if err != nil {
		return "", nil, err
	}
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return "", nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	data := filepath.Join(dir, "data")
	initdb := program(as, dir, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres",
		"--locale=C.UTF-8", "-E", "UTF8", "--auth=trust", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	// Between finding a free port and listening on it another may take it.
	for range 3 {
		url, stop, err = serve(as, dir, data, filepath.Join(bin, "postgres"), settings)
		if err == nil {
			return url, stop, nil
		}
	}
	return "", nil, errors.Join(err, os.RemoveAll(dir))
}

func serve(as *syscall.Credential, dir, data, postgres string, settings []string) (string, func(), error) {
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	log := filepath.Join(dir, "log")
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return "", nil, err
	}
	defer out.Close() //nolint:errcheck // the server has it now
	args := []string{"-c", guard, "sh", dir, postgres, "-D", data, "-p", port}
	settings = append([]string{
		"listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "dynamic_shared_memory_type=mmap",
	}, settings...)
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	cmd := program(as, dir, "/bin/sh", args...)
	cmd.Stdout, cmd.Stderr = out, out
	// Its own group: an interrupt from the keyboard must not end the guard
	// before the server.
	cmd.SysProcAttr.Setpgid = true
	hold, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, errors.Join(err, hold.Close())
	}
	stop := sync.OnceFunc(func() {
		hold.Close() //nolint:errcheck // a pipe of ours
		cmd.Wait()   //nolint:errcheck // the guard ends as its server did
	})
	url := "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable"
	if err := answers(url); err != nil {
		text, _ := readStart(log)
		stop()
		return "", nil, fmt.Errorf("start PostgreSQL: %w\n%s", err, text)
	}
	running = append(running, hold)
	return url, stop, nil
}

// running keeps the pipes of started servers reachable: a collected pipe is
// a closed one.
var running []io.Closer

func answers(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func program(as *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return cmd
}

// binaries finds the folder of PostgreSQL's programs, the newest if several.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("the tests need PostgreSQL's programs: apt-get install postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// unprivileged is whom the server runs as: PostgreSQL refuses to be root. nil
// is whoever runs the test.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // it was only asked for its number
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func readStart(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // read only
	b, err := io.ReadAll(io.LimitReader(f, 4000))
	return string(b), err
}
