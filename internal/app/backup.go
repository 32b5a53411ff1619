package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"yiwang/internal/base/backup"
	"yiwang/internal/city/access"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/schema"
)

// Backup writes everything but the key to a new file and reads it back to be
// sure of it. Others go on working meanwhile.
func (a *App) Backup(ctx context.Context, path string) (m backup.Manifest, err error) {
	have, newest, err := schema.Version(ctx, a.DB)
	if err != nil {
		return m, err
	}
	if have != newest {
		return m, fmt.Errorf("the database has version %d, this program knows %d: back it up with the program that serves it", have, newest)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	if _, err := os.Stat(path); err == nil {
		return m, errors.Join(fmt.Errorf("%s is there already", path), f.Close())
	}
	_, err = backup.Write(ctx, a.DB, f, schema.Tables, have, a.Options.Now())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return m, err
	}
	if m, err = Verify(part); err != nil {
		return m, err
	}
	return m, os.Rename(part, path)
}

// Verify compares a backup with its own manifest.
func Verify(path string) (backup.Manifest, error) {
	f, size, err := openSized(path)
	if err != nil {
		return backup.Manifest{}, err
	}
	_, m, err := backup.Open(f, size)
	return m, errors.Join(err, f.Close())
}

func openSized(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// Restore fills an empty database from a backup. The key is not in it: the
// key file of the old database has to be there.
func Restore(ctx context.Context, o Options, path string, progress io.Writer) (m backup.Manifest, err error) {
	f, size, err := openSized(path)
	if err != nil {
		return m, err
	}
	defer f.Close() //nolint:errcheck // only read
	z, m, err := backup.Open(f, size)
	if err != nil {
		return m, err
	}
	if o.Key == "" {
		return m, errors.New("a backup has no key in it: name the key file of the old database with --key")
	}
	o.restoring = m.Schema
	a, err := Open(ctx, o)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, a.Close(ctx)) }()
	var rows int
	err = a.DB.Reader().QueryRowContext(ctx, `SELECT (SELECT count(*) FROM versions) + (SELECT count(*) FROM requests) + (SELECT count(*) FROM staff)`).Scan(&rows)
	if err != nil {
		return m, err
	}
	if rows > 0 {
		return m, errors.New("the database is not empty: a backup is restored into a new one")
	}
	fmt.Fprintf(progress, "The backup of %s is whole. Restoring…\n", m.At.Format("2006-01-02 15:04 MST"))
	if err := backup.Restore(ctx, a.DB, a.Queue, z, m, schema.Tables); err != nil {
		return m, err
	}
	if err := schema.Migrate(ctx, a.DB); err != nil {
		return m, err
	}
	fmt.Fprintln(progress, "Making the requests findable…")
	return m, a.reindex(ctx)
}

// reindex makes every request findable, a batch at a time.
func (a *App) reindex(ctx context.Context) error {
	after := ""
	for {
		rows, err := a.DB.Reader().QueryContext(ctx, `SELECT id FROM requests WHERE id > $1 ORDER BY id LIMIT 500`, after)
		if err != nil {
			return err
		}
		var batch []intake.ID
		for rows.Next() {
			if err := rows.Scan(&after); err != nil {
				return errors.Join(err, rows.Close())
			}
			batch = append(batch, intake.ID(after))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(batch) == 0 {
			return err
		}
		if err := a.Intake.Index(ctx, access.System(), batch); err != nil {
			return err
		}
	}
}
