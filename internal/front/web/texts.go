package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Languages lists the languages of the program; the first is the default.
var Languages = []string{"zh", "en"}

// Texts are the words of the pages in every language, from the files zh.json
// and en.json of doors and rooms.
type Texts struct {
	bundle *i18n.Bundle
	by     map[string]*i18n.Localizer
	keys   []string
	own    atomic.Pointer[own]
}

// NewTexts reads zh.json and en.json, which are somewhere in each of list.
func NewTexts(list ...fs.FS) (*Texts, error) {
	t := &Texts{bundle: i18n.NewBundle(language.Chinese), by: map[string]*i18n.Localizer{}}
	t.bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	in := map[string]string{} // language and key, the file
	for _, fsys := range list {
		err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || path.Ext(name) != ".json" {
				return err
			}
			file, err := t.bundle.LoadMessageFileFS(fsys, name)
			if err != nil {
				return err
			}
			for _, m := range file.Messages {
				if at := file.Tag.String() + " " + m.ID; in[at] != "" {
					return fmt.Errorf("%s says twice what %q is, also in another package", name, m.ID)
				}
				in[file.Tag.String()+" "+m.ID] = name
				if file.Tag == language.English {
					t.keys = append(t.keys, m.ID)
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
	}
	slices.Sort(t.keys)
	for _, lang := range Languages {
		t.by[lang] = i18n.NewLocalizer(t.bundle, lang)
	}
	return t, nil
}

// A Wording is a city's own words in place of ours: key, language, text.
type Wording map[string]map[string]string

// own is a wording that is ready, and which version of it.
type own struct {
	version int64
	by      map[string]map[string]*template.Template // key and language
}

// Reword puts a version of the city's own wording in place of ours, and of
// the one before.
func (t *Texts) Reword(version int64, w Wording) error {
	o := &own{version, map[string]map[string]*template.Template{}}
	for key, by := range w {
		o.by[key] = map[string]*template.Template{}
		for lang, text := range by {
			made, err := template.New(key).Parse(text)
			if err != nil {
				return fmt.Errorf("wording of %s: %w", key, err)
			}
			o.by[key][lang] = made
		}
	}
	t.own.Store(o)
	return nil
}

// Worded is the version of the wording in force, 0 for ours alone.
func (t *Texts) Worded() int64 {
	if o := t.own.Load(); o != nil {
		return o.version
	}
	return 0
}

// Keys lists the keys of all texts, in order, for who words them anew.
func (t *Texts) Keys() []string { return t.keys }

// Say gives the text of key; args are pairs of name and value. Count chooses
// the plural. A key that is missing is shown as it is, and fails a test.
func (t *Texts) Say(lang, key string, args ...any) string {
	c := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data := make(map[string]any, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			name := args[i].(string)
			data[name] = args[i+1]
			if name == "Count" {
				c.PluralCount = args[i+1]
			}
		}
		c.TemplateData = data
	}
	if o := t.own.Load(); o != nil {
		if made := o.by[key][lang]; made != nil {
			var b strings.Builder
			if made.Execute(&b, c.TemplateData) == nil {
				return b.String()
			}
		}
	}
	text, err := t.by[lang].Localize(c)
	if err != nil && text == "" {
		return key
	}
	return text
}

// T gives the text of key in the reader's language.
func T(ctx context.Context, key string, args ...any) string {
	v := of(ctx)
	return v.site.Texts.Say(v.lang, key, args...)
}
