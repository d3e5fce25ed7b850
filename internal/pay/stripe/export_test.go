package stripe

// What Stripe counts, and why it says that a payment failed, for the tests of it.
var (
	ReasonOf   = reasonOf
	ToStripe   = toStripe
	FromStripe = fromStripe
	Nearly     = nearly
	PaidAt     = paidAt
)
