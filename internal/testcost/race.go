//go:build race

package testcost

const raceDetector = true
