package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

func refusedDemo(t *testing.T, c command.Demo, words ...string) {
	t.Helper()
	testnode.Refused(t, c, words...)
}

// finished is a folder with a demo that was filled and stopped.
func finished(t *testing.T) string {
	t.Helper()
	d := testnode.StartDemo(t, testnode.DemoIn(t.TempDir()))
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	return d.Data
}

func TestDemoThatWasInterruptedStartsAfresh(t *testing.T) {
	testnode.SkipFilling(t)
	t.Parallel()
	data := t.TempDir()
	testnode.Write(t, filepath.Join(data, "filling"), "sqlite:almoner.db\n")
	testnode.Write(t, filepath.Join(data, "almoner.db"), strings.Repeat("half a database ", 100))
	d := testnode.StartDemo(t, testnode.DemoIn(data))
	if status, body := testnode.Get(t, fmt.Sprintf("%s/@%s/%s", d.URL, d.Credentials.Campaign.OwnerSlug, d.Credentials.Campaign.Slug)); status != 200 {
		t.Errorf("got %d %s, want the campaign's page", status, body)
	}
	if _, err := os.Stat(filepath.Join(data, "filling")); err == nil {
		t.Error("got the mark of an unfinished demo, want none")
	}
}

func TestOnlyWhatTheMarkNamesIsRemoved(t *testing.T) {
	testnode.SkipFilling(t)
	t.Parallel()
	data := finished(t)
	credentials := testnode.Read(t, filepath.Join(data, "credentials.json"))
	for _, mark := range []string{"postgres://u@h/d", "sqlite:other.db", "", "sqlite:almoner.db"} {
		// Even the folder's own mark removes nothing once there are credentials.
		testnode.Write(t, filepath.Join(data, "filling"), mark)
		d := testnode.StartDemo(t, testnode.DemoIn(data))
		if err := d.Stop(); err != nil {
			t.Fatal(err)
		}
		base := `"base_url": "` + d.Credentials.BaseURL + `"`
		_, now, _ := strings.Cut(testnode.Read(t, filepath.Join(data, "credentials.json")), base)
		if _, was, _ := strings.Cut(credentials, ","); now != ","+was {
			t.Errorf("mark %q: got other credentials, want only base_url changed", mark)
		}
	}

	elsewhere := filepath.Join(t.TempDir(), "elsewhere.db")
	testnode.Write(t, elsewhere, strings.Repeat("somebody's letters ", 100))
	folder := t.TempDir()
	testnode.Write(t, filepath.Join(folder, "filling"), "sqlite:"+elsewhere)
	c := testnode.DemoIn(folder)
	c.DB = config.Database("sqlite:" + elsewhere)
	refusedDemo(t, c, "not a database")
	if got := testnode.Read(t, elsewhere); !strings.HasPrefix(got, "somebody's letters") {
		t.Errorf("got %q, want the file outside of the folder left alone", got)
	}
}

func TestFolderBelongsToOneDemo(t *testing.T) {
	t.Parallel()
	data := finished(t)
	credentials := testnode.Read(t, filepath.Join(data, "credentials.json"))
	if want := `"database": "sqlite:almoner.db",` + "\n" + `  "seed": 1,`; !strings.Contains(credentials, want) {
		t.Errorf("got %s, want %s", credentials, want)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	c := testnode.DemoIn(data)
	c.DB = config.Database("sqlite:" + other)
	refusedDemo(t, c, "belongs to the demo with the database sqlite:almoner.db", "--data")
	c.DB = "postgres://u:secret@h/d"
	refusedDemo(t, c, "postgres://u@h/d", "--data")
	if _, err := os.Stat(other); err == nil {
		t.Error("got a database, want none made")
	}
	c = testnode.DemoIn(data)
	c.Seed = 2
	refusedDemo(t, c, "has the data of seed 1", "--seed")

	// Credentials without the keys are those of the file in the folder.
	var old map[string]any
	if err := json.Unmarshal([]byte(credentials), &old); err != nil {
		t.Fatal(err)
	}
	delete(old, "database")
	delete(old, "seed")
	text, err := json.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	testnode.Write(t, filepath.Join(data, "credentials.json"), string(text))
	c = testnode.DemoIn(data)
	c.DB = config.Database("sqlite:" + other)
	refusedDemo(t, c, "belongs to the demo")
	moved := data + "-moved"
	if err := os.Rename(data, moved); err != nil {
		t.Fatal(err)
	}
	if err := testnode.StartDemo(t, testnode.DemoIn(moved)).Stop(); err != nil {
		t.Errorf("moved folder: got %v, want it to go on", err)
	}
}

func TestTokensOfAnotherDatabaseAreRefused(t *testing.T) {
	testnode.SkipFilling(t)
	t.Parallel()
	data := finished(t)
	path := filepath.Join(data, "credentials.json")
	var all map[string]any
	if err := json.Unmarshal([]byte(testnode.Read(t, path)), &all); err != nil {
		t.Fatal(err)
	}
	all["v3"] = map[string]string{"application_token": strings.Repeat("0", 64)}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	testnode.Write(t, path, string(text))
	refusedDemo(t, testnode.DemoIn(data), path, "not those of the database sqlite:almoner.db", "--data")
}

func TestInterruptedFillingOfAServer(t *testing.T) {
	t.Parallel()
	database := config.Database(testpg.Start(t))
	c := testnode.DemoIn(t.TempDir())
	c.DB = database
	d := testnode.StartDemo(t, c)
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	if out, err := testnode.Do(t, command.Audit{Data: c.Data}); err != nil || !strings.Contains(out, "totals equal") {
		t.Errorf("audit of the folder: got %v %s, want that of its database", err, out)
	}
	if err := os.Remove(filepath.Join(c.Data, "credentials.json")); err != nil {
		t.Fatal(err)
	}
	refusedDemo(t, c, "credentials.json is missing")
	testnode.Write(t, filepath.Join(c.Data, "filling"), database.NameIn(c.Data))
	refusedDemo(t, c, "was interrupted", "empty the database", "--db")
}

func TestAuditAsksForAPassword(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	testnode.Write(t, filepath.Join(data, "credentials.json"), `{"database":"postgres://nobody@127.0.0.1:1/none?connect_timeout=2"}`)
	testnode.Refused(t, command.Audit{Data: data}, "postgres://nobody@127.0.0.1:1/none", "give --db", "PGPASSWORD")
}
