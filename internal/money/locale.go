package money

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// symbols are currency symbols that most readers know without the code. A symbol shared by several currencies is given to one of them only.
var symbols = map[string]string{
	"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "BRL": "R$", "INR": "₹", "KRW": "₩", "MXN": "MX$",
}

// Locale formats and parses amounts and numbers for a language and region. It always uses the digits 0 to 9, so that displayed amounts can
// be typed. It is the only formatter for people; Fixed and Short format for programs.
type Locale struct {
	// percent is 100 percent, in which a number takes the place of the 100.
	decimal, group, percent string
	// higher is how many digits a group has, and lowest how many the last one has; 0 where numbers have no groups.
	higher int
	// leading means that the currency symbol precedes the number.
	leading bool
}

// lowest is how many digits the last group of a number has, in all languages of the Unicode CLDR.
const lowest = 3

// English is the locale of everything that is the same for all readers: cached pages, mails, and messages of the API.
var English = LocaleOf(language.English)

// maxLanguages is how many bytes of an Accept-Language header are read.
const maxLanguages = 200

// Languages are the languages of an Accept-Language header (RFC 9110, section 12.5.4), the preferred one first; none if it cannot be parsed.
func Languages(acceptLanguage string) []language.Tag {
	if len(acceptLanguage) > maxLanguages {
		acceptLanguage = acceptLanguage[:strings.LastIndexByte(acceptLanguage[:maxLanguages], ',')+1]
	}
	tags, _, err := language.ParseAcceptLanguage(strings.TrimSuffix(acceptLanguage, ","))
	if err != nil {
		return nil
	}
	return tags
}

// FirstLanguage is the language that an Accept-Language header prefers; false if none can be parsed.
func FirstLanguage(acceptLanguage string) (language.Tag, bool) {
	for _, tag := range Languages(acceptLanguage) {
		return tag, true
	}
	return language.Und, false
}

// LocaleOf is the locale of a language tag. What a language does is read off samples once, because formatting each number through the
// printer takes ten times as long.
func LocaleOf(tag language.Tag) Locale {
	latin, err := tag.SetTypeForKey("nu", "latn")
	if err != nil {
		latin = language.English
	}
	printer := message.NewPrinter(latin)
	l := Locale{leading: leads(latin), percent: printer.Sprint(number.Percent(1))}
	l.decimal = strings.Trim(printer.Sprint(number.Decimal(1.5, number.Scale(1))), "15")
	separated := strings.Trim(printer.Sprint(number.Decimal(1_000_000)), "10")
	l.group = string([]rune(separated + ",")[:1])
	l.higher = strings.Count(separated, "0")
	return l
}

// leads reports whether the currency symbol precedes the number in a language (according to the Unicode CLDR).
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

// Amount formats minor units: "$1,234.50", "1.234,50 €", "1,234.500 KWD". An unknown currency gets two decimals.
func (l Locale) Amount(minor int64, currency string) string {
	return l.withSymbol(Fixed(minor, shownDigits(currency)), currency)
}

// ShortAmount is Amount without a fraction of zeros: "$25", "25 €", "$25.50".
func (l Locale) ShortAmount(minor int64, currency string) string {
	plain := Fixed(minor, shownDigits(currency))
	if whole, fraction, _ := strings.Cut(plain, "."); strings.Trim(fraction, "0") == "" {
		plain = whole
	}
	return l.withSymbol(plain, currency)
}

// withSymbol formats a plain decimal of a currency.
func (l Locale) withSymbol(plain, currency string) string {
	fixed, negative := strings.CutPrefix(plain, "-")
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

// shownDigits is Digits, or 2 for an unknown currency.
func shownDigits(currency string) int {
	digits, err := Digits(currency)
	if err != nil {
		return 2
	}
	return digits
}

// Number formats a plain decimal, such as "1234.50", with the locale's grouping and decimal separator. A text that is not a plain decimal
// stays as it is.
func (l Locale) Number(plain string) string {
	whole, fraction, dotted := strings.Cut(plain, ".")
	minor, problem := Parse(whole, 0)
	if problem != "" {
		return plain
	}
	text := l.grouped(strconv.FormatInt(minor, 10))
	if dotted {
		text += l.decimal + fraction
	}
	return text
}

// grouped separates the groups of a whole number.
func (l Locale) grouped(digits string) string {
	groups := ""
	for size := lowest; l.higher > 0 && len(digits) > size; size = l.higher {
		at := len(digits) - size
		digits, groups = digits[:at], l.group+digits[at:]+groups
	}
	return digits + groups
}

// Percent formats hundredths of a percent: 290 is "2.9%" in English and "2,9 %" in German.
func (l Locale) Percent(hundredths int64) string {
	return strings.Replace(l.percent, "100", l.Number(Short(hundredths, 2)), 1)
}

// Example is a sample of how to type an amount of a currency: "1,234.50".
func (l Locale) Example(currency string) string {
	return l.Number(strings.TrimSuffix("1234."+"50000000"[:min(shownDigits(currency), 8)], "."))
}
