package command_test

import (
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// TestACopyIsServedAsItsSource moves a demo from SQLite to PostgreSQL and back, and wants the same answers of servers of all three, and a donation at the last one.
func TestACopyIsServedAsItsSource(t *testing.T) {
	t.Parallel()
	testnode.SkipFilling(t)
	folder := t.TempDir()
	testnode.Filled(t, folder, false)
	c := must.Get(demo.Load(folder))(t)
	source, back := config.FileIn(folder), config.Database("sqlite:"+filepath.Join(t.TempDir(), "back.db"))
	path, _ := source.File()
	key := config.Secret{KeyFile: path + ".key"}
	want := answersOf(t, source, key, c)
	from := source
	for _, to := range []config.Database{config.Database(testpg.Start(t)), back} {
		out, err := testnode.Do(t, command.Copy{From: from, To: to, Secret: key, JSON: true})
		must.Do(t, err)
		var did struct {
			To          string           `json:"to"`
			Tables      map[string]int64 `json:"tables"`
			Donations   int64            `json:"donations"`
			Differences int              `json:"differences"`
			Audit       string           `json:"audit"`
			Key         string           `json:"key"`
			KeyFile     string           `json:"key_file"`
		}
		must.Do(t, json.Unmarshal([]byte(out), &did))
		if did.Audit != "equal" || did.Differences != 0 || did.Donations == 0 || did.Tables["donations"] != did.Donations || did.KeyFile != key.KeyFile || did.Key == "" {
			t.Errorf("got %+v, want all donations, and an audit that is equal", did)
		}
		got := answersOf(t, to, key, c)
		for path, answer := range want {
			if got[path] != answer {
				t.Errorf("%s: got %s from the copy %s, want\n%s", path, got[path], did.To, answer)
			}
		}
		from = to
	}
	s := testnode.Start(t, serverOf(back, key))
	if status, page := testnode.Get(t, s.URL+"/@"+c.EmptyCampaign.OwnerSlug+"/"+c.EmptyCampaign.Slug+"/donate"); status != http.StatusOK || !strings.Contains(page, "<form") {
		t.Errorf("got %d, want a page to donate", status)
	}
	must.Do(t, s.Stop())
	if out, err := testnode.Do(t, command.Audit{DB: back}); err != nil || !strings.Contains(out, "totals equal the ledger") {
		t.Errorf("got %q, %v, want a clean audit", out, err)
	}
}

func serverOf(db config.Database, key config.Secret) command.Serve {
	return command.Serve{DB: db, Secret: key, Addr: "127.0.0.1:0", BaseURL: "https://give.example", ShutdownTimeout: time.Minute, Sandbox: true}
}

// answersOf asks a server of a database for what both versions of the API and the pages have of a campaign.
func answersOf(t *testing.T, db config.Database, key config.Secret, c demo.Credentials) map[string]string {
	t.Helper()
	s := testnode.Start(t, serverOf(db, key))
	all := map[string]string{}
	for _, path := range []string{
		"/api/v3/campaigns/1", "/api/v3/campaigns/1/donations", "/api/v3/campaigns/1/polls", "/api/v3/user", "/api/v3/causes/1",
		"/api/public/campaigns/" + c.Campaign.ID, "/api/public/campaigns/" + c.Campaign.ID + "/donations?limit=100", "/api/public/campaigns/" + c.Campaign.ID + "/donor_leaderboard",
	} {
		r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil))(t)
		r.Header.Set("Authorization", "Bearer "+c.V3.UserToken)
		answer := must.Get(http.DefaultClient.Do(r))(t)
		body := string(must.Get(io.ReadAll(answer.Body))(t))
		must.Do(t, answer.Body.Close())
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d %s", path, answer.StatusCode, body)
		}
		all[path] = body
	}
	must.Do(t, s.Stop())
	return all
}

func TestCopyRefuses(t *testing.T) {
	t.Parallel()
	testnode.SkipFilling(t)
	folder := t.TempDir()
	testnode.Filled(t, folder, false)
	source, to := config.FileIn(folder), config.Database("sqlite:"+filepath.Join(folder, "to.db"))
	testnode.Refused(t, command.Copy{From: config.FileIn(t.TempDir()), To: to}, "no database file", "--from")
	testnode.Refused(t, command.Copy{From: source, To: source}, "data of its own")
	wrong := filepath.Join(folder, "wrong.key")
	must.Get(seal.MakeFile(wrong))(t)
	testnode.Refused(t, command.Copy{From: source, To: to, Secret: config.Secret{KeyFile: wrong}}, "another secret key")

	path, _ := source.File()
	must.Do(t, os.Rename(path+".key", path+".away"))
	out, err := testnode.Do(t, command.Copy{From: source, To: to})
	for _, want := range []string{"donations: ", "The audits of both are equal.", "nobody checked: " + path + ".key is not there", filepath.Join(folder, "to.db.key")} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("got %v and %q, want %q", err, out, want)
		}
	}
	testnode.Refused(t, command.Copy{From: source, To: to}, "data of its own", "empty database")

	// Somebody uses the source meanwhile.
	printed := onLine{seen: "events: ", do: func() {
		_, err := testnode.Do(t, command.CreateUser{Store: command.Store{DB: source}, Username: "Late", Email: "late@example.org"})
		must.Do(t, err)
	}}
	must.Do(t, command.Copy{From: source, To: config.Database("sqlite:" + filepath.Join(folder, "moved.db"))}.Run(t.Context(), command.Terminal{Out: &printed, Err: io.Discard}))
	if text := printed.String(); !strings.Contains(text, "The source went on meanwhile") || strings.Contains(text, "are equal") {
		t.Errorf("got %q, want it to say that the source went on", text)
	}

	used := config.Database(testpg.Start(t))
	s := testnode.Start(t, serverOf(used, config.Secret{KeyFile: filepath.Join(folder, "used.key")}))
	testnode.Refused(t, command.Copy{From: source, To: used}, "in use by a server")
	must.Do(t, s.Stop())
	if out, err := testnode.Do(t, command.Copy{From: source, To: used}); err != nil || !strings.Contains(out, "are equal") {
		t.Errorf("got %q, %v for a database that was served, but is empty, want it copied into", out, err)
	}
	other := config.Database(testpg.Start(t))
	db := must.Get(sql.Open("pgx", string(other)))(t)
	t.Cleanup(func() { must.Do(t, db.Close()) })
	must.Get(db.ExecContext(t.Context(), "CREATE TABLE facts (id INT)"))(t)
	testnode.Refused(t, command.Copy{From: source, To: other}, "another program")
}

// onLine does something when a line is printed that begins with what is seen.
type onLine struct {
	strings.Builder
	seen string
	do   func()
}

// Write keeps what is printed.
func (w *onLine) Write(line []byte) (int, error) {
	if strings.HasPrefix(string(line), w.seen) {
		w.do()
	}
	return w.Builder.Write(line)
}
