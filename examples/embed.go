// Package examples has the folder of an invented city in the program, so that
// a demonstration needs nothing else.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed liancheng
var files embed.FS

// Liancheng is the folder of the invented district 莲城.
func Liancheng() fs.FS {
	sub, err := fs.Sub(files, "liancheng")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
