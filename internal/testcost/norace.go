//go:build !race

package testcost

// slower is how many times longer everything may take.
const slower = 1

// RaceDetector reports whether the test runs with the race detector, which makes stacks larger, too.
const RaceDetector = false
