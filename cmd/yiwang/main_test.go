package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/db/dbtest"
)

// The test binary is the program itself when it is called as such.
func TestMain(m *testing.M) {
	if os.Getenv("YIWANG_TEST_AS_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// folder is a folder that goes with the test.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "yiwang-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// command is yiwang with arguments, in an empty folder.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "YIWANG_TEST_AS_PROGRAM=1")
	return cmd
}

// yiwang runs the program to its end.
func yiwang(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := command(t, dir, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// A city from nothing: a folder, people with links, and pages.
func TestFirstDay(t *testing.T) {
	dir := folder(t)
	liancheng, err := filepath.Abs("../../examples/liancheng")
	if err != nil {
		t.Fatal(err)
	}
	if out, errs, code := yiwang(t, dir, "serve", "--db", "file:city.db"); code == 0 || !strings.Contains(errs, "yiwang init") {
		t.Errorf("served without a city (%d): %s%s", code, out, errs)
	}
	for range 2 { // the same folder once more changes nothing
		if out, errs, code := yiwang(t, dir, "init", "--db", "file:city.db", "--city", liancheng); code != 0 {
			t.Fatalf("init: %s%s", out, errs)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "city.db.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info, err)
	}
	out, errs, code := yiwang(t, dir, "user", "add", "chen.mei", "--full-name", "陈梅", "--db", "file:city.db", "--role", "handler", "--unit", "um-facilities")
	if code != 0 || !strings.Contains(out, "/work/setup/") {
		t.Fatalf("user add: %d %s%s", code, out, errs)
	}
	if _, errs, code := yiwang(t, dir, "user", "add", "mou.ren", "--db", "file:city.db", "--role", "king", "--unit", "nowhere"); code == 0 || !strings.Contains(errs, "king") && !strings.Contains(errs, "role") {
		t.Errorf("a king of nowhere was added: %s", errs)
	}
	if out, _, _ := yiwang(t, dir, "user", "list", "--db", "file:city.db"); !strings.Contains(out, "chen.mei") {
		t.Errorf("user list: %s", out)
	}
	if out, errs, code := yiwang(t, dir, "doctor", "--db", "file:city.db"); code != 0 && !strings.Contains(out+errs, "yiwang") {
		t.Errorf("doctor: %d %s%s", code, out, errs)
	}
	if out, errs, code := yiwang(t, dir, "backup", "copy.zip", "--db", "file:city.db"); code != 0 {
		t.Errorf("backup: %s%s", out, errs)
	}
	if out, errs, code := yiwang(t, dir, "restore", "copy.zip", "--db", "file:other.db", "--key", "city.db.key"); code != 0 {
		t.Errorf("restore: %s%s", out, errs)
	}
	if out, _, _ := yiwang(t, dir, "user", "list", "--db", "file:other.db", "--key", "city.db.key"); !strings.Contains(out, "chen.mei") {
		t.Errorf("restored: %s", out)
	}
}

// A folder with mistakes is refused whole, and each is named.
func TestBadFolder(t *testing.T) {
	dir := folder(t)
	city := filepath.Join(dir, "city")
	if err := os.CopyFS(city, os.DirFS("../../examples/liancheng")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(city, "duties.csv")
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	body = bytes.Replace(body, []byte("um-facilities"), []byte("um-nobody"), 1)
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := yiwang(t, dir, "init", "--db", "file:city.db", "--city", "city")
	if code == 0 || !strings.Contains(errs, "duties.csv, row 2, column unit") || !strings.Contains(errs, "um-nobody") {
		t.Errorf("%d %s", code, errs)
	}
	if out, errs, code := yiwang(t, dir, "serve", "--db", "file:city.db"); code == 0 {
		t.Errorf("half a city is served: %s%s", out, errs)
	}
}

// Every setting has a default that works, and says where its value is from.
func TestConfig(t *testing.T) {
	dir := folder(t)
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), []byte(`{"limits.intake": 7, "addr": "127.0.0.1:9999"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("YIWANG_LIMITS_CODES", "3")
	out, errs, code := yiwang(t, dir, "config", "--config", "settings.json", "--workers", "2")
	if code != 0 {
		t.Fatal(errs)
	}
	for _, want := range [][]string{{"limits.intake", "7", "file"}, {"addr", "127.0.0.1:9999", "file"}, {"limits.codes", "3", "environment"}, {"workers", "2", "flag"}, {"db", "file:yiwang.db", "default"}} {
		found := false
		for line := range strings.Lines(out) {
			fields := strings.Fields(line)
			found = found || len(fields) > 2 && fields[0] == want[0] && fields[1] == want[1] && strings.Contains(line, want[2])
		}
		if !found {
			t.Errorf("no line with %v in\n%s", want, out)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), []byte(`{"limits.intak": 7}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := yiwang(t, dir, "config", "--config", "settings.json"); code == 0 || !strings.Contains(errs, "limits.intak") {
		t.Errorf("a setting that does not exist: %d %s", code, errs)
	}
}

// node is the program serving on a port of its own.
type node struct {
	cmd *exec.Cmd
	url string
}

func serve(t *testing.T, dir string, args ...string) *node {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	n := &node{cmd: command(t, dir, append(args, "--addr", addr, "--limits.intake", "0")...), url: "http://" + addr}
	var log bytes.Buffer
	n.cmd.Stderr = &log
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if res, err := http.Get(n.url + "/healthz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return n
			}
		}
		if time.Now().After(end) {
			t.Fatalf("not ready: %s", log.String())
		}
	}
}

// kill ends the program as a power cut does.
func (n *node) kill(t *testing.T) {
	t.Helper()
	if err := n.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = n.cmd.Wait() // it was killed
}

func (n *node) say(key, text string) (receipt string, err error) {
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequest(http.MethodPost, n.url+"/api/v1/requests", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("%d %s %w", res.StatusCode, answer, err)
	}
	var got struct{ Receipt string }
	err = json.Unmarshal(answer, &got)
	return got.Receipt, err
}

// TestKilled kills the program in the middle of work, round after round: what
// was acknowledged is there, has one case, and the same key gives the same
// receipt.
func TestKilled(t *testing.T) {
	liancheng, err := filepath.Abs("../../examples/liancheng")
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dir := folder(t)
			args := []string{"--db", "file:city.db"}
			if engine == "postgres" {
				if out, errs, code := yiwang(t, dir, "key", "city.key"); code != 0 {
					t.Fatal(out, errs)
				}
				args = []string{"--db", dbtest.PostgresURL(t, nil), "--key", "city.key"}
			}
			if out, errs, code := yiwang(t, dir, append([]string{"init", "--city", liancheng}, args...)...); code != 0 {
				t.Fatal(out, errs)
			}
			taken := map[string]string{} // key, receipt
			var mu sync.Mutex
			for round := range 4 {
				n := serve(t, dir, append([]string{"serve"}, args...)...)
				var all sync.WaitGroup
				stop := make(chan struct{})
				for who := range 8 {
					all.Go(func() {
						for i := 0; ; i++ {
							select {
							case <-stop:
								return
							default:
							}
							key := fmt.Sprintf("%d-%d-%d", round, who, i)
							receipt, err := n.say(key, "路灯坏了，第"+key+"次说")
							if err != nil {
								continue // killed: not acknowledged
							}
							mu.Lock()
							taken[key] = receipt
							mu.Unlock()
						}
					})
				}
				enough := func() bool {
					mu.Lock()
					defer mu.Unlock()
					return len(taken) >= 150*(round+1)
				}
				for end := time.Now().Add(20 * time.Second); !enough() && time.Now().Before(end); {
					time.Sleep(time.Millisecond)
				}
				n.kill(t)
				close(stop)
				all.Wait()
			}
			if len(taken) < 4*150 {
				t.Fatalf("only %d requests were taken: that says nothing", len(taken))
			}
			n := serve(t, dir, append([]string{"serve"}, args...)...)
			defer n.kill(t)
			for key, receipt := range taken {
				again, err := n.say(key, "路灯坏了，第"+key+"次说")
				if err != nil || again != receipt {
					t.Fatalf("%s had the receipt %s and has %s (%v)", key, receipt, again, err)
				}
			}
			n.settled(t)
			for key, receipt := range taken {
				res, err := http.Get(n.url + "/api/v1/requests/" + receipt)
				if err != nil {
					t.Fatal(err)
				}
				var got struct{ Matters []struct{ State string } }
				err = json.NewDecoder(res.Body).Decode(&got)
				_ = res.Body.Close()
				if err != nil || len(got.Matters) != 1 {
					t.Fatalf("%s (%s) has %d cases (%v)", key, receipt, len(got.Matters), err)
				}
			}
		})
	}
}

// settled waits until nothing is due.
func (n *node) settled(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		res, err := http.Get(n.url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Jobs struct{ Due, Failed int } }
		err = json.NewDecoder(res.Body).Decode(&got)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if got.Jobs.Due == 0 {
			if got.Jobs.Failed > 0 {
				t.Errorf("%d jobs failed", got.Jobs.Failed)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d jobs are still due", got.Jobs.Due)
		}
	}
}
