package testcost

import "testing"

// SkipRace leaves a test out that runs with the race detector: one goroutine after the other does all its work, so the detector finds nothing, but
// makes it several times as dear. The checks run all tests of such a package without the detector, too.
func SkipRace(tb testing.TB) {
	tb.Helper()
	if raceDetector {
		tb.Skip("the race detector leaves it out: it has one goroutine, and is dear")
	}
}
