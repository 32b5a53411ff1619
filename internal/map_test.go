// Package internal holds the floors of the house. Its only code is the test
// of who may import whom; ARCHITECTURE.md shows the same as a picture.
package internal

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "yiwang"

// floors of the house from the roof down. A package imports its own floor
// and those below, so that what stands below can be understood, tested and
// moved without what stands above.
var floors = []string{"cmd", "app", "front", "flow", "city", "algo", "base"}

// hall is the rooms that any room may walk through: who may do what, who
// answers for what, when, and by which law.
var hall = []string{"access", "org", "calendar", "law"}

// A rule says what one package may not import.
type rule struct {
	name string
	// why is shown to whoever breaks it.
	why string
	// breaks reports whether from, a package's path below the module, may
	// not import to, which is below the module if ours and else whole.
	breaks func(from, to string, ours bool) bool
}

var rules = []rule{
	{
		"imports go down", "what stands below must not know what is built on it",
		func(from, to string, ours bool) bool {
			return ours && floor(from) >= 0 && floor(to) >= 0 && floor(to) < floor(from)
		},
	},
	{
		"rooms are closed", "rooms meet in flow, or on a page: else each change in one is a change in all; the hall is open",
		func(from, to string, ours bool) bool {
			return ours && room(from) != "" && room(to) != "" && room(from) != room(to) && !slices.Contains(hall, room(to))
		},
	},
	{
		"SQL stays in the sql packages", "a room's rules are tested without a database, and no room reads another's tables",
		func(from, to string, ours bool) bool {
			return ours && room(from) != "" && to == "internal/base/db" && !keeps(from)
		},
	},
	{
		"a room's sql package is opened by app alone", "others go through the room's service, which asks who wants to know",
		func(from, to string, ours bool) bool {
			return ours && isSQL(to) && floor(from) != floor("internal/app") && room(from) != room(to)
		},
	},
	{
		"doors have no database", "a door decodes, calls and encodes; what it shows comes from a room's service",
		func(from, to string, ours bool) bool {
			if !strings.HasPrefix(from, "internal/front/") {
				return false
			}
			return to == "database/sql" || ours && (to == "internal/base/db" || isSQL(to))
		},
	},
	{
		"journeys have no SQL", "flow connects services; a transaction belongs to the room that keeps the rows",
		func(from, to string, ours bool) bool {
			return strings.HasPrefix(from, "internal/flow") && (to == "database/sql" || ours && isSQL(to))
		},
	},
	{
		"algorithms are pure", "the same input gives the same output in a test, on the command line and years later",
		func(from, to string, ours bool) bool {
			if !strings.HasPrefix(from, "internal/algo/") {
				return false
			}
			if ours {
				return floor(to) < floor("internal/algo")
			}
			return slices.Contains([]string{"database/sql", "net/http", "os/exec", "net"}, to) || strings.Contains(to, "sqlite") || strings.Contains(to, "/pgx")
		},
	},
	{
		"the program talks to app", "cmd reads flags and prints; what rooms there are and how they are connected is app's business",
		func(from, to string, ours bool) bool {
			return ours && strings.HasPrefix(from, "cmd/") && isSQL(to)
		},
	},
	{
		"the queue's library stays in jobs", "a table of ours must be able to take its place",
		func(from, to string, _ bool) bool {
			return strings.HasPrefix(to, "github.com/riverqueue/") && from != "internal/base/jobs"
		},
	},
	{
		"the database drivers stay in base", "one text runs on both engines only where no room knows which it is",
		func(from, to string, _ bool) bool {
			return (strings.HasPrefix(to, "modernc.org/sqlite") || strings.HasPrefix(to, "github.com/jackc/pgx")) &&
				strings.HasPrefix(from, "internal/") && !strings.HasPrefix(from, "internal/base/")
		},
	},
	{
		"test packages are for tests", "what makes good values for tests has no place in the program",
		func(from, to string, ours bool) bool {
			return ours && isTest(to) && !isTest(from) && !strings.HasPrefix(from, "tools/")
		},
	},
}

// floor is the number of the floor a package is on, -1 for one that is on none.
func floor(pkg string) int {
	first, rest, _ := strings.Cut(pkg, "/")
	if first == "internal" {
		first, _, _ = strings.Cut(rest, "/")
	}
	return slices.Index(floors, first)
}

// room is the room a package belongs to. The schema is no room: it holds the
// tables of all.
func room(pkg string) string {
	rest, ok := strings.CutPrefix(pkg, "internal/city/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	if name == "schema" {
		return ""
	}
	return name
}

