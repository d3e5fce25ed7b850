package money

import (
	"math"
	"math/big"
	"strings"
	"time"
)

// RateScale is the scale of rates: a rate of RateScale converts one to one.
const RateScale int64 = 1_000_000_000

const (
	// MaxRate is the largest rate: one unit is worth a million dollars. No currency is near; a typing error may be.
	MaxRate = 1_000_000 * RateScale
	// RateReach is for how long a rate holds when no later one is known. Banks publish none on weekends and holidays; the longest such
	// time of the European Central Bank is five days, at Easter.
	RateReach = 7 * 24 * time.Hour
	// maxRateText is more digits than any published rate has.
	maxRateText = 40
)

// The error texts of ParseRate and RateOf, which follow the field's name.
const (
	RateNotANumber = "is not a rate: write a decimal such as 1.0831"
	RateOutOfRange = "is out of range: one unit must be worth more than zero and at most a million US dollars"
)

// DayRate is what one unit of a currency was worth on a day.
type DayRate struct {
	Currency string
	// Day is an instant of the day in UTC.
	Day time.Time
	// Rate is the value of one unit in US dollars, times RateScale; from 1 to MaxRate.
	Rate int64
}

// ParseRate reads a plain decimal ("1.0831") exactly. The second result is the error text, to follow a field's name, or empty.
func ParseRate(text string) (*big.Rat, string) {
	whole, fraction, dotted := strings.Cut(text, ".")
	if len(text) > maxRateText || !isDigits(whole) || dotted && !isDigits(fraction) {
		return nil, RateNotANumber
	}
	rate, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, RateNotANumber
	}
	return rate, ""
}

// RateOf scales the value of one unit in US dollars, rounding half to even. The second result is the error text, to follow a field's name,
// or empty.
func RateOf(value *big.Rat) (int64, string) {
	num := new(big.Int).Mul(value.Num(), big.NewInt(RateScale))
	rate := halfEven(num, value.Denom())
	if rate.Sign() <= 0 || rate.Cmp(big.NewInt(MaxRate)) > 0 {
		return 0, RateOutOfRange
	}
	return rate.Int64(), ""
}

// Decimal formats a rate without trailing zeros: "1.0831".
func (r DayRate) Decimal() string { return Short(r.Rate, len("000000000")) }

// Conversion converts amounts of one currency into another.
type Conversion struct {
	FromDigits, ToDigits int
	// Rate is how many units of the target one unit of the source is worth, times RateScale.
	Rate int64
}

// Apply converts minor units, rounding half to even. What is beyond MaxTotal becomes MaxTotal.
func (c Conversion) Apply(minor int64) int64 {
	num := new(big.Int).Mul(big.NewInt(minor), big.NewInt(c.Rate))
	num.Mul(num, pow10(c.ToDigits))
	quo := halfEven(num, new(big.Int).Mul(big.NewInt(RateScale), pow10(c.FromDigits)))
	if !quo.IsInt64() {
		return int64(quo.Sign()) * MaxTotal
	}
	return min(max(quo.Int64(), -MaxTotal), MaxTotal)
}

// Cross converts amounts of a currency into another one, by the rate of each to a third.
func Cross(from, to DayRate) (Conversion, error) {
	fromDigits, err := Digits(from.Currency)
	if err != nil {
		return Conversion{}, err
	}
	toDigits, err := Digits(to.Currency)
	if err != nil {
		return Conversion{}, err
	}
	scaled := new(big.Int).Mul(big.NewInt(from.Rate), big.NewInt(RateScale))
	rate := halfEven(scaled, big.NewInt(to.Rate))
	if !rate.IsInt64() {
		rate.SetInt64(math.MaxInt64)
	}
	return Conversion{FromDigits: fromDigits, ToDigits: toDigits, Rate: rate.Int64()}, nil
}

// halfEven divides by a number above zero, rounding half to even.
func halfEven(num, den *big.Int) *big.Int {
	quo, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	twice := new(big.Int).Abs(rem)
	twice.Lsh(twice, 1)
	if cmp := twice.Cmp(den); cmp > 0 || cmp == 0 && quo.Bit(0) == 1 {
		quo.Add(quo, big.NewInt(int64(num.Sign())))
	}
	return quo
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
