package setup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// unknownFiles finds files that look as if they belonged to the folder but
// are none of its names: duty.csv would else be overlooked in silence.
func (r *reader) unknownFiles() {
	entries, err := fs.ReadDir(r.fsys, ".")
	if err != nil {
		r.bad(".", 0, "", "unreadable", "Reason", reason(err))
		return
	}
	for _, e := range entries {
		switch ext := strings.ToLower(path.Ext(e.Name())); {
		case e.IsDir() || strings.HasPrefix(e.Name(), "."):
		case (ext == ".csv" || ext == ".json" || ext == ".geojson") && !slices.Contains(files, e.Name()):
			r.bad(e.Name(), 0, "", "unknown_file", "Files", strings.Join(files, ", "))
		}
	}
}

// has reports whether the folder has a file of this name.
func (r *reader) has(name string) bool {
	_, err := fs.Stat(r.fsys, name)
	return !errors.Is(err, fs.ErrNotExist)
}

// read gives the text of a file without its byte order mark; ok is false if
// there is a problem with it.
func (r *reader) read(name string) (text []byte, ok bool) {
	f, err := r.fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		r.bad(name, 0, "", "missing_file")
		return nil, false
	}
	if err != nil {
		r.bad(name, 0, "", "unreadable", "Reason", reason(err))
		return nil, false
	}
	defer f.Close() //nolint:errcheck // it was only read
	if info, err := f.Stat(); err == nil && info.Size() > MaxFile {
		r.bad(name, 0, "", "too_large", "Max", MaxFile>>20)
		return nil, false
	}
	text, err = io.ReadAll(io.LimitReader(f, MaxFile+1))
	switch {
	case err != nil:
		r.bad(name, 0, "", "unreadable", "Reason", reason(err))
		return nil, false
	case len(text) > MaxFile:
		r.bad(name, 0, "", "too_large", "Max", MaxFile>>20)
		return nil, false
	}
	if bytes.HasPrefix(text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(text, []byte{0xFE, 0xFF}) {
		r.bad(name, 0, "", "utf16")
		return nil, false
	}
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	if i := bytes.IndexByte(text, 0); i >= 0 {
		r.bad(name, lineAt(text, i), "", "nul")
		return nil, false
	}
	if !utf8.Valid(text) {
		if gb18030(text) {
			r.bad(name, 0, "", "gb18030")
		} else {
			r.bad(name, lineAt(text, firstInvalid(text)), "", "not_utf8")
		}
		return nil, false
	}
	return text, true
}

// reason is what went wrong without the path of the machine, which the
// problem names itself.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

func lineAt(text []byte, i int) int { return 1 + bytes.Count(text[:i], []byte("\n")) }

func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// gb18030 reports whether text reads as GB18030 (or GBK, which it includes)
// from its first to its last byte.
func gb18030(text []byte) bool {
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
	return err == nil && !bytes.ContainsRune(out, utf8.RuneError)
}

// json reads a JSON file into v. With strict, a key that v does not have is
// a problem, so that a slip of the pen is not taken for silence.
func (r *reader) json(name string, v any, strict bool) bool {
	text, ok := r.read(name)
	if !ok {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if strict {
		d.DisallowUnknownFields()
	}
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("there is more after the end of the value")
		}
	}
	if err == nil {
		return true
	}
	row, column := 0, ""
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		row = lineAt(text, min(int(syntax.Offset), len(text)))
	case errors.As(err, &kind):
		row, column = lineAt(text, min(int(kind.Offset), len(text))), kind.Field
		err = fmt.Errorf("there is a %s where %s belongs", kind.Value, kindName(kind.Type.Kind().String()))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the file ends too early")
	}
	r.bad(name, row, column, "bad_json", "Reason", strings.TrimPrefix(err.Error(), "json: "))
	return false
}

func kindName(kind string) string {
	switch kind {
	case "struct", "map":
		return "an object"
	case "slice", "array":
		return "a list"
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	}
	return "a number"
}
