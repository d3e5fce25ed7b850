package stripe_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/pay/stripe"
)

func TestAmountsAreCountedAsStripeDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		currency     string
		minor, stays int64 // stays is -1 for what Stripe cannot take
	}{
		{"USD", 1, 1},
		{"USD", 1234, 1234},
		{"USD", money.Max, money.Max},
		{"EUR", 5, 5},
		{"JPY", 500, 500},
		{"KRW", 1, 1},
		{"MGA", 700, 7},
		{"MGA", 750, -1}, // hundredths here, whole ones there
		{"RSD", 1250, 1250},
		{"PKR", 9999, 9999},
		{"COP", 101, 101},
		{"IDR", 150000, 150000},
		{"IQD", 1005, -1},
		{"IQD", 1010, 101},
		{"VND", 25000, 25000},
		{"ISK", 5, 500},
		{"UGX", 5, 500},
		{"HUF", 1045, 1045},
		{"TWD", 80045, 80045},
		{"KWD", 5120, 5120},
		{"KWD", 5124, -1},
		{"BHD", 1, -1},
		{"TND", 10, 10},
		{"JOD", 9, -1},
		{"OMR", 1230, 1230},
		{"ALL", 3, 3},
		{"LYD", 1230, 123},
		{"LYD", 1234, -1}, // thousandths here, hundredths there
	} {
		got, err := stripe.ToStripe(c.minor, c.currency)
		switch {
		case c.stays < 0 && !fault.Is(err, fault.PaymentFailed):
			t.Errorf("%d %s: got %d, %v, want it refused", c.minor, c.currency, got, err)
		case c.stays >= 0 && (err != nil || got != c.stays):
			t.Errorf("%d %s: got %d, %v, want %d", c.minor, c.currency, got, err, c.stays)
		}
	}
	for _, c := range []struct {
		currency      string
		amount, minor int64
		nearly        int64
	}{
		{"USD", 59, 59, 59}, {"ISK", 500, 5, 5}, {"ISK", 450, -1, 5}, {"ISK", 449, -1, 4}, {"ALL", 1050, 1050, 1050}, {"MGA", 7, 700, 700}, {"KWD", 29, 29, 29}, {"LYD", 3, 30, 30},
	} {
		got, err := stripe.FromStripe(c.amount, c.currency)
		switch {
		case c.minor < 0 && !fault.Is(err, fault.Conflict):
			t.Errorf("%d %s: got %d, %v, want it refused", c.amount, c.currency, got, err)
		case c.minor >= 0 && (err != nil || got != c.minor):
			t.Errorf("%d %s: got %d, %v, want %d", c.amount, c.currency, got, err, c.minor)
		}
		if got, err := stripe.Nearly(c.amount, c.currency); err != nil || got != c.nearly {
			t.Errorf("nearly %d %s: got %d, %v, want %d", c.amount, c.currency, got, err, c.nearly)
		}
	}
	if _, err := stripe.ToStripe(1, "XXX"); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v, want no such currency", err)
	}
}

func TestAmountsComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	steps := stripe.Profile().Increments
	if steps["KWD"] != 10 || steps["IQD"] != 10 || steps["MGA"] != 100 || steps["ISK"] != 0 || steps["USD"] != 0 || len(steps) != 8 {
		t.Errorf("got %v, want ten for the seven with three decimals and a hundred for MGA", steps)
	}
	currencies := money.Currencies()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom(currencies).Draw(t, "currency")
		step := max(1, steps[currency])
		minor := rapid.Int64Range(0, money.Max/step).Draw(t, "steps") * step
		amount, err := stripe.ToStripe(minor, currency)
		if err != nil {
			t.Fatalf("%d %s: %v", minor, currency, err)
		}
		if got, err := stripe.FromStripe(amount, currency); err != nil || got != minor {
			t.Fatalf("%d %s: got %d, %v back", minor, currency, got, err)
		}
	})
}
