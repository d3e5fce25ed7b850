package fund_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
)

func TestFeeOfAPayment(t *testing.T) {
	t.Parallel()
	stripe := fund.FeeRate{Share: 290, Fixed: map[string]int64{"USD": 30}}
	for _, c := range []struct {
		name string
		rate fund.FeeRate
		paid int64
		want int64
	}{
		{"the usual fee", stripe, 10_000, 320},
		{"rounded down below the half", fund.FeeRate{Share: 100}, 149, 1},
		{"rounded up at the half", fund.FeeRate{Share: 100}, 150, 2},
		{"never more than was paid", stripe, 20, 20},
		{"nothing of nothing", stripe, 0, 0},
		{"all", fund.FeeRate{Share: 10_000}, 77, 77},
		{"no fee", fund.FeeRate{}, 500, 0},
	} {
		if got := c.rate.Of(c.paid, "USD"); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
	if got := stripe.Of(10_000, "EUR"); got != 290 {
		t.Errorf("got %d, want 290: a currency without a fixed part adds nothing", got)
	}
}

func TestCoverOfAFee(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		rate     fund.FeeRate
		donation int64
		want     int64
	}{
		{"no fee", fund.FeeRate{}, 1000, 0},
		{"the fixed part only", fund.FeeRate{Fixed: map[string]int64{"USD": 30}}, 1000, 30},
		{"half of it", fund.FeeRate{Share: 5000}, 1000, 1000},
		{"exact", fund.FeeRate{Share: 1000}, 900, 100},
		{"rounded up", fund.FeeRate{Share: 1000}, 901, 101},
		{"rounded up to a step", fund.FeeRate{Share: 1000, Increments: map[string]int64{"USD": 100}}, 901, 200},
		{"a whole step", fund.FeeRate{Share: 1000, Increments: map[string]int64{"USD": 100}}, 900, 100},
		{"a share that leaves almost nothing", fund.FeeRate{Share: 9999}, 1, 9999},
		{"a share of everything cannot be covered", fund.FeeRate{Share: 10_000, Fixed: map[string]int64{"USD": 30}}, 1000, 0},
		{"a share below nothing is none", fund.FeeRate{Share: -1, Fixed: map[string]int64{"USD": 30}}, 1000, 0},
	} {
		if got := c.rate.Cover(c.donation, "USD"); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

func TestStepOfACurrency(t *testing.T) {
	t.Parallel()
	r := fund.FeeRate{Increments: map[string]int64{"UGX": 100, "BAD": -5}}
	for currency, want := range map[string]int64{"UGX": 100, "USD": 1, "BAD": 1} {
		if got := r.Increment(currency); got != want {
			t.Errorf("%s: got %d, want %d", currency, got, want)
		}
	}
}

// TestCoverIsTheLeastThatLeavesTheDonation checks Cover against Of: the donation is left, and one increment less would not leave it, give
// or take half a cent of rounding.
func TestCoverIsTheLeastThatLeavesTheDonation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]int64{1, 5, 100}).Draw(t, "step")
		r := fund.FeeRate{
			Share: rapid.Int64Range(0, 2000).Draw(t, "share"),
			Fixed: map[string]int64{"USD": rapid.Int64Range(0, 100).Draw(t, "fixed")}, Increments: map[string]int64{"USD": step},
		}
		donation := rapid.Int64Range(1, 1_000_000).Draw(t, "donation")
		cover := r.Cover(donation, "USD")
		if cover < 0 || cover%step != 0 {
			t.Fatalf("got a cover of %d, want a multiple of %d", cover, step)
		}
		if paid := donation + cover; paid-r.Of(paid, "USD") < donation {
			t.Fatalf("a cover of %d leaves %d of %d", cover, paid-r.Of(paid, "USD"), donation)
		}
		less := donation + cover - step - 1
		if less > donation && less-r.Of(less, "USD") > donation {
			t.Fatalf("a cover of %d leaves more than %d, %d was added", less-donation, donation, cover)
		}
	})
}
