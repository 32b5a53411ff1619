package web

import "embed"

// OwnTexts are the words of what the doors share.
//
//go:embed texts
var OwnTexts embed.FS
