package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/diagnose"
	"yiwang/internal/algo/diagnose/report"
)

type diagnoseCmd struct {
	Exports []string `arg:"" name:"export" type:"existingfile" help:"A hotline's orders, one a row or one event a row: CSV or XLSX, gz as it is, UTF-8 or GB18030. Several files are one export."`
	Map     string   `placeholder:"FIELD=COLUMN,…" help:"Which column has what: order, time, subject, text, unit, caller, category, closed, answer, verdict, event, due. What is not mapped is not judged; without it, usual headings are guessed, and said."`
	Out     string   `required:"" type:"path" placeholder:"FOLDER" help:"Where to write report.html and a CSV file for each finding: a new or empty folder, or one of a diagnosis before."`
	Again   int      `default:"30" placeholder:"DAYS" help:"How long the same matter counts as said again."`
	Late    int      `default:"15" placeholder:"DAYS" help:"What is late where the export has no due times, in calendar days."`
	Zone    string   `default:"Asia/Shanghai" placeholder:"NAME" help:"The time zone of the times."`
	Seed    uint64   `default:"1" help:"The same seed and data give the same report."`
}

const reportFile = "report.html"

var findingFiles = []string{"returns", "pingpong", "repeats", "paper_closures", "holes", "late", "answers", "topics", "auto"}

// Run reads the export twice over, its texts into a file in the folder, and
// writes what was found.
func (c diagnoseCmd) Run(ctx context.Context) error {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return fmt.Errorf("time zone %q is not known; one is Asia/Shanghai", c.Zone)
	}
	if c.Again < 1 || c.Late < 1 {
		return errors.New("--again and --late are days, at least 1")
	}
	since := time.Now()
	if err := mayWrite(c.Out); err != nil {
		return err
	}
	x := &exported{spec: c.Map, zone: zone}
	has, err := x.has(c.Exports)
	if err != nil {
		return err
	}
	// A million orders keep some 300 MB; collecting earlier than usual keeps
	// the rest below that again.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(720 << 20))
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return err
	}
	// Texts may be private: nobody else reads the file, and it has no name.
	spool, err := os.CreateTemp(c.Out, ".texts-*")
	if err != nil {
		return err
	}
	defer spool.Close() //nolint:errcheck // nothing of it is kept
	if err := os.Remove(spool.Name()); err != nil {
		return err
	}
	orders := diagnose.NewOrders(has, spool)
	rows, shown := 0, time.Now()
	for _, path := range c.Exports {
		err := x.each(ctx, path, func(r diagnose.Row) error {
			if rows++; rows%65536 == 0 && time.Since(shown) > 2*time.Second {
				shown = time.Now()
				fmt.Fprintf(os.Stderr, "%d rows read\n", rows)
			}
			return orders.Add(r)
		})
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "%d rows of %d orders read in %.1f s\n", rows, orders.Len(), time.Since(since).Seconds())
	d, err := diagnose.Diagnose(ctx, orders, diagnose.Options{
		Again: time.Duration(c.Again) * 24 * time.Hour, Late: time.Duration(c.Late) * 24 * time.Hour, Zone: zone, Seed: c.Seed, Unread: x.unread, Progress: progress(),
	})
	if errors.Is(err, diagnose.ErrNoOrders) {
		return errors.New("the export has headings and no orders, so there is nothing to report")
	}
	if err != nil {
		return err
	}
	if err := writeDiagnosis(c.Out, d, zone); err != nil {
		return err
	}
	for _, f := range d.Findings {
		if len(f.Missing) == 0 && len(f.Columns) > 0 {
			fmt.Printf("%-15s %8d of %d: %.1f %% (%.1f–%.1f)\n", f.Key, f.Share.K, f.Share.N, 100*f.Share.Value, 100*f.Share.Lo, 100*f.Share.Hi)
		} else if len(f.Missing) > 0 {
			fmt.Printf("%-15s not judged: no %v\n", f.Key, f.Missing)
		}
	}
	fmt.Fprintf(os.Stderr, "%s in %.1f s\n", filepath.Join(c.Out, reportFile), time.Since(since).Seconds())
	return nil
}

// progress says on stderr what is being done, every few seconds: at once where
// it is known how much there is.
func progress() func(stage string, done, all int) {
	const every = 5 * time.Second
	last, at := "", time.Now()
	return func(stage string, done, all int) {
		now := time.Now()
		if (all == 0 || stage == last) && now.Sub(at) <= every {
			return
		}
		last, at = stage, now
		if all > 0 {
			fmt.Fprintf(os.Stderr, "%s: %d of %d\n", stage, done, all)
		} else {
			fmt.Fprintf(os.Stderr, "%s: %d\n", stage, done)
		}
	}
}

// mayWrite refuses a folder that holds anything a diagnosis has not written.
func mayWrite(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	head, err := os.ReadFile(filepath.Join(dir, reportFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	ours := bytes.Contains(head[:min(len(head), 4096)], []byte(report.Mark))
	for _, f := range list {
		name := f.Name()
		key, table := strings.CutSuffix(name, ".csv")
		if known := name == reportFile || table && slices.Contains(findingFiles, key); !ours || !known {
			return fmt.Errorf("%s holds files that no diagnosis has written, such as %s: name a new or empty folder", dir, name)
		}
	}
	return nil
}

func writeDiagnosis(dir string, d *diagnose.Diagnosis, zone *time.Location) error {
	for _, key := range findingFiles {
		f := d.Find(key)
		err := whole(filepath.Join(dir, key+".csv"), func(w io.Writer) error {
			out := csv.NewWriter(w)
			err := out.Write(f.Columns)
			if err == nil && len(f.Missing) == 0 {
				err = f.Rows(func(cells ...string) error { return out.Write(cells) })
			}
			out.Flush()
			return errors.Join(err, out.Error())
		})
		if err != nil {
			return err
		}
	}
	return whole(filepath.Join(dir, reportFile), func(w io.Writer) error { return report.Write(w, d, zone) })
}
