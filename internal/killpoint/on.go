//go:build killpoints

package killpoint

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var (
	fatal Place
	left  atomic.Int64
)

func init() {
	place, count, _ := strings.Cut(os.Getenv("ALMONER_KILL_AT"), ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil {
		return
	}
	fatal = Place(place)
	left.Store(n)
}

// Reach kills the process when the environment says so for this place.
func Reach(place Place) {
	if place == fatal && left.Add(-1) == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // nothing happens any more
	}
}
