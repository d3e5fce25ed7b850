package command_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

// TestServersMakeBackups wants one soon after the start, and its time among the metrics.
func TestServersMakeBackups(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	folder := t.TempDir()
	c := serving(db, checkout.Providers{})
	c.Backup = config.Backups{Dir: folder, Every: time.Hour, Keep: 2}
	s := testnode.Start(t, c)
	var made []string
	for tick := time.NewTicker(20 * time.Millisecond); len(made) == 0 && t.Context().Err() == nil; <-tick.C {
		made = must.Get(filepath.Glob(filepath.Join(folder, "almoner-scheduled-*.db.zst")))(t)
	}
	must.Do(t, s.Stop())
	target := config.Database("sqlite:" + filepath.Join(t.TempDir(), "other.db"))
	if r := putBack(t, command.Restore{Store: at(target), From: made[0]}); r.Donations != 1 {
		t.Errorf("got %+v, want the donation", r)
	}
	s = testnode.Start(t, c)
	status, text := testnode.Get(t, s.URL+"/metrics")
	if status != http.StatusOK || strings.Contains(text, "almoner_backup_last_success_timestamp_seconds 0\n") || !strings.Contains(text, "almoner_backup_failures_total 0\n") {
		t.Errorf("got %d\n%s\nwant the backup of before", status, text)
	}
	must.Do(t, s.Stop())
	if again := must.Get(os.ReadDir(folder))(t); len(again) != 1 {
		t.Errorf("got %v, want none made before it is due", again)
	}
	_, recipient := ageKey(t)
	for _, wrong := range []struct {
		db   config.Database
		with config.Backups
		want string
	}{
		{db, config.Backups{AgeRecipient: []string{recipient}}, "--backup-dir is missing"},
		{db, config.Backups{Dir: folder, Every: time.Minute - 1}, "--backup-every"},
		{db, config.Backups{Dir: folder, Every: time.Hour, AgeRecipient: []string{"age1"}}, "--backup-age-recipient"},
		{"postgres://localhost/x", config.Backups{Dir: folder, Every: time.Hour}, "--backup-dir is for SQLite"},
	} {
		c := serving(wrong.db, checkout.Providers{})
		c.Backup = wrong.with
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), wrong.want) {
			t.Errorf("%+v: got %v, want %q", wrong.with, err, wrong.want)
		}
	}
	c.Backup.Dir = filepath.Join(folder, "none")
	testnode.Refused(t, c, "--backup-dir")
}
