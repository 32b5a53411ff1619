// Package dbtest gives tests a fresh database of each engine. PostgreSQL is
// started when the first test asks for it, as an unprivileged user, and goes
// when the test process does. What stands in the tables is the business of
// the function that prepares them; see package schematest for the rooms'.
package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yiwang/internal/base/db"
)

// Prepare makes the tables of a fresh database. It runs once in a test
// process for each engine, and what it left is copied for every test: so it
// is a function that stands in a package, not one made anew with other values
// caught in it. nil leaves the database empty.
type Prepare = func(ctx context.Context, d *db.DB) error

// Each runs f as subtests "sqlite" and "postgres", each on a fresh database.
func Each(t *testing.T, prepare Prepare, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run(string(db.SQLite), func(t *testing.T) { f(t, SQLite(t, prepare)) })
	t.Run(string(db.Postgres), func(t *testing.T) { f(t, Postgres(t, prepare)) })
}

// SQLite opens a fresh database in a folder of its own.
func SQLite(t testing.TB, prepare Prepare) *db.DB {
	t.Helper()
	template, err := sqliteTemplates.get(prepare, func() ([]byte, error) { return sqliteTemplate(prepare) })
	if err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: the name of a repeated subtest has a # in it.
	dir, err := os.MkdirTemp("", "yiwang-test-sqlite-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(dir, "yiwang.db")
	if template != nil {
		if err := os.WriteFile(path, template, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, "file:"+path)
}

// Postgres opens a fresh database on the test server.
func Postgres(t testing.TB, prepare Prepare) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t, prepare))
}

// PostgresURL makes a fresh database on the test server and gives its
// address, for tests of what opens databases itself. It goes with the test.
func PostgresURL(t testing.TB, prepare Prepare) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	template, err := postgresTemplates.get(prepare, func() (string, error) { return postgresTemplate(server, prepare) })
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + random()
	if err := create(context.Background(), server, name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := command(context.Background(), server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return at(server, name)
}

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// templates remembers what each Prepare made, by the address of its code.
type templates[T any] struct {
	mu   sync.Mutex
	made map[uintptr]func() (T, error)
}

var (
	sqliteTemplates   templates[[]byte]
	postgresTemplates templates[string]
)

func (m *templates[T]) get(prepare Prepare, build func() (T, error)) (T, error) {
	var none T
	if prepare == nil {
		return none, nil
	}
	key := reflect.ValueOf(prepare).Pointer()
	m.mu.Lock()
	once, ok := m.made[key]
	if !ok {
		if m.made == nil {
			m.made = map[uintptr]func() (T, error){}
		}
		once = sync.OnceValues(build)
		m.made[key] = once
	}
	m.mu.Unlock()
	return once()
}

// sqliteTemplate gives the content of a prepared file: a few hundred
// kilobytes, which no test process has to clean away.
func sqliteTemplate(prepare Prepare) (content []byte, err error) {
	dir, err := os.MkdirTemp("", "yiwang-test-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "template.db")
	if err := prepared(context.Background(), "file:"+path, prepare); err != nil {
		return nil, err
	}
	// The last connection to close has moved the write-ahead log into the file.
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil, errors.New("prepare left a connection open")
	}
	return os.ReadFile(path)
}

func postgresTemplate(server string, prepare Prepare) (string, error) {
	name := "template_" + random()
	if err := create(context.Background(), server, name, ""); err != nil {
		return "", err
	}
	return name, prepared(context.Background(), at(server, name), prepare)
}

func prepared(ctx context.Context, url string, prepare Prepare) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if err := errors.Join(prepare(ctx, d), d.Close()); err != nil {
		return fmt.Errorf("prepare a test database: %w", err)
	}
	return nil
}

// create makes a database. Text sorts by code point, as SQLite sorts it.
func create(ctx context.Context, server, name, template string) error {
	if template == "" {
		template = "template0"
	}
	// A closed connection's process takes a moment to leave the template.
	for wait := 5 * time.Millisecond; ; wait *= 2 {
		err := command(ctx, server, "CREATE DATABASE "+name+" TEMPLATE "+template+" ENCODING 'UTF8' LOCALE 'C.UTF-8'")
		busy, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || busy.Code != "55006" || wait > 3*time.Second {
			return err
		}
		time.Sleep(wait)
	}
}

func command(ctx context.Context, server, text string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("test server: %w", err)
	}
	_, err = conn.Exec(ctx, text)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}

// at is the address of a database on the server.
func at(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err) // it was connected to before
	}
	u.Path = "/" + name
	return u.String()
}

func random() string { return strings.ToLower(rand.Text()) }
