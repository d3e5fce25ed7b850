package fund_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

func TestHowLongReadingTakes(t *testing.T) {
	t.Parallel()
	for comment, want := range map[string]time.Duration{
		"": 3 * time.Second, "a": 4 * time.Second, strings.Repeat("a", 14): 4 * time.Second, strings.Repeat("a", 15): 5 * time.Second,
		strings.Repeat("頑", 14): 6 * time.Second, strings.Repeat("é", fund.MaxComment): 75 * time.Second,
	} {
		if got := (fund.Reading{Comment: comment}).Takes(); got != want {
			t.Errorf("%d letters of %.3q: got %v, want %v", len([]rune(comment)), comment, got, want)
		}
	}
}

func TestWhatMayBeRead(t *testing.T) {
	t.Parallel()
	for _, s := range fund.Screenings() {
		d := fund.Donation{State: fund.DonationCompleted, Amount: 1, Screening: s}
		if got, want := d.Readable(), s == fund.ScreeningShown || s == fund.ScreeningHostOnly; got != want {
			t.Errorf("%s: got %v, want %v", s, got, want)
		}
		if d.Refunded = 1; d.Readable() {
			t.Errorf("%s: a refunded one may be read", s)
		}
	}
}
