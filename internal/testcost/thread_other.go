//go:build !linux

package testcost

import "time"

var begun = time.Now()

// threadTime is the time that passed: elsewhere threads are not measured alone.
func threadTime() time.Duration { return time.Since(begun) }
