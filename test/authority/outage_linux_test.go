package authority_test

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// TestEveryRouteWhileTheDiskFails asks every route, as a caller who may, while no page of an SQLite file can be read or written.
func TestEveryRouteWhileTheDiskFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "almoner.db")
	w := newLosing(t, "sqlite:"+path, "sqlite:"+path)
	w.inTurn = true
	breakDisk(t, path)
	w.wantUnavailable(t)
}

// breakDisk puts a file of the same size that cannot be read in the place of each open handle of the database, so that the kernel refuses
// what SQLite asks for. A connection that is opened later finds no database.
func breakDisk(t *testing.T, path string) {
	t.Helper()
	checkpoint(t, path)
	size := must.Get(os.Stat(path))(t).Size()
	deaf := must.Get(os.OpenFile(path+".deaf", os.O_CREATE|os.O_WRONLY, 0o600))(t)
	t.Cleanup(func() { must.Do(t, deaf.Close()) })
	must.Do(t, deaf.Truncate(size))
	const handles = "/proc/self/fd"
	for _, handle := range must.Get(os.ReadDir(handles))(t) {
		to, err := os.Readlink(filepath.Join(handles, handle.Name()))
		if err != nil || to != path && to != path+"-wal" {
			continue
		}
		must.Do(t, syscall.Dup3(int(deaf.Fd()), must.Get(strconv.Atoi(handle.Name()))(t), syscall.O_CLOEXEC))
	}
	overwrite(t, path)
}
