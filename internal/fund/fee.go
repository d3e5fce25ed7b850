package fund

// FeeRate is the provider's expected fee for a payment.
type FeeRate struct {
	// Share is in hundredths of a percent of the payment.
	Share int64
	// Fixed is added to it, in minor units by currency; a currency that is missing adds nothing.
	Fixed map[string]int64
	// Increments are the smallest steps in which the provider charges, in minor units by currency; a missing currency has a step of 1.
	Increments map[string]int64
}

// Increment is the number that every amount of the currency must be a multiple of, in minor units.
func (r FeeRate) Increment(currency string) int64 { return max(1, r.Increments[currency]) }

// wholeShare is 100 %, in hundredths of a percent.
const wholeShare = 10_000

// Cover is the smallest amount, in minor units, that covers the fee: after the fee on donation plus cover, at least the donation is left.
// It is a multiple of the provider's increment.
func (r FeeRate) Cover(donation int64, currency string) int64 {
	if r.Share < 0 || r.Share >= wholeShare {
		return 0
	}
	needed, left := donation*r.Share+r.Fixed[currency]*wholeShare, wholeShare-r.Share
	cover, step := (needed+left-1)/left, r.Increment(currency)
	return (cover + step - 1) / step * step
}

// Of is the fee for a payment, in minor units: rounded half up, at most the payment.
func (r FeeRate) Of(paid int64, currency string) int64 {
	return min(paid, (paid*r.Share+wholeShare/2)/wholeShare+r.Fixed[currency])
}
