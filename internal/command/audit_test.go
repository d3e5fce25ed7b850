package command_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/testnode"
)

func TestAuditFindsWhatDiffersAndRebuildsIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "almoner.db")
	c := command.Audit{DB: config.Database("sqlite:" + path)}
	audit := func() (string, error) {
		return testnode.Do(t, c)
	}
	if out, err := audit(); err == nil || !strings.Contains(err.Error(), "There is no database file") {
		t.Errorf("got %q, %v, want a word about the missing file", out, err)
	}
	if _, err := testnode.Do(t, command.Migrate{Store: command.Store{DB: c.DB}}); err != nil {
		t.Fatal(err)
	}
	user := command.CreateUser{Store: command.Store{DB: c.DB}, Username: "Ada", Email: "ada@example.org"}
	if _, err := testnode.Do(t, user); err != nil {
		t.Fatal(err)
	}
	// The first one begins the leaderboards.
	if out, err := audit(); err != nil || !strings.Contains(out, "totals equal the ledger") {
		t.Errorf("got %q, %v before the damage, want no difference", out, err)
	}
	damage(t, path, "UPDATE users SET raised_usd = 7")
	damage(t, path, "INSERT INTO boards (id, fact_id, board, period, begins, version) SELECT 7, id, 'user', 'all', 0, 2 FROM users")
	damage(t, path, "INSERT INTO scores (board_id, entrant_id, score) SELECT 7, id, 9 FROM users")
	out, err := audit()
	for _, want := range []string{"users.raised_usd", "is 7, the ledger says 0", "scores.user", "is 9, the ledger says 0"} {
		if !errors.Is(err, command.ErrDifferences) || !strings.Contains(out, want) {
			t.Errorf("got %q, %v, want it to say %s", out, err, want)
		}
	}
	c.JSON = true
	if out, err := audit(); !errors.Is(err, command.ErrDifferences) || strings.Count(out, "\n") != 1 ||
		!strings.Contains(out, `"clean":false,"found":["users.raised_usd of `) || !strings.Contains(out, `"rebuilt":false,"behind":0,"unknown_mails":0,"provider_events":[]}`) {
		t.Errorf("got %q, %v, want it as one object", out, err)
	}
	c.JSON = false
	c.Rebuild = true
	if out, err := audit(); err != nil || !strings.Contains(out, "totals equal the ledger") {
		t.Errorf("got %q, %v, want it mended", out, err)
	}
	c.Rebuild = false
	if out, err := audit(); err != nil || strings.Contains(out, "behind") {
		t.Errorf("got %q, %v after a rebuild, want no difference", out, err)
	}
}

func damage(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
