package fund_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestHowFarAheadAServerStarts names the limits that operators read in the documentation.
func TestHowFarAheadAServerStarts(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if got := midnight.Add(fund.MaxClockAhead); !got.Equal(midnight.AddDate(0, 0, 1)) {
		t.Errorf("got %s ahead, want a day", fund.MaxClockAhead)
	}
	if fund.ClockTolerance.String() != "1m0s" {
		t.Errorf("got %s, want no notice of a minute", fund.ClockTolerance)
	}
}

func TestLinksAboutAccountsWorkForHalfAnHour(t *testing.T) {
	t.Parallel()
	if fund.AccountLinkLife.String() != "30m0s" || fund.AccountAskLife.String() != "24h0m0s" {
		t.Errorf("got %s, mailed within %s, want half an hour, mailed within a day", fund.AccountLinkLife, fund.AccountAskLife)
	}
}
