// Package money handles amounts in integer minor units of an ISO 4217 currency: it parses, formats and converts them. Almoner uses no
// floating-point amounts.
package money

import (
	"math/big"
	"strconv"
	"strings"

	"golang.org/x/text/currency"

	"github.com/almoner/almoner/internal/fault"
)

// Max is the largest single amount, in minor units (ten billion dollars, or a trillion yen): far above any appeal and exact as a JSON
// number.
const Max int64 = 1_000_000_000_000

// Digits is how many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD. It is an Invalid fault if the code is not an ISO 4217
// currency in use for payments.
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

// RateScale is the scale of Conversion.Rate: a rate of RateScale converts one to one.
const RateScale int64 = 1_000_000_000

// Conversion converts amounts of one currency into another.
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
