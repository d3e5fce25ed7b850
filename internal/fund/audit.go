package fund

import "time"

const (
	// SettingAudit is the key of the setting that holds the LastAudit.
	SettingAudit = "audit"
	// AuditEvery is how often a server compares the totals with the ledger.
	AuditEvery = 24 * time.Hour
	// AuditLate is after how long it does so although donations come in.
	AuditLate = 36 * time.Hour
	// AuditQuiet is for how long no donation may have been made for the server to have time for an audit.
	AuditQuiet = 10 * time.Minute
)

// LastAudit is what the last audit found that a server made.
type LastAudit struct {
	// BegunAt is when one was last begun, At when one last ended.
	BegunAt, At time.Time
	// Differences is how many it found.
	Differences int
}
