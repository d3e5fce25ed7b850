// Package money handles amounts in integer minor units of an ISO 4217 currency: it parses, formats and converts them. Almoner uses no
// floating-point amounts.
package money

import (
	"strconv"
	"strings"
)

const (
	// Max is the largest single amount that can be typed, in minor units (ten billion dollars, or a trillion yen): far above any appeal.
	// Donations have a smaller limit; see fund.DonationLimit.
	Max int64 = 1_000_000_000_000
	// MaxTotal is the largest sum of amounts, in minor units: the largest integer that every reader of JSON takes exactly (2^53-1,
	// RFC 8259, section 6).
	MaxTotal int64 = 1<<53 - 1
)

// Sum is an amount or a total in minor units of a currency.
type Sum struct {
	Currency string
	Minor    int64
}

// Add is a sum of two sums of amounts. It is false if the sum is not from -MaxTotal to MaxTotal; then the result is the nearest of the two.
func Add(a, b int64) (int64, bool) {
	// Differences do not overflow where the sum may.
	switch more, less := max(a, b), min(a, b); {
	case more > 0 && less > MaxTotal-more:
		return MaxTotal, false
	case less < 0 && more < -MaxTotal-less:
		return -MaxTotal, false
	default:
		return a + b, true
	}
}

// The error texts of Parse, which follow the field's name.
const (
	NotANumber = "is not a number"
	Negative   = "cannot be negative"
	TooPrecise = "has more decimals than the currency allows"
	TooLarge   = "is too large"
)

// Parse reads a plain decimal ("12", "12.3", "12.34") as minor units of a currency with that many digits. The second result is the error
// text, to follow a field's name, or empty. Zeros beyond the currency's digits are accepted ("5.00" of JPY); exponents, signs other than a
// leading minus, spaces and digits other than 0-9 are not.
func Parse(text string, digits int) (int64, string) {
	rest, negative := strings.CutPrefix(text, "-")
	whole, fraction, dotted := strings.Cut(rest, ".")
	if !isDigits(whole) || dotted && !isDigits(fraction) {
		return 0, NotANumber
	}
	if negative {
		return 0, Negative
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > digits {
		return 0, TooPrecise
	}
	whole = strings.TrimLeft(whole, "0") + fraction + strings.Repeat("0", digits-len(fraction))
	if len(whole) > len("1000000000000") {
		return 0, TooLarge
	}
	if whole == "" {
		return 0, ""
	}
	minor, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, NotANumber
	}
	if minor > Max {
		return 0, TooLarge
	}
	return minor, ""
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Fixed formats minor units with all digits of the currency: "12.30", "-0.05", "1200".
func Fixed(minor int64, digits int) string {
	text := strconv.FormatInt(minor, 10)
	sign := ""
	if minor < 0 {
		sign, text = "-", text[1:]
	}
	if digits == 0 {
		return sign + text
	}
	if len(text) <= digits {
		text = strings.Repeat("0", digits-len(text)+1) + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// Short formats minor units without trailing zeros: "12.3", "12", "0".
func Short(minor int64, digits int) string {
	text := Fixed(minor, digits)
	if digits == 0 {
		return text
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
