package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// TestADonationHasALimitOnEveryWay gives as much as one donation may be, and one of the smallest unit more.
func TestADonationHasALimitOnEveryWay(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, worldOptions{limit: 250_00})
	ctx := t.Context()
	ends := fund.Some(w.Clock.Now().Add(time.Hour))
	for name, give := range map[string]func(amount string) error{
		"trigger": func(amount string) error { _, err := w.donate(t, fund.DonationInput{Amount: amount}); return err },
		"offline": func(amount string) error {
			_, err := w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), fund.DonationInput{Amount: amount})
			return err
		},
		"import": func(amount string) error {
			in := fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: amount}
			return w.Import(ctx, app.System(), []app.PastDonation{{DonationInput: in, CompletedAt: w.Clock.Now()}})
		},
	} {
		t.Log(name)
		must.Do(t, give("250.00"))
		wantFields(t, give("250.01"), "amount is more than a donation may be, $250.00")
	}
	_, err := w.BeginDonation(ctx, app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "250.01"}})
	wantFields(t, err, "amount is more than the maximum donation of $250.00")
	w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "250.00"}})
	match := func(pledged string) fund.MatchPatch {
		return fund.MatchPatch{MatchedBy: fund.Some("Grace"), Pledged: fund.Some(pledged), EndsAt: ends}
	}
	_, err = w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), match("250.01"))
	wantFields(t, err, "pledged is more than a donation may be, $250.00")
	m := must.Get(w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), match("250.00")))(t)
	_, err = w.UpdateMatch(ctx, w.causer, fund.Key{ID: m.ID}, fund.MatchPatch{Pledged: fund.Some("300")})
	wantFields(t, err, "pledged is more than a donation may be, $250.00")
}

// nearlyFull is a world whose cause can take less than 200 billion of the smallest unit more.
func nearlyFull(t *testing.T) *world {
	t.Helper()
	w := newWorldWith(t, worldOptions{limit: fund.DonationLimit(money.Max)})
	in := fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "10000000000.00"}
	past := make([]app.PastDonation, money.MaxTotal/money.Max)
	for i := range past {
		past[i] = app.PastDonation{DonationInput: in, CompletedAt: w.Clock.Now()}
	}
	must.Do(t, w.Import(t.Context(), app.System(), past))
	must.Get(w.UpdateDonationSettings(t.Context(), w.owner, campaignKey(w.campaign), fund.DonationSettingsPatch{Maximum: fund.Some("10000000000")}))(t)
	return w
}

// TestSettledMoneyThatCannotBeCountedWaits pays twice what there was room for once. Nothing is lost, and every read answers.
func TestSettledMoneyThatCannotBeCountedWaits(t *testing.T) {
	t.Parallel()
	w := nearlyFull(t)
	ctx := t.Context()
	amount := fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "1500000000"}}
	first, second, unheard := w.begin(t, amount), w.begin(t, amount), w.begin(t, amount)
	w.payWith(t, first, goodCard)
	_, err := w.BeginDonation(ctx, app.Actor{}, campaignKey(w.campaign), amount)
	if !fund.IsTotalFault(err) {
		t.Errorf("got %v, want no payment begun that could not be counted", err)
	}
	w.payWith(t, second, goodCard)
	waiting := w.wantEvents(t, 1, 1)
	if len(waiting) != 1 || !strings.Contains(waiting[0].Problem, second.Donation.String()) || w.Uncounted() == 0 {
		t.Fatalf("got %+v and %d alarms, want the event of the second payment with its reason", waiting, w.Uncounted())
	}
	if got := w.donation(t, second.Donation); got.State != fund.DonationPending {
		t.Errorf("got the second donation %s, want it pending", got.State)
	}
	// A payment whose event never arrives is journaled when the provider is asked.
	w.submitCard(t, unheard, goodCard)
	if err := w.Reconcile(ctx, unheard.Donation); err == nil || !strings.Contains(err.Error(), "larger than can be counted") {
		t.Errorf("got %v, want it to wait", err)
	}
	room := w.donationsOf(t)
	for _, d := range room[len(room)-2:] {
		must.Get(w.RefundDonation(ctx, w.causeToken, fund.Key{ID: d.ID}, ""))(t)
	}
	for _, n := range must.Get(w.ListOpenProviderEvents(ctx, app.System(), fund.Page{Limit: 10, Order: fund.OldestFirst}))(t) {
		must.Do(t, w.ApplyProviderEvent(ctx, app.System(), n.ID))
	}
	w.settle(t)
	w.wantEvents(t, 0, 0)
	for _, begun := range []app.StartedDonation{first, second, unheard} {
		if got := w.donation(t, begun.Donation); got.State != fund.DonationCompleted {
			t.Errorf("got %s, want it completed once there was room", got.State)
		}
	}
	w.raised(t)
}

// donationsOf are the newest donations of the campaign.
func (w *world) donationsOf(t *testing.T) []fund.Donation {
	t.Helper()
	return must.Get(w.Store.ListDonations(t.Context(), store.DonationFilter{Fact: w.campaign.ID}, fund.Page{Limit: 10}))(t)
}
