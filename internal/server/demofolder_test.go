package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/testpg"
)

func demoIn(folder string) config.Demo {
	return config.Demo{Data: folder, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute}
}

func refusedDemo(t *testing.T, c config.Demo, words ...string) {
	t.Helper()
	refusal(t, server.Demo(t.Context(), c, io.Discard, io.Discard), words)
}

// finished is a folder with a demo that was filled and stopped.
func finished(t *testing.T) string {
	t.Helper()
	d := startDemo(t, demoIn(t.TempDir()))
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	return d.data
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// skipFilling leaves a test out of -short that fills a demo, as others do that stay.
func skipFilling(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves it out: it fills a demo")
	}
}

func TestDemoThatWasInterruptedStartsAfresh(t *testing.T) {
	skipFilling(t)
	t.Parallel()
	data := t.TempDir()
	write(t, filepath.Join(data, "filling"), "sqlite:almoner.db\n")
	write(t, filepath.Join(data, "almoner.db"), strings.Repeat("half a database ", 100))
	d := startDemo(t, demoIn(data))
	if status, body := get(t, fmt.Sprintf("%s/@%s/%s", d.url, d.credentials.Campaign.OwnerSlug, d.credentials.Campaign.Slug)); status != 200 {
		t.Errorf("got %d %s, want the campaign's page", status, body)
	}
	if _, err := os.Stat(filepath.Join(data, "filling")); err == nil {
		t.Error("got the mark of an unfinished demo, want none")
	}
}

func TestOnlyWhatTheMarkNamesIsRemoved(t *testing.T) {
	skipFilling(t)
	t.Parallel()
	data := finished(t)
	credentials := read(t, filepath.Join(data, "credentials.json"))
	for _, mark := range []string{"postgres://u@h/d", "sqlite:other.db", "", "sqlite:almoner.db"} {
		// Even the folder's own mark removes nothing once there are credentials.
		write(t, filepath.Join(data, "filling"), mark)
		d := startDemo(t, demoIn(data))
		if err := d.stop(); err != nil {
			t.Fatal(err)
		}
		base := `"base_url": "` + d.credentials.BaseURL + `"`
		_, now, _ := strings.Cut(read(t, filepath.Join(data, "credentials.json")), base)
		if _, was, _ := strings.Cut(credentials, ","); now != ","+was {
			t.Errorf("mark %q: got other credentials, want only base_url changed", mark)
		}
	}

	elsewhere := filepath.Join(t.TempDir(), "elsewhere.db")
	write(t, elsewhere, strings.Repeat("somebody's letters ", 100))
	folder := t.TempDir()
	write(t, filepath.Join(folder, "filling"), "sqlite:"+elsewhere)
	c := demoIn(folder)
	c.DB = config.Database("sqlite:" + elsewhere)
	refusedDemo(t, c, "not a database")
	if got := read(t, elsewhere); !strings.HasPrefix(got, "somebody's letters") {
		t.Errorf("got %q, want the file outside of the folder left alone", got)
	}
}

func TestFolderBelongsToOneDemo(t *testing.T) {
	t.Parallel()
	data := finished(t)
	credentials := read(t, filepath.Join(data, "credentials.json"))
	if want := `"database": "sqlite:almoner.db",` + "\n" + `  "seed": 1,`; !strings.Contains(credentials, want) {
		t.Errorf("got %s, want %s", credentials, want)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	c := demoIn(data)
	c.DB = config.Database("sqlite:" + other)
	refusedDemo(t, c, "belongs to the demo with the database sqlite:almoner.db", "--data")
	c.DB = "postgres://u:secret@h/d"
	refusedDemo(t, c, "postgres://u@h/d", "--data")
	if _, err := os.Stat(other); err == nil {
		t.Error("got a database, want none made")
	}
	c = demoIn(data)
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
	write(t, filepath.Join(data, "credentials.json"), string(text))
	c = demoIn(data)
	c.DB = config.Database("sqlite:" + other)
	refusedDemo(t, c, "belongs to the demo")
	moved := data + "-moved"
	if err := os.Rename(data, moved); err != nil {
		t.Fatal(err)
	}
	if err := startDemo(t, demoIn(moved)).stop(); err != nil {
		t.Errorf("moved folder: got %v, want it to go on", err)
	}
}

func TestTokensOfAnotherDatabaseAreRefused(t *testing.T) {
	skipFilling(t)
	t.Parallel()
	data := finished(t)
	path := filepath.Join(data, "credentials.json")
	var all map[string]any
	if err := json.Unmarshal([]byte(read(t, path)), &all); err != nil {
		t.Fatal(err)
	}
	all["v3"] = map[string]string{"application_token": strings.Repeat("0", 64)}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(text))
	refusedDemo(t, demoIn(data), path, "not those of the database sqlite:almoner.db", "--data")
}

func TestInterruptedFillingOfAServer(t *testing.T) {
	t.Parallel()
	database := config.Database(testpg.Start(t))
	c := demoIn(t.TempDir())
	c.DB = database
	d := startDemo(t, c)
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := server.Audit(t.Context(), config.Audit{Data: c.Data}, &out); err != nil || !strings.Contains(out.String(), "totals equal") {
		t.Errorf("audit of the folder: got %v %s, want that of its database", err, &out)
	}
	if err := os.Remove(filepath.Join(c.Data, "credentials.json")); err != nil {
		t.Fatal(err)
	}
	refusedDemo(t, c, "credentials.json is missing")
	write(t, filepath.Join(c.Data, "filling"), database.NameIn(c.Data))
	refusedDemo(t, c, "was interrupted", "empty the database", "--db")
}

func TestAuditAsksForAPassword(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	write(t, filepath.Join(data, "credentials.json"), `{"database":"postgres://nobody@127.0.0.1:1/none?connect_timeout=2"}`)
	refusal(t, server.Audit(t.Context(), config.Audit{Data: data}, io.Discard), []string{"postgres://nobody@127.0.0.1:1/none", "give --db", "PGPASSWORD"})
}
