package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"yiwang/internal/base/oidc"
	"yiwang/internal/base/photo"
	"yiwang/internal/base/table"
	"yiwang/internal/city/account"
	"yiwang/internal/city/bulk"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/importing"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/api"
	"yiwang/internal/front/board"
	"yiwang/internal/front/portal"
	"yiwang/internal/front/web"
	"yiwang/internal/front/workbench"
)

// Web says how the doors are served.
type Web struct {
	URL     string // the address people use, behind a proxy
	Addr    string // where the program itself serves, HOST:PORT
	Proxies string // networks of trusted proxies, separated by commas
	Intake  int    // requests a minute per address, 0 for no limit
	Hints   int    // hints a minute per address, 0 for no limit
	Codes   int    // wrong receipt codes a minute per address, 0 for no limit
	Demo    bool   // sign-in without a password
	// MapTiles is where the pictures of the map come from, "" for none, and
	// MapAttribution whose they are.
	MapTiles, MapAttribution string
	OIDC                     OIDC // the sign-in service of who works here
	// CallsToken is a file with the token that the telephone system shows; ""
	// closes its door.
	CallsToken string
}

// Texts are the words of all doors and rooms.
func Texts() (*web.Texts, error) {
	return web.NewTexts(web.OwnTexts, portal.Texts, oidc.Texts, administration.Texts, workbench.Texts, board.Texts, api.Texts, intake.Texts, cases.Texts, files.Texts, account.Texts, bulk.Texts, calls.Texts, knowledge.Texts, supervision.Texts, insight.Texts, photo.Texts, setup.Texts, table.Texts, importing.Texts)
}

// Handler serves all doors.
func (a *App) Handler() (http.Handler, error) {
	texts, err := Texts()
	if err != nil {
		return nil, err
	}
	o := a.Options.Web
	tiles, err := web.NewTiles(o.MapTiles, o.MapAttribution)
	if err != nil {
		return nil, fmt.Errorf("the pictures of the map (map.tiles) %q: %w", o.MapTiles, err)
	}
	site := &web.Site{
		Texts: texts, Log: a.Options.Log, Default: "zh", Demo: o.Demo, Tiles: tiles, URL: o.URL, Secure: strings.HasPrefix(o.URL, "https://"),
		Location: a.location, Wording: a.wording, Name: a.cityName, Hotline: func() string { return a.policy().Hotline },
	}
	for p := range strings.SplitSeq(o.Proxies, ",") {
		if p == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(strings.TrimSpace(p))
		if err != nil {
			return nil, err
		}
		site.Proxies = append(site.Proxies, prefix)
	}
	token, err := callsToken(o.CallsToken)
	if err != nil {
		return nil, err
	}
	service, err := o.OIDC.client(o.URL, a.Options.Now)
	if err != nil {
		return nil, err
	}
	submissions, codes := web.NewLimiter(o.Intake), web.NewLimiter(o.Codes)
	mux := http.NewServeMux()
	(&portal.Portal{
		Site: site, Intake: a.Intake, Cases: a.Cases, Requests: a.Requests, Learning: a.Learning, Sealing: a.Sealing, Files: a.Files, Knowledge: a.Knowledge, Law: a.Law, Supervision: a.Supervision, Org: a.Org, Now: a.Options.Now, Submissions: submissions, Hints: web.NewLimiter(o.Hints), Codes: codes,
		Uploads: web.NewLimiter(60), Accounts: a.Accounts, Sessions: portal.NewSessions(a.Sessions, site.Secure), SignIns: web.NewLimiter(20),
	}).Routes(mux)
	bench := &workbench.Workbench{
		Site: site, Sessions: workbench.NewSessions(a.Sessions, site.Secure), Staff: a.Staff, Intake: a.Intake, Triage: a.Triage, Cases: a.Cases,
		Notify: a.Notify, Requests: a.Requests, Files: a.Files, Org: a.Org, Now: a.Options.Now, SignIns: web.NewLimiter(30),
		Administration: a.Administration, SignInService: service, SignInServiceName: o.OIDC.Name, Knowledge: a.Knowledge, Law: a.Law, Calls: a.Calls, Bulks: a.Bulks, Supervision: a.Supervision, Learning: a.Learning, Insight: a.Insight, Sealing: a.Sealing,
	}
	if o.Demo {
		bench.Play = a.playMorning
	}
	bench.Routes(mux)
	(&board.Board{Site: site, Cases: a.Cases, Org: a.Org, Now: a.Options.Now, Staff: bench.ForStaff, Frame: bench.Frame, Names: a.Staff.Names, Session: workbench.SessionOf, Ended: a.Staff.Ended}).Routes(mux)
	(&api.API{
		Site: site, Intake: a.Intake, Requests: a.Requests, Org: a.Org, Submissions: submissions, Codes: codes,
		Calls: a.Calls, Staff: a.Staff, CallsToken: token,
	}).Routes(mux)
	mux.HandleFunc("GET /healthz", a.health)
	return site.Wrap(mux), nil
}

// callsToken reads the telephone system's token from a file.
func callsToken(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("the telephone system's token (calls.token-file): %w", err)
	}
	token := strings.TrimSpace(string(body))
	if len(token) < 16 {
		return "", fmt.Errorf("the telephone system's token in %s has %d characters; it needs at least 16", file, len(token))
	}
	return token, nil
}

// health says whether requests can be served, and how much work waits.
func (a *App) health(w http.ResponseWriter, r *http.Request) {
	type counts struct {
		Due    int64 `json:"due"`
		Failed int64 `json:"failed"`
	}
	body := struct {
		State string `json:"state"`
		Jobs  counts `json:"jobs"`
	}{State: "ready"}
	status := http.StatusOK
	err := a.Ready(r.Context())
	if err == nil {
		c, countErr := a.Queue.Count(r.Context())
		body.Jobs, err = counts{c.Due, c.Failed}, countErr
	}
	if err != nil {
		a.Options.Log.WarnContext(r.Context(), "not ready", "error", err)
		status, body.State = http.StatusServiceUnavailable, "not ready"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who asked may have gone
}

func (a *App) city() (org.City, bool) {
	ctx, cancel := contextFor(time.Second)
	defer cancel()
	c, err := a.Org.City(ctx)
	return c, err == nil
}

func (a *App) policy() org.Policy {
	if c, ok := a.city(); ok {
		return c.Policy
	}
	return org.Policy{Hotline: "12345"}
}

func (a *App) location() *time.Location {
	if c, ok := a.city(); ok {
		return c.Calendar.Location()
	}
	return time.UTC
}

func (a *App) cityName(lang string) string { return a.policy().City.In(lang) }
