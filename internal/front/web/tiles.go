package web

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Tiles say where the pictures of a map come from; zero for the city's own
// drawing alone.
type Tiles struct {
	URL         string // with {z}, {x} and {y}
	Attribution string // whose pictures they are, as plain text
	origin      string // the one address outside that pages may load pictures from
}

// tileHost is a host that a browser's content policy names without doubt.
var tileHost = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]+)?$`)

// NewTiles takes the address of a map's pictures, "" for none.
func NewTiles(template, attribution string) (Tiles, error) {
	if template == "" {
		return Tiles{}, nil
	}
	rest := template
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if strings.Count(template, part) != 1 {
			return Tiles{}, fmt.Errorf("it needs %s once", part)
		}
		rest = strings.Replace(rest, part, "0", 1)
	}
	if strings.ContainsAny(rest, "{}") {
		return Tiles{}, errors.New("it may have {z}, {x} and {y} and nothing else in braces: name one host")
	}
	u, err := url.Parse(rest)
	switch {
	case err != nil:
		return Tiles{}, errors.New("it is no address")
	case u.Scheme != "https":
		return Tiles{}, errors.New("it has to begin with https://")
	case u.User != nil || !tileHost.MatchString(u.Host) || !strings.HasPrefix(template, "https://"+u.Host+"/"):
		return Tiles{}, errors.New("it needs a plain host, such as https://tiles.example.org/{z}/{x}/{y}.png")
	}
	return Tiles{URL: template, Attribution: attribution, origin: "https://" + u.Host}, nil
}
