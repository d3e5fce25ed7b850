package fund

import (
	"crypto/sha256"
	"time"
)

// Mode says what the money in a database is. It is fixed at the first donation, of any kind, and holds for all later
// ones: play money and real money never share a database.
type Mode string

const (
	// ModeSandbox is play money that never leaves this server.
	ModeSandbox Mode = "sandbox"
	// ModeTest is play money of a payment provider: paid with its test keys.
	ModeTest Mode = "test"
	// ModeLive is real money.
	ModeLive Mode = "live"
)

// Play reports whether the money is play money. Where the mode is not fixed yet there is no money, and it is false.
func (m Mode) Play() bool { return m == ModeSandbox || m == ModeTest }

// SettingMode is the key of the setting that holds the Mode of the database.
const SettingMode = "mode"

// Setting is something that an operator decides while servers run; all nodes follow it.
type Setting struct {
	Key string
	// Value is JSON.
	Value string
	// Version counts the changes from 1 on. In a write it is the version that was read; 0 for a setting that is new.
	Version   int64
	UpdatedAt time.Time
}

// SettingID is what the events of a setting name as their subject. It is derived from the key.
func SettingID(key string) ID {
	return ID{}.With(sha256.Sum256([]byte("almoner setting\x00" + key)))
}
