package client_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/must"
)

func TestAFileKeepsACursor(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := client.CursorFile(filepath.Join(folder, "cursor"))
	if got := must.Get(file.Load())(t); got != "" {
		t.Errorf("got %q of no file, want nothing", got)
	}
	for _, want := range []string{"a.1", "b.2"} {
		must.Do(t, file.Save(want))
		if got := must.Get(file.Load())(t); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if left := must.Get(os.ReadDir(folder))(t); len(left) != 1 {
		t.Errorf("got %v, want the file alone", left)
	}
	must.Do(t, os.WriteFile(string(file), []byte("c.3\n"), 0o600))
	if got := must.Get(file.Load())(t); got != "c.3" {
		t.Errorf("got %q of a file that an editor saved, want c.3", got)
	}
	if client.CursorFile(folder).Save("a.1") == nil {
		t.Error("got a cursor saved over a folder, want an error")
	}
	if left := must.Get(filepath.Glob(folder + "*.tmp"))(t); len(left) != 0 {
		t.Errorf("got %v left behind, want nothing", left)
	}
}

// TestACursorIsOnTheDisk notes what the disk is asked to have, and what the file says at that moment.
func TestACursorIsOnTheDisk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := client.CursorFile(filepath.Join(folder, "cursor"))
	must.Do(t, file.Save("a.1"))
	var asked []string
	must.Do(t, file.SaveWith("b.2", func(f *os.File) error {
		what := "the folder"
		if f.Name() != folder {
			what = string(must.Get(os.ReadFile(f.Name()))(t))
		}
		asked = append(asked, what+" while the file says "+must.Get(file.Load())(t))
		return nil
	}))
	want := []string{"b.2 while the file says a.1", "the folder while the file says b.2"}
	if runtime.GOOS == "windows" {
		want = want[:1]
	}
	if !slices.Equal(asked, want) {
		t.Errorf("got the disk asked for %q, want %q", asked, want)
	}
	full := errors.New("the disk is full")
	if err := file.SaveWith("c.3", func(*os.File) error { return full }); !errors.Is(err, full) || must.Get(file.Load())(t) != "b.2" {
		t.Errorf("got %v, want that the disk is full, and the cursor of before", err)
	}
	if left := must.Get(os.ReadDir(folder))(t); len(left) != 1 {
		t.Errorf("got %v, want the file alone", left)
	}
	if err := file.SaveWith("c.3", func(f *os.File) error {
		if f.Name() == folder {
			return syscall.EINVAL
		}
		return nil
	}); err != nil {
		t.Errorf("got %v of a file system that cannot do this for a folder, want nothing", err)
	}
}
