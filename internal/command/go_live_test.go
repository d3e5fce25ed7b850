package command_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testworld"
)

var (
	liveKeys = checkout.Providers{Stripe: checkout.Stripe{Key: "sk_live_1", WebhookSecret: "whsec_1"}}
	testKeys = checkout.Providers{Stripe: checkout.Stripe{Key: "rk_test_1", WebhookSecret: "whsec_1"}}
)

// played is a database with one donation of a mode to the cause water.
func played(t *testing.T, url string, mode fund.Mode) config.Database {
	t.Helper()
	use := testworld.NewAt(t, storetest.Unfixed(t, url), testworld.Options{Mode: mode})
	cause := must.Get(use.ImportCause(t.Context(), app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD", Status: fund.Published}}))(t)
	_, err := use.Donate(t.Context(), app.System(), fund.DonationInput{Fact: fund.Key{ID: cause.ID}, Amount: "999.99", Name: "Mallory"})
	must.Do(t, err)
	must.Do(t, use.Store.Close())
	return config.Database(url)
}

func serving(db config.Database, providers checkout.Providers) command.Serve {
	return command.Serve{DB: db, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Providers: providers}
}

func TestMoneyOfAnotherKindIsNotServed(t *testing.T) {
	t.Parallel()
	sandbox := command.Serve{Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Sandbox: true}
	for mode, refused := range map[fund.Mode][]command.Serve{
		fund.ModeSandbox: {serving("", liveKeys), serving("", testKeys)},
		fund.ModeTest:    {serving("", liveKeys), sandbox},
		fund.ModeLive:    {serving("", testKeys), sandbox},
	} {
		db := played(t, storetest.SQLite(t), mode)
		for _, c := range refused {
			c.DB = db
			want := []string{"The database", "another database with --db"}
			if mode.Play() {
				want = append(want, "play money", "almoner go-live --db")
			} else {
				want = append(want, "holds real money")
			}
			testnode.Refused(t, c, want...)
		}
		// Without a provider it is served, and nothing is taken.
		s := testnode.Start(t, serving(db, checkout.Providers{}))
		if status, page := testnode.Get(t, s.URL+"/water/donate"); status != http.StatusOK || !strings.Contains(page, "Giving is not open here yet") {
			t.Errorf("%s: got %d\n%s\nwant the page without its form", mode, status, page)
		}
		if status, page := testnode.Get(t, s.URL+"/cause/water"); status != http.StatusOK || strings.Contains(page, "all money here is play money") != mode.Play() {
			t.Errorf("%s: got %d\n%s\nwant it to say what its money is", mode, status, page)
		}
	}
}

func TestAnswersSayThatMoneyIsPlayMoney(t *testing.T) {
	t.Parallel()
	for mode, c := range map[fund.Mode]command.Serve{
		fund.ModeSandbox: {Sandbox: true}, fund.ModeTest: {Providers: testKeys}, fund.ModeLive: {Providers: liveKeys}, "": {},
	} {
		c.DB, c.Addr, c.ShutdownTimeout = config.Database(storetest.Unfixed(t, storetest.SQLite(t))), "127.0.0.1:0", time.Minute
		s := testnode.Start(t, c)
		want := ""
		if mode.Play() {
			want = string(mode)
		}
		etag := ""
		for _, ask := range []struct{ method, path string }{
			{"GET", "/api/v3/causes/1"}, {"GET", "/api/v3/none"}, {"GET", "/api/public/causes/none"}, {"HEAD", "/api/public/healthz"},
			{"POST", "/api/private/campaigns"}, {"OPTIONS", "/api/public/causes/none"}, {"GET", "/api/nowhere"}, {"GET", "/api/v3/%zz"},
		} {
			r := must.Get(http.NewRequestWithContext(t.Context(), ask.method, s.URL+strings.ReplaceAll(ask.path, "%zz", "x"), nil))(t)
			if strings.Contains(ask.path, "%zz") {
				r.URL.Opaque = "//" + r.URL.Host + ask.path
			}
			r.Header.Set("If-None-Match", etag)
			got := must.Get(http.DefaultClient.Do(r))(t)
			must.Do(t, got.Body.Close())
			exposed := strings.Contains(got.Header.Get("Access-Control-Expose-Headers"), "Almoner-Mode")
			if got.Header.Get("Almoner-Mode") != want || exposed != (want != "") {
				t.Errorf("mode %q, %s %s: got %q (exposed: %v), want %q", mode, ask.method, ask.path, got.Header.Get("Almoner-Mode"), exposed, want)
			}
		}
	}
}

func TestGoLive(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := played(t, url(t), fund.ModeSandbox)
			c := command.GoLive{Store: command.Store{DB: db}, JSON: true}
			path, file := db.File()
			if !file {
				testnode.Refused(t, c, "pg_dump", "--backup-made")
				c.BackupMade = true
			}
			running := testnode.Start(t, serving(db, checkout.Providers{}))
			testnode.Refused(t, c, "in use")
			must.Do(t, running.Stop())
			for _, typed := range []string{"", "yes\n", "go\n"} {
				var out, asked bytes.Buffer
				err := c.Run(t.Context(), command.Terminal{In: strings.NewReader(typed), Out: &out, Err: &asked})
				if err == nil || !strings.Contains(err.Error(), "Nothing was changed") || !strings.Contains(asked.String(), `Type "go live"`) {
					t.Errorf("typed %q: got %v %s, want to be asked, and nothing changed", typed, err, asked.String())
				}
			}
			var out bytes.Buffer
			must.Do(t, c.Run(t.Context(), command.Terminal{In: strings.NewReader("go live\n"), Out: &out, Err: t.Output()}))
			var done struct {
				Mode         string
				Donations    int
				Backup, Undo string
			}
			must.Do(t, json.Unmarshal(out.Bytes(), &done))
			if done.Mode != "sandbox" || done.Donations != 1 || (done.Backup != "") != file || done.Undo == "" {
				t.Errorf("got %s, want what was done, and how to undo it", out.String())
			}
			wantEmptied(t, db)
			if file {
				if left := must.Get(os.ReadFile(path))(t); bytes.Contains(left, []byte("Mallory")) {
					t.Error("got the name of a donor in free pages of the file, want it gone")
				}
				wantUndone(t, path, done.Backup)
			}
		})
	}
}

