package server_test

import (
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

// TestCommandsTouchNoDatabaseThatIsNotTheirs looks at the files before and after.
func TestCommandsTouchNoDatabaseThatIsNotTheirs(t *testing.T) {
	t.Parallel()
	commands := map[string]func(context.Context, config.Database) error{
		"audit": func(ctx context.Context, d config.Database) error {
			return server.Audit(ctx, config.Audit{DB: d}, io.Discard)
		},
		"user create": func(ctx context.Context, d config.Database) error {
			return server.CreateUser(ctx, config.User{Store: config.Store{DB: d}, Username: "Bo", Email: "bo@example.org"}, io.Discard)
		},
		"app create": func(ctx context.Context, d config.Database) error {
			return server.CreateApplication(ctx, config.Application{Store: config.Store{DB: d}, Name: "Bot", Owner: "bo"}, io.Discard)
		},
		"migrate": func(ctx context.Context, d config.Database) error {
			return server.Migrate(ctx, config.Store{DB: d}, io.Discard)
		},
		"serve": func(ctx context.Context, d config.Database) error {
			return server.Serve(ctx, config.Serve{DB: d, Addr: "127.0.0.1:0"}, io.Discard, io.Discard)
		},
	}
	empty := filepath.Join(t.TempDir(), "empty.db")
	write(t, empty, "")
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
		before := read(t, path)
		for name, run := range commands {
			if slices.Contains(c.not, name) {
				continue
			}
			refusal(t, run(t.Context(), c.database), c.words)
			if read(t, path) != before {
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
	database := fileIn(t)
	path, _ := database.File()
	start(t, config.Serve{DB: database, Addr: "127.0.0.1:0"})
	for _, part := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + part); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v, want mode 0600", part, info, err)
		}
	}
}
