package client_test

import (
	"os"
	"path/filepath"
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
