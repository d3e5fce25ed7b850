package testcost

import (
	"syscall"
	"time"
)

// rusageThread asks for the calling thread; package syscall has no name for it.
const rusageThread = 1

// threadTime is the processor time of the calling thread.
func threadTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(rusageThread, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
