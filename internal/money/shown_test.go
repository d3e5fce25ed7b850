package money_test

import (
	"testing"

	"github.com/almoner/almoner/internal/money"
)

func TestShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor    int64
		currency string
		want     string
	}{
		{0, "USD", "$0.00"},
		{123450, "USD", "$1,234.50"},
		{100000, "GBP", "£1,000.00"},
		{999, "JPY", "¥999"},
		{1234567, "JPY", "¥1,234,567"},
		{1234567, "KWD", "1,234.567 KWD"},
		{-5, "EUR", "−€0.05"},
		{12300, "CHF", "123.00 CHF"},
	} {
		if got := money.Shown(c.minor, c.currency); got != c.want {
			t.Errorf("%d %s: got %s, want %s", c.minor, c.currency, got, c.want)
		}
	}
}
