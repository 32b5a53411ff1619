// Package backup writes the rows of a database into one file and reads them
// back, on either engine: a backup of SQLite can be restored on PostgreSQL
// and the other way round. docs/formats/backup.md describes the file. Which
// tables there are, and what has to be made anew after a restore, is the
// business of who calls it.
package backup

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/jobs"
)

// A Manifest says what a backup has in it.
type Manifest struct {
	Format int              `json:"format"` // of the file: 1
	Schema int64            `json:"schema"` // the version of the tables
	Engine db.Engine        `json:"engine"` // it was taken from
	At     time.Time        `json:"at"`
	Parts  map[string]*Part `json:"parts"` // by name in the file
}

// A Part is one file inside the backup.
type Part struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

const (
	format       = 1
	manifestName = "manifest.json"
	jobsName     = "jobs.jsonl"
)

func tableName(table string) string { return "tables/" + table + ".jsonl" }

// Write writes the tables as they are at one moment, while others go on
// writing, and the jobs that are not done.
func Write(ctx context.Context, d *db.DB, w io.Writer, tables []string, schema int64, now time.Time) (Manifest, error) {
	m := Manifest{Format: format, Schema: schema, Engine: d.Engine, At: now.UTC(), Parts: map[string]*Part{}}
	tx, err := d.Reader().BeginTx(ctx, &sql.TxOptions{Isolation: snapshot(d.Engine), ReadOnly: d.Engine == db.Postgres})
	if err != nil {
		return m, err
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	z := zip.NewWriter(w)
	for _, table := range tables {
		err := m.part(z, tableName(table), func(enc *json.Encoder) (int64, error) { return writeTable(ctx, tx, table, enc) })
		if err != nil {
			return m, fmt.Errorf("back up %s: %w", table, err)
		}
	}
	err = m.part(z, jobsName, func(enc *json.Encoder) (n int64, err error) {
		err = jobs.Pending(ctx, tx, d.Engine, func(r jobs.Raw) error {
			n++
			return enc.Encode(struct {
				Kind string          `json:"kind"`
				Args json.RawMessage `json:"args"`
			}{r.Name, r.Args})
		})
		return n, err
	})
	if err != nil {
		return m, fmt.Errorf("back up jobs: %w", err)
	}
	last, err := z.Create(manifestName)
	if err != nil {
		return m, err
	}
	enc := json.NewEncoder(last)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return m, err
	}
	return m, z.Close()
}

func snapshot(e db.Engine) sql.IsolationLevel {
	if e == db.Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault // a SQLite transaction reads one state from its first query on
}

func (m *Manifest) part(z *zip.Writer, name string, write func(*json.Encoder) (int64, error)) error {
	f, err := z.Create(name)
	if err != nil {
		return err
	}
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(f, sum), 64<<10)
	n, err := write(json.NewEncoder(out))
	if err = errors.Join(err, out.Flush()); err != nil {
		return err
	}
	m.Parts[name] = &Part{Rows: n, SHA256: hex.EncodeToString(sum.Sum(nil))}
	return nil
}

// writeTable writes a line with the names of the columns, then one a row.
// Bytes are {"b64": …}; everything else is JSON's own.
func writeTable(ctx context.Context, tx *sql.Tx, table string, enc *json.Encoder) (int64, error) {
	rows, err := tx.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	types, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	names := make([]string, len(types))
	binary := make([]bool, len(types))
	for i, t := range types {
		names[i] = t.Name()
		binary[i] = t.DatabaseTypeName() == "BYTEA" || t.DatabaseTypeName() == "BLOB"
	}
	if err := enc.Encode(names); err != nil {
		return 0, err
	}
	row, dest := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		dest[i] = &row[i]
	}
	var n int64
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return n, err
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok {
				if binary[i] {
					row[i] = map[string]string{"b64": base64.StdEncoding.EncodeToString(b)}
				} else {
					row[i] = string(b)
				}
			}
		}
		if err := enc.Encode(row); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// Open reads the manifest of a backup and compares every part with it. An
