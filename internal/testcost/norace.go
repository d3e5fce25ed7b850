//go:build !race

package testcost

// slower is how many times longer everything may take.
const slower = 1
