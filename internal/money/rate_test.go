package money_test

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/money"
)

func TestARateHoldsForAWeek(t *testing.T) {
	t.Parallel()
	thursday := time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	if afterEaster := time.Date(2026, 4, 7, 0, 0, 0, 0, time.UTC); thursday.Add(money.RateReach).Before(afterEaster) {
		t.Errorf("the rate of the Thursday before Easter holds for %s, want it to last until the Tuesday after", money.RateReach)
	}
	if got, want := thursday.Add(money.RateReach), time.Date(2026, 4, 9, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("a rate holds until %s, want %s", got, want)
	}
}

func TestRatesAreReadExactly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text    string
		want    int64
		problem string
	}{
		{"1.0831", 1_083_100_000, ""},
		{"1", money.RateScale, ""},
		{"0.000000001", 1, ""},
		{"0.0000000015", 2, ""}, // half to even
		{"0.0000000025", 2, ""},
		{"1000000", money.MaxRate, ""},
		{"1000000.0000001", 0, money.RateOutOfRange},
		{"0", 0, money.RateOutOfRange},
		{"0.0000000005", 0, money.RateOutOfRange},
		{"-1", 0, money.RateNotANumber},
		{"1,0831", 0, money.RateNotANumber},
		{"1e9", 0, money.RateNotANumber},
		{"1/3", 0, money.RateNotANumber},
		{".5", 0, money.RateNotANumber},
		{"1.", 0, money.RateNotANumber},
		{"", 0, money.RateNotANumber},
		{"0." + strings.Repeat("1", 38), 111_111_111, ""},
		{"0." + strings.Repeat("1", 39), 0, money.RateNotANumber},
	} {
		value, problem := money.ParseRate(c.text)
		var got int64
		if problem == "" {
			got, problem = money.RateOf(value)
		}
		if got != c.want || problem != c.problem {
			t.Errorf("%q: got %d, %q, want %d, %q", c.text, got, problem, c.want, c.problem)
		}
	}
	if got := (money.DayRate{Rate: 1_083_100_000}).Decimal(); got != "1.0831" {
		t.Errorf("got %s, want 1.0831", got)
	}
	if got, problem := money.RateOf(big.NewRat(1, 3)); got != 333_333_333 || problem != "" {
		t.Errorf("got %d, %q for a third, want 333333333", got, problem)
	}
}

// TestAmountsCrossToAnotherCurrency converts by two rates to the dollar, between currencies with and without minor units.
func TestAmountsCrossToAnotherCurrency(t *testing.T) {
	t.Parallel()
	pound, yen := money.DayRate{Currency: "GBP", Rate: money.RateScale * 5 / 4}, money.DayRate{Currency: "JPY", Rate: money.RateScale / 125}
	for _, c := range []struct {
		from, to    money.DayRate
		minor, want int64
	}{{pound, yen, 10000, 15625}, {yen, pound, 15625, 10000}, {pound, pound, 1, 1}, {pound, yen, -1, -2}, {pound, yen, 0, 0}, {pound, yen, money.MaxTotal, money.MaxTotal}} {
		by, err := money.Cross(c.from, c.to)
		if got := by.Apply(c.minor); err != nil || got != c.want {
			t.Errorf("%d %s in %s: got %d (%v), want %d", c.minor, c.from.Currency, c.to.Currency, got, err, c.want)
		}
	}
	if _, err := money.Cross(pound, money.DayRate{Currency: "???", Rate: 1}); err == nil {
		t.Error("got an amount of no currency")
	}
}
