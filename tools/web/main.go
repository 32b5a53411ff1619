// Command web builds the styles and scripts of web/ into the folder that the
// program embeds, with the digest of their content in their names.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	from := flag.String("from", "../../web", "the folder with styles and scripts")
	to := flag.String("to", "../../internal/front/web/dist", "the folder to build into")
	flag.Parse()
	if err := build(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		os.Exit(1)
	}
}

func build(from, to string) error {
	from, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: filepath.Join(from, "styles/portal.css"), OutputPath: "portal"},
			{InputPath: filepath.Join(from, "styles/work.css"), OutputPath: "work"},
			{InputPath: filepath.Join(from, "scripts/portal.ts"), OutputPath: "portal"},
			{InputPath: filepath.Join(from, "scripts/work.ts"), OutputPath: "work"},
			{InputPath: filepath.Join(from, "scripts/map.ts"), OutputPath: "map"},
			{InputPath: filepath.Join(from, "scripts/way.ts"), OutputPath: "way"},
			{InputPath: filepath.Join(from, "styles/way.css"), OutputPath: "way"},
			{InputPath: filepath.Join(from, "scripts/offline.ts"), OutputPath: "offline"},
			{InputPath: filepath.Join(from, "scripts/board.ts"), OutputPath: "board"},
			{InputPath: filepath.Join(from, "styles/board.css"), OutputPath: "board"},
		},
		AbsWorkingDir:     from,
		NodePaths:         []string{filepath.Join(from, "node_modules")},
		Outdir:            "out",
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatIIFE,
		Target:            api.ES2018, // an old phone
		LegalComments:     api.LegalCommentsExternal,
		Charset:           api.CharsetUTF8,
		Loader:            map[string]api.Loader{".png": api.LoaderDataURL},
		LogLevel:          api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return errors.New("the build failed, see above")
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	if files["mark.svg"], err = os.ReadFile(filepath.Join(from, "mark.svg")); err != nil {
		return err
	}
	return write(to, files)
}

// write replaces what an earlier build left in to.
func write(to string, files map[string][]byte) error {
	old, err := filepath.Glob(filepath.Join(to, "*.*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if filepath.Base(name) != ".gitignore" {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	manifest := map[string]string{}
	for name, content := range files {
		sum := sha256.Sum256(content)
		base, ext, _ := strings.Cut(name, ".")
		manifest[name] = base + "." + hex.EncodeToString(sum[:5]) + "." + ext
		if err := os.WriteFile(filepath.Join(to, manifest[name]), content, 0o644); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "manifest.json"), text, 0o644)
}
