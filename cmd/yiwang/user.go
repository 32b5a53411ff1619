package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

type userCmd struct {
	Add  userAddCmd  `cmd:"" help:"Add somebody and print the one-time link with which they set their password."`
	Link userLinkCmd `cmd:"" help:"Print a new one-time link for somebody who lost theirs or the password."`
	List userListCmd `cmd:"" help:"List everybody."`
}

type userAddCmd struct {
	Name     string        `arg:"" help:"The name to sign in with."`
	Role     []access.Role `required:"" help:"What they do here; several separated by commas: clerk, dispatcher, handler, section_head, unit_leader, supervisor, leader, auditor, administrator, receiver."`
	Unit     org.UnitID    `required:"" help:"The unit they work in, by its id."`
	FullName string        `name:"full-name" help:"The name colleagues know; the sign-in name if left out."`
	Area     org.AreaID    `help:"For a leader: the part of the city they see; the whole if left out."`
}

// Run adds somebody.
func (c userAddCmd) Run(ctx context.Context, s *config.Settings) error {
	return with(ctx, s, func(a *app.App) error {
		name := c.FullName
		if name == "" {
			name = c.Name
		}
		_, secret, err := a.Staff.Add(ctx, access.System(), access.NewStaff{
			Login: c.Name, Name: org.Name{ZH: name, EN: name}, Unit: c.Unit, Roles: c.Role, Area: c.Area,
		})
		if err != nil {
			return err
		}
		printLink(s, c.Name, secret)
		return nil
	})
}

type userLinkCmd struct {
	Name string `arg:"" help:"The name they sign in with."`
}

// Run prints a new link.
func (c userLinkCmd) Run(ctx context.Context, s *config.Settings) error {
	return with(ctx, s, func(a *app.App) error {
		st, _, err := a.Staff.Store.ByLogin(ctx, c.Name)
		if err != nil {
			return err
		}
		secret, err := a.Staff.Relink(ctx, access.System(), st.ID)
		if err != nil {
			return err
		}
		printLink(s, c.Name, secret)
		return nil
	})
}

func printLink(s *config.Settings, name, secret string) {
	base := s.URL
	if base == "" {
		base = "http://" + s.Addr
	}
	fmt.Fprintf(os.Stderr, "Give %s this link. It works once, for three days:\n", name)
	fmt.Println(strings.TrimSuffix(base, "/") + "/work/setup/" + secret)
}

type userListCmd struct{}

// Run lists everybody.
func (userListCmd) Run(ctx context.Context, s *config.Settings) error {
	return asIs(ctx, s, func(a *app.App) error {
		list, err := a.Staff.List(ctx, access.System())
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "LOGIN\tNAME\tUNIT\tROLES\tSTATE")
		for _, st := range list {
			state := "ready"
			switch {
			case !st.LeftAt.IsZero():
				state = "left"
			case !st.Ready:
				state = "link not used yet"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%v\t%s\n", st.Login, st.Name.ZH, st.Unit, st.Roles, state)
		}
		return w.Flush()
	})
}

// with opens the program for a command that ends, and closes it.
func with(ctx context.Context, s *config.Settings, do func(*app.App) error) error {
	return opened(ctx, options(s), do)
}

// asIs is with for a command that only looks: it makes no database, and
// upgrades none.
func asIs(ctx context.Context, s *config.Settings, do func(*app.App) error) error {
	o := options(s)
	o.AsIs = true
	return opened(ctx, o, do)
}

func opened(ctx context.Context, o app.Options, do func(*app.App) error) error {
	a, err := app.Open(ctx, o)
	if err != nil {
		return err
	}
	defer stop(a)
	return do(a)
}
