package app

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"yiwang/internal/base/oidc"
	"yiwang/internal/city/access"
	"yiwang/internal/front/workbench"
)

// OIDC names the sign-in service of who works here; none without an issuer.
type OIDC struct {
	Issuer, Client string
	Secret         string // a file
	Claim          string // that holds the sign-in name
	Name           string // on the sign-in page
}

func (o OIDC) client(url string, now func() time.Time) (*oidc.Client, error) {
	if o.Issuer == "" {
		return nil, nil //nolint:nilnil // that there is none is no error
	}
	if url == "" {
		return nil, errors.New("a sign-in service (oidc.issuer) sends people back to an address: name it with --url")
	}
	body, err := os.ReadFile(o.Secret)
	if err != nil {
		return nil, fmt.Errorf("the secret for the sign-in service (oidc.secret-file): %w", err)
	}
	c, err := oidc.New(oidc.Settings{
		Issuer: o.Issuer, Client: o.Client, Secret: strings.TrimSpace(string(body)), Claim: o.Claim,
		Callback: strings.TrimSuffix(url, "/") + workbench.SignInCallback,
	}, now)
	if err != nil {
		return nil, fmt.Errorf("the sign-in service (oidc.issuer): %w", err)
	}
	return c, nil
}

// passkeys makes passkeys work at the address people use, or, where none is
// named and the program serves this machine alone, at localhost.
func (w Web) passkeys() (*access.Passkeys, error) {
	at := w.URL
	if host, port, err := net.SplitHostPort(w.Addr); at == "" && err == nil {
		if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
			at = "http://localhost:" + port
		}
	}
	return access.NewPasskeys(at)
}
