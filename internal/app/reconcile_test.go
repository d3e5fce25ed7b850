package app_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
)

// payment is the stored payment of a donation.
func (w *world) payment(t *testing.T, donation fund.ID) fund.Payment {
	t.Helper()
	p, err := w.Store.GetPayment(t.Context(), donation)
	must.Do(t, err)
	return p
}

// TestWhenAProviderIsAskedAgain has a payment on its way, and one whose fee is not known for a week.
func TestWhenAProviderIsAskedAgain(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	begun := w.begin(t, fund.CheckoutInput{})
	created := w.Clock.Now()
	due := func(after time.Duration, status fund.PaymentStatus, fee *int64, want time.Time) {
		t.Helper()
		w.Clock.Advance(created.Add(after).Sub(w.Clock.Now()))
		must.Do(t, chaos.change("pi_"+begun.Donation.String(), func(s *fund.PaymentState) { s.Status, s.Fee = status, fee }))
		must.Do(t, w.Reconcile(t.Context(), begun.Donation))
		if got := w.payment(t, begun.Donation).DueAt; !got.Equal(want) {
			t.Errorf("%s after %s: got it asked about at %s, want %s", status, after, got, want)
		}
	}
	const week = 7 * 24 * time.Hour
	due(time.Minute, fund.PaymentProcessing, nil, created.Add(time.Minute+6*time.Hour))
	due(time.Hour, fund.PaymentPaid, nil, created.Add(7*time.Hour))
	due(week-time.Second, fund.PaymentPaid, nil, created.Add(week-time.Second+6*time.Hour))
	due(week, fund.PaymentPaid, nil, time.Time{})
	fee := int64(30)
	begun = w.begin(t, fund.CheckoutInput{})
	created = w.Clock.Now()
	due(time.Minute, fund.PaymentPaid, &fee, time.Time{})
}

// TestAnOpenPaymentIsAskedAgain stores only what is new of a payment that is still open: why a card was declined.
func TestAnOpenPaymentIsAskedAgain(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	begun := w.begin(t, fund.CheckoutInput{})
	version := w.payment(t, begun.Donation).Version
	for _, c := range []struct {
		reason  string
		changed int64
	}{{"", 0}, {"card_declined", 1}, {"card_declined", 0}, {"expired_card", 1}} {
		must.Do(t, chaos.change("pi_"+begun.Donation.String(), func(s *fund.PaymentState) { s.Reason = c.reason }))
		must.Do(t, w.Reconcile(t.Context(), begun.Donation))
		p := w.payment(t, begun.Donation)
		if version += c.changed; p.Version != version || p.Reason != c.reason || p.Status != fund.PaymentOpen {
			t.Errorf("got version %d, %q and %s, want %d, %q and open", p.Version, p.Reason, p.Status, version, c.reason)
		}
	}
}

// TestAPaymentThatKeepsChangingIsLeftAlone has another node apply a newer state each time the provider has answered.
func TestAPaymentThatKeepsChangingIsLeftAlone(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	begun := w.begin(t, fund.CheckoutInput{})
	const enough = 20
	asked := 0
	var between func(string)
	between = func(reference string) {
		asked++
		fee := int64(asked)
		must.Do(t, chaos.change(reference, func(s *fund.PaymentState) { s.Status, s.Fee = fund.PaymentPaid, &fee }))
		must.Do(t, w.Reconcile(t.Context(), begun.Donation))
		if asked < enough {
			chaos.between = between
		}
	}
	must.Do(t, chaos.change("pi_"+begun.Donation.String(), func(s *fund.PaymentState) { s.Status = fund.PaymentProcessing }))
	chaos.between = between
	if err := w.Reconcile(t.Context(), begun.Donation); !fault.Is(err, fault.Stale) || asked != 8 {
		t.Errorf("got %v after asking %d times, want it given up after eight", err, asked)
	}
	chaos.between = nil
	must.Do(t, w.Reconcile(t.Context(), begun.Donation))
	if got := w.raised(t); got != 1000 {
		t.Errorf("got %d raised, want 1000, once", got)
	}
}

