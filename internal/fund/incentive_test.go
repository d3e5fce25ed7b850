package fund_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestUnpaidDonationsLeaveStock checks how much of a reward may be claimed without paying.
func TestUnpaidDonationsLeaveStock(t *testing.T) {
	t.Parallel()
	for quantity, want := range map[int64]struct{ donation, network int64 }{
		0: {10, 10}, 1: {10, 10}, 20: {10, 10}, 21: {10, 11}, 22: {10, 11}, 109: {10, 55}, 110: {11, 55}, 1000: {100, 500}, 1001: {100, 501},
	} {
		r := fund.Reward{Quantity: &quantity}
		donation, network := r.MostHeld(), r.MostHeldByNetwork()
		if donation == nil || network == nil || *donation != want.donation || *network != want.network {
			t.Errorf("%d: got %v and %v, want %d of one donation, %d of one network", quantity, donation, network, want.donation, want.network)
		}
	}
	unlimited := fund.Reward{}
	if donation, network := unlimited.MostHeld(), unlimited.MostHeldByNetwork(); donation != nil || network != nil {
		t.Errorf("got %v and %v, want no limit where there is no stock", donation, network)
	}
}
