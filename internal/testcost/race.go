//go:build race

package testcost

// slower is how many times longer everything may take with the race detector.
const slower = 15
