package pay

import (
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// Profile is what never changes about a provider: what the rest of the program has to know of it beside what it
// does.
type Profile struct {
	// Name is what the provider is called in addresses and in the database ("stripe"), Title what people call it.
	Name, Title string
	// EventHeaders are the headers of its events that are handed on and stored: those that Decode reads. Nothing
	// in them may be a secret of a proxy.
	EventHeaders []string
	// PageOrigin is the origin of the pages where donors pay; "" where they are pages of this server.
	PageOrigin string
	// Increments are the least amounts that can be paid, in minor units, of the currencies where that is more than one.
	Increments map[string]int64
	// Delayed reports whether donors may pay by methods whose money takes days to come, unless an order leaves them out.
	Delayed bool
	// CheckAccount refuses what cannot be the account of a cause, as an Invalid fault at account; nil where causes
	// have none.
	CheckAccount func(account string) error
	// DonationsIn is how the provider takes donations to causes of a country; nil where causes have no accounts.
	DonationsIn func(country string) fund.CountryRule
	// PaidAt is when a payment was made, by the provider's own clock, according to an event in the journal; the zero time for
	// an event that does not say so. It is nil where the provider's clock is that of this server.
	PaidAt func(fund.ProviderEvent) time.Time
}
