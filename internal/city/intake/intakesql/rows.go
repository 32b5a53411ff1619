package intakesql

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/intake"
)

// maxBatch is how many rows one statement takes at most.
const maxBatch = 128

// columns are those of a request but its contact data, in the order of scan
// and of values.
const columns = `id, seq, receipt, at, channel, lang, subject, text, kind, category, area, address, lat, lon,
	clerk, source, source_id, author, likes`

// query gives the requests that a WHERE clause with what follows it names.
func query(ctx context.Context, q DBTX, where string, args ...any) ([]intake.Request, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+`, contact IS NOT NULL FROM requests `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []intake.Request
	for rows.Next() {
		var r intake.Request
		var at int64
		var lat, lon *float64
		if err := rows.Scan(&r.ID, &r.Seq, &r.Receipt, &at, &r.Channel, &r.Lang, &r.Subject, &r.Text, &r.Kind, &r.Category, &r.Area,
			&r.Address, &lat, &lon, &r.Clerk, &r.Source, &r.SourceID, &r.Author, &r.Likes, &r.HasContact); err != nil {
			return nil, fmt.Errorf("read a request: %w", err)
		}
		r.At = db.Time(at).Time()
		if lat != nil && lon != nil {
			r.Point = &intake.Point{Lat: *lat, Lon: *lon}
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// A row is a request as it is kept.
type row struct {
	intake.Request
	sealed []byte
}

func (r row) values() []any {
	var lat, lon *float64
	if r.Point != nil {
		lat, lon = &r.Point.Lat, &r.Point.Lon
	}
	return []any{
		string(r.ID), r.Seq, string(r.Receipt), int64(db.At(r.At)), r.Channel, r.Lang, r.Subject, r.Text, r.Kind,
		string(r.Category), string(r.Area), r.Address, lat, lon, r.Clerk, r.Source, r.SourceID, r.Author, r.Likes, r.sealed,
	}
}

// insert keeps the rows that conflict with none and gives the ids of these.
func insert(ctx context.Context, q DBTX, rows []row) (map[intake.ID]bool, error) {
	kept := make(map[intake.ID]bool, len(rows))
	err := insertMany(ctx, q, "requests", columns+", contact", rows, row.values, "id", func(id string) { kept[intake.ID(id)] = true })
	if err != nil {
		return nil, fmt.Errorf("keep requests: %w", err)
	}
	return kept, nil
}

func addNotes(ctx context.Context, q DBTX, list []intake.Note) error {
	return insertMany(ctx, q, "notes", "id, request, at, by_id, text", list, func(n intake.Note) []any {
		return []any{n.ID, string(n.Request), int64(db.At(n.At)), n.By, n.Text}
	}, "", nil)
}

// insertMany inserts many rows with few statements. Their lengths are powers
// of two, so that the database meets the same few texts again. With back,
// rows that conflict with others are left out and back is called with a
// column of each row that was kept.
func insertMany[T any](ctx context.Context, q DBTX, table, columns string, list []T, values func(T) []any, column string, back func(string)) error {
	for len(list) > 0 {
		n := maxBatch
		for n > len(list) {
			n /= 2
		}
		var args []any
		for _, v := range list[:n] {
			args = append(args, values(v)...)
		}
		text := insertText(table, columns, n, len(args)/n)
		list = list[n:]
		if back == nil {
			if _, err := q.ExecContext(ctx, text, args...); err != nil {
				return err
			}
			continue
		}
		if err := returning(ctx, q, text+" ON CONFLICT DO NOTHING RETURNING "+column, args, back); err != nil {
			return err
		}
	}
	return nil
}

func returning(ctx context.Context, q DBTX, text string, args []any, back func(string)) error {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return err
		}
		back(v)
	}
	return rows.Err()
}

func insertText(table, columns string, rows, width int) string {
	var b strings.Builder
	var args db.Args
	b.WriteString("INSERT INTO " + table + " (" + columns + ") VALUES ")
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(db.In(&args, make([]struct{}, width)))
	}
	return b.String()
}

// parts cuts a list into pieces that fit a statement.
func parts[T any](list []T) iter.Seq[[]T] { return slices.Chunk(list, maxBatch) }

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// seq gives the number of a request: the microseconds of its time and ten
// bits of its id. Where that is taken, try 1, 2, … give other places in the
// second that follows, since old files know no more than the day. So the
// numbers are unique, positive until 2255 and grow with time to the second.
func seq(at time.Time, id intake.ID, try uint64) int64 {
	h := fnv.New64a()
	h.Write([]byte(id)) //nolint:errcheck // a hash takes everything
	x := h.Sum64()
	first := at.UnixMicro() << 10
	if try == 0 {
		return first | int64(x&1023)
	}
	x += try * 0x9e3779b97f4a7c15 // SplitMix64
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	const second = 1_000_000 << 10
	return first + int64((x^x>>31)%second)
}
