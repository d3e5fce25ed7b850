//go:build race

package testcost

// slower is how many times longer everything may take with the race detector.
const slower = 15

// RaceDetector reports whether the test runs with the race detector, which makes stacks larger, too.
const RaceDetector = true
