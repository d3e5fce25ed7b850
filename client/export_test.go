package client

import "os"

// SaveWith is Save with another fsync.
func (f CursorFile) SaveWith(cursor string, sync func(*os.File) error) error {
	return f.save(cursor, sync)
}

// Pause is how long to wait after so many failures; FirstPause and LongestPause bound it.
var Pause = pause

// VerifyAt is Verify at an instant.
var VerifyAt = verifyAt

// The bounds of Pause, and how large a webhook may be.
const (
	FirstPause   = firstPause
	LongestPause = longestPause
	MaxWebhook   = maxWebhook
)