func isSQL(pkg string) bool {
	return strings.HasPrefix(pkg, "internal/city/") && strings.HasSuffix(pkg, "sql")
}

// keeps reports whether a package of a room is there to keep things in tables.
func keeps(pkg string) bool { return isSQL(pkg) }

// isTest reports whether a package is only for tests: its name ends so.
func isTest(pkg string) bool {
	return strings.HasSuffix(pkg, "test") || pkg == "internal/base/golden"
}

// A source is one package's files outside of tests.
type source struct {
	imports map[string]string // what is imported, and one file that does
	comment bool
}

func sources(t *testing.T, root string) map[string]*source {
	t.Helper()
	all := map[string]*source{}
	for _, top := range []string{"cmd", "internal", "tools"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir():
				if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil || d.Name() == "testdata" {
					return filepath.SkipDir // a module of its own, or no code of ours
				}
				return nil
			case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			add(all, filepath.ToSlash(rel), file)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func add(all map[string]*source, name string, file *ast.File) {
	pkg := path.Dir(name)
	s := all[pkg]
	if s == nil {
		s = &source{imports: map[string]string{}}
		all[pkg] = s
	}
	s.comment = s.comment || file.Doc != nil
	for _, spec := range file.Imports {
		to, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			panic(err) // the parser has read it
		}
		s.imports[to] = name
	}
}

func TestMap(t *testing.T) {
	all := sources(t, "..")
	if len(all) < 10 {
		t.Fatalf("only %d packages were found", len(all))
	}
	for from, s := range all {
		if !s.comment {
			t.Errorf("%s has no package comment: say what it is for and where the next room begins", from)
		}
		for to, file := range s.imports {
			for _, r := range broken(from, to) {
				t.Errorf("%s imports %s: %s, because %s", file, to, r.name, r.why)
			}
		}
	}
}

// broken gives the rules that an import breaks.
func broken(from, to string) (out []rule) {
	rest, ours := strings.CutPrefix(to, module+"/")
	for _, r := range rules {
		if r.breaks(from, rest, ours) {
			out = append(out, r)
		}
	}
	return out
}

// The rules hold what they say: each row is an import somebody might try.
func TestRules(t *testing.T) {
	for _, c := range []struct{ from, to, rule string }{
		{"internal/app", "yiwang/internal/front/portal", ""},
		{"cmd/yiwang", "yiwang/internal/app", ""},
		{"internal/base/db", "yiwang/internal/city/schema", "imports go down"},
		{"internal/city/intake", "yiwang/internal/flow", "imports go down"},
		{"internal/front/web", "yiwang/internal/app", "imports go down"},
		{"internal/city/intake", "yiwang/internal/city/cases", "rooms are closed"},
		{"internal/city/intake", "yiwang/internal/city/org", ""},
		{"internal/city/cases", "yiwang/internal/base/db", "SQL stays in the sql packages"},
		{"internal/city/cases/casesql", "yiwang/internal/base/db", ""},
		{"internal/city/schema", "yiwang/internal/base/db", ""},
		{"internal/flow", "yiwang/internal/city/cases/casesql", "a room's sql package is opened by app alone"},
		{"internal/app", "yiwang/internal/city/cases/casesql", ""},
		{"internal/front/portal", "yiwang/internal/base/db", "doors have no database"},
		{"internal/front/portal", "database/sql", "doors have no database"},
		{"internal/flow", "database/sql", "journeys have no SQL"},
		{"internal/algo/text", "net/http", "algorithms are pure"},
		{"internal/algo/text", "yiwang/internal/base/ids", ""},
		{"internal/algo/text", "golang.org/x/text/unicode/norm", ""},
		{"cmd/yiwang", "yiwang/internal/city/cases/casesql", "the program talks to app"},
		{"internal/city/cases/casesql", "github.com/riverqueue/river", "the queue's library stays in jobs"},
		{"internal/city/cases/casesql", "modernc.org/sqlite", "the database drivers stay in base"},
		{"internal/app", "yiwang/internal/base/db/dbtest", "test packages are for tests"},
		{"internal/city/schema/schematest", "yiwang/internal/base/db/dbtest", ""},
	} {
		found := broken(c.from, c.to)
		if c.rule == "" && len(found) > 0 {
			t.Errorf("%s may not import %s: %s", c.from, c.to, found[0].name)
		}
		if c.rule != "" && !slices.ContainsFunc(found, func(r rule) bool { return r.name == c.rule }) {
			t.Errorf("%s may import %s in spite of %q: %v", c.from, c.to, c.rule, fmt.Sprint(len(found)))
		}
	}
}
