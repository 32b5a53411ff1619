// Package config is the one table of settings. Each is a flag, an environment
// variable and a key of the settings file; a flag wins over the environment,
// and that over the file; all have defaults that work. Only cmd reads them;
// rooms are given values.
package config

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"

	"github.com/alecthomas/kong"
)

// Settings are the settings of a running program.
type Settings struct {
	DB      string `name:"db" env:"YIWANG_DB" default:"file:yiwang.db" secret:"" help:"The database: file:PATH or postgres://USER@HOST/NAME."`
	Addr    string `name:"addr" env:"YIWANG_ADDR" default:"localhost:8080" help:"The address to serve on, HOST:PORT."`
	Key     string `name:"key" env:"YIWANG_KEY" help:"The file with the key for contact data. Without it, a SQLite database has one beside it; PostgreSQL needs one."`
	URL     string `name:"url" env:"YIWANG_URL" help:"The address people use, such as https://12345.example.org, where a proxy stands before this program. Makes cookies secure."`
	Proxies string `name:"proxies" env:"YIWANG_PROXIES" help:"Networks of trusted proxies, such as 10.0.0.0/8,::1/128; from them X-Forwarded-For is believed."`
	Workers int    `name:"workers" env:"YIWANG_WORKERS" default:"4" help:"How many jobs run at once."`
	Log     string `name:"log" env:"YIWANG_LOG" default:"text" enum:"text,json" help:"How the log is written: text or json."`

	CallsToken string `name:"calls.token-file" env:"YIWANG_CALLS_TOKEN_FILE" help:"A file with the token that the telephone system shows; without one it cannot tell of calls."`

	OIDCIssuer string `name:"oidc.issuer" env:"YIWANG_OIDC_ISSUER" help:"The sign-in service with which people who work here may sign in, such as https://login.example.org; without one there is none. Needs --url."`
	OIDCClient string `name:"oidc.client" env:"YIWANG_OIDC_CLIENT" help:"This program's client id at the sign-in service."`
	OIDCSecret string `name:"oidc.secret-file" env:"YIWANG_OIDC_SECRET_FILE" help:"A file with the client's secret."`
	OIDCClaim  string `name:"oidc.claim" env:"YIWANG_OIDC_CLAIM" default:"preferred_username" help:"The claim that holds the sign-in name; choose one that people cannot change themselves."`
	OIDCName   string `name:"oidc.name" env:"YIWANG_OIDC_NAME" help:"What the sign-in service is called on the sign-in page."`

	MapTiles       string `name:"map.tiles" env:"YIWANG_MAP_TILES" help:"Where the pictures of the portal's map come from, such as https://tiles.example.org/{z}/{x}/{y}.png; without it the map is the city's own drawing, and nothing is loaded from outside."`
	MapAttribution string `name:"map.attribution" env:"YIWANG_MAP_ATTRIBUTION" help:"Whose pictures those are, as the map says it."`

	LimitsIntake int `name:"limits.intake" env:"YIWANG_LIMITS_INTAKE" default:"30" help:"Requests a minute that one address may submit; 0 lifts the limit."`
	LimitsHints  int `name:"limits.hints" env:"YIWANG_LIMITS_HINTS" default:"120" help:"How often a minute one address may ask, while a request is written, what may be the same matter; 0 lifts the limit."`
	LimitsCodes  int `name:"limits.codes" env:"YIWANG_LIMITS_CODES" default:"10" help:"Wrong receipt codes a minute that one address may try; 0 lifts the limit."`
}

// A Value is a setting with what it is now and where that comes from.
type Value struct {
	Name, Value, Origin, Help string
	Env                       string
}

// Values lists the settings of a parsed command line, secrets masked.
func Values(ctx *kong.Context) []Value {
	byFlag := map[string]string{}
	for _, p := range ctx.Path {
		if p.Flag == nil {
			continue
		}
		byFlag[p.Flag.Name] = "flag"
		if p.Resolved {
			byFlag[p.Flag.Name] = "file"
		}
	}
	var list []Value
	for _, f := range ctx.Flags() {
		if len(f.Envs) == 0 {
			continue // not a setting
		}
		v := Value{Name: f.Name, Value: fmt.Sprint(ctx.FlagValue(f)), Origin: "default", Help: f.Help, Env: f.Envs[0]}
		if from := byFlag[f.Name]; from == "flag" {
			v.Origin = "flag"
		} else if _, set := os.LookupEnv(v.Env); set {
			v.Origin = "environment " + v.Env
		} else if from != "" {
			v.Origin = from
		}
		if f.Tag.Has("secret") {
			v.Value = mask(v.Value)
		}
		list = append(list, v)
	}
	return list
}

// mask hides the passwords in a database's address.
func mask(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return "***" // what it is nobody knows
	}
	query := u.Query()
	for _, name := range []string{"password", "sslpassword"} {
		if query.Has(name) {
			query.Set(name, "xxxxx")
			u.RawQuery = query.Encode()
		}
	}
	return u.Redacted()
}

// File reads a settings file: one JSON object, {"name": value}. A name that
// is no setting is refused.
func File(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		return nil, fmt.Errorf("the settings file is one JSON object: %w", err)
	}
	return file(values), nil
}

type file map[string]any

// Validate implements kong.Resolver.
func (f file) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && len(flag.Envs) > 0 {
			known[flag.Name] = true
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for name := range f {
		if !known[name] {
			return fmt.Errorf("the settings file has %q, which is no setting; `yiwang config` lists them", name)
		}
	}
	return nil
}

// Resolve implements kong.Resolver.
func (f file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if slices.ContainsFunc(flag.Envs, func(e string) bool { _, set := os.LookupEnv(e); return set }) {
		return nil, nil // the environment wins over the file
	}
	v, ok := f[flag.Name]
	if !ok {
		return nil, nil
	}
	if n, isNumber := v.(json.Number); isNumber {
		return n.String(), nil
	}
	return v, nil
}
