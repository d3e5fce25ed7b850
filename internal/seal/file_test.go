package seal_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/seal"
)

// TestOneFileIsMade has several processes start at once.
func TestOneFileIsMade(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "almoner.db.key")
	if _, err := seal.ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no file", err)
	}
	var all [8][]seal.Key
	var making sync.WaitGroup
	for i := range all {
		making.Go(func() { all[i] = must.Get(seal.MakeFile(path))(t) })
	}
	making.Wait()
	for _, keys := range all {
		if len(keys) != 1 || keys[0] != all[0][0] {
			t.Errorf("got %d keys, the first %s, want the one of the file, %s", len(keys), keys[0].ID(), all[0][0].ID())
		}
	}
	if names := must.Get(os.ReadDir(folder))(t); len(names) != 1 {
		t.Errorf("got %v, want the file alone", names)
	}
	if mode := must.Get(os.Stat(path))(t).Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("got mode %o, want 600", mode)
	}
}

func TestKeysOfAFileAreReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	keys := append([]seal.Key{seal.NewKey()}, must.Get(seal.MakeFile(path))(t)...)
	must.Do(t, seal.WriteFile(path, keys))
	if got := must.Get(seal.ReadFile(path))(t); len(got) != 2 || got[0] != keys[0] || got[1] != keys[1] {
		t.Errorf("got %d keys, want the new one and the old one", len(got))
	}
	must.Do(t, os.WriteFile(path, []byte("nothing"), 0o600))
	if _, err := seal.ReadFile(path); err == nil {
		t.Error("got keys of a file without any, want an error")
	}
	if _, err := seal.MakeFile(filepath.Join(path, "no folder")); err == nil {
		t.Error("got a file where there is no folder, want an error")
	}
}
