package server_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestLockingDropsNoLocksOfSQLite takes the lock in a process that has the database open, as go-live does: closing any
// descriptor of a file drops the POSIX locks that the process has on it.
func TestLockingDropsNoLocksOfSQLite(t *testing.T) {
	t.Parallel()
	database := storetest.SQLite(t)
	path, _ := config.Database(database).File()
	s := must.Get(store.Open(t.Context(), database, store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	must.Get(s.LastPosition(t.Context()))(t)
	before := locksOf(t, path)
	if before == 0 {
		t.Fatal("got no lock of SQLite, want some while the database is open")
	}
	release := must.Get(server.Lock(t.Context(), config.Database(database)))(t)
	must.Do(t, release())
	if after := locksOf(t, path); after != before {
		t.Errorf("got %d locks on the file after it was locked for a server, want the %d of before", after, before)
	}
}

// locksOf is how many POSIX locks the system has on a file, without opening it.
func locksOf(t *testing.T, path string) (n int) {
	t.Helper()
	var stat syscall.Stat_t
	must.Do(t, syscall.Stat(path, &stat))
	for line := range strings.Lines(string(must.Get(os.ReadFile("/proc/locks"))(t))) {
		if strings.Contains(line, "POSIX") && strings.Contains(line, fmt.Sprintf(":%d ", stat.Ino)) {
			n++
		}
	}
	return n
}
