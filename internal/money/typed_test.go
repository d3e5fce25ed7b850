package money_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/runenames"
	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/money"
)

// typed is an amount as somebody types it, and what it is read as.
type typed struct{ languages, text, currency, plain, problem string }

func (c typed) check(t *testing.T) {
	t.Helper()
	if plain, problem := localeFor(c.languages).Read(c.text, c.currency); plain != c.plain || problem != c.problem {
		t.Errorf("%q of %s in %s: got %q %q, want %q %q", c.text, c.currency, c.languages, plain, problem, c.plain, c.problem)
	}
}

// TestGroupsOfTypedAmounts checks groups of thousands and Indian lakhs, correct and one digit off.
func TestGroupsOfTypedAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ languages, text, plain string }{
		{"en", "1,234", "1234"}, {"en", "12,345", "12345"}, {"en", "123,456", "123456"}, {"en", "1234,567", ""},
		{"en", "1,23", "1.23"}, {"en", "1,2", "1.2"}, {"en", "1,2345", ""}, {"en", "1,", ""}, {"en", ",123", ""}, {"en", ",5", ""},
		{"en", "012,345", ""}, {"en", "0,123", ""}, {"en", "0123", "0123"}, {"en", "100,000", "100000"},
		{"en", "1,23,456", "123456"}, {"en", "12,34,567", "1234567"}, {"en", "1,2,345", ""}, {"en", "1,2345,678", ""}, {"en", "1,234,567", "1234567"},
		{"en", "1,234,56", ""}, {"en", "1,234,5678", ""}, {"en", "1,,234", ""}, {"en", "1,234,", ""}, {"en", "1.,000", ""}, {"en", "1,.000", ""},
		{"en", "1,234.5", "1234.5"}, {"en", "1,234.567", "1234.567"}, {"en", "1,234.", ""}, {"en", "1.234.567", ""}, {"en", "1.2,345", ""},
		{"en", "-1,234.50", "-1234.50"}, {"en", "--1", ""}, {"en", "1-", ""}, {"en", "1234.567", "1234.567"}, {"en", "0.500", "0.500"},
		{"de", "1.234", "1234"}, {"de", "1.23", "1.23"}, {"de", "1.234.567,89", "1234567.89"}, {"de", "1.234,567", "1234.567"}, {"de", ".5", ""},
		{"fr", "1 234 567,8", "1234567.8"}, {"fr", "1 23", ""}, {"fr", "1 2345", ""}, {"fr", "1 234", "1234"},
	} {
		want := ""
		if c.plain == "" {
			want = money.Unreadable
		}
		typed{c.languages, c.text, "USD", c.plain, want}.check(t)
	}
}

// TestThreeDigitsAfterTheOnlySeparatorAreAskedAbout checks what could mean two amounts, and both of them.
func TestThreeDigitsAfterTheOnlySeparatorAreAskedAbout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ languages, text, currency, lesser, greater string }{
		{"en", "1.000", "USD", "$1.00", "$1,000.00"}, {"en", "10.000", "USD", "$10.00", "$10,000.00"}, {"en", "999.999", "USD", "$999.99", "$999,999.00"},
		{"en", "US$ 1.234", "USD", "$1.23", "$1,234.00"}, {"en", "-1.000", "USD", "$1.00", "$1,000.00"}, {"en", "1.234", "JPY", "¥1", "¥1,234"},
		{"de", "1,000", "EUR", "1,00\u00a0€", "1.000,00\u00a0€"}, {"de-CH", "1.000", "CHF", "1.00 CHF", "1’000.00 CHF"},
		{"de-CH", "1,000", "CHF", "1.00 CHF", "1’000.00 CHF"}, {"de-AT", "1.000", "EUR", "€1,00", "€1\u00a0000,00"},
		{"fr", "1.000", "EUR", "1,00\u00a0€", "1\u00a0000,00\u00a0€"}, {"fr", "1,000", "EUR", "1,00\u00a0€", "1\u00a0000,00\u00a0€"},
		{"en", "1٫000", "USD", "$1.00", "$1,000.00"}, {"ar", "١٫٠٠٠", "USD", "1.00\u00a0$", "1,000.00\u00a0$"},
		{"en", "1,000", "KWD", "1.000 KWD", "1,000.000 KWD"}, {"de", "1.000", "KWD", "1,000 KWD", "1.000,000 KWD"},
		{"fr", "1.000", "KWD", "1,000 KWD", "1\u00a0000,000 KWD"}, {"ar", "١٬٠٠٠", "KWD", "1.000 KWD", "1,000.000 KWD"},
	} {
		typed{c.languages, c.text, c.currency, "", money.Ambiguous}.check(t)
		if lesser, greater := localeFor(c.languages).Readings(c.text, c.currency); lesser != c.lesser || greater != c.greater {
			t.Errorf("%q of %s in %s: got %q or %q, want %q or %q", c.text, c.currency, c.languages, lesser, greater, c.lesser, c.greater)
		}
	}
	for _, c := range []typed{
		{"en", "1,000", "USD", "1000", ""}, {"de", "1.000", "EUR", "1000", ""}, {"ja", "1,000", "JPY", "1000", ""}, {"de", "1.000", "JPY", "1000", ""},
		{"ar", "١٬٠٠٠", "USD", "1000", ""}, {"en", "1.000", "KWD", "1.000", ""}, {"de", "1,000", "KWD", "1.000", ""}, {"ar", "١٫٠٠٠", "KWD", "1.000", ""},
		{"en", "1,000.000", "KWD", "1000.000", ""}, {"en", "1,00", "KWD", "1.00", ""}, {"en", "1,000,000", "KWD", "1000000", ""},
		{"en", "0.123", "USD", "0.123", ""}, {"en", "1000.000", "USD", "1000.000", ""}, {"en", "1.0000", "USD", "1.0000", ""}, {"en", "1.00", "USD", "1.00", ""},
	} {
		c.check(t)
		if lesser, greater := localeFor(c.languages).Readings(c.text, c.currency); lesser != "" || greater != "" {
			t.Errorf("%q of %s in %s: got %q or %q, want no question", c.text, c.currency, c.languages, lesser, greater)
		}
	}
}

func TestTheCurrencyMayBeWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []typed{
		{"en", "US$10", "USD", "10", ""}, {"en", "10 Usd", "USD", "10", ""}, {"en", "usd10", "USD", "10", ""}, {"en", "USD$10", "USD", "10", ""},
		{"en", "$10 USD", "USD", "10", ""}, {"en", "10 $US", "USD", "10", ""}, {"en", "-$5", "USD", "-5", ""}, {"en", "$-5", "USD", "-5", ""},
		{"ja", "￥1000", "JPY", "1000", ""}, {"ja", "１０００円", "JPY", "1000", ""}, {"ja", "1，000", "JPY", "1000", ""}, {"en", "＄１０．５０", "USD", "10.50", ""},
		{"en", "CA$5", "CAD", "5", ""}, {"en", "C$5", "CAD", "5", ""}, {"en", "R$5", "BRL", "5", ""}, {"en", "$5", "COP", "5", ""}, {"en", "HK$5", "HKD", "5", ""},
		{"sv", "10 kr", "SEK", "10", ""}, {"da", "kr. 10", "DKK", "10", ""}, {"da", "10 kr.", "DKK", "10", ""}, {"pl", "10 zł", "PLN", "10", ""},
		{"en", "R10", "ZAR", "10", ""}, {"en", "Rs.500", "INR", "500", ""}, {"zh", "10元", "CNY", "10", ""}, {"en", "10 SLE", "SLE", "10", ""},
		{"de", "10,-", "EUR", "10.00", ""}, {"de", "10,– €", "EUR", "10.00", ""}, {"nl", "€ 10,--", "EUR", "10.00", ""}, {"de-CH", "CHF 1’000.—", "CHF", "1000.00", ""},
		{"de", "1.000,-", "EUR", "1000.00", ""}, {"ja", "10,-", "JPY", "10.00", ""}, {"en", "10,-", "KWD", "10.00", ""},
		{"en", "1.000,-", "USD", "", money.Unreadable}, {"en", "10,---", "USD", "", money.Unreadable}, {"en", "10-", "USD", "", money.Unreadable},
		{"en", "10k", "ZMW", "", money.Unreadable}, {"en", "10K", "MMK", "", money.Unreadable}, {"en", "10k", "USD", "", money.Unreadable},
		{"en", "US$10", "CAD", "", money.OtherCurrency}, {"en", "10 US$", "CAD", "", money.OtherCurrency}, {"en", "A$10", "CAD", "", money.OtherCurrency},
		{"en", "R$10", "ZAR", "", money.OtherCurrency}, {"en", "10 EUR", "ZAR", "", money.OtherCurrency}, {"en", "10 eur", "USD", "", money.OtherCurrency},
		{"en", "￥10", "USD", "", money.OtherCurrency}, {"en", "USD 5 EUR", "USD", "", money.OtherCurrency},
		{"en", "5 XAU", "XAU", "5", ""},
	} {
		c.check(t)
	}
}

