//go:build !race

package testcost

// RaceDetector reports whether the test runs with the race detector, which makes stacks larger, too.
const RaceDetector = false
