package command_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/testnode"
)

// broken is a reader that went away.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestExportOfDonations(t *testing.T) {
	t.Parallel()
	db := testnode.Database(t)
	pending(t, db)
	if _, err := testnode.Do(t, command.ApplyProviderEvents{Store: command.Store{DB: db}, All: true}); err != nil {
		t.Fatal(err)
	}
	c := command.ExportDonations{Store: command.Store{DB: db}, Fact: "water", Format: "csv"}
	out, err := testnode.Do(t, c)
	if err != nil || strings.Count(out, "\r\n") != 2 || !strings.Contains(out, ",USD,10.00,0.00,0.00,10.00,") {
		t.Errorf("got %q, %v, want a header and the gift", out, err)
	}
	folder := t.TempDir()
	c.Out = filepath.Join(folder, "gifts.csv")
	if err := c.Run(t.Context(), command.Terminal{Out: broken{errors.New("not used")}}); err != nil || testnode.Read(t, c.Out) != out {
		t.Errorf("got %v and %q, want the same in the file", err, testnode.Read(t, c.Out))
	}
	if info, err := os.Stat(c.Out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file for its owner only", info.Mode(), err)
	}
	c.Entries, c.Format = true, "json"
	c.Out = ""
	if out, err := testnode.Do(t, c); err != nil || strings.Count(out, "\n") != 1 || !strings.Contains(out, `"kind":"donation","currency":"USD","amount":"10.00"`) {
		t.Errorf("got %q, %v, want the entry", out, err)
	}
	claims := command.ExportDonations{Store: c.Store, Fact: "water", Format: "csv", Claims: true}
	claims.Delimiter = "semicolon"
	if out, err := testnode.Do(t, claims); err != nil || !strings.HasPrefix(out, "\ufeffclaim_id;reward_id;") || strings.Count(out, "\n") != 1 {
		t.Errorf("got %q, %v, want the header of claims only", out, err)
	}
	claims.NoBOM, claims.Claims, claims.Delimiter = true, false, "comma"
	if out, err := testnode.Do(t, claims); err != nil || !strings.HasPrefix(out, "donation_id,") {
		t.Errorf("got %q, %v, want no mark", out, err)
	}
	if claims.Claims, claims.Entries = true, true; claims.Validate() == nil {
		t.Error("got no error, want one about --entries and --claims")
	}
	if err := c.Run(t.Context(), command.Terminal{Out: broken{syscall.EPIPE}}); err != nil {
		t.Errorf("got %v for a reader that went away, want nothing", err)
	}
	full := errors.New("disk full")
	if err := c.Run(t.Context(), command.Terminal{Out: broken{full}}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	c.Fact = "fire"
	c.Out = filepath.Join(folder, "nothing.csv")
	testnode.Refused(t, c, "There is no fact fire", "@user/slug")
	c.Fact, c.Out = "water", filepath.Join(folder, "no", "folder.csv")
	testnode.Refused(t, c, "--out")
	year := command.ExportStatements{Store: c.Store, Year: time.Now().UTC().Year(), Format: "csv"}
	year.Cause = "water"
	if out, err := testnode.Do(t, year); err != nil || !strings.HasPrefix(out, "\ufeffdonor_email,") || strings.Count(out, "\r\n") != 1 {
		t.Errorf("got %q, %v, want the header only: the donor gave no name and no address", out, err)
	}
	if year.Year = 20265; year.Validate() == nil {
		t.Error("got no error, want one about --year")
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("got %v, %v, want only the file that was finished", left, err)
	}
}
