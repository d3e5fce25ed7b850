// Package testcost measures what a call costs, so that tests can bound what strangers make the server do.
package testcost

import (
	"runtime"
	"testing"
	"time"
)

// Most is the processor time that the dearest input of a stranger may cost.
const Most = 50 * time.Millisecond

// Bound fails the test if the call costs more than Most; the race detector is allowed to take longer. A call that starts
// goroutines costs more than is seen. It is the least of five tries, because memory is collected meanwhile.
func Bound(t testing.TB, name string, do func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	least := time.Duration(1<<63 - 1)
	for range 5 {
		begun := threadTime()
		do()
		least = min(least, threadTime()-begun)
		if least <= Most*slower {
			return
		}
	}
	t.Errorf("%s: got %s of processor time, want %s at most", name, least, Most)
}