// TestPaymentsThatTheirProviderDoesNotHave has one whose start failed, and one that the provider lost.
func TestPaymentsThatTheirProviderDoesNotHave(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	chaos.set(true, false)
	id, err := fund.NewID(w.Clock.Now(), idBits)
	must.Do(t, err)
	_, err = w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{ID: id, DonationInput: fund.DonationInput{Amount: "10"}})
	wantKind(t, err, "unavailable")
	chaos.set(false, false)
	lost := w.begin(t, fund.CheckoutInput{})
	delete(chaos.truth, "pi_"+lost.Donation.String())
	wantKind(t, w.Reconcile(t.Context(), id), "not_found") // its donor may still be about to start it
	w.Clock.Advance(w.payment(t, id).DueAt.Sub(w.Clock.Now()))
	w.DoDue(t.Context())
	if got := w.donation(t, id); got.State != fund.DonationExpired {
		t.Errorf("got %s, want a payment that was never started expired", got.State)
	}
	if got := w.payment(t, id).Reason; got != fund.ReasonInterrupted {
		t.Errorf("got the reason %q, want %q", got, fund.ReasonInterrupted)
	}
	w.Clock.Advance(w.payment(t, lost.Donation).DueAt.Sub(w.Clock.Now()))
	w.DoDue(t.Context())
	if got := w.donation(t, lost.Donation); got.State != fund.DonationPending {
		t.Errorf("got %s, want one that the provider lost to wait", got.State)
	}
	if got, want := w.payment(t, lost.Donation).DueAt, w.Clock.Now().Add(time.Minute); !got.Equal(want) {
		t.Errorf("got it asked about at %s, want %s", got, want)
	}
	if got := w.Log.String(); !strings.Contains(got, "level=WARN msg=\"background work\" kind=payment failed=1") {
		t.Errorf("got the log %q, want why that failed", got)
	}
}

// TestARoundDoesAllThatIsDue has more events than are read at once.
func TestARoundDoesAllThatIsDue(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	const all = 201
	for range all {
		must.Do(t, w.TakeProviderEvent(t.Context(), "chaos", chaos.event(w.cause.ID, "paid", chaosWord))) // about nothing that is known
	}
	w.Clock.Advance(15 * time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a round that does not end must fail, not hang
	defer cancel()
	w.DoDue(ctx)
	open, err := w.Store.OpenProviderEvents(t.Context(), fund.Page{Limit: 2 * all, Order: fund.OldestFirst})
	must.Do(t, err)
	if left := slices.IndexFunc(open, func(n fund.ProviderEvent) bool { return n.Tries != 1 }); len(open) != all || left >= 0 {
		t.Errorf("got %d open events, of which %d was not tried once, want each of %d tried", len(open), left, all)
	}
}

func TestTheLogIsSilentWhileAllIsWell(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	w.begin(t, fund.CheckoutInput{})
	w.DoDue(t.Context())
	if got := w.Log.String(); strings.Contains(got, "background work") {
		t.Errorf("got the log %q, want nothing about background work", got)
	}
	chaos.set(true, false)
	w.Clock.Advance(24 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.DoDue(ctx)
	if got := w.Log.String(); strings.Contains(got, "background work") {
		t.Errorf("got the log %q, want nothing about work that was ended", got)
	}
}

func TestProviderEventsAreKeptOnOneLine(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	_, err := chaos.Decode(pay.Raw{Body: []byte("{}")}, w.Clock.Now())
	wantKind(t, err, "unauthenticated")
	body, err := json.Marshal(chaosEvent{ID: "evt\x00_1", Topic: "pa\nid\u0085", Reference: "\tpi", Word: chaosWord})
	must.Do(t, err)
	must.Do(t, w.TakeProviderEvent(t.Context(), "chaos", pay.Raw{Body: body}))
	if got := w.openEvent(t); got.EventID != "evt_1" || got.Topic != "paid" || got.Reference != "pi" {
		t.Errorf("got %q, %q and %q, want them without control characters", got.EventID, got.Topic, got.Reference)
	}
}

// TestAProviderEventThatIsNotStoredIsNotTaken lets the provider send it again.
func TestAProviderEventThatIsNotStoredIsNotTaken(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	must.Do(t, w.Store.Close())
	wantKind(t, w.TakeProviderEvent(t.Context(), "chaos", chaos.event(w.cause.ID, "paid", chaosWord)), "unavailable")
}
