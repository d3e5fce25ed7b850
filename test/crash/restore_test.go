package crash_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

// TestARestoreIsKilled kills a restore between any two of its steps, and wants the old database or the new one: with all that was committed of the old one,
// also what was in its log of changes only.
func TestARestoreIsKilled(t *testing.T) {
	skipShort(t)
	t.Parallel()
	run := almoner{testnode.Build(t, "-tags", "killpoints")}
	seed := t.TempDir()
	path := filepath.Join(seed, "almoner.db")
	must.Do(t, os.WriteFile(path, must.Get(os.ReadFile(strings.TrimPrefix(storetest.SQLite(t), "sqlite:")))(t), 0o600))
	must.Get(run.in(t, seed, "", "user", "create", "--username", "Ada", "--email", "ada@almoner.test"))(t)
	must.Get(run.in(t, seed, "", "backup", "--out", "ada.db.zst"))(t)
	if out, err := run.in(t, seed, "committed:1", "user", "create", "--username", "Bo", "--email", "bo@almoner.test"); err == nil {
		t.Fatalf("got %s, want it killed after its commit", out)
	}
	if info := must.Get(os.Stat(path + "-wal"))(t); info.Size() == 0 {
		t.Fatal("got no log of changes, want one with what was committed last")
	}
	old, fresh := 0, 0
	for step := 1; ; step++ {
		folder := t.TempDir()
		must.Do(t, os.CopyFS(folder, os.DirFS(seed)))
		_, err := run.in(t, folder, fmt.Sprintf("restoring:%d", step), "restore", "--replace", "--from", "ada.db.zst")
		users := must.Get(run.in(t, folder, "", "user", "list", "--json"))(t)
		switch {
		case !strings.Contains(users, "ada@almoner.test"):
			t.Errorf("step %d: got %s, want Ada in either", step, users)
		case strings.Contains(users, "bo@almoner.test"):
			old++
		default:
			fresh++
		}
		if out := must.Get(run.in(t, folder, "", "audit"))(t); !strings.Contains(out, "totals equal the ledger") {
			t.Errorf("step %d: got %s, want totals that equal the ledger", step, out)
		}
		if err == nil {
			break
		}
	}
	if old < 5 || fresh < 2 {
		t.Errorf("got the old database %d times and the new one %d times, want each of the steps", old, fresh)
	}
}

// almoner is the program.
type almoner struct{ binary string }

// in runs a command in a folder, killed at a place; "" for none.
func (a almoner) in(t *testing.T, folder, killAt string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), a.binary, args...)
	command.Dir, command.Env = folder, append(os.Environ(), "ALMONER_KILL_AT="+killAt)
	out, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return string(out), err
}
