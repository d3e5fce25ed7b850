package server_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

// broken is a reader that went away.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestExportOfDonations(t *testing.T) {
	t.Parallel()
	db := fileIn(t)
	pending(t, db)
	if err := server.ApplyProviderEvents(t.Context(), config.ProviderEvents{Store: config.Store{DB: db}, All: true}, io.Discard); err != nil {
		t.Fatal(err)
	}
	c := config.Export{Store: config.Store{DB: db}, Fact: "water", Format: "csv"}
	var out bytes.Buffer
	if err := server.Export(t.Context(), c, &out); err != nil || strings.Count(out.String(), "\r\n") != 2 || !strings.Contains(out.String(), ",USD,10.00,0.00,0.00,10.00,") {
		t.Errorf("got %q, %v, want a header and the gift", &out, err)
	}
	folder := t.TempDir()
	c.Out = filepath.Join(folder, "gifts.csv")
	if err := server.Export(t.Context(), c, broken{errors.New("not used")}); err != nil || read(t, c.Out) != out.String() {
		t.Errorf("got %v and %q, want the same in the file", err, read(t, c.Out))
	}
	if info, err := os.Stat(c.Out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file for its owner only", info.Mode(), err)
	}
	c.Entries, c.Format = true, "json"
	c.Out = ""
	out.Reset()
	if err := server.Export(t.Context(), c, &out); err != nil || strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), `"kind":"donation","currency":"USD","amount":"10.00"`) {
		t.Errorf("got %q, %v, want the entry", &out, err)
	}
	if err := server.Export(t.Context(), c, broken{syscall.EPIPE}); err != nil {
		t.Errorf("got %v for a reader that went away, want nothing", err)
	}
	full := errors.New("disk full")
	if err := server.Export(t.Context(), c, broken{full}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	c.Fact = "fire"
	c.Out = filepath.Join(folder, "nothing.csv")
	refusal(t, server.Export(t.Context(), c, &out), []string{"There is no fact fire", "@user/slug"})
	c.Fact, c.Out = "water", filepath.Join(folder, "no", "folder.csv")
	refusal(t, server.Export(t.Context(), c, &out), []string{"--out"})
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("got %v, %v, want only the file that was finished", left, err)
	}
}
