package command_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

// TestAnOlderCopyIsNoticed puts a copy of a database in its place that lacks what came later, and accepts the loss.
func TestAnOlderCopyIsNoticed(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	path, _ := db.File()
	run := func() { must.Do(t, testnode.Start(t, serving(db, checkout.Providers{})).Stop()) }
	run()
	repair := command.RepairPosition{Store: at(db)}
	testnode.Refused(t, repair, "Nothing is missing")
	older := must.Get(os.ReadFile(path))(t)
	must.Get(testnode.Do(t, command.CreateUser{Store: at(db), Username: "Ada", Email: "ada@almoner.test"}))(t)
	run()
	must.Do(t, os.WriteFile(path, older, 0o600))
	testnode.Refused(t, serving(db, checkout.Providers{}), "stands at position", "almoner restore", "almoner repair position --db")
	if out := must.Get(testnode.Do(t, repair))(t); !strings.Contains(out, "goes on from position") {
		t.Errorf("got %s, want what was done", out)
	}
	testnode.Refused(t, repair, "Nothing is missing")
	run()
}

// TestADamagedDatabaseIsReplaced wants it kept as it is, with its log, which cannot be read.
func TestADamagedDatabaseIsReplaced(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	path, _ := db.File()
	backup := backedUp(t, command.Backup{Store: at(db), Out: t.TempDir()}).File
	damaged := map[string][]byte{"": []byte("SQLite format 3\x00 and then nothing of it"), "-wal": []byte("a log of nothing")}
	for part, content := range damaged {
		must.Do(t, os.WriteFile(path+part, content, 0o600))
	}
	r := putBack(t, command.Restore{Store: at(db), From: backup, Replace: true})
	for part, content := range damaged {
		if kept, err := os.ReadFile(r.Kept + part); err != nil || !bytes.Equal(kept, content) {
			t.Errorf("%s: got %q, %v, want it as it was", part, kept, err)
		}
	}
	if strings.Contains(r.Undo, "almoner restore") {
		t.Errorf("got %q, want no way back that does not work", r.Undo)
	}
	if out, err := testnode.Do(t, command.Audit{DB: db}); err != nil || !strings.Contains(out, " 1 donations: totals equal the ledger") {
		t.Errorf("audit: got %v %s, want the backup", err, out)
	}
	testnode.Refused(t, command.Restore{Store: at(db), From: r.Kept, Replace: true}, "-wal", "almoner backup")
}
