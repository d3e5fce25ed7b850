package stripe

// What Stripe counts, for the test of it.
var (
	ToStripe   = toStripe
	FromStripe = fromStripe
	Nearly     = nearly
)
