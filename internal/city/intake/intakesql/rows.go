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
	clerk, source, source_id, author, likes, same_as, by_person, sealed`

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
			&r.Address, &lat, &lon, &r.Clerk, &r.Source, &r.SourceID, &r.Author, &r.Likes, &r.SameAs, &r.ByPerson, &r.Sealed, &r.HasContact); err != nil {
			return nil, fmt.Errorf("read a request: %w", err)
		}
		r.At = db.Time(at).Time()
		if r.Sealed != "" {
			r.Text = ""
		}
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
	caller string
}

func (r row) values() []any {
	var lat, lon *float64
	if r.Point != nil {
		lat, lon = &r.Point.Lat, &r.Point.Lon
	}
	var caller *string // of contact data alone
	if r.sealed != nil {
		caller = &r.caller
	}
	return []any{
		string(r.ID), r.Seq, string(r.Receipt), int64(db.At(r.At)), r.Channel, r.Lang, r.Subject, r.Text, r.Kind,
		string(r.Category), string(r.Area), r.Address, lat, lon, r.Clerk, r.Source, r.SourceID, r.Author, r.Likes, r.SameAs, r.ByPerson, r.Sealed, r.sealed, caller,
	}
}

// insert keeps the rows that conflict with none and gives the ids of these.
func insert(ctx context.Context, tx *db.Tx, rows []row) (map[string]bool, error) {
	kept, err := insertMany(ctx, tx, "requests", "id", columns+", contact, caller", rows, row.values)
	if err != nil {
		return nil, fmt.Errorf("keep requests: %w", err)
	}
	return kept, nil
}

func addNotes(ctx context.Context, tx *db.Tx, list []intake.Note) error {
	kept, err := insertMany(ctx, tx, "notes", "id", "id, request, at, by_id, text", list, func(n intake.Note) []any {
		return []any{n.ID, string(n.Request), int64(db.At(n.At)), n.By, n.Text}
	})
	if err == nil && len(kept) < len(list) {
		err = intake.ErrTaken
	}
	if err != nil {
		return fmt.Errorf("keep notes: %w", err)
	}
	return nil
}

// insertMany inserts rows, leaves out those that conflict with what is there
// or with each other, and gives the values of the column key of those it
// kept. Key is the first of columns.
func insertMany[T any](ctx context.Context, tx *db.Tx, table, key, columns string, list []T, values func(T) []any) (map[string]bool, error) {
	kept := make(map[string]bool, len(list))
	if len(list) == 0 {
		return kept, nil
	}
	width := strings.Count(columns, ",") + 1
	if tx.Engine == db.SQLite {
		// To read a long statement takes SQLite longer than to run it, while
		// going to it once more costs nothing.
		one, err := tx.PrepareContext(ctx, insertText(table, columns, 1, width))
		if err != nil {
			return nil, err
		}
		defer one.Close() //nolint:errcheck // it ends with the transaction at the latest
		for _, v := range list {
			args := values(v)
			r, err := one.ExecContext(ctx, args...)
			if err != nil {
				return nil, err
			}
			if n, err := r.RowsAffected(); err != nil {
				return nil, err
			} else if n == 1 {
				kept[args[0].(string)] = true
			}
		}
		return kept, nil
	}
	for len(list) > 0 {
		// Powers of two, so that the server meets the same few texts again.
		n := maxBatch
		for n > len(list) {
			n /= 2
		}
		var args []any
		for _, v := range list[:n] {
			args = append(args, values(v)...)
		}
		list = list[n:]
		if err := returning(ctx, tx, insertText(table, columns, n, width)+" RETURNING "+key, args, kept); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func returning(ctx context.Context, tx *db.Tx, text string, args []any, kept map[string]bool) error {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return err
		}
		kept[key] = true
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
	b.WriteString(" ON CONFLICT DO NOTHING")
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
	_, _ = h.Write([]byte(id)) // a hash takes everything
	x := h.Sum64()
	first := intake.SeqAt(at)
	if try == 0 {
		return first | int64(x&1023)
	}
	x += try * 0x9e3779b97f4a7c15 // SplitMix64
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	const second = 1_000_000 << 10
	return first + int64((x^x>>31)%second)
}
