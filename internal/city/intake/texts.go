package intake

import "embed"

// Texts are the messages of this room in both languages: flat objects of key
// and text in texts/zh.json and texts/en.json.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS
