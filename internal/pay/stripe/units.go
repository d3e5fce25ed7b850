package stripe

import (
	"math/big"
	"strings"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// unit is how Stripe counts a currency.
type unit struct {
	// digits is how many decimals Stripe's amounts have; they are multiples of step.
	digits    int
	increment int64
}

// unusual are the currencies that Stripe does not count in hundredths, or not in all of them: those without
// decimals (MGA has two in ISO 4217), those with three of which the last is always 0, and two without decimals that
// are still counted in hundredths, which are always 00. See https://docs.stripe.com/currencies.
var unusual = map[string]unit{
	"BIF": {0, 1}, "CLP": {0, 1}, "DJF": {0, 1}, "GNF": {0, 1}, "JPY": {0, 1}, "KMF": {0, 1}, "KRW": {0, 1}, "MGA": {0, 1},
	"PYG": {0, 1}, "RWF": {0, 1}, "VND": {0, 1}, "VUV": {0, 1}, "XAF": {0, 1}, "XOF": {0, 1}, "XPF": {0, 1},
	"BHD": {3, 10}, "JOD": {3, 10}, "KWD": {3, 10}, "OMR": {3, 10}, "TND": {3, 10},
	"ISK": {2, 100}, "UGX": {2, 100},
}

func unitOf(currency string) unit {
	if u, is := unusual[currency]; is {
		return u
	}
	return unit{2, 1}
}

// increments are the least amounts that can be paid in a currency, in its minor units, where that is more than one.
func increments() map[string]int64 {
	steps := map[string]int64{}
	for _, currency := range money.Currencies() {
		digits, err := money.Digits(currency)
		u := unitOf(currency)
		if err != nil || digits < u.digits {
			continue // in whole units here, which Stripe counts in more decimals
		}
		if step := u.increment * pow10(digits-u.digits); step > 1 {
			steps[currency] = step
		}
	}
	return steps
}

// toStripe is an amount in minor units as Stripe counts it. One that Stripe cannot take is PaymentFailed.
func toStripe(minor int64, currency string) (int64, error) {
	digits, err := money.Digits(currency)
	if err != nil {
		return 0, err
	}
	u := unitOf(currency)
	amount, exact := scaled(minor, u.digits-digits)
	if !exact || amount%u.increment != 0 {
		return 0, fault.New(fault.PaymentFailed, "Stripe cannot take %s to the last digit; please round the amount.",
			money.English.Amount(minor, currency))
	}
	return amount, nil
}

// fromStripe is an amount of Stripe's in minor units. One that is not whole there is a Conflict.
func fromStripe(amount int64, currency string) (int64, error) {
	digits, err := money.Digits(currency)
	if err != nil {
		return 0, err
	}
	u := unitOf(currency)
	minor, exact := scaled(amount, digits-u.digits)
	if !exact {
		return 0, fault.New(fault.Conflict, "Stripe reports %d of the smallest unit of %s, which has more decimals than are counted here.", amount, currency)
	}
	return minor, nil
}

// nearly is fromStripe for what need not be exact, such as fees: rounded half up.
func nearly(amount int64, currency string) (int64, error) {
	digits, err := money.Digits(currency)
	if err != nil {
		return 0, err
	}
	if places := digits - unitOf(currency).digits; places < 0 {
		return share(amount, 1, pow10(-places)), nil
	}
	return fromStripe(amount, currency)
}

// scaled is n with so many decimals more, or fewer, and whether nothing was lost.
func scaled(n int64, places int) (int64, bool) {
	if places >= 0 {
		return n * pow10(places), true
	}
	by := pow10(-places)
	return n / by, n%by == 0
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// share is n times part of whole, rounded half up; all of them are 0 or more, and whole is more.
func share(n, part, whole int64) int64 {
	twice := new(big.Int).Mul(big.NewInt(2*n), big.NewInt(part))
	twice.Add(twice, big.NewInt(whole))
	return twice.Div(twice, big.NewInt(2*whole)).Int64()
}

// upper is the code of a currency as it is written here.
func upper(c stripego.Currency) string { return strings.ToUpper(string(c)) }
