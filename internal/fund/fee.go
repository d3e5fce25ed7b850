package fund

// FeeRate is what a payment provider keeps of each payment, as far as that is known before.
type FeeRate struct {
	// Share is in hundredths of a percent of what is paid.
	Share int64
	// Fixed is added to it, in minor units by currency; a currency that is missing adds nothing.
	Fixed map[string]int64
	// Increments are the least amounts that the provider counts in, in minor units by currency; a currency that is
	// missing is counted in single ones.
	Increments map[string]int64
}

// Increment is what every amount of the currency has to be a multiple of, in minor units.
func (r FeeRate) Increment(currency string) int64 { return max(1, r.Increments[currency]) }

// wholeShare is all of a payment, in hundredths of a percent.
const wholeShare = 10_000

// Cover is the least that has to be added to a donation so that the donation is left when the fee is taken from
// both, in minor units; the provider can count it.
func (r FeeRate) Cover(gift int64, currency string) int64 {
	if r.Share < 0 || r.Share >= wholeShare {
		return 0
	}
	needed, left := gift*r.Share+r.Fixed[currency]*wholeShare, wholeShare-r.Share
	cover, step := (needed+left-1)/left, r.Increment(currency)
	return (cover + step - 1) / step * step
}

// Of is what is kept of a payment of that much, in minor units: rounded half up, and never more than all.
func (r FeeRate) Of(paid int64, currency string) int64 {
	return min(paid, (paid*r.Share+wholeShare/2)/wholeShare+r.Fixed[currency])
}
