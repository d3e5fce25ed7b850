package fund

import "time"

const (
	// DonorLinkLife is how long a mailed link to the donations of an address works, from when the mail is written.
	DonorLinkLife = 30 * time.Minute
	// DonorSessionLife is how long the browser that followed the link sees them.
	DonorSessionLife = time.Hour
	// DonorAskLife is how long the mail with the link may take to be written.
	DonorAskLife = 24 * time.Hour
)

// DonorAccess is a link to the donations with a mail address, from when somebody asks for it until the browser that followed it has seen them.
type DonorAccess struct {
	ID ID
	// Email is the address, as LoginEmail has it.
	Email string
	// ExpiresAt is when it is over, at whichever step it is.
	AskedAt, ExpiresAt time.Time
}

// Open reports whether it is not over.
func (a DonorAccess) Open(now time.Time) bool { return now.Before(a.ExpiresAt) }
