package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"yiwang/internal/base/config"
	"yiwang/internal/base/seal"
)

type configCmd struct {
	JSON bool `name:"json" help:"As a settings file."`
}

// Run prints each setting.
func (c configCmd) Run(ctx *kong.Context) error {
	list := config.Values(ctx)
	if c.JSON {
		out := map[string]string{}
		for _, v := range list {
			out[v.Name] = v.Value
		}
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SETTING\tVALUE\tFROM\tWHAT IT IS")
	for _, v := range list {
		value := v.Value
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", v.Name, value, v.Origin, v.Help)
	}
	return w.Flush()
}

type keyCmd struct {
	File string `arg:"" type:"path" help:"Where to write it; a file that is there is left alone."`
}

// Run makes a key file.
func (c keyCmd) Run() error {
	if err := seal.MakeKey(c.File); err != nil {
		return err
	}
	fmt.Printf("Wrote %s. Keep a copy of it apart from the database: without it, contact data cannot be read.\n", c.File)
	return nil
}
