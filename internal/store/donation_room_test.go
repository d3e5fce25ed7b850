package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// leave makes a total so large that only so much is left.
func leave(t *testing.T, s *store.Store, column string, id fund.ID, left int64) {
	t.Helper()
	table := map[string]string{"supported": "facts", "raised": "facts", "raised_usd": "users"}[column]
	store.Damage(t, s, fmt.Sprintf("UPDATE %s SET %s = %d WHERE id = $1", table, column, money.MaxTotal-left), id)
}

// foreseen reports whether an error is a TotalFault that was found before the database refused anything.
func foreseen(err error) bool {
	return fund.IsTotalFault(err) && !strings.Contains(strings.ToLower(err.Error()), "constraint")
}

// TestNoTotalGrowsBeyondWhatIsCounted gives the last that a cause, a campaign or a user can take, and one more.
func TestNoTotalGrowsBeyondWhatIsCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		for column, id := range map[string]fund.ID{"supported": a.cause.ID, "raised": a.solo.ID, "raised_usd": a.user.ID} {
			leave(t, s, column, id, 100)
			if _, err := s.Complete(t.Context(), a.donation(101)); !foreseen(err) {
				t.Errorf("%s: got %v, want a donation of more than is left refused", column, err)
			}
			if _, err := s.Complete(t.Context(), a.donation(100)); err != nil {
				t.Errorf("%s: %v", column, err)
			}
			leave(t, s, column, id, money.MaxTotal)
		}
		leave(t, s, "supported", a.cause.ID, 100)
		if _, err := s.Begin(t.Context(), store.PendingDonation{Completion: a.donation(101), Payment: fund.Payment{Provider: "fake"}}); !foreseen(err) {
			t.Errorf("got %v, want no payment begun for more than is left", err)
		}
	})
}

// TestATeamCampaignNeedsNoRoomOfItsCreator gives to a team campaign whose creator raised as much as can be counted.
func TestATeamCampaignNeedsNoRoomOfItsCreator(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		leave(t, s, "raised_usd", a.user.ID, 0)
		c := a.donation(100)
		c.Donation.Fact, c.Donation.FactKind = *ref(a.together), a.together.Kind
		c.Donation.PollOption, c.Donation.Poll, c.Donation.Target, c.Donation.Claims = nil, nil, nil, nil
		if _, err := s.Complete(t.Context(), c); err != nil {
			t.Error(err)
		}
	})
}

// TestADonationOfAGroupLeavesLessForTheNext completes donations at once, of which only ten can be counted.
func TestADonationOfAGroupLeavesLessForTheNext(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		leave(t, s, "supported", a.cause.ID, 1000)
		var taken atomic.Int64
		var giving sync.WaitGroup
		for range 40 {
			giving.Go(func() {
				switch _, err := s.Complete(t.Context(), a.donation(100)); {
				case err == nil:
					taken.Add(1)
				case !foreseen(err):
					t.Error(err)
				}
			})
		}
		giving.Wait()
		if taken.Load() != 10 {
			t.Errorf("got %d donations, want ten", taken.Load())
		}
		leave(t, s, "supported", a.cause.ID, 150)
		err := s.Write(t.Context(), a.cause.ID, func(ctx context.Context, tx *store.Tx) error {
			return tx.CompleteAll(ctx, []store.Completion{a.donation(100), a.donation(100)})
		})
		if !foreseen(err) {
			t.Errorf("import: got %v, want the second donation refused", err)
		}
	})
}

// TestSettledMoneyWaitsForRoom settles two payments that began while there was room for one.
func TestSettledMoneyWaitsForRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		leave(t, s, "supported", a.cause.ID, 150)
		paid := fund.PaymentState{Status: fund.PaymentPaid, Paid: 100, Currency: "USD"}
		var begun []fund.Payment
		for range 2 {
			d, err := s.Begin(t.Context(), store.PendingDonation{Completion: a.donation(100), Payment: fund.Payment{Provider: "fake", DueAt: time.Now().Add(time.Hour)}})
			if err != nil {
				t.Fatal(err)
			}
			p, err := s.GetPayment(t.Context(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			begun = append(begun, p)
		}
		if err := s.Settle(t.Context(), store.Settlement{Payment: begun[0], Reported: paid}); err != nil {
			t.Fatal(err)
		}
		for _, reported := range []fund.PaymentState{paid, {Status: fund.PaymentPaid, Paid: 100, Currency: "USD", Refunded: 10}} {
			if err := s.Settle(t.Context(), store.Settlement{Payment: begun[1], Reported: reported}); !foreseen(err) {
				t.Errorf("got %v, want the second payment to wait", err)
			}
		}
		leave(t, s, "supported", a.cause.ID, 200)
		if err := s.Settle(t.Context(), store.Settlement{Payment: begun[1], Reported: paid}); err != nil {
			t.Errorf("with room again: %v", err)
		}
	})
}

// TestMoneyThatComesBackWaitsForRoom restores refunded and disputed money to a cause whose total was filled up meanwhile.
func TestMoneyThatComesBackWaitsForRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		for name, back := range map[string]fund.PaymentState{"refund": {Refunded: 100}, "dispute": {Disputed: 100, Dispute: fund.DisputeOpen}} {
			a := newAppeal(t, s, 1)
			begun, err := s.Begin(t.Context(), store.PendingDonation{Completion: a.donation(100), Payment: fund.Payment{Provider: "fake"}})
			if err != nil {
				t.Fatal(err)
			}
			report := func(reported fund.PaymentState) error {
				p, err := s.GetPayment(t.Context(), begun.ID)
				if err != nil {
					t.Fatal(err)
				}
				reported.Status, reported.Paid, reported.Currency = fund.PaymentPaid, 100, "USD"
				return s.Settle(t.Context(), store.Settlement{Payment: p, Reported: reported})
			}
			if err := errors.Join(report(fund.PaymentState{}), report(back)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			// Each column of the cause stays within its bound; only their sum would not.
			leave(t, s, "raised", a.cause.ID, money.MaxTotal-60)
			leave(t, s, "supported", a.cause.ID, 100)
			if err := report(fund.PaymentState{}); !foreseen(err) {
				t.Errorf("%s: got %v, want the money to wait", name, err)
			}
			leave(t, s, "raised", a.cause.ID, money.MaxTotal)
			if err := report(fund.PaymentState{}); err != nil {
				t.Errorf("%s, with room again: %v", name, err)
			}
		}
	})
}
