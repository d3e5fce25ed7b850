package client

// Pause is how long to wait after so many failures; FirstPause and LongestPause bound it.
var Pause = pause

// The bounds of Pause.
const (
	FirstPause   = firstPause
	LongestPause = longestPause
)
