package money

import (
	"strings"
	"unicode/utf8"
)

// The error texts of Read, which follow the field's name.
const (
	Ambiguous     = "could be read as two amounts"
	UnclearDigits = "has numerals that are not decimal digits of one script"
	OtherCurrency = "names another currency"
	Unreadable    = "is not an amount that can be read"
)

// Read turns a typed amount of a currency into a plain decimal for Parse. The problem is the error text, to follow a field's name, for
// input that cannot be read; otherwise it is empty. Digits of all scripts are read, and the signs and codes of the currency before or
// after the number.
//
// A separator before one or two digits is the decimal separator in every locale, because phone keyboards offer only one. The only separator
// of an amount, before three digits, may be either: it is Ambiguous, and Readings tells the two amounts, unless the locale settles it. It
// does where it is the locale's grouping separator and the currency has fewer than three decimals, or where it is the decimal separator and
// the currency has three, as Amount writes it. Everything else must follow the locale.
func (l Locale) Read(typed, currency string) (plain, problem string) {
	text, ok := tidy(typed)
	if !ok {
		return "", UnclearDigits
	}
	if text == "" {
		return "", ""
	}
	number, negative := bare(text, currency)
	switch s := l.separatorsOf(number); {
	case namesCurrency(number):
		return "", OtherCurrency
	case s.ambiguous(number, currency):
		return "", Ambiguous
	default:
		plain, ok = s.plain(number)
	}
	if !ok {
		return "", Unreadable
	}
	if negative {
		plain = "-" + plain
	}
	return plain, ""
}

// Readings are the two amounts that Ambiguous input could mean, as Amount writes them: with the separator before the decimals, of which
// those that the currency does not have are cut, and with it between groups. Both are "" for other input.
func (l Locale) Readings(typed, currency string) (lesser, greater string) {
	text, _ := tidy(typed)
	number, _ := bare(text, currency)
	if !l.separatorsOf(number).ambiguous(number, currency) {
		return "", ""
	}
	whole, _, rest := only(number)
	digits := shownDigits(currency)
	less, _ := Parse(whole+"."+rest[:min(digits, len(rest))]+"0", digits)
	more, _ := Parse(whole+rest, digits)
	return l.Amount(less, currency), l.Amount(more, currency)
}

// bare is an amount without its currency and its minus.
func bare(text, currency string) (number string, negative bool) {
	number, negative = strings.CutPrefix(text, "-")
	number = withoutCurrency(strings.TrimSpace(number), currency)
	if !negative {
		number, negative = strings.CutPrefix(number, "-")
	}
	return withZeros(number), negative
}

// withZeros replaces the dash that stands for decimals of zero: "10,-" is "10,00".
func withZeros(number string) string {
	whole := strings.TrimSuffix(strings.TrimSuffix(number, "-"), "-")
	if whole != number && (strings.HasSuffix(whole, ",") || strings.HasSuffix(whole, ".")) {
		return whole + "00"
	}
	return number
}

// The separators that are written with Arabic digits, and all that part decimals or groups.
const (
	arabicDecimal = "\u066b"
	arabicGroup   = "\u066c"
	anySeparator  = ".," + arabicDecimal + arabicGroup
)

// separators part the decimals and the groups of a number.
type separators struct{ decimal, group string }

// separatorsOf are those of the locale, or the Arabic ones where a number has one.
func (l Locale) separatorsOf(number string) separators {
	if strings.ContainsAny(number, arabicDecimal+arabicGroup) {
		return separators{arabicDecimal, arabicGroup}
	}
	return separators{l.decimal, strings.Map(plainSign, l.group)}
}

// only splits a number at its only separator, which is "" where it has none or several.
func only(number string) (whole, separator, rest string) {
	at := strings.IndexAny(number, anySeparator)
	if at < 0 || at != strings.LastIndexAny(number, anySeparator) {
		return number, "", ""
	}
	_, size := utf8.DecodeRuneInString(number[at:])
	return number[:at], number[at : at+size], number[at+size:]
}

// ambiguous reports whether the only separator of a number may be the decimal or the grouping one.
func (s separators) ambiguous(number, currency string) bool {
	whole, separator, rest := only(number)
	if !isDigits(whole) || whole[0] == '0' || len(whole) > lowest || !isDigits(rest) || len(rest) != lowest {
		return false
	}
	decimals := shownDigits(currency)
	settled := separator == s.group && decimals < len(rest) || separator == s.decimal && decimals == len(rest)
	return !settled
}

// plain reads a number without a minus and a currency.
func (s separators) plain(number string) (string, bool) {
	decimal, group := s.decimal, s.group
	if _, separator, rest := only(number); separator != "" && len(rest) <= 2 {
		decimal = separator
	}
	if group == decimal {
		group = " "
	}
	whole, fraction, parted := strings.Cut(number, decimal)
	parts := strings.Split(whole, group)
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case !isDigits(part), i > 0 && last && len(part) != 3, i > 0 && !last && len(part) != 3 && len(part) != 2,
			i == 0 && !last && (len(part) > 3 || part[0] == '0'):
			return "", false
		}
	}
	plain := strings.Join(parts, "")
	if !parted {
		return plain, true
	}
	return plain + "." + fraction, isDigits(fraction)
}