// wantEmptied wants a database that is clean and takes real money.
func wantEmptied(t *testing.T, db config.Database) {
	t.Helper()
	if out, err := testnode.Do(t, command.Audit{DB: db}); err != nil || !strings.Contains(out, " 0 donations: totals equal the ledger") {
		t.Errorf("audit: got %v %s, want no donations and no difference", err, out)
	}
	testnode.Refused(t, command.GoLive{Store: command.Store{DB: db}, Yes: true, BackupMade: true}, "no donations yet")
	s := testnode.Start(t, serving(db, liveKeys))
	if status, page := testnode.Get(t, s.URL+"/cause/water"); status != http.StatusOK || strings.Contains(page, "999.99") || strings.Contains(page, "Mallory") ||
		strings.Contains(page, "play money") {
		t.Errorf("got %d\n%s\nwant the cause as if nobody had given", status, page)
	}
	must.Do(t, s.Stop())
}

// wantUndone wants the way back to lead there.
func wantUndone(t *testing.T, path, backup string) {
	t.Helper()
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 || filepath.Dir(backup) != filepath.Dir(path) {
		t.Fatalf("got %v, %v, want a backup beside the database for its owner only", info, err)
	}
	for _, part := range []string{path + "-wal", path + "-shm"} {
		if err := os.Remove(part); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	must.Do(t, os.Rename(backup, path))
	if out, err := testnode.Do(t, command.Audit{DB: config.Database("sqlite:" + path)}); err != nil || !strings.Contains(out, " 1 donations: totals equal the ledger") {
		t.Errorf("audit: got %v %s, want the donation back", err, out)
	}
}

func TestRealMoneyIsNeverTakenOut(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeLive)
	testnode.Refused(t, command.GoLive{Store: command.Store{DB: db}, Yes: true}, "real money", "never taken out")
	if out, err := testnode.Do(t, command.Audit{DB: db}); err != nil || !strings.Contains(out, " 1 donations") {
		t.Errorf("audit: got %v %s, want the donation where it was", err, out)
	}
	if left := must.Get(filepath.Glob(strings.TrimPrefix(string(db), "sqlite:") + ".before*"))(t); len(left) > 0 {
		t.Errorf("got %v, want no backup of what is not touched", left)
	}
}
