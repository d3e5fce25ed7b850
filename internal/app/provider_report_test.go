package app_test

import (
	"encoding/json"
	"fmt"
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

// TestAProviderThatReportsTheImpossibleIsNotBelieved has a payment of 10 USD for which its provider reports impossible states.
func TestAProviderThatReportsTheImpossibleIsNotBelieved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wrong func(*fund.PaymentState)
		want  string
	}{
		"refunded -5":    {func(s *fund.PaymentState) { s.Refunded = -5 }, "less than nothing went back"},
		"disputed -1":    {func(s *fund.PaymentState) { s.Disputed = -1 }, "less than nothing went back"},
		"a cent less":    {func(s *fund.PaymentState) { s.Paid-- }, "999 USD were paid, but 1000 USD were asked for"},
		"a cent more":    {func(s *fund.PaymentState) { s.Paid++ }, "1001 USD were paid, but 1000 USD were asked for"},
		"other currency": {func(s *fund.PaymentState) { s.Currency = "EUR" }, "1000 EUR were paid, but 1000 USD were asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, chaos := withChaos(t)
			begun := w.begin(t, fund.CheckoutInput{})
			reference := "pi_" + begun.Donation.String()
			must.Do(t, chaos.change(reference, func(s *fund.PaymentState) { s.Status = fund.PaymentPaid }))
			right := chaos.state(reference)
			reconcile := func(word fund.PaymentState) error {
				must.Do(t, chaos.change(reference, func(s *fund.PaymentState) { *s = word }))
				return w.Reconcile(t.Context(), begun.Donation)
			}
			wrong := right
			c.wrong(&wrong)
			// First about a payment that is pending, then about one that is paid.
			for _, state := range []fund.DonationState{fund.DonationPending, fund.DonationCompleted} {
				if err := reconcile(wrong); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s: got %v, want a conflict with %q", state, err, c.want)
				}
				if got := w.donation(t, begun.Donation); got.State != state || got.Refunded != 0 || got.Disputed != 0 {
					t.Errorf("got %s, refunded %d, disputed %d, want it %s as before", got.State, got.Refunded, got.Disputed, state)
				}
				must.Do(t, reconcile(right))
			}
			if got := w.raised(t); got != 1000 {
				t.Errorf("got %d raised, want 1000", got)
			}
		})
	}
}

// TestAProviderEventIsTriedFortyTimes retries an event about an unknown payment until it is no longer tried.
func TestAProviderEventIsTriedFortyTimes(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	raw := chaos.event(w.cause.ID, "paid", chaosWord)
	must.Do(t, w.TakeProviderEvent(t.Context(), "chaos", raw))
	wait := 2 * time.Second
	for try := 1; try <= 40; try++ {
		open := w.openEvent(t)
		w.Clock.Advance(open.DueAt.Sub(w.Clock.Now()))
		if err := w.ApplyProviderEvent(t.Context(), app.System(), open.ID); err == nil {
			t.Fatal("got nil, want that there is no such donation")
		}
		open = w.openEvent(t)
		due := w.Clock.Now().Add(wait)
		if try == 40 {
			due = time.Time{}
		}
		if open.Tries != try || !open.DueAt.Equal(due) {
			t.Fatalf("try %d: got %d tries, the next at %s, want it at %s", try, open.Tries, open.DueAt, due)
		}
		wait = min(2*wait, time.Hour)
	}
	w.Clock.Advance(1000 * time.Hour)
	w.DoDue(t.Context())
	if got := w.openEvent(t).Tries; got != 40 {
		t.Errorf("got %d tries, want none after the fortieth", got)
	}
	_ = w.ApplyProviderEvent(t.Context(), app.System(), w.openEvent(t).ID)
	if got := w.openEvent(t).Tries; got != 41 {
		t.Errorf("got %d tries, want one more for whoever asks for it", got)
	}
}

// openEvent is the only provider event that has not been applied.
func (w *world) openEvent(t *testing.T) fund.ProviderEvent {
	t.Helper()
	all, err := w.ListOpenProviderEvents(t.Context(), app.System(), fund.Page{Limit: 9, Order: fund.OldestFirst})
	must.Do(t, err)
	if len(all) != 1 {
		t.Fatalf("got %d open provider events, want one", len(all))
	}
	return all[0]
}

// TestTheJournalKeepsTheHeadersThatProveAnEvent stores the headers by which a signature can be checked later. The payment wire passes no
// others.
func TestTheJournalKeepsTheHeadersThatProveAnEvent(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	raw := chaos.event(w.cause.ID, "paid", chaosWord)
	raw.Header = map[string][]string{
		"Stripe-Signature": {"t=1,v1=abc", "t=2"}, "Almoner-Sandbox-Signature": {"def"}, "Content-Type": {"application/json"}, "User-Agent": {"Stripe/1.0"},
	}
	must.Do(t, w.TakeProviderEvent(t.Context(), "chaos", raw))
	var kept map[string][]string
	must.Do(t, json.Unmarshal([]byte(w.openEvent(t).Header), &kept))
	want := map[string][]string{
		"Stripe-Signature": {"t=1,v1=abc", "t=2"}, "Almoner-Sandbox-Signature": {"def"}, "Content-Type": {"application/json"}, "User-Agent": {"Stripe/1.0"},
	}
	if fmt.Sprint(kept) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", kept, want)
	}
}

func TestAProviderEventHasAtMostAMegabyte(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	raw := chaos.event(w.cause.ID, "paid", chaosWord)
	body := raw.Body
	raw.Body = slices.Concat(body, []byte(strings.Repeat(" ", 1<<20-len(body))))
	must.Do(t, w.TakeProviderEvent(t.Context(), "chaos", raw))
	raw.Body = append(raw.Body, ' ')
	wantKind(t, w.TakeProviderEvent(t.Context(), "chaos", raw), "too_large")
	wantKind(t, w.TakeProviderEvent(t.Context(), "nobody", pay.Raw{}), "not_found")
}
