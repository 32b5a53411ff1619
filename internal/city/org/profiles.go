package org

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"

	"yiwang/internal/city/calendar"
)

// A Profile is the limits a city has for every matter of an urgency, and of a
// kind, where a duty has none of its own.
type Profile struct {
	ID        string `json:"id"`
	Name      Name   `json:"name"`
	Ordinary  Limits `json:"ordinary"`
	Urgent    Limits `json:"urgent"`
	Emergency Limits `json:"emergency"`
	// Kinds are the limits for the answer to ordinary matters of some kinds, where
	// they are not Ordinary's.
	Kinds map[string]calendar.Limit `json:"kinds,omitempty"`
}

// Limits are those of one urgency; zero for none.
type Limits struct {
	Accept    calendar.Limit `json:"accept,omitzero"`
	Contact   calendar.Limit `json:"contact,omitzero"`
	Resolve   calendar.Limit `json:"resolve,omitzero"`
	Statutory calendar.Limit `json:"statutory,omitzero"`
}

//go:embed profiles
var profileFiles embed.FS

// Profiles are those that come with the program, by id. It panics if one
// cannot be read: they are part of the program.
var Profiles = readProfiles()

func readProfiles() (list []Profile) {
	files, err := profileFiles.ReadDir("profiles")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		var p Profile
		body, err := profileFiles.ReadFile("profiles/" + f.Name())
		if err == nil {
			err = json.Unmarshal(body, &p)
		}
		if err != nil || p.ID != strings.TrimSuffix(f.Name(), ".json") {
			panic("org: profile " + f.Name() + " cannot be read")
		}
		list = append(list, p)
	}
	return list
}

// ProfileByID returns the profile with this id: one of the city's own, or one
// that comes with the program.
func (p Policy) ProfileByID(id string) (Profile, bool) {
	for _, list := range [][]Profile{p.Profiles, Profiles} {
		if i := slices.IndexFunc(list, func(k Profile) bool { return k.ID == id }); i >= 0 {
			return list[i], true
		}
	}
	return Profile{}, false
}

// Limits are those of the city's profile for a kind of matter and its urgency;
// zero without one.
func (p Policy) Limits(kind string, u Urgency) Limits {
	profile, _ := p.ProfileByID(p.Profile)
	limits := *profile.Of(u)
	if own := profile.Kinds[kind]; u == Ordinary && !own.IsZero() {
		limits.Resolve = own
	}
	return limits
}

// Of are the limits of an urgency.
func (p *Profile) Of(u Urgency) *Limits {
	switch u {
	case Urgent:
		return &p.Urgent
	case Emergency:
		return &p.Emergency
	}
	return &p.Ordinary
}
