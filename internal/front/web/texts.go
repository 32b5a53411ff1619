package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"

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
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
	}
	for _, lang := range Languages {
		t.by[lang] = i18n.NewLocalizer(t.bundle, lang)
	}
	return t, nil
}

// Override puts a city's own wording in place of ours.
func (t *Texts) Override(lang, key, text string) error {
	return t.bundle.AddMessages(language.Make(lang), &i18n.Message{ID: key, Other: text})
}

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
