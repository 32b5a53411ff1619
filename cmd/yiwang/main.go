// Command yiwang runs a city's one network: requests of residents, what the
// government does about them, and how it accounts for it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"yiwang/internal/app"
	"yiwang/internal/base/config"
)

// program is the command line. Each command has a file of its name.
type program struct {
	config.Settings
	Config kong.ConfigFlag `name:"config" placeholder:"FILE" help:"A settings file: one JSON object, as yiwang config --json writes it."`

	Serve    serveCmd     `cmd:"" help:"Serve the pages and the API, and run jobs."`
	Worker   workerCmd    `cmd:"" help:"Run jobs alone, beside other nodes that serve."`
	Demo     demoCmd      `cmd:"" help:"Serve the invented district Liancheng, filled with a year of life."`
	Init     initCmd      `cmd:"" help:"Make or upgrade a database and load a city's folder into it."`
	Learn    learnCmd     `cmd:"" help:"Learn from what people have settled, compare with the classifier in force, and replace it if that is better."`
	Import   importCmd    `cmd:"" help:"Take over what another system has."`
	User     userCmd      `cmd:"" help:"People who work here."`
	Backup   backupCmd    `cmd:"" help:"Write a verified copy of everything but the key, while the program runs."`
	Restore  restoreCmd   `cmd:"" help:"Make a database from a backup."`
	Classify classifyCmd  `cmd:"" group:"apart" help:"Sort messages into categories: learn, measure, predict."`
	Patterns patternsCmd  `cmd:"" group:"apart" help:"Find what goes together in transactions: frequent, closed and maximal sets, and rules."`
	PII      piiCmd       `cmd:"" name:"pii" group:"apart" help:"Find personal data in messages, and mask it."`
	Process  processCmd   `cmd:"" group:"apart" help:"Find out from events how work really runs, and draw it."`
	Similar  similarCmd   `cmd:"" group:"apart" help:"Find messages that say nearly the same, and sentences that ask the same."`
	Topics   topicsCmd    `cmd:"" group:"apart" help:"Find what many messages are about, the hottest first."`
	Summary  summarizeCmd `cmd:"" name:"summarize" group:"apart" help:"Shorten messages, or groups of them, to sentences of their own."`
	Keywords keywordsCmd  `cmd:"" group:"apart" help:"Find the words that say what messages are about."`
	Sample   sampleCmd    `cmd:"" group:"apart" help:"Draw a month's sample of solved cases again, from what was published."`
	Diagnose diagnoseCmd  `cmd:"" group:"apart" help:"Read the orders of a hotline and report what went wrong in them."`
	Shadow   shadowCmd    `cmd:"" group:"apart" help:"Read new exports from a folder, propose without acting, and compare with what people did."`
	Sealed   sealedCmd    `cmd:"" group:"apart" help:"For the body that receives sealed reports: make a key, open a report."`
	Doctor   doctorCmd    `cmd:"" help:"Look for what is wrong and say how to mend it."`
	Key      keyCmd       `cmd:"" help:"Make a key file for contact data."`
	Show     configCmd    `cmd:"" name:"config" help:"Show every setting with its value and where it comes from."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// apart is the group of the commands that read files and no settings.
const apart = "apart"

// help describes a command. One that reads no settings does not list them.
func help(o kong.HelpOptions, c *kong.Context) error {
	for n := c.Selected(); n != nil; n = n.Parent {
		if n.Group != nil && n.Group.Key == apart {
			for _, f := range c.Model.Flags {
				f.Hidden = f.Name != "help"
			}
		}
	}
	return kong.DefaultHelpPrinter(o, c)
}

// run is main without the process, for tests.
func run(ctx context.Context, args []string) int {
	var p program
	parser, err := kong.New(&p,
		kong.Name("yiwang"),
		kong.Description("One network for a city: hear residents, act across departments, account for it in public."),
		kong.ExplicitGroups([]kong.Group{{Key: apart, Title: "Commands that need no database:"}}),
		kong.Help(help),
		kong.UsageOnError(),
		kong.Configuration(config.File),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return 2
	}
	if err := parsed.Run(&p.Settings, parsed); err != nil {
		if !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "yiwang:", plain(err))
		}
		return 1
	}
	return 0
}

// options are what the settings mean for the program.
func options(s *config.Settings) app.Options {
	return app.Options{
		DB: s.DB, Key: s.Key, Workers: s.Workers, Log: logger(s),
		Web: app.Web{
			URL: s.URL, Addr: s.Addr, Proxies: s.Proxies, Intake: s.LimitsIntake, Hints: s.LimitsHints, Codes: s.LimitsCodes, CallsToken: s.CallsToken,
			MapTiles: s.MapTiles, MapAttribution: s.MapAttribution,
			OIDC: app.OIDC{Issuer: s.OIDCIssuer, Client: s.OIDCClient, Secret: s.OIDCSecret, Claim: s.OIDCClaim, Name: s.OIDCName},
		},
	}
}

func logger(s *config.Settings) *slog.Logger {
	if s.Log == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil))
}

// plain gives an error as a sentence for a terminal: the keys of errors that
// pages show are looked up.
func plain(err error) string {
	return strings.TrimSuffix(app.Explain(err), "\n")
}
