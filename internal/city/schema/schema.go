// Package schema holds the tables of all rooms as numbered migrations, one
// set for both engines, so that they go up together. Each table belongs to
// one room, whose sql package alone reads and writes it.
package schema

import (
	"context"
	"embed"
	"io/fs"

	"yiwang/internal/base/db"
	"yiwang/internal/base/jobs"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrate brings d to the newest version, with the tables of the job queue.
func Migrate(ctx context.Context, d *db.DB) error {
	if err := d.Migrate(ctx, migrations()); err != nil {
		return err
	}
	return jobs.Migrate(ctx, d)
}

// MigrateTo brings d up to one version and no further, for a backup that has
// the tables of an older program.
func MigrateTo(ctx context.Context, d *db.DB, version int64) error {
	if err := d.MigrateTo(ctx, migrations(), version); err != nil {
		return err
	}
	return jobs.Migrate(ctx, d)
}

// Tables lists the tables that hold the city's data, those that others refer
// to first. Sessions and counted attempts end with the program they belong
// to; request_terms is made of requests.
var Tables = []string{
	"versions", "requests", "submissions", "notes", "contact_reads", "readings", "choices",
	"cases", "case_units", "case_todos", "parts", "case_events", "answers", "rulings", "staff", "setup_links", "notices", "files", "file_pieces",
	"articles", "article_editions", "article_uses", "calls", "call_tries", "bulks", "automatics", "presences", "accounts", "account_requests", "orders", "programmes", "digests", "topic_steps", "answer_readings", "drafts",
	"passkeys", "identities", "delegations", "signin_events",
	"staff_views",
	"exclusions", "audits", "audit_items",
	"sealed_reports",
}

// Version gives the version d has and the newest there is.
func Version(ctx context.Context, d *db.DB) (have, newest int64, err error) {
	return d.Version(ctx, migrations())
}

func migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
