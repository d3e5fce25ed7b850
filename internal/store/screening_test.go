package store_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// TestDonationsThatEarlierVersionsJudged settles donations that were pending at an upgrade. Those versions judged a donation when it began:
// what had a time to wait was held by a mode and is judged again, what had none may have been held by a person and stays held.
func TestDonationsThatEarlierVersionsJudged(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 0)
		for after, want := range map[int]fund.Screening{60: fund.ScreeningShown, 0: fund.ScreeningHeld} {
			d := must.Get(s.Begin(t.Context(), store.PendingDonation{Completion: a.donation(1), Payment: fund.Payment{Provider: "sandbox"}}))(t)
			store.Damage(t, s, "UPDATE donations SET screening = 'held', release_at = 1, screen_after = $1 WHERE id = $2", after, d.ID)
			if due := must.Get(s.DueWork(t.Context(), fund.WorkRelease, time.Now(), 9))(t); len(due) > 0 {
				t.Errorf("got a release due before the money arrived, want none")
			}
			p := must.Get(s.GetPayment(t.Context(), d.ID))(t)
			must.Do(t, s.Settle(t.Context(), store.Settlement{Payment: p, Reported: fund.PaymentState{Status: fund.PaymentPaid, Paid: 1, Currency: "USD"}}))
			got := must.Get(s.GetDonation(t.Context(), fund.Key{ID: d.ID}))(t)
			if got.Screening != want || !got.ReleaseAt.IsZero() {
				t.Errorf("after %d seconds: got %s until %v, want %s", after, got.Screening, got.ReleaseAt, want)
			}
		}
	})
}
