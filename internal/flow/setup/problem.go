package setup

import (
	"embed"
	"encoding/json"
	"strconv"
	"strings"
	"text/template"
)

// Texts are the messages of this package in both languages: flat objects of
// key and text in texts/zh.json and texts/en.json.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// A Problem is something wrong with a folder, and where.
type Problem struct {
	File   string
	Row    int    // line of a CSV file, the header's is 1; number of a feature or day; 0 for the whole file
	Column string // "" for the whole row
	Key    string // of a message in Texts
	Args   map[string]any
}

// Problems are all that is wrong with a folder, in the order of its files.
// As an error they say so in English.
type Problems []Problem

// MaxRows is how many rows a table can have that is brought on a page.
const MaxRows = 20_000

// maxProblems is how many are listed for one file: one for each row of the
// longest table.
const maxProblems = MaxRows

func (r *reader) bad(file string, row int, column, key string, args ...any) {
	r.count[file]++
	if r.count[file] > maxProblems {
		if r.count[file] == maxProblems+1 {
			r.problems = append(r.problems, Problem{File: file, Key: "city_folder.more", Args: map[string]any{"Max": maxProblems}})
		}
		return
	}
	p := Problem{File: file, Row: row, Column: column, Key: "city_folder." + key}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		v := args[i+1]
		if s, ok := v.(string); ok {
			v = short(s)
		}
		p.Args[args[i].(string)] = v
	}
	r.problems = append(r.problems, p)
}

// short keeps a value that is quoted in a message readable.
func short(s string) string {
	const most = 60
	for i := range s {
		if i >= most {
			return s[:i] + "…"
		}
	}
	return s
}

// Error lists the problems, one a line, in English.
func (ps Problems) Error() string { return ps.In("en") }

// In lists the problems, one a line, in a language: "zh" or "en".
func (ps Problems) In(lang string) string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.In(lang)
	}
	return strings.Join(lines, "\n")
}

// String says in English where and what the problem is.
func (p Problem) String() string { return p.In("en") }

// In says where and what the problem is.
func (p Problem) In(lang string) string {
	var b strings.Builder
	b.WriteString(p.File)
	comma, colon, row, column := ", ", ": ", "row ", "column "
	if lang == "zh" {
		comma, colon, row, column = "，", "：", "第", "列 "
	}
	if p.Row > 0 {
		b.WriteString(comma + row + strconv.Itoa(p.Row))
		if lang == "zh" {
			b.WriteString("行")
		}
	}
	if p.Column != "" {
		b.WriteString(comma + column + p.Column)
	}
	b.WriteString(colon + p.What(lang))
	return b.String()
}

// What says what the problem is, without where.
func (p Problem) What(lang string) string {
	text := messages[lang][p.Key]
	if text == nil {
		text = messages["en"][p.Key]
	}
	var b strings.Builder
	if text == nil || text.Execute(&b, p.Args) != nil {
		return p.Key
	}
	return b.String()
}

// messages are Texts, ready to be filled in.
var messages = func() map[string]map[string]*template.Template {
	all := map[string]map[string]*template.Template{}
	for _, lang := range []string{"zh", "en"} {
		all[lang] = map[string]*template.Template{}
		b, err := Texts.ReadFile("texts/" + lang + ".json")
		if err != nil {
			panic(err)
		}
		flat := map[string]string{}
		if err := json.Unmarshal(b, &flat); err != nil {
			panic(err)
		}
		for key, text := range flat {
			all[lang][key] = template.Must(template.New(key).Parse(text))
		}
	}
	return all
}()
