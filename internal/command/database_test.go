package command_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/testnode"
)

// TestCommandsTouchNoDatabaseThatIsNotTheirs looks at the files before and after.
func TestCommandsTouchNoDatabaseThatIsNotTheirs(t *testing.T) {
	t.Parallel()
	commands := func(d config.Database) map[string]testnode.Command {
		on := command.Store{DB: d}
		return map[string]testnode.Command{
			"audit":       command.Audit{DB: d},
			"user create": command.CreateUser{Store: on, Username: "Bo", Email: "bo@example.org"},
			"app create":  command.CreateApplication{Store: on, Name: "Bot", Owner: "bo"},
			"migrate":     command.Migrate{Store: on},
			"serve":       command.Serve{DB: d, Addr: "127.0.0.1:0"},
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.db")
	testnode.Write(t, empty, "")
	foreign := config.Database("sqlite:" + another(t))
	for _, c := range []struct {
		database config.Database
		words    []string
		not      []string // the commands that do take it
	}{
		{config.Database("sqlite:" + empty), []string{"version 0", "almoner migrate"}, []string{"migrate", "serve"}},
		{foreign, []string{"not a database of Almoner", "--db"}, nil},
		{newer(t), []string{"newer version", "99999"}, nil},
	} {
		path, _ := c.database.File()
		before := testnode.Read(t, path)
		for name, refused := range commands(c.database) {
			if slices.Contains(c.not, name) {
				continue
			}
			testnode.Refused(t, refused, c.words...)
			if testnode.Read(t, path) != before {
				t.Errorf("%s: got %s changed, want it as it was", name, path)
			}
		}
	}
}

// another is the database of another program.
func another(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "another.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE letters (text TEXT)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesOfADatabaseAreForTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	database := testnode.Database(t)
	path, _ := database.File()
	testnode.Start(t, command.Serve{DB: database, Addr: "127.0.0.1:0"})
	for _, part := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + part); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v, want mode 0600", part, info, err)
		}
	}
}

func TestCommandsBesideTheServer(t *testing.T) {
	t.Parallel()
	database := command.Store{DB: testnode.Database(t)}
	user := command.CreateUser{Store: command.Store{DB: database.DB}, Username: "Ana", Email: "ana@example.org"}
	if out, err := testnode.Do(t, command.Migrate{Store: database}); err != nil || !strings.Contains(out, "from version 0") {
		t.Fatalf("migrate: got %v %s, want it done", err, out)
	}
	testnode.Start(t, command.Serve{DB: database.DB, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	if out, err := testnode.Do(t, user); err != nil || !strings.Contains(out, "slug: ana\npassword: ") {
		t.Errorf("user: got %v %s, want a slug and a password", err, out)
	}
	_, again := testnode.Do(t, user)
	if got, want := command.Explain(again), "slug is already taken\nemail is already taken"; got != want {
		t.Errorf("same user again: got %q, want %q", got, want)
	}
	application := command.CreateApplication{Store: command.Store{DB: database.DB}, Name: "Bot", RedirectURIs: []string{"https://bot.example.org/back"}, Owner: "ana"}
	if out, err := testnode.Do(t, application); err != nil || !strings.Contains(out, "client_secret: ") || strings.Contains(out, "_token: ") {
		t.Errorf("application: got %v %s, want a secret, and no token that ends in two hours", err, out)
	}
	application.API = "v3"
	if out, err := testnode.Do(t, application); err != nil || !strings.Contains(out, "application_token: ") {
		t.Errorf("application of V3: got %v %s, want a token", err, out)
	}
	application.Owner = "nobody"
	testnode.Refused(t, application, "no user nobody", "user create")
	testnode.Refused(t, command.Audit{Data: t.TempDir()}, "no database file", "--db")
}

// newer is a database that says to be from a later version.
func newer(t *testing.T) config.Database {
	t.Helper()
	database := testnode.Database(t)
	if _, err := testnode.Do(t, command.Migrate{Store: command.Store{DB: database}}); err != nil {
		t.Fatal(err)
	}
	path, _ := database.File()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return database
}
