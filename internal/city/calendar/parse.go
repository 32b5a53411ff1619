package calendar

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
)

// Parse reads a city's calendar.json and the years beside it in calendar/.
// An error names the file.
func Parse(fsys fs.FS) (*Calendar, error) {
	const name = "calendar.json"
	var c Config
	if err := readJSON(fsys, name, &c); err != nil {
		return nil, err
	}
	files, err := fs.Glob(fsys, "calendar/*.json")
	if err != nil {
		return nil, err
	}
	years := make([]Year, len(files))
	for i, f := range files {
		if err := readJSON(fsys, f, &years[i]); err != nil {
			return nil, err
		}
		if fmt.Sprintf("%d.json", years[i].Year) != path.Base(f) {
			return nil, fmt.Errorf("%s: it is of the year %d", f, years[i].Year)
		}
	}
	cal, err := New(c, years)
	if err != nil {
		return nil, fmt.Errorf("%s and calendar/: %w", name, err)
	}
	return cal, nil
}

func readJSON(fsys fs.FS, name string, v any) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
