package money

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// symbols are the signs of currencies that most readers know without their code. A sign that several
// currencies share stands for the one that is here alone.
var symbols = map[string]string{
	"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "BRL": "R$", "INR": "₹", "KRW": "₩", "MXN": "MX$",
}

// Locale writes and reads amounts and numbers as people of a language and region do. It always uses the digits 0
// to 9, so that what is shown can be typed. It is the only formatter of what people read; Fixed and Short
// print for programs.
type Locale struct {
	printer        *message.Printer
	decimal, group string
	// leading means that the sign of a currency stands before the number.
	leading bool
}

// English is the locale of what everybody sees in the same form: cached pages, mails, and messages of the API.
var English = LocaleOf(language.English)

// maxLanguages is how many bytes of an Accept-Language header are read.
const maxLanguages = 200

// LocaleFor is the locale of the first language in an Accept-Language header (RFC 9110, section 12.5.4); English
// where none can be read.
func LocaleFor(acceptLanguage string) Locale {
	if len(acceptLanguage) > maxLanguages {
		acceptLanguage = acceptLanguage[:strings.LastIndexByte(acceptLanguage[:maxLanguages], ',')+1]
	}
	tags, _, err := language.ParseAcceptLanguage(strings.TrimSuffix(acceptLanguage, ","))
	if err != nil || len(tags) == 0 {
		return English
	}
	return LocaleOf(tags[0])
}

// LocaleOf is the locale of a language tag.
func LocaleOf(tag language.Tag) Locale {
	latin, err := tag.SetTypeForKey("nu", "latn")
	if err != nil {
		latin = language.English
	}
	l := Locale{printer: message.NewPrinter(latin), leading: leads(latin)}
	l.decimal = strings.Trim(l.printer.Sprint(number.Decimal(1.5, number.Scale(1))), "15")
	l.group = strings.Trim(l.printer.Sprint(number.Decimal(1_000_000)), "10")
	l.group = string([]rune(l.group + ",")[:1])
	return l
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

// Amount writes minor units: "$1,234.50", "1.234,50 €", "1,234.500 KWD". A currency that is not known gets two
// digits.
func (l Locale) Amount(minor int64, currency string) string {
	fixed, negative := strings.CutPrefix(Fixed(minor, shownDigits(currency)), "-")
	text := l.Number(fixed)
	switch symbol := symbols[currency]; {
	case symbol == "":
		text += " " + currency
	case l.leading:
		text = symbol + text
	default:
		text += "\u00a0" + symbol
	}
	if negative {
		return "−" + text
	}
	return text
}

// shownDigits is Digits for what is shown even if its currency is not known.
func shownDigits(currency string) int {
	digits, err := Digits(currency)
	if err != nil {
		return 2
	}
	return digits
}

// Number writes a plain decimal, such as "1234.50", with groups and the locale's decimal sign. A text that is no
// plain decimal stays as it is.
func (l Locale) Number(plain string) string {
	whole, fraction, dotted := strings.Cut(plain, ".")
	minor, problem := Parse(whole, 0)
	if problem != "" {
		return plain
	}
	text := l.printer.Sprint(number.Decimal(minor))
	if dotted {
		text += l.decimal + fraction
	}
	return text
}

// Percent writes hundredths of a percent: 290 is "2.9%" in English and "2,9 %" in German.
func (l Locale) Percent(hundredths int64) string {
	return strings.Replace(l.printer.Sprint(number.Percent(1)), "100", l.Number(Short(hundredths, 2)), 1)
}

// Example is how an amount of a currency is typed: "1,234.50".
func (l Locale) Example(currency string) string {
	return l.Number(strings.TrimSuffix("1234."+"50000000"[:min(shownDigits(currency), 8)], "."))
}
