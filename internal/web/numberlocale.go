package web

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"github.com/almoner/almoner/internal/money"
)

// numberLocale are how somebody writes numbers: always with the digits 0 to 9, so that what is shown can be typed.
type numberLocale struct {
	printer        *message.Printer
	decimal, group string
	// leading tells that the sign of a currency stands before the number.
	leading bool
}

// english is how pages write numbers that all visitors share.
var english = numberLocaleOf(language.English)

// maxLanguages is how many bytes of the languages that a browser names are read.
const maxLanguages = 200

// numberLocaleFor are those of whoever asks, by the first language of their browser.
func numberLocaleFor(r *http.Request) numberLocale {
	named := r.Header.Get("Accept-Language")
	if len(named) > maxLanguages {
		named = named[:strings.LastIndexByte(named[:maxLanguages], ',')+1]
	}
	tags, _, err := language.ParseAcceptLanguage(strings.TrimSuffix(named, ","))
	if err != nil || len(tags) == 0 {
		return english
	}
	return numberLocaleOf(tags[0])
}

func numberLocaleOf(tag language.Tag) numberLocale {
	latin, err := tag.SetTypeForKey("nu", "latn")
	if err != nil {
		latin = language.English
	}
	n := numberLocale{printer: message.NewPrinter(latin), leading: leads(latin)}
	n.decimal = strings.Trim(n.printer.Sprint(number.Decimal(1.5, number.Scale(1))), "15")
	n.group = strings.Trim(n.printer.Sprint(number.Decimal(1_000_000)), "10")
	n.group = string([]rune(n.group + ",")[:1])
	return n
}

// leads reports whether the sign of a currency stands before the number in a language (as the Unicode CLDR has it).
func leads(tag language.Tag) bool {
	base, _ := tag.Base()
	region, _ := tag.Region()
	switch base.String() {
	case "es":
		return region.String() != "ES"
	case "pt":
		return region.String() != "PT"
	case "de":
		return region.String() == "AT" || region.String() == "CH"
	default:
		return slices.Contains([]string{"en", "ja", "zh", "ko", "nl", "tr", "hi", "bn", "mr", "th", "id", "ms", "fil", "ga", "cy"}, base.String())
	}
}

// amount prints minor units as people write them: "$1,234.50", "1.234,50 €", "1,234.500 KWD".
func (n numberLocale) amount(minor int64, currency string) string {
	digits, err := money.Digits(currency)
	if err != nil {
		digits = 2
	}
	fixed, negative := strings.CutPrefix(money.Fixed(minor, digits), "-")
	text := n.decimals(fixed)
	switch symbol := money.Symbol(currency); {
	case symbol == "":
		text += " " + currency
	case n.leading:
		text = symbol + text
	default:
		text += "\u00a0" + symbol
	}
	if negative {
		return "−" + text
	}
	return text
}

// decimals writes a plain decimal, such as "1234.50".
func (n numberLocale) decimals(plain string) string {
	whole, fraction, dotted := strings.Cut(plain, ".")
	minor, problem := money.Parse(whole, 0)
	if problem != "" {
		return plain
	}
	text := n.printer.Sprint(number.Decimal(minor))
	if dotted {
		text += n.decimal + fraction
	}
	return text
}

// example is how an amount of a currency is typed.
func (n numberLocale) example(currency string) string {
	digits, err := money.Digits(currency)
	if err != nil {
		digits = 2
	}
	return n.decimals(strings.TrimSuffix("1234."+"50000000"[:min(digits, 8)], "."))
}

// read makes a plain decimal of what somebody typed as an amount of a currency, which the rules of the domain
// judge then. The problem, in words that follow a field's name, is about what cannot be read without a guess.
//
// A separator before one or two digits parts the decimals in every language, because keyboards of phones
// offer only one. Everything else has to be written as in the language.
func (n numberLocale) read(typed, currency string) (plain, problem string) {
	text := n.tidy(typed)
	if text == "" {
		return "", ""
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsNumber(r) }) {
		return "", "has digits that cannot be read here: write it with the digits 0 to 9, like " + n.example(currency)
	}
	text = withoutCurrency(text, currency)
	if namesCurrency(text) {
		return "", "names another currency: only " + currency + " can be given here, like " + n.example(currency)
	}
	number, negative := strings.CutPrefix(text, "-")
	plain, ok := n.plain(number)
	if !ok {
		return "", "is not an amount that can be read: write it like " + n.example(currency)
	}
	if negative {
		plain = "-" + plain
	}
	return plain, ""
}

// tidy makes the same of what looks the same: spaces and apostrophes.
func (n numberLocale) tidy(text string) string {
	return strings.TrimSpace(alike.Replace(text))
}

var alike = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "’", "'")

// plain reads a number without sign and currency.
func (n numberLocale) plain(text string) (string, bool) {
	decimal, group := n.decimal, alike.Replace(n.group)
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

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// withoutCurrency takes the sign or the code of the currency off an amount.
func withoutCurrency(text, currency string) string {
	symbol := money.Symbol(currency)
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

// namesCurrency reports whether an amount has the sign or the code of a currency.
func namesCurrency(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Sc, r) }) {
		return true
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if _, err := money.Digits(strings.ToUpper(word)); err == nil {
			return true
		}
	}
	return false
}

// amount prints minor units for everybody: "$1,234.50", "¥1,200", "1,234.500 KWD".
func amount(minor int64, currency string) string { return english.amount(minor, currency) }
