package ui

import (
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
)

// Locale is how a page is written for its visitor: the language of its texts and dates, and the form of its amounts and numbers.
type Locale struct {
	*text.Texts
	money.Locale
}

// English is the locale of pages that all visitors share.
var English = Locale{text.English, money.English}

// LocaleFor is the locale for a visitor, by the Accept-Language header of the request. Texts are English whatever their language.
func LocaleFor(acceptLanguage string) Locale {
	return Locale{text.English, money.LocaleFor(acceptLanguage)}
}

// Count is a whole number: "1,234".
func (l Locale) Count(n int64) string { return l.Number(strconv.FormatInt(n, 10)) }

// Amounts are sums of different currencies side by side: "$1,200.00 + ¥5,000"; "" for none.
func (l Locale) Amounts(sums []money.Sum) string {
	shown := make([]string, len(sums))
	for i, sum := range sums {
		shown[i] = l.Amount(sum.Minor, sum.Currency)
	}
	return strings.Join(shown, " + ")
}

// Left says how many of something are left; "" where there is no limit.
func (l Locale) Left(left *int64) string {
	switch {
	case left == nil:
		return ""
	case *left == 0:
		return l.Text("reward.sold_out")
	default:
		return l.Text("reward.left", "Count", *left, "Number", l.Count(*left))
	}
}
