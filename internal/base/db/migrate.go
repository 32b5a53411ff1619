package db

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
)

// Migrate brings the database to the newest of the numbered files in fsys.
// They are written for PostgreSQL; SQLite gets the same with its own types
// and STRICT tables. A file NAME.sqlite.sql or NAME.postgres.sql is for that
// engine alone. Several programs may call it at once.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS) error {
	return d.up(ctx, fsys, func(p *goose.Provider) error { _, err := p.Up(ctx); return err })
}

// MigrateTo brings the database up to one version and no further.
func (d *DB) MigrateTo(ctx context.Context, fsys fs.FS, version int64) error {
	return d.up(ctx, fsys, func(p *goose.Provider) error { _, err := p.UpTo(ctx, version); return err })
}

func (d *DB) up(ctx context.Context, fsys fs.FS, run func(*goose.Provider) error) error {
	p, err := d.migrations(fsys)
	if err != nil {
		return err
	}
	if err := d.Alone(ctx, func() error { return run(p) }); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Version gives the number of the last migration the database has, and of
// the last that fsys has.
func (d *DB) Version(ctx context.Context, fsys fs.FS) (have, newest int64, err error) {
	p, err := d.migrations(fsys)
	if err != nil {
		return 0, 0, err
	}
	return p.GetVersions(ctx)
}

func (d *DB) migrations(fsys fs.FS) (*goose.Provider, error) {
	files, err := d.dialect(fsys)
	if err != nil {
		return nil, err
	}
	if d.Engine == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, d.writer, files)
	}
	return goose.NewProvider(goose.DialectPostgres, d.writer, files)
}

var sqliteTypes = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`(?i)\bbigint\b`), "INTEGER"},
	{regexp.MustCompile(`(?i)\bboolean\b`), "INTEGER"},
	{regexp.MustCompile(`(?i)\bjsonb\b`), "TEXT"},
	{regexp.MustCompile(`(?i)\bbytea\b`), "BLOB"},
	{regexp.MustCompile(`(?i)\bdouble precision\b`), "REAL"},
	{regexp.MustCompile(`(?m)^\);`), ") STRICT;"},
}

func (d *DB) dialect(fsys fs.FS) (fs.FS, error) {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, err
	}
	out := fstest.MapFS{}
	for _, name := range names {
		base := strings.TrimSuffix(name, ".sql")
		if only := strings.TrimPrefix(path.Ext(base), "."); only != "" {
			if Engine(only) != d.Engine {
				continue
			}
			base = strings.TrimSuffix(base, "."+only)
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		if d.Engine == SQLite {
			for _, t := range sqliteTypes {
				text = t.from.ReplaceAll(text, []byte(t.to))
			}
		}
		out[base+".sql"] = &fstest.MapFile{Data: text}
	}
	return out, nil
}