// error says what is broken; nothing is to be restored from such a file.
func Open(r io.ReaderAt, size int64) (*zip.Reader, Manifest, error) {
	var m Manifest
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, m, fmt.Errorf("not a backup, or cut off: %w", err)
	}
	f, err := z.Open(manifestName)
	if err != nil {
		return nil, m, errors.New("not a backup: it has no manifest")
	}
	err = json.NewDecoder(f).Decode(&m)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, m, fmt.Errorf("the manifest cannot be read: %w", err)
	}
	if m.Format != format {
		return nil, m, fmt.Errorf("the backup has format %d, this program reads %d: use a newer program", m.Format, format)
	}
	for name, p := range m.Parts {
		sum := sha256.New()
		if err := copyPart(z, name, sum); err != nil {
			return nil, m, err
		}
		if got := hex.EncodeToString(sum.Sum(nil)); got != p.SHA256 {
			return nil, m, fmt.Errorf("%s is not what was written: its sum is %s, not %s", name, got, p.SHA256)
		}
	}
	return z, m, nil
}

func copyPart(z *zip.Reader, name string, sum hash.Hash) error {
	f, err := z.Open(name)
	if err != nil {
		return fmt.Errorf("%s is missing: %w", name, err)
	}
	_, err = io.Copy(sum, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s cannot be read: %w", name, err)
	}
	return nil
}

// Restore fills the empty tables of d from a backup that Open has checked,
// and queues its jobs, all in one transaction.
func Restore(ctx context.Context, d *db.DB, q *jobs.Queue, z *zip.Reader, m Manifest, tables []string) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		for _, table := range tables {
			p, ok := m.Parts[tableName(table)]
			if !ok {
				continue // a table that is younger than the backup
			}
			n, err := restoreTable(ctx, tx, z, table)
			if err != nil {
				return fmt.Errorf("restore %s: %w", table, err)
			}
			if n != p.Rows {
				return fmt.Errorf("restore %s: %d rows of %d", table, n, p.Rows)
			}
		}
		return restoreJobs(ctx, tx, q, z)
	})
}

func restoreTable(ctx context.Context, tx *db.Tx, z *zip.Reader, table string) (n int64, err error) {
	f, err := z.Open(tableName(table))
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	dec := json.NewDecoder(bufio.NewReaderSize(f, 64<<10))
	dec.UseNumber()
	var names []string
	if err := dec.Decode(&names); err != nil {
		return 0, err
	}
	const most = 2000 // placeholders in one statement
	batch := max(1, most/len(names))
	var args db.Args
	var values []string
	flush := func() error {
		if len(values) == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES `+strings.Join(values, ", "), args.List...)
		args, values = db.Args{}, nil
		return err
	}
	kinds, err := booleans(ctx, tx, table, names)
	if err != nil {
		return 0, err
	}
	for dec.More() {
		var row []any
		if err := dec.Decode(&row); err != nil {
			return n, err
		}
		if len(row) != len(names) {
			return n, fmt.Errorf("row %d has %d values for %d columns", n+1, len(row), len(names))
		}
		marks := make([]string, len(row))
		for i, v := range row {
			if v, err = value(v, kinds[i]); err != nil {
				return n, fmt.Errorf("row %d, %s: %w", n+1, names[i], err)
			}
			marks[i] = args.Add(v)
		}
		values = append(values, "("+strings.Join(marks, ", ")+")")
		n++
		if len(values) == batch {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	return n, flush()
}

// booleans says which columns are true or false: SQLite gives those as 0 and 1.
func booleans(ctx context.Context, tx *db.Tx, table string, names []string) ([]bool, error) {
	is := make([]bool, len(names))
	if tx.Engine != db.Postgres {
		return is, nil
	}
	for i, name := range names {
		err := tx.QueryRowContext(ctx, `SELECT data_type = 'boolean' FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = $1 AND column_name = $2`, table, name).Scan(&is[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", name, err)
		}
	}
	return is, nil
}

func value(v any, boolean bool) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			if boolean {
				return i != 0, nil
			}
			return i, nil
		}
		return v.Float64()
	case map[string]any:
		text, ok := v["b64"].(string)
		if !ok {
			return nil, errors.New("neither a value nor bytes")
		}
		return base64.StdEncoding.DecodeString(text)
	}
	return v, nil
}

func restoreJobs(ctx context.Context, tx *db.Tx, q *jobs.Queue, z *zip.Reader) error {
	f, err := z.Open(jobsName)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	dec := json.NewDecoder(f)
	for dec.More() {
		var r struct {
			Kind string          `json:"kind"`
			Args json.RawMessage `json:"args"`
		}
		if err := dec.Decode(&r); err != nil {
			return fmt.Errorf("restore jobs: %w", err)
		}
		if err := q.Add(ctx, tx, jobs.Raw{Name: r.Kind, Args: r.Args}); err != nil {
			return err
		}
	}
	return nil
}
