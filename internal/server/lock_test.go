package server_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestTheDatabaseFileIsClosedToOthers takes a file that was copied here with the rights that most programs give.
func TestTheDatabaseFileIsClosedToOthers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "almoner.db")
	for _, part := range []string{"", "-wal"} {
		if err := os.WriteFile(path+part, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path+part, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	release, err := server.Lock(t.Context(), config.Database("sqlite:"+path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = release() })
	for _, part := range []string{"", "-wal", ".lock"} {
		if info, err := os.Stat(path + part); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%q: got %v, %v, want it readable for its owner only", part, info.Mode(), err)
		}
	}
}

// TestAFileIsServedOnceWhateverItIsCalled opens one file by several paths.
func TestAFileIsServedOnceWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	for _, there := range []string{"a file that is there", "a file that is missing"} {
		dir := t.TempDir()
		folder := filepath.Join(dir, "folder")
		must.Do(t, os.Mkdir(folder, 0o700))
		path := filepath.Join(folder, "almoner.db")
		if there == "a file that is there" {
			must.Do(t, os.WriteFile(path, nil, 0o600))
		}
		must.Do(t, os.Symlink("folder", filepath.Join(dir, "other")))
		must.Do(t, os.Symlink(filepath.Join("other", "almoner.db"), filepath.Join(dir, "link.db")))
		must.Do(t, os.Symlink(filepath.Join(dir, "link.db"), filepath.Join(dir, "second.db")))
		release := must.Get(server.Lock(t.Context(), config.Database("sqlite:"+filepath.Join(dir, "second.db"))))(t)
		for _, name := range []string{"folder/almoner.db", "other/almoner.db", "link.db", "second.db", "folder/../folder/almoner.db"} {
			if _, err := server.Lock(t.Context(), config.Database("sqlite:"+filepath.Join(dir, name))); err == nil || !strings.Contains(err.Error(), "in use by another process") {
				t.Errorf("%s, %s: got %v, want that another process has it", there, name, err)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: got %v, want the file", there, err)
		}
		must.Do(t, release())
	}
	dir := t.TempDir()
	loop := filepath.Join(dir, "loop.db")
	must.Do(t, os.Symlink("loop.db", loop))
	for _, name := range []string{"loop.db", "missing/almoner.db"} {
		if _, err := server.Lock(t.Context(), config.Database("sqlite:"+filepath.Join(dir, name))); err == nil || !strings.Contains(err.Error(), "choose another file with --db") {
			t.Errorf("%s: got %v, want the way out", name, err)
		}
	}
}

// TestAFileWithTwoNamesIsRefused makes a hard link.
func TestAFileWithTwoNamesIsRefused(t *testing.T) {
	t.Parallel()
	database := storetest.SQLite(t)
	path, _ := config.Database(database).File()
	must.Do(t, os.Link(path, path+"-other"))
	_, err := server.Open(t.Context(), server.Settings{Database: config.Database(database), Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "hard link") || !strings.Contains(err.Error(), "find -samefile "+path) {
		t.Errorf("got %v, want that the file has two names, and how to find the other", err)
	}
	if _, err := store.Open(t.Context(), database, store.Options{}); err == nil || !strings.Contains(err.Error(), "hard link") {
		t.Errorf("a command beside a server: got %v, want that the file has two names", err)
	}
	must.Do(t, os.Remove(path+"-other"))
	node := must.Get(server.Open(t.Context(), server.Settings{Database: config.Database(database), Log: slog.New(slog.DiscardHandler)}))(t)
	must.Do(t, node.Close())
}
