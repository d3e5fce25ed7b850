//go:build linux

package crash_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

// TestBackupsOnAFullDisk makes a backup and puts it back with ever more room on the disk until it fits, and wants each that failed to leave everything as it was.
func TestBackupsOnAFullDisk(t *testing.T) {
	skipShort(t)
	t.Parallel()
	if !withOwnMounts(t) {
		return
	}
	run, folder := almoner{testnode.Build(t, "-tags", "killpoints")}, smallDisk(t)
	path := filepath.Join(folder, "almoner.db")
	must.Do(t, os.WriteFile(path, must.Get(os.ReadFile(strings.TrimPrefix(storetest.SQLite(t), "sqlite:")))(t), 0o600))
	must.Get(run.in(t, folder, "", "user", "create", "--username", "Ada", "--email", "ada@almoner.test"))(t)
	for _, args := range [][]string{
		{"backup", "--out", "ada.db.zst"}, {"restore", "--replace", "--from", "ada.db.zst"},
	} {
		filler := filepath.Join(folder, "filler")
		fill(t, filler)
		before, names := must.Get(os.ReadFile(path))(t), namesIn(t, folder)
		failed := 0
		for {
			_, err := run.in(t, folder, "", args...)
			if err == nil {
				break
			}
			failed++
			// Without any room SQLite cannot even look.
			if said := err.Error(); !strings.Contains(said, "room on the disk") && !strings.Contains(said, "disk I/O error") {
				t.Errorf("%s: got %v, want that there is no room", args[0], err)
			}
			if left := namesIn(t, folder); left != names {
				t.Errorf("%s: got %s, want no more than before: %s", args[0], left, names)
			}
			if string(must.Get(os.ReadFile(path))(t)) != string(before) {
				t.Fatalf("%s: got the database changed, want it as it was", args[0])
			}
			must.Do(t, os.Truncate(filler, must.Get(os.Stat(filler))(t).Size()-512<<10))
		}
		if failed < 3 {
			t.Errorf("%s: got %d failures, want it to fail at several places", args[0], failed)
		}
		must.Do(t, os.Remove(filler))
	}
	if users := must.Get(run.in(t, folder, "", "user", "list", "--json"))(t); !strings.Contains(users, "ada@almoner.test") {
		t.Errorf("got %s, want Ada", users)
	}
}

// namesIn are the names in a folder, but for those that opening a database leaves.
func namesIn(t *testing.T, folder string) string {
	t.Helper()
	var names []string
	for _, e := range must.Get(os.ReadDir(folder))(t) {
		if name := e.Name(); !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") && !strings.HasSuffix(name, ".lock") {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}
