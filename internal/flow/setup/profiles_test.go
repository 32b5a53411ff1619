package setup_test

import (
	"archive/zip"
	"bytes"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

func folderOf(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, body := range files {
		out[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return out
}

// The description's example is a profile that a city uses: it is read, holds,
// and is written again as it was.
func TestOwnProfile(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/formats/city-folder.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(doc), "\n## profiles.csv\n")
	_, example, _ := strings.Cut(section, "```csv\n")
	example, _, _ = strings.Cut(example, "```")
	files := small()
	files["profiles.csv"] = example
	files["city.json"] = strings.Replace(files["city.json"], `"policy": {`, `"policy": {"profile": "winter", `, 1)
	f, problems := setup.Read(folderOf(files))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	policy := f.Directory.Policy
	for u, want := range map[org.Urgency]string{org.Ordinary: "1wd 5wd 15wd", org.Urgent: "4wh 24h 15wd", org.Emergency: "1h 2h 15wd"} {
		l := policy.Limits(intake.Help, u)
		if got := l.Contact.String() + " " + l.Resolve.String() + " " + l.Statutory.String(); got != want || !l.Accept.IsZero() {
			t.Errorf("urgency %d: %s, want %s", u, got, want)
		}
	}
	for u, want := range map[org.Urgency]string{org.Ordinary: "1wd", org.Urgent: "24h"} {
		if got := policy.Limits(intake.Enquiry, u).Resolve.String(); got != want {
			t.Errorf("an enquiry of urgency %d: %s, want %s", u, got, want)
		}
	}
	body, err := setup.Write(f)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	again, problems := setup.Read(z)
	if len(problems) > 0 || !reflect.DeepEqual(again.Directory.Policy.Profiles, policy.Profiles) || again.Directory.Policy.Profile != "winter" {
		t.Error("written and read again it is another", problems)
	}
}

// Profiles with mistakes are refused whole, and each mistake is named.
func TestBadProfiles(t *testing.T) {
	files := small()
	files["profiles.csv"] = "id,name_zh,ordinary_resolve,urgent_resolve,emergency_resolve,urgent_contact\n" +
		"urgency,自带的,7d,24h,2h,\n" +
		"ours,,7d,1d,soon,4wh\n" +
		"slow,慢,5wd,9wd,2h,4wh\n" +
		"ours,又一个,7d,,2h,0h\n"
	f, problems := setup.Read(folderOf(files))
	if f != nil {
		t.Fatal("a folder with mistakes was read")
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Column+" "+strings.TrimPrefix(p.Key, "city_folder."))
		if p.File != "profiles.csv" || p.Row < 2 {
			t.Errorf("%+v", p)
		}
	}
	want := []string{"id profile_taken", "name_zh empty", "emergency_resolve limit", "urgent_resolve profile_longer", "id id_twice", "urgent_resolve empty", "urgent_contact limit"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("named %q,\nwant  %q", got, want)
	}
	files["profiles.csv"] = "id,name_zh,ordinary_resolve,urgent_resolve,emergency_resolve\nours,我们的,7d,24h,2h\n"
	files["city.json"] = strings.Replace(files["city.json"], `"policy": {`, `"policy": {"profile": "theirs", `, 1)
	if _, problems := setup.Read(folderOf(files)); len(problems) != 1 || problems[0].Column != "policy.profile" || !strings.Contains(problems.Error(), "ours") {
		t.Errorf("a profile that is none: %v", problems)
	}
}
