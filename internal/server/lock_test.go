package server_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
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
