// Command benchalgo measures the algorithms beside those of others on the same
// files and the same core: scikit-learn and fastText, as Debian packages them,
// in the same run; where a peer cannot be had as a package, the figure that was
// measured for it elsewhere stands beside ours and is marked so. It needs
// bin/yiwang (`make build`) and the folder YIWANG_DATA, and prints tables, which
// -out keeps.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

var (
	binary = flag.String("bin", "bin/yiwang", "the program")
	out    = flag.String("out", "", "the page to write, such as docs/benchmarks.md")
	only   = flag.String("only", "", "one part alone, such as \"diagnosis\"")
	rounds = flag.Int("rounds", 3, "how often each is run; the best counts")
)

func main() {
	flag.Parse()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "benchalgo:", err)
		os.Exit(1)
	}
}

// A bench is what the parts share.
type bench struct {
	data string // folder of real messages
	dir  string // for what is written on the way
	page strings.Builder
}

func run(ctx context.Context) error {
	b := &bench{data: os.Getenv("YIWANG_DATA")}
	if b.data == "" {
		return errors.New("YIWANG_DATA has to name the folder of real messages: YIWANG_DATA=FOLDER make bench-algo")
	}
	for _, need := range []string{"classify", "messages", "pairs", "fim", "hot"} {
		if _, err := os.Stat(filepath.Join(b.data, need)); err != nil {
			return fmt.Errorf("YIWANG_DATA is %s, which has no folder %s: %w", b.data, need, err)
		}
	}
	dir, err := os.MkdirTemp("", "yiwang-benchalgo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	b.dir = dir
	// What runs in this process has one core as well.
	runtime.GOMAXPROCS(1)
	b.line("# The algorithms beside others\n")
	b.line("Written by `make bench-algo` on %s: %s, one core (`taskset -c 0`, `OMP_NUM_THREADS=1`), %s, best of %d. Times are seconds of processor time, whole process with start and files"+
		" unless said otherwise, since other programs may share the machine. Peers are Debian's packages in the same run; *italic* figures were measured elsewhere, on a machine of the same kind.\n",
		time.Now().Format(time.DateOnly), cpu(), runtime.Version(), *rounds)
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"classification", b.classification},
		{"model", b.model},
		{"other labels", b.labels},
		{"pairs", b.pairs},
		{"topics", b.topics},
		{"stream", b.stream},
		{"patterns", b.patterns},
		{"summaries", b.summaries},
		{"near-duplicates", b.duplicates},
		{"personal data", b.personal},
		{"diagnosis", b.diagnosis},
	} {
		if *only != "" && *only != part.name {
			continue
		}
		fmt.Fprintln(os.Stderr, part.name)
		if err := part.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	fmt.Print(b.page.String())
	if *out != "" {
		return os.WriteFile(*out, []byte(b.page.String()), 0o644)
	}
	return nil
}

func (b *bench) line(format string, args ...any) { fmt.Fprintf(&b.page, format+"\n", args...) }

// table begins a table under a heading.
func (b *bench) table(heading string, columns ...string) {
	b.line("\n## %s\n", heading)
	b.row(columns...)
	b.row(strings.Split(strings.Repeat("---,", len(columns)-1)+"---", ",")...)
}

func (b *bench) row(cells ...string) { b.line("| %s |", strings.Join(cells, " | ")) }

func cpu() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return runtime.GOARCH
}
