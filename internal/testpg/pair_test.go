package testpg_test

import (
	"testing"

	"github.com/almoner/almoner/internal/testpg"
)

// TestAStandbyHasWhatWasCommitted kills a primary right after a commit, goes on with the standby, and goes back to an older copy.
func TestAStandbyHasWhatWasCommitted(t *testing.T) {
	t.Parallel()
	primary := testpg.Own(t)
	execute(t, primary.URL, `CREATE TABLE a (id BIGINT)`)
	restore := primary.Backup(t)
	standby := primary.Standby(t)
	execute(t, primary.URL, `INSERT INTO a VALUES (1)`)
	primary.Kill(t)
	standby.Promote(t)
	execute(t, standby.URL, `INSERT INTO a VALUES (2)`)
	for server, want := range map[*testpg.Server]int{standby: 2, restore(t): 0} {
		var rows int
		if query(t, server.URL, `SELECT count(*) FROM a`, &rows); rows != want {
			t.Errorf("got %d rows, want %d", rows, want)
		}
	}
	primary.Restart(t)
}
