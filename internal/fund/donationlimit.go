package fund

import (
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// DonationLimit is the largest single donation, in minor units of a currency with two decimals or none. It is for the operator to choose;
// what a fact takes may be less, see DonationSettings.
type DonationLimit int64

// DefaultDonationLimit is a million dollars, or a hundred million yen.
const DefaultDonationLimit DonationLimit = 100_000_000

// Of is the limit in minor units of a currency: one with more than two decimals has ten times as much for each.
func (l DonationLimit) Of(currency string) int64 {
	limit := int64(l)
	digits, _ := money.Digits(currency)
	for range digits - 2 {
		limit *= 10
	}
	return min(limit, money.Max)
}

// Check requires an amount, in minor units of the currency, to be within the limit.
func (l DonationLimit) Check(wrong *fault.Fields, path string, amount int64, currency string) {
	if limit := l.Of(currency); amount > limit {
		wrong.AddField(fault.Field{
			Path: path, Text: "is more than a donation may be, " + money.English.Amount(limit, currency), Rule: AboveMaximum, Limit: limit,
		})
	}
}

// TotalTooLarge rejects an amount with which a total would be above the limit, money.MaxTotal in minor units.
const TotalTooLarge fault.Rule = "total_too_large"

// TotalFault is the Invalid fault of an amount with which a total would be too large; the cause may be nil.
func TotalFault(cause error) error {
	e := fault.Wrap(cause, fault.Invalid, "Some of the submitted values are not allowed.")
	e.Fields = fault.Fields{{
		Path: "amount", Text: "would make a total larger than can be counted exactly (9007199254740991 of the currency's smallest unit)",
		Rule: TotalTooLarge, Limit: money.MaxTotal,
	}}
	return e
}

// IsTotalFault reports whether an error is a TotalFault.
func IsTotalFault(err error) bool {
	return err != nil && slices.ContainsFunc(fault.From(err).Fields, func(f fault.Field) bool { return f.Rule == TotalTooLarge })
}
