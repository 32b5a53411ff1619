package app

import (
	"context"
	"fmt"
	"os"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/schema"
	"yiwang/internal/front/web"
)

// A Finding is one thing the doctor looked at. Mend is what to do, "" where
// all is well.
type Finding struct {
	What, Found, Mend string
}

// Examine looks for what is wrong. It changes nothing.
func (a *App) Examine(ctx context.Context) []Finding {
	var list []Finding
	add := func(what, found, mend string) { list = append(list, Finding{what, found, mend}) }
	have, newest, err := schema.Version(ctx, a.DB)
	switch {
	case err != nil:
		add("database", err.Error(), "Check that --db names the database and that this user may open it.")
		return list
	case have > newest:
		add("database", fmt.Sprintf("version %d, this program knows %d", have, newest), "Use a newer program.")
		return list
	case have < newest:
		add("database", fmt.Sprintf("version %d of %d", have, newest), "Start `yiwang serve` or `yiwang init` once: it upgrades the database.")
		return list // what else there is to look at has other tables
	default:
		add("database", fmt.Sprintf("%s, version %d", a.DB.Engine, have), "")
	}
	if a.DB.Engine == db.SQLite {
		a.examineFile(ctx, add)
	} else {
		a.examinePostgres(ctx, add)
	}
	city, err := a.Org.City(ctx)
	if err != nil {
		add("city", "none is loaded", "Run `yiwang init --city FOLDER`.")
	} else {
		add("city", fmt.Sprintf("%s, %d units, catalogue version %d", city.Policy.City.EN, len(city.Units), city.Catalogue.Version), "")
		mend := ""
		if city.Calendar.Provisional(a.Options.Now().AddDate(0, 0, 60)) {
			mend = "The holidays of the days ahead are not announced in the calendar: deadlines may move. Add the year to calendar/ and run `yiwang init` again."
		}
		add("calendar", city.Calendar.Location().String(), mend)
	}
	staff, err := a.Staff.List(ctx, access.System())
	switch ready := countReady(staff); {
	case err != nil:
		add("people", err.Error(), "See the error.")
	case ready == 0:
		add("people", "nobody can sign in", "Run `yiwang user add NAME --role … --unit …` and use the link it prints.")
	default:
		add("people", fmt.Sprintf("%d can sign in", ready), "")
	}
	jobs, err := a.Queue.Count(ctx)
	switch {
	case err != nil:
		add("jobs", err.Error(), "See the error.")
	case jobs.Failed > 0:
		add("jobs", fmt.Sprintf("%d due, %d failed", jobs.Due, jobs.Failed), "The log of the serving program says why (\"job failed\"); they are tried again by themselves.")
	case jobs.Due > 1000:
		add("jobs", fmt.Sprintf("%d due", jobs.Due), "Work piles up: is a program serving, or `yiwang worker` running? --workers gives it more hands.")
	default:
		add("jobs", fmt.Sprintf("%d due", jobs.Due), "")
	}
	if !web.HasAssets() {
		add("pages", "styles and scripts are missing", "This program was built without them: build it with `make build`.")
	} else {
		add("pages", "styles and scripts are in the program", "")
	}
	return list
}

func (a *App) examineFile(ctx context.Context, add func(what, found, mend string)) {
	var ok string
	err := a.DB.Reader().QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&ok)
	mend := ""
	if err != nil || ok != "ok" {
		mend = "The file is damaged: restore the last backup with `yiwang restore`."
		if err != nil {
			ok = err.Error()
		}
	}
	add("file", a.DB.Path+": "+ok, mend)
	info, err := os.Stat(a.DB.Path)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		add("file mode", info.Mode().Perm().String(), "Others on this machine can read it: chmod 600 "+a.DB.Path)
	}
	key := a.Options.Key
	if key == "" {
		key = a.DB.Path + ".key"
	}
	if info, err := os.Stat(key); err == nil && info.Mode().Perm()&0o077 != 0 {
		add("key", info.Mode().Perm().String(), "Others on this machine can read the key: chmod 600 "+key)
	}
}

func (a *App) examinePostgres(ctx context.Context, add func(what, found, mend string)) {
	var collate, encoding string
	var now time.Time
	err := a.DB.Reader().QueryRowContext(ctx, `SELECT datcollate, pg_encoding_to_char(encoding), now() FROM pg_database WHERE datname = current_database()`).
		Scan(&collate, &encoding, &now)
	if err != nil {
		add("PostgreSQL", err.Error(), "Check the connection.")
		return
	}
	mend := ""
	if encoding != "UTF8" {
		mend = "Names have characters that this encoding lacks: make the database with ENCODING 'UTF8'."
	} else if collate != "C" && collate != "C.UTF-8" && collate != "C.utf8" {
		mend = "Lists may be in another order than on SQLite: make the database with LC_COLLATE 'C.UTF-8'."
	}
	add("PostgreSQL", encoding+", collation "+collate, mend)
	if d := time.Since(now); d.Abs() > 5*time.Second {
		add("clock", "differs from the database's by "+d.Round(time.Second).String(), "Set both clocks by NTP: deadlines and sign-in codes depend on them.")
	}
}

func countReady(list []access.Staff) (n int) {
	for _, s := range list {
		if s.Ready && s.LeftAt.IsZero() {
			n++
		}
	}
	return n
}
