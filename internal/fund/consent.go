package fund

import "time"

// Channel is how a cause contacts its donors. The set is closed.
type Channel string

// ChannelMail is contact by e-mail.
const ChannelMail Channel = "mail"

// ConsentVersion is the version of the text that donors agree to now. A change of what it means, in any language, needs another one.
const ConsentVersion = 1

// Consent is that the donor of a donation agreed to be contacted by its cause. It was never a condition of the donation.
type Consent struct {
	DonationID ID
	Channel    Channel
	// Wording is the text that the donor agreed to, as it was shown; Version is that of the text in all languages.
	Wording string
	Version int
	// WithdrawnAt is when the donor took it back; zero while it holds.
	GivenAt, WithdrawnAt time.Time
}

// Holds reports whether the consent was not taken back.
func (c Consent) Holds() bool { return !c.GivenAt.IsZero() && c.WithdrawnAt.IsZero() }
