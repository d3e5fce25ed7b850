package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// newEuroAppeal is an appeal whose facts take euros.
func newEuroAppeal(t *testing.T, s *store.Store, stock int64) *appeal {
	t.Helper()
	a := newAppeal(t, s, stock)
	for _, table := range []string{"facts", "rewards"} {
		store.Damage(t, s, "UPDATE "+table+" SET currency = 'EUR'")
	}
	return a
}

// euro is a donation without a rate.
func (a *appeal) euro(amount int64) store.Completion {
	c := a.donation(amount)
	c.Donation.Currency, c.USD = "EUR", 0
	return c
}

func putRate(t *testing.T, s *store.Store, r money.DayRate) (changed int) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		changed, err = tx.PutRates(ctx, []money.DayRate{r})
		return err
	})
	return changed
}

func recount(t *testing.T, s *store.Store, want store.Recount) {
	t.Helper()
	if got, err := s.CountUnrated(t.Context()); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func raisedUSD(t *testing.T, s *store.Store, a *appeal) (user, team int64) {
	t.Helper()
	u, err := s.GetUser(t.Context(), fund.Key{ID: a.user.ID})
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.GetTeam(t.Context(), fund.Key{ID: a.team.ID})
	if err != nil {
		t.Fatal(err)
	}
	return u.RaisedUSD, w.RaisedUSD
}

// TestDonationsCountInDollarsOnceTheirRateIsKnown has donations of every kind: paid, pending, refunded in part and in whole,
// through a payment and in cash, for a user and for a team.
func TestDonationsCountInDollarsOnceTheirRateIsKnown(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newEuroAppeal(t, s, 10)
		complete := func(c store.Completion) fund.ID {
			d, err := s.Complete(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return d.ID
		}
		refund := func(id fund.ID, amount int64) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Refund(ctx, id, amount)
				return err
			})
		}
		begin := func(amount int64) fund.ID {
			d, err := s.Begin(t.Context(), store.PendingDonation{Completion: a.euro(amount), Payment: fund.Payment{Provider: "fake", DueAt: time.Now().Add(time.Hour)}})
			if err != nil {
				t.Fatal(err)
			}
			return d.ID
		}
		paid := func(id fund.ID, amount int64) {
			settle(t, s, id, fund.PaymentState{Status: fund.PaymentPaid, Paid: amount, Currency: "EUR"})
		}
		complete(a.euro(1000))
		part := complete(a.euro(1001))
		refund(part, 334)
		refund(complete(a.euro(50)), 50)
		forTeam := a.euro(200)
		forTeam.Donation.Fact, forTeam.Donation.FactKind = *ref(a.together), a.together.Kind
		complete(forTeam)
		pending, early := begin(300), begin(500)
		paid(early, 500)
		wantClean(t, s)
		// Of the six and the pending one, none has a rate.
		recount(t, s, store.Recount{Unrated: 6})

		today := money.DayRate{Currency: "EUR", Day: time.Now(), Rate: money.RateScale * 11 / 10}
		if got := putRate(t, s, today); got != 1 {
			t.Errorf("got %d changed, want 1", got)
		}
		recount(t, s, store.Recount{Counted: 6})
		wantClean(t, s)
		// 1100 + 1101 × 667/1001 + 0 + 550; for the team its campaign's.
		if user, team := raisedUSD(t, s, a); user != 1100+733+550 || team != 220 {
			t.Errorf("got %d and %d US cents, want 2383 and 220", user, team)
		}
		if got := putRate(t, s, today); got != 0 {
			t.Errorf("got %d changed the second time, want 0", got)
		}
		recount(t, s, store.Recount{})
		// Another rate of that day leaves what is counted.
		today.Rate *= 2
		putRate(t, s, today)
		recount(t, s, store.Recount{})
		paid(pending, 300)
		refund(part, 667)
		wantClean(t, s)
		if user, _ := raisedUSD(t, s, a); user != 1100+550+330 {
			t.Errorf("got %d US cents, want 1980", user)
		}
	})
}

// TestAPaymentThatBeganWithoutARateTakesThatOfItsSettling needs no recount.
func TestAPaymentThatBeganWithoutARateTakesThatOfItsSettling(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newEuroAppeal(t, s, 1)
		d, err := s.Begin(t.Context(), store.PendingDonation{Completion: a.euro(300), Payment: fund.Payment{Provider: "fake", DueAt: time.Now().Add(time.Hour)}})
		if err != nil {
			t.Fatal(err)
		}
		putRate(t, s, money.DayRate{Currency: "EUR", Day: time.Now(), Rate: money.RateScale * 2})
		settle(t, s, d.ID, fund.PaymentState{Status: fund.PaymentPaid, Paid: 300, Currency: "EUR"})
		if user, _ := raisedUSD(t, s, a); user != 600 {
			t.Errorf("got %d US cents, want 600", user)
		}
		wantClean(t, s)
	})
}

// TestPaymentsOfOneGroupEachTakeTheRateOfTheirSettling settles two payments together.
func TestPaymentsOfOneGroupEachTakeTheRateOfTheirSettling(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newEuroAppeal(t, s, 1)
		var work []func() error
		for range 2 {
			d, err := s.Begin(t.Context(), store.PendingDonation{Completion: a.euro(300), Payment: fund.Payment{Provider: "fake", DueAt: time.Now().Add(time.Hour)}})
			if err != nil {
				t.Fatal(err)
			}
			p, err := s.GetPayment(t.Context(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			work = append(work, func() error {
				return s.Settle(t.Context(), store.Settlement{Payment: p, Reported: fund.PaymentState{Status: fund.PaymentPaid, Paid: 300, Currency: "EUR"}})
			})
		}
		putRate(t, s, money.DayRate{Currency: "EUR", Day: time.Now(), Rate: money.RateScale * 2})
		errs := make([]error, len(work))
		waitTogether(t, s, a.cause.ID, errs, work...)
		if user, _ := raisedUSD(t, s, a); user != 1200 || errors.Join(errs...) != nil {
			t.Errorf("got %d US cents, %v, want 1200", user, errs)
		}
		wantClean(t, s)
	})
}

// TestARateThatMakesATotalTooLargeIsNotApplied leaves the donation for later.
func TestARateThatMakesATotalTooLargeIsNotApplied(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newEuroAppeal(t, s, 1)
		for _, c := range []store.Completion{a.euro(money.MaxTotal - 1), a.euro(1)} {
			if _, err := s.Complete(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		putRate(t, s, money.DayRate{Currency: "EUR", Day: time.Now(), Rate: money.RateScale * 2})
		done, err := s.CountUnrated(t.Context())
		if err != nil || done.Counted != 1 || done.Full != 1 || done.Unrated != 1 {
			t.Errorf("got %+v, %v, want one of two", done, err)
		}
		wantClean(t, s)
	})
}

func TestOnlyARateOfTheLastDaysIsUsed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newEuroAppeal(t, s, 1)
		if _, err := s.Complete(t.Context(), a.euro(100)); err != nil {
			t.Fatal(err)
		}
		rate := money.DayRate{Currency: "EUR", Day: time.Now().Add(-money.RateReach).AddDate(0, 0, -1), Rate: money.RateScale}
		putRate(t, s, rate)
		recount(t, s, store.Recount{Unrated: 1})
		rate.Day = time.Now().Add(-money.RateReach)
		putRate(t, s, rate)
		recount(t, s, store.Recount{Counted: 1})
	})
}
