package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"yiwang/internal/algo/draw"
)

// sampleCmd draws a month's sample again, from what was published.
type sampleCmd struct {
	Figures string `required:"" type:"existingfile" placeholder:"FILE" help:"The month's figures as they were published, byte for byte."`
	Words   string `required:"" placeholder:"TEXT" help:"The further words that the seed is made of."`
	Marks   string `required:"" type:"existingfile" placeholder:"FILE" help:"The marks of all cases, one a line."`
	Drawn   string `type:"existingfile" placeholder:"FILE" help:"The marks that were drawn, in order: compare with them."`
	Size    int    `placeholder:"N" help:"How many to draw; without it as many as --drawn has."`
}

// Run prints the marks that are drawn; with --drawn it fails if others were
// published.
func (c sampleCmd) Run() error {
	figures, err := os.ReadFile(c.Figures)
	if err != nil {
		return err
	}
	marks, err := readMarks(c.Marks)
	if err != nil {
		return err
	}
	var published []draw.Mark
	if c.Drawn != "" {
		if published, err = readMarks(c.Drawn); err != nil {
			return err
		}
	}
	size := c.Size
	if size <= 0 {
		size = len(published)
	}
	if size == 0 {
		return errors.New("how many were drawn? Say so with --size N, or name the published list with --drawn FILE")
	}
	seed := draw.Seed(string(figures), c.Words)
	drawn := draw.Draw(seed, marks, size)
	var out strings.Builder
	fmt.Fprintf(&out, "seed %s\n", draw.Mark(seed))
	for _, m := range drawn {
		fmt.Fprintln(&out, m)
	}
	if _, err := os.Stdout.WriteString(out.String()); err != nil {
		return err
	}
	if c.Drawn != "" && !slices.Equal(drawn, published) {
		for i, m := range published {
			if i >= len(drawn) || drawn[i] != m {
				return fmt.Errorf("number %d of %s is not what is drawn: the figures, the words or the marks are others than those the sample was drawn with, or the sample is not what was drawn", i+1, c.Drawn)
			}
		}
		return fmt.Errorf("%s has %d marks, %d are drawn", c.Drawn, len(published), len(drawn))
	}
	return nil
}

func readMarks(file string) ([]draw.Mark, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	marks, err := draw.Read(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return marks, nil
}
