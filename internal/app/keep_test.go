package app_test

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/schema"
)

// A backup of one engine is restored on the other, and life goes on there.
func TestBackupMovesACity(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for _, row := range []struct{ from, to db.Engine }{{db.SQLite, db.Postgres}, {db.Postgres, db.SQLite}, {db.SQLite, db.SQLite}} {
		t.Run(string(row.from)+" to "+string(row.to), func(t *testing.T) {
			t.Parallel()
			key := apptest.Key(t)
			fresh := func(e db.Engine) string {
				if e == db.Postgres {
					return dbtest.PostgresURL(t, nil)
				}
				return "file:" + filepath.Join(apptest.Folder(t), "yiwang.db")
			}
			old := apptest.Start(t, fresh(row.from), key, apptest.Options{Requests: 200})
			page := old.Somebody().Say("湖滨路路面坑洼，有个大坑。", "contact", "12012345678")
			old.Settle()
			dispatcher := old.As("dispatcher")
			at := dispatcher.Case("dispatch", "湖滨路路面坑洼")
			dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")

			zip := filepath.Join(apptest.Folder(t), "backup.zip")
			m, err := old.App.Backup(ctx, zip)
			if err != nil {
				t.Fatal(err)
			}
			if body, err := os.ReadFile(zip); err != nil || strings.Contains(string(body), "12012345678") {
				t.Errorf("contact data is open to read in the backup (%v)", err)
			}
			if _, err := old.App.Backup(ctx, zip); err == nil {
				t.Error("a backup was overwritten")
			}

			to := fresh(row.to)
			if _, err := app.Restore(ctx, app.Options{DB: to, Key: key}, zip, io.Discard); err != nil {
				t.Fatal(err)
			}
			if _, err := app.Restore(ctx, app.Options{DB: to, Key: key}, zip, io.Discard); err == nil {
				t.Error("restored over what is there")
			}
			moved := apptest.Start(t, to, key, apptest.Options{})
			moved.Somebody().Get(page).Shows(t, "湖滨路路面坑洼", "市政设施科")
			handler := moved.As("handler")
			handler.Do(at, "accept")
			moved.Somebody().Get(page).Shows(t, "开始办理")
			d := moved.As("dispatcher")
			d.Do(at, "contact", "request", d.Get(at).Field("request"), "contact_reason", "核实现场情况").Shows(t, "12012345678")
			d.Get("/work/search?q="+url.QueryEscape("湖滨路路面坑洼")).Shows(t, "湖滨路路面坑洼")
			// Who rings is known by the number they left.
			if list, err := moved.App.Intake.OfCaller(ctx, access.Actor{Staff: "x", Roles: []access.Role{access.Clerk}}, "+86 120 1234 5678", 10); err != nil || len(list) != 1 {
				t.Errorf("%d requests of the number after the move, %v", len(list), err)
			}
			again, err := moved.App.Backup(ctx, filepath.Join(apptest.Folder(t), "again.zip"))
			if err != nil {
				t.Fatal(err)
			}
			for name, part := range m.Parts {
				if got := again.Parts[name]; got == nil || got.Rows < part.Rows && name != "jobs.jsonl" {
					t.Errorf("%s had %d rows and has %+v", name, part.Rows, got)
				}
			}
		})
	}
}

// A damaged backup is not restored.
func TestDamagedBackup(t *testing.T) {
	c := apptest.SQLite(t, apptest.Options{})
	zip := filepath.Join(apptest.Folder(t), "backup.zip")
	if _, err := c.App.Backup(t.Context(), zip); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(zip)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{len(body) / 10, len(body) / 3, len(body) / 2} {
		broken := append([]byte(nil), body...)
		broken[at] ^= 0xff
		file := filepath.Join(apptest.Folder(t), "broken.zip")
		if err := os.WriteFile(file, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Verify(file); err == nil {
			t.Errorf("a byte at %d of %d was changed, and nobody noticed", at, len(body))
		}
	}
}

// A database of an older program is copied, then upgraded.
func TestUpgrade(t *testing.T) {
	ctx := t.Context()
	dir := apptest.Folder(t)
	file := filepath.Join(dir, "yiwang.db")
	d, err := db.Open(ctx, "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.MigrateTo(ctx, d, 1); err != nil {
		t.Fatal(err)
	}
	_, newest, err := schema.Version(ctx, d)
	if err != nil || newest < 2 {
		t.Fatal(newest, err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	key := apptest.Key(t)
	seen, err := app.Open(ctx, app.Options{DB: "file:" + file, Key: key, AsIs: true})
	if err != nil {
		t.Fatal(err)
	}
	if list := seen.Examine(ctx); len(list) != 1 || !strings.Contains(list[0].Found, "version 1 of") || list[0].Mend == "" {
		t.Errorf("an older database: %+v", list)
	}
	if _, err := seen.Backup(ctx, filepath.Join(dir, "old.zip")); err == nil {
		t.Error("an older database was backed up")
	}
	if err := seen.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(ctx, app.Options{DB: "file:" + filepath.Join(dir, "none.db"), AsIs: true}); err == nil {
		t.Error("a database that is not there was opened")
	}
	if made, err := filepath.Glob(filepath.Join(dir, "none*")); err != nil || len(made) > 0 {
		t.Errorf("made: %v %v", made, err)
	}
	// Somebody was cut off while copying.
	if err := os.WriteFile(fmt.Sprintf("%s.before-%d.part", file, newest), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := apptest.Start(t, "file:"+file, key, apptest.Options{})
	if have, _, err := schema.Version(ctx, c.App.DB); err != nil || have != newest {
		t.Errorf("it has version %d (%v)", have, err)
	}
	copies, err := filepath.Glob(file + ".before-*")
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies: %v %v", copies, err)
	}
	old, err := db.Open(ctx, "file:"+copies[0])
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close() //nolint:errcheck // a test's file
	if have, _, err := schema.Version(ctx, old); err != nil || have != 1 {
		t.Errorf("the copy has version %d (%v)", have, err)
	}
	c.Somebody().Say("路灯坏了")
}

func TestDoctor(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		c.Settle()
		for _, f := range c.App.Examine(context.Background()) {
			// Nobody has set a password; styles are built by make; next year's
			// holidays may not be announced yet.
			if f.What == "people" || f.What == "pages" || f.What == "calendar" {
				continue
			}
			if f.Mend != "" {
				t.Errorf("%s: %s — %s", f.What, f.Found, f.Mend)
			}
		}
	})
	empty := apptest.SQLite(t, apptest.Options{Empty: true})
	found := false
	for _, f := range empty.App.Examine(context.Background()) {
		found = found || strings.Contains(f.Mend, "yiwang init")
	}
	if !found {
		t.Error("without a city, nobody says to load one")
	}
}
