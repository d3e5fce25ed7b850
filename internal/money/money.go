// Package money holds amounts in integer minor units with their ISO 4217 currency: it reads,
// prints, adds and converts them. There are no floating-point amounts anywhere in Almoner.
package money

import (
	"math/big"
	"strconv"
	"strings"

	"golang.org/x/text/currency"

	"github.com/almoner/almoner/internal/fault"
)

// Max is the largest amount that one value may have, in minor units (ten thousand million
// dollars, or a million million yen): far above any appeal and exact as a JSON number.
const Max int64 = 1_000_000_000_000

// Digits is how many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD. It is an
// Invalid fault when the code is not an ISO 4217 currency in use for payments.
func Digits(code string) (int, error) {
	if code != strings.ToUpper(code) || code == "XXX" || code == "XTS" {
		return 0, unknownCurrency(code)
	}
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 0, unknownCurrency(code)
	}
	digits, _ := currency.Standard.Rounding(unit)
	return digits, nil
}

func unknownCurrency(code string) error {
	return fault.New(fault.Invalid, "%q is not a known currency; use a three-letter ISO 4217 code such as USD.", code)
}

// Text problems of Parse, without the name of the field.
const (
	NotANumber = "is not a number"
	Negative   = "cannot be negative"
	TooPrecise = "has more decimals than the currency allows"
	TooLarge   = "is too large"
)

// Parse reads a plain decimal ("12", "12.3", "12.34") as minor units of a currency with that
// many digits. The second result says what is wrong, in words that follow a field's name, or
// is empty. Zeros beyond the currency's digits are fine ("5.00" of JPY); exponents, signs
// other than a leading minus, spaces and digits other than 0-9 are not numbers here.
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

// Fixed prints minor units with all digits of the currency: "12.30", "-0.05", "1200".
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

// Short prints minor units with no decimals that say nothing: "12.3", "12", "0".
func Short(minor int64, digits int) string {
	text := Fixed(minor, digits)
	if digits == 0 {
		return text
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// RateScale is the unit of Convert's rate: a rate of RateScale means one for one.
const RateScale int64 = 1_000_000_000

// Conversion turns amounts of one currency into another.
type Conversion struct {
	FromDigits, ToDigits int
	// Rate is how many units of the target one unit of the source is worth, times RateScale.
	Rate int64
}

// Apply converts minor units, rounding half to even.
func (c Conversion) Apply(minor int64) int64 {
	num := new(big.Int).Mul(big.NewInt(minor), big.NewInt(c.Rate))
	num.Mul(num, pow10(c.ToDigits))
	den := new(big.Int).Mul(big.NewInt(RateScale), pow10(c.FromDigits))
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	twice := new(big.Int).Abs(rem)
	twice.Lsh(twice, 1)
	if cmp := twice.Cmp(den); cmp > 0 || cmp == 0 && quo.Bit(0) == 1 {
		quo.Add(quo, big.NewInt(int64(num.Sign())))
	}
	return quo.Int64()
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
