package money

import (
	"strings"
	"unicode"
)

// The error texts of Read, which follow the field's name.
const (
	ForeignDigits = "has digits other than 0 to 9"
	OtherCurrency = "names another currency"
	Unreadable    = "is not an amount that can be read"
)

// Read turns a typed amount of a currency into a plain decimal for Parse. The problem is the error text, to follow a field's name, for
// input that is ambiguous; otherwise it is empty.
//
// A separator before one or two digits is the decimal separator in every locale, because phone keyboards offer only one. Everything else
// must follow the locale.
func (l Locale) Read(typed, currency string) (plain, problem string) {
	text := tidy(typed)
	if text == "" {
		return "", ""
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsNumber(r) }) {
		return "", ForeignDigits
	}
	text = withoutCurrency(text, currency)
	if namesCurrency(text) {
		return "", OtherCurrency
	}
	unsigned, negative := strings.CutPrefix(text, "-")
	plain, ok := l.plain(unsigned)
	if !ok {
		return "", Unreadable
	}
	if negative {
		plain = "-" + plain
	}
	return plain, ""
}

// tidy replaces spaces and apostrophes that look alike by one of each.
func tidy(text string) string { return strings.TrimSpace(alike.Replace(text)) }

var alike = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "’", "'")

// plain reads a number without a minus and a currency.
func (l Locale) plain(text string) (string, bool) {
	decimal, group := l.decimal, alike.Replace(l.group)
	if at := strings.IndexAny(text, ".,"); at >= 0 && at == strings.LastIndexAny(text, ".,") && len(text)-at-1 <= 2 {
		decimal = text[at : at+1]
	}
	if group == decimal {
		group = " "
	}
	whole, fraction, parted := strings.Cut(text, decimal)
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

// withoutCurrency strips the currency's symbol or code from an amount.
func withoutCurrency(text, currency string) string {
	symbol := symbols[currency]
	for _, mark := range []string{currency, strings.ToLower(currency), symbol, strings.TrimLeft(symbol, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")} {
		if mark == "" {
			continue
		}
		if rest, found := strings.CutPrefix(text, mark); found {
			return strings.TrimSpace(rest)
		}
		if rest, found := strings.CutSuffix(text, mark); found {
			return strings.TrimSpace(rest)
		}
	}
	return text
}

// namesCurrency reports whether an amount contains the symbol or the code of a currency.
func namesCurrency(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Sc, r) }) {
		return true
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if _, err := Digits(strings.ToUpper(word)); err == nil {
			return true
		}
	}
	return false
}
