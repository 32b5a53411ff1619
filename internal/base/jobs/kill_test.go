package jobs_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/base/jobs"
)

// victim names the database that this program works on until it is killed.
const victim = "YIWANG_TEST_VICTIM"

func TestMain(m *testing.M) {
	if url := os.Getenv(victim); url != "" {
		fmt.Fprintln(os.Stderr, work(context.Background(), url))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// work takes a job and never ends it.
func work(ctx context.Context, url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	q, err := jobs.New(d, jobs.Options{Workers: 1, Poll: 10 * time.Millisecond, Log: slog.Default()})
	if err != nil {
		return err
	}
	jobs.Handle(q, func(context.Context, letter) error {
		fmt.Println("at work")
		select {}
	})
	if err := q.Start(ctx); err != nil {
		return err
	}
	select {}
}

// A program is killed in the middle of a job. The next to start takes it up,
// and leaves alone what another that lives is working on.
func TestKilledProgram(t *testing.T) {
	lite := "file:" + filepath.Join(t.TempDir(), "yiwang.db")
	for engine, url := range map[db.Engine]string{db.SQLite: lite, db.Postgres: dbtest.PostgresURL(t, nil)} {
		t.Run(string(engine), func(t *testing.T) {
			d, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			})
			if err := jobs.Migrate(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			add(t, d, queue(t, d), letter{"li"})
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), victim+"="+url)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "at work\n" {
				t.Fatalf("the program said %q, %v", line, err)
			}

			var p post
			if engine == db.Postgres {
				other := queue(t, d)
				jobs.Handle(other, p.send)
				start(t, other)
				time.Sleep(1500 * time.Millisecond) // it has looked twice
				if p.got("li") != 0 {
					t.Error("the job was taken from a program that lives")
				}
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // it was killed

			q := queue(t, d)
			jobs.Handle(q, p.send)
			start(t, q)
			if err := settle(t, q); err != nil {
				t.Fatal(err)
			}
			if p.got("li") != 1 {
				t.Errorf("sent %d times", p.got("li"))
			}
		})
	}
}
