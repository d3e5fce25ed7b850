package pay

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// CardDeclined is the rule of a Guard's refusal that is about the card: another one may be tried at once.
const CardDeclined fault.Rule = "card_declined"

// Guard keeps those away who try out cards. A provider with a card page of its own asks it before each try.
type Guard interface {
	// Card counts a try that begins. It is RateLimited, with how long to wait, when the try may not be made now;
	// then it is not counted.
	Card(try Try) error
	// Declined and Accepted tell how a try ended, and Voided that nobody learned anything about the card, through no
	// fault of its donor: then it was none.
	Declined(try Try)
	Accepted(try Try)
	Voided(try Try)
}

// Try is a card on its way to be charged.
type Try struct {
	// Donation is what is paid for.
	Donation fund.ID
	// Card is a fingerprint of the card's number, which tells nothing else of it.
	Card string
	// Session and Address are those of the donor who began the payment.
	Session, Address string
}
