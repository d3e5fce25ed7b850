package fund_test

import (
	"errors"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

func TestTheDonationLimitFollowsTheDecimals(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]int64{"USD": 100_000_000, "JPY": 100_000_000, "KWD": 1_000_000_000, "CLF": 10_000_000_000, "???": 100_000_000} {
		if got := fund.DefaultDonationLimit.Of(currency); got != want {
			t.Errorf("%s: got %d, want %d", currency, got, want)
		}
	}
	if got := fund.DonationLimit(money.Max).Of("KWD"); got != money.Max {
		t.Errorf("got %d, want no more than can be typed", got)
	}
	for amount, want := range map[int64]string{100_000_000: "", 100_000_001: "is more than a donation may be, $1,000,000.00"} {
		var wrong fault.Fields
		fund.DefaultDonationLimit.Check(&wrong, "amount", amount, "USD")
		if got := append(wrong, fault.Field{})[0]; got.Text != want {
			t.Errorf("%d: got %q, want %q", amount, got.Text, want)
		}
	}
}

func TestATotalFaultIsRecognized(t *testing.T) {
	t.Parallel()
	cause := errors.New("constraint")
	if err := fund.TotalFault(cause); !fund.IsTotalFault(err) || !errors.Is(err, cause) || !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v, want it recognized, with its cause", err)
	}
	for _, other := range []error{nil, cause, fault.Fields{{Path: "amount", Text: fund.NotPositive}}.Err()} {
		if fund.IsTotalFault(other) {
			t.Errorf("%v is taken for one", other)
		}
	}
}