func TestDigitsOfOtherScripts(t *testing.T) {
	t.Parallel()
	for _, c := range []typed{
		{"ar", "١٬٢٣٤٫٥٠", "USD", "1234.50", ""}, {"ar", "١٬٢٣٤٬٥٦٧", "USD", "1234567", ""}, {"ar", "١٢٫٥", "USD", "12.5", ""}, {"ar", "\u061c١٢٣٤", "USD", "1234", ""},
		{"en", "12٫50", "USD", "12.50", ""}, {"fa", "۱۲", "USD", "12", ""}, {"hi", "₹१,२३,४५६", "INR", "123456", ""}, {"en", "１2", "USD", "12", ""},
		{"en", "𝟏𝟐", "USD", "12", ""}, {"ar", "١٬٢٣٫٥", "USD", "", money.Unreadable}, {"ar", "١٬٢٣٤.٥", "USD", "", money.Unreadable},
		{"en", "1٢", "USD", "", money.UnclearDigits}, {"en", "١۲", "USD", "", money.UnclearDigits}, {"en", "𝟏𝟚", "USD", "", money.UnclearDigits},
		{"en", "10²", "USD", "", money.UnclearDigits}, {"en", "½", "USD", "", money.UnclearDigits}, {"en", "①", "USD", "", money.UnclearDigits},
		{"en", "〇", "USD", "", money.UnclearDigits}, {"en", "Ⅹ", "USD", "", money.UnclearDigits}, {"en", "五", "USD", "", money.Unreadable},
	} {
		c.check(t)
	}
}

// TestAllDecimalDigits reads every decimal digit of Unicode and compares it with its name.
func TestAllDecimalDigits(t *testing.T) {
	t.Parallel()
	names := strings.Fields("ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE")
	for r := range unicode.MaxRune {
		if !unicode.IsDigit(r) {
			continue
		}
		words := strings.Fields(runenames.Name(r))
		plain, problem := money.English.Read(string(r), "USD")
		if problem != "" || len(plain) != 1 || names[plain[0]-'0'] != words[len(words)-1] {
			t.Errorf("%U, %s: got %q %q", r, runenames.Name(r), plain, problem)
		}
	}
}

// TestAmountsAreReadBack writes any amount of any currency in any language and reads it back to the same minor units. So it does with the
// amounts of a question. Whatever is read of what was written for another language is never off by a factor of 1,000.
func TestAmountsAreReadBack(t *testing.T) {
	t.Parallel()
	tags, currencies := display.Supported.Tags(), money.Currencies()
	tags = append(tags, language.MustParse("de-CH"), language.MustParse("de-AT"), language.MustParse("en-IN"), language.MustParse("es-MX"))
	rapid.Check(t, func(t *rapid.T) {
		tag, foreign := rapid.SampledFrom(tags).Draw(t, "language"), rapid.SampledFrom(tags).Draw(t, "another language")
		currency := rapid.SampledFrom(currencies).Draw(t, "currency")
		minor := rapid.Int64Range(-money.Max, money.Max).Draw(t, "minor")
		if rapid.Bool().Draw(t, "small") {
			minor %= 10_000_000
		}
		locale, other := money.LocaleOf(tag), money.LocaleOf(foreign)
		shown := locale.Amount(minor, currency)
		if got, problem := read(locale, shown, currency); problem != "" || got != minor {
			t.Fatalf("%q in %s: got %d %q, want %d", shown, tag, got, problem, minor)
		}
		got, problem := read(other, shown, currency)
		if problem == "" && got != minor {
			t.Fatalf("%q in %s: got %d, want %d or a question", shown, foreign, got, minor)
		}
		if problem != money.Ambiguous {
			return
		}
		lesser, greater := other.Readings(shown, currency)
		less, wrongLess := read(other, lesser, currency)
		more, wrongMore := read(other, greater, currency)
		if wrongLess != "" || wrongMore != "" || less >= more || less != max(minor, -minor) && more != max(minor, -minor) {
			t.Fatalf("%q in %s: got the question %q or %q", shown, foreign, lesser, greater)
		}
	})
}

func read(l money.Locale, text, currency string) (int64, string) {
	plain, problem := l.Read(text, currency)
	if problem != "" {
		return 0, problem
	}
	digits, err := money.Digits(currency)
	if err != nil {
		return 0, err.Error()
	}
	minor, problem := money.Parse(strings.TrimPrefix(plain, "-"), digits)
	if strings.HasPrefix(plain, "-") {
		minor = -minor
	}
	return minor, problem
}

func TestReadCount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"0": 0, "\t12\n": 12, "-3": -3, "١٢": 12, "１２": 12, "٠": 0} {
		if got, ok := money.ReadCount(text); got != want || !ok {
			t.Errorf("%q: got %d %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "1.5", "1,000", "1٢", "2²", "one", "9223372036854775808"} {
		if got, ok := money.ReadCount(text); ok || got != 0 {
			t.Errorf("%q: got %d, want that it is no number", text, got)
		}
	}
}
