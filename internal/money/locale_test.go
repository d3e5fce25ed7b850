package money_test

import (
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"github.com/almoner/almoner/internal/money"
)

// localeFor is the locale of the first language in an Accept-Language header, or English if none can be parsed.
func localeFor(acceptLanguage string) money.Locale {
	if tag, ok := money.FirstLanguage(acceptLanguage); ok {
		return money.LocaleOf(tag)
	}
	return money.English
}

func TestAmount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		languages string
		minor     int64
		currency  string
		want      string
	}{
		{"en", 0, "USD", "$0.00"},
		{"en", 123450, "USD", "$1,234.50"},
		{"en", 100000, "GBP", "£1,000.00"},
		{"en", 999, "JPY", "¥999"},
		{"en", 1234567, "JPY", "¥1,234,567"},
		{"en", 1234567, "KWD", "1,234.567 KWD"},
		{"en", -5, "EUR", "−€0.05"},
		{"en", 12300, "CHF", "123.00 CHF"},
		{"en", 12300, "???", "123.00 ???"},
		{"de", 123450, "EUR", "1.234,50\u00a0€"},
		{"de-AT", 123450, "EUR", "€1\u00a0234,50"},
		{"de-CH", 123450, "CHF", "1’234.50 CHF"},
		{"fr", 123450, "EUR", "1\u00a0234,50\u00a0€"},
		{"es-MX", 123450, "MXN", "MX$1,234.50"},
		{"es-ES", 1234567, "EUR", "12.345,67\u00a0€"},
		{"pt-BR", 123450, "BRL", "R$1.234,50"},
		{"pt-PT", 1234567, "EUR", "12\u00a0345,67\u00a0€"},
		{"en-IN", 12345678, "INR", "₹1,23,456.78"},
		{"ar-EG", 123450, "USD", "1,234.50\u00a0$"},
	} {
		if got := localeFor(c.languages).Amount(c.minor, c.currency); got != c.want {
			t.Errorf("%d %s in %s: got %q, want %q", c.minor, c.currency, c.languages, got, c.want)
		}
	}
}

func TestShortAmount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		languages string
		minor     int64
		currency  string
		want      string
	}{
		{"en", 2500, "USD", "$25"},
		{"en", 2550, "USD", "$25.50"},
		{"en", 2505, "USD", "$25.05"},
		{"en", 0, "USD", "$0"},
		{"en", 123400000, "USD", "$1,234,000"},
		{"en", -2500, "USD", "−$25"},
		{"en", 1000, "JPY", "¥1,000"},
		{"en", 25000, "KWD", "25 KWD"},
		{"de", 10000, "USD", "100\u00a0$"},
		{"de", 10010, "EUR", "100,10\u00a0€"},
	} {
		if got := localeFor(c.languages).ShortAmount(c.minor, c.currency); got != c.want {
			t.Errorf("%d %s in %s: got %q, want %q", c.minor, c.currency, c.languages, got, c.want)
		}
	}
}

// TestNumbersFollowTheCLDR compares numbers with those of the library, for every language that it knows.
func TestNumbersFollowTheCLDR(t *testing.T) {
	t.Parallel()
	tags := append(display.Supported.Tags(), language.Und, language.MustParse("en-US-u-va-posix"), language.MustParse("hi-u-nu-deva"))
	for _, tag := range tags {
		latin, err := tag.SetTypeForKey("nu", "latn")
		if err != nil {
			t.Fatal(err)
		}
		locale, printer := money.LocaleOf(tag), message.NewPrinter(latin)
		for _, n := range []int64{0, 7, 99, 100, 999, 1000, 9999, 10_000, 99_999, 100_000, 1_234_567, 12_345_678, 123_456_789, money.Max} {
			if got, want := locale.Number(strconv.FormatInt(n, 10)), printer.Sprint(number.Decimal(n)); got != want {
				t.Errorf("%d in %s: got %q, want %q", n, tag, got, want)
			}
		}
		if got, want := locale.Percent(100_00), printer.Sprint(number.Percent(1)); got != want {
			t.Errorf("100%% in %s: got %q, want %q", tag, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		languages  string
		hundredths int64
		want       string
	}{
		{"en", 290, "2.9%"}, {"en", 1300, "13%"}, {"en", 0, "0%"}, {"en", 5, "0.05%"}, {"en", 123_400_00, "123,400%"},
		{"de", 290, "2,9\u00a0%"}, {"fr", 1300, "13\u00a0%"}, {"tr", 1300, "%13"},
	} {
		if got := localeFor(c.languages).Percent(c.hundredths); got != c.want {
			t.Errorf("%d in %s: got %q, want %q", c.hundredths, c.languages, got, c.want)
		}
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{{"en", "USD", "1,234.50"}, {"de", "EUR", "1.234,50"}, {"ja", "JPY", "1,234"}, {"en", "KWD", "1,234.500"}} {
		if got := localeFor(c[0]).Example(c[1]); got != c[2] {
			t.Errorf("%s in %s: got %q, want %q", c[1], c[0], got, c[2])
		}
	}
}

func TestReadTakesAmountsAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ languages, typed, currency, plain, problem string }{
		{"en", "1,234.50", "USD", "1234.50", ""}, {"en", " $25 ", "USD", "25", ""}, {"en", "25 USD", "USD", "25", ""}, {"en", "12,5", "USD", "12.5", ""},
		{"", "1,234", "USD", "1234", ""}, {"nonsense;;;", "1,234", "USD", "1234", ""}, {"en", "$5", "CAD", "5", ""}, {"en", "-5.00", "USD", "-5.00", ""},
		{"de", "12,34", "EUR", "12.34", ""}, {"de", "1.234,50", "EUR", "1234.50", ""}, {"de", "1.234", "EUR", "1234", ""}, {"de", "12.34", "EUR", "12.34", ""},
		{"de", "1234,50 €", "EUR", "1234.50", ""}, {"de", "0,001", "EUR", "0.001", ""}, {"de-CH", "1’234.50", "CHF", "1234.50", ""}, {"de-CH", "1'234.50", "CHF", "1234.50", ""},
		{"fr", "1\u202f234,50", "EUR", "1234.50", ""}, {"fr", "1 234,50", "EUR", "1234.50", ""}, {"en-IN", "12,34,567", "INR", "1234567", ""}, {"ja", "1,000", "JPY", "1000", ""},
		{"ar-EG", "12.50", "USD", "12.50", ""}, {"de", "", "EUR", "", ""},
		{"de" + strings.Repeat(",en", 100), "1.234", "EUR", "1234", ""}, {strings.Repeat("x", 300), "1,234", "USD", "1234", ""},
		{"de", "0.001", "EUR", "", money.Unreadable},
		{"de", "1,234.50", "EUR", "", money.Unreadable},
		{"fr", "1.234,50", "EUR", "", money.Unreadable},
		{"en", "5.", "USD", "", money.Unreadable}, {"en", ".5", "USD", "", money.Unreadable},
		{"ja", "¥1e3", "JPY", "", money.Unreadable}, {"en", "5 5", "USD", "", money.Unreadable},
		{"en", "£5", "USD", "", money.OtherCurrency}, {"de", "5 USD", "EUR", "", money.OtherCurrency},
	} {
		if plain, problem := localeFor(c.languages).Read(c.typed, c.currency); plain != c.plain || problem != c.problem {
			t.Errorf("%q %q in %s: got %q %q, want %q %q", c.typed, c.languages, c.currency, plain, problem, c.plain, c.problem)
		}
	}
}
