package money

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/width"
)

// customary are signs that people write besides those of the Unicode CLDR.
var customary = map[string][]string{
	"CAD": {"C$"}, "CHF": {"FR"}, "CNY": {"元", "RMB"}, "INR": {"RS"}, "JPY": {"円"}, "KRW": {"원"}, "SGD": {"S$"}, "TWD": {"NT$", "元"},
}

// marks are what may stand before or after an amount of each currency, in capitals, the longest first.
var marks = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for _, code := range Currencies() {
		all[code] = marksOf(code)
	}
	return all
})

func marksOf(code string) []string {
	found := []string{code}
	for _, sign := range append([]string{symbols[code], narrowSymbol(code)}, customary[code]...) {
		sign = strings.ToUpper(sign)
		simple := strings.TrimLeft(sign, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		switch {
		case sign == "" || sign == code:
		case simple != "" && isSign(simple):
			country := code[:2]
			found = append(found, sign, simple, code+simple, simple+code, country+simple, simple+country)
		case utf8.RuneCountInString(sign) == 1:
			found = append(found, sign)
		default:
			found = append(found, sign, sign+".")
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(found)
}

// narrowSymbol is the shortest sign of a currency, or the code of one that has none.
func narrowSymbol(code string) string {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return ""
	}
	return width.Fold.String(message.NewPrinter(language.English).Sprint(currency.NarrowSymbol(unit)))
}

// isSign reports whether a text has a sign such as "$", which is not a letter.
func isSign(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Sc, r) })
}

// withoutCurrency strips the signs and the code of the currency from both ends of an amount.
func withoutCurrency(text, code string) string {
	known := marks()[code]
	if known == nil {
		known = []string{code}
	}
	for _, mark := range known {
		if rest, found := strings.CutPrefix(text, mark); found && !isPartOfName(utf8.DecodeRuneInString(rest)) {
			text = strings.TrimSpace(rest)
			break
		}
	}
	for _, mark := range known {
		// A single letter after an amount may be a unit, as in "10K".
		if rest, found := strings.CutSuffix(text, mark); found && !isLetter(mark) && !isPartOfName(utf8.DecodeLastRuneInString(rest)) {
			return strings.TrimSpace(rest)
		}
	}
	return text
}

// isPartOfName reports whether a mark that has this neighbor is the end of a longer name of a currency, as in "US$" and "R$".
func isPartOfName(neighbor rune, _ int) bool {
	return unicode.IsLetter(neighbor) || unicode.Is(unicode.Sc, neighbor)
}

func isLetter(mark string) bool { return len(mark) == 1 && unicode.IsLetter(rune(mark[0])) }

// namesCurrency reports whether an amount contains the sign or the code of a currency.
func namesCurrency(text string) bool {
	if isSign(text) {
		return true
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if _, err := Digits(word); err == nil {
			return true
		}
	}
	return false
}
