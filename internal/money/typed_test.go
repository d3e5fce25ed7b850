package money_test

import (
	"testing"

	"github.com/almoner/almoner/internal/money"
)

// TestGroupsOfTypedAmounts checks groups of thousands and Indian lakhs, correct and one digit off.
func TestGroupsOfTypedAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ languages, typed, plain string }{
		{"en", "1,234", "1234"}, {"en", "12,345", "12345"}, {"en", "123,456", "123456"}, {"en", "1234,567", ""},
		{"en", "1,23", "1.23"}, {"en", "1,2", "1.2"}, {"en", "1,2345", ""}, {"en", "1,", ""}, {"en", ",123", ""}, {"en", ",5", ""},
		{"en", "012,345", ""}, {"en", "0,123", ""}, {"en", "0123", "0123"}, {"en", "100,000", "100000"},
		{"en", "1,23,456", "123456"}, {"en", "12,34,567", "1234567"}, {"en", "1,2,345", ""}, {"en", "1,2345,678", ""}, {"en", "1,234,567", "1234567"},
		{"en", "1,234,56", ""}, {"en", "1,234,5678", ""}, {"en", "1,,234", ""}, {"en", "1,234,", ""},
		{"en", "1,234.5", "1234.5"}, {"en", "1,234.567", "1234.567"}, {"en", "1,234.", ""}, {"en", "1.234.567", ""}, {"en", "1.2,345", ""},
		{"en", "-1,234.50", "-1234.50"}, {"en", "--1", ""}, {"en", "1-", ""},
		{"de", "1.234", "1234"}, {"de", "1.23", "1.23"}, {"de", "1.234.567,89", "1234567.89"}, {"de", "1.234,567", "1234.567"}, {"de", ".5", ""},
		{"fr", "1 234 567,8", "1234567.8"}, {"fr", "1 23", ""}, {"fr", "1 2345", ""},
	} {
		want := ""
		if c.plain == "" {
			want = money.Unreadable
		}
		if plain, problem := money.LocaleFor(c.languages).Read(c.typed, "USD"); plain != c.plain || problem != want {
			t.Errorf("%q in %s: got %q %q, want %q %q", c.typed, c.languages, plain, problem, c.plain, want)
		}
	}
}
