package config

import "testing"

// No password of a database is shown, wherever it stands in its address.
func TestMask(t *testing.T) {
	for in, want := range map[string]string{ //nolint:gosec // invented passwords
		"":             "",
		"file:city.db": "file:city.db",
		"postgres://city@db/yiwang?sslmode=require":           "postgres://city@db/yiwang?sslmode=require",
		"postgres://city:s3cret@db:5432/yiwang":               "postgres://city:xxxxx@db:5432/yiwang",
		"postgres://city:a%40b@db/yiwang":                     "postgres://city:xxxxx@db/yiwang",
		"postgres://db/yiwang?user=city&password=s3cret":      "postgres://db/yiwang?password=xxxxx&user=city",
		"postgres://db/yiwang?sslpassword=s3cret":             "postgres://db/yiwang?sslpassword=xxxxx",
		"postgres://city:s3 cret@db/yiwang and what follows%": "***",
	} {
		if got := mask(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}
