package cases

import "embed"

// Texts are the words of this room's errors in both languages.
//
//go:embed texts
var Texts embed.FS
