package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"yiwang/internal/base/seal"
	"yiwang/internal/city/sealed"
	"yiwang/internal/flow"
)

// sealedCmd is for the body outside: it needs no database, and no network.
type sealedCmd struct {
	Key  sealedKeyCmd  `cmd:"" help:"Make the key that opens sealed reports, and show the one to seal with."`
	Open sealedOpenCmd `cmd:"" help:"Open a sealed report into a new folder."`
}

type sealedKeyCmd struct {
	File string `arg:"" type:"path" help:"Where to write the key that opens; a file that is there is left alone."`
}

// Run writes the private key to a file and the public one to the screen.
func (c sealedKeyCmd) Run() error {
	private, public, err := seal.MakePair()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	_, err = f.WriteString(private + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	r, err := seal.ParseReceiver(public)
	if err != nil {
		return err
	}
	fmt.Printf("Wrote %s. Keep it off the network, and a copy apart: without it, no report can be opened.\nThe city's administrator puts this into the column “key” of the table of routes:\n%s\nIts fingerprint is %s.\n", c.File, public, r.Fingerprint())
	return nil
}

type sealedOpenCmd struct {
	File string `arg:"" type:"existingfile" help:"The sealed file, as it was downloaded."`
	With string `required:"" type:"existingfile" placeholder:"FILE" help:"The key that opens, as yiwang sealed key made it."`
	Out  string `required:"" type:"path" placeholder:"FOLDER" help:"A folder that is not there yet: report.json with all that was said, report.txt to read, and the photos."`
}

// Run opens a report.
func (c sealedOpenCmd) Run() error {
	key, err := os.ReadFile(c.With)
	if err != nil {
		return err
	}
	body, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	plain, err := seal.OpenAs(string(key), body, sealed.About)
	if err != nil {
		return err
	}
	var r flow.SealedReport
	if err := json.Unmarshal(plain, &r); err != nil {
		return fmt.Errorf("the report cannot be read: %w", err)
	}
	if err := os.Mkdir(c.Out, 0o700); err != nil {
		return err
	}
	write := func(name string, body []byte) error {
		return os.WriteFile(filepath.Join(c.Out, name), body, 0o600)
	}
	if err := errors.Join(write("report.json", plain), write("report.txt", []byte(readable(r)))); err != nil {
		return err
	}
	for i, p := range r.Photos {
		// The name comes from outside: only its end is taken.
		if err := write(fmt.Sprintf("%02d%s", i+1, strings.ToLower(filepath.Ext(filepath.Base(p.Name)))), p.Body); err != nil {
			return err
		}
	}
	fmt.Printf("Case %s: %d request(s), %d photo(s), in %s\n", r.Case, len(r.Requests), len(r.Photos), c.Out)
	return nil
}

// readable is the report as text.
func readable(r flow.SealedReport) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	line("办件 Case", r.Case)
	line("类别 Category", r.Category)
	line("区域 Area", r.Area)
	line("被反映单位 About", r.About)
	for _, q := range r.Requests {
		fmt.Fprintf(&b, "\n%s · %s\n", q.At.Format(time.RFC3339), q.Channel)
		line("标题 Subject", q.Subject)
		line("地点 Place", q.Address)
		line("姓名 Name", q.Author)
		line("联系方式 Contact", q.Contact)
		fmt.Fprintf(&b, "\n%s\n", q.Text)
		for _, n := range q.Notes {
			fmt.Fprintf(&b, "\n%s · %s\n%s\n", n.At.Format(time.RFC3339), n.By, n.Text)
		}
	}
	b.WriteString("\n")
	for _, e := range r.History {
		fmt.Fprintf(&b, "%s · %s · %s · %s\n", e.At.Format(time.RFC3339), e.Kind, e.By, e.Detail.Text)
	}
	return b.String()
}
