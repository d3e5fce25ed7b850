package app_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// submitCard submits a card on the sandbox's page, which sends an event that is not applied.
func (w *world) submitCard(t *testing.T, begun app.StartedDonation, card string) {
	t.Helper()
	testworld.Pay(t.Context(), w.sandbox, begun.URL, card)
}

// wantEvents checks how many provider events are open, and how many of them are stuck.
func (w *world) wantEvents(t *testing.T, open, stuck int64) []fund.ProviderEvent {
	t.Helper()
	gotOpen, gotStuck, err := w.Store.CountProviderEvents(t.Context(), w.Clock.Now())
	must.Do(t, err)
	if gotOpen != open || gotStuck != stuck {
		t.Errorf("got %d open events and %d stuck ones, want %d and %d", gotOpen, gotStuck, open, stuck)
	}
	page := fund.Page{Limit: 10, Order: fund.OldestFirst}
	all, err := w.ListOpenProviderEvents(t.Context(), app.System(), page)
	must.Do(t, err)
	waiting, err := w.Store.StuckProviderEvents(t.Context(), w.Clock.Now(), page)
	must.Do(t, err)
	if int64(len(all)) != open || int64(len(waiting)) != stuck {
		t.Errorf("got lists of %d and %d events, want %d and %d", len(all), len(waiting), open, stuck)
	}
	return all
}

func TestProviderEventsThatWaitAreFoundAndApplied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	begun := w.begin(t, fund.CheckoutInput{})
	w.submitCard(t, begun, goodCard)
	w.wantEvents(t, 1, 0)
	w.Clock.Advance(15 * time.Second)
	waiting := w.wantEvents(t, 1, 1)
	if len(waiting) != 1 {
		t.FailNow()
	}
	wantKind(t, w.ApplyProviderEvent(t.Context(), w.owner, waiting[0].ID), "forbidden")
	must.Do(t, w.ApplyProviderEvent(t.Context(), app.System(), waiting[0].ID))
	w.wantEvents(t, 0, 0)
	must.Do(t, w.ApplyProviderEvent(t.Context(), app.System(), waiting[0].ID))
	if got := w.donation(t, begun.Donation); got.State != fund.DonationCompleted || w.raised(t) != 1000 {
		t.Errorf("got %s and %d raised, want completed and 1000, once", got.State, w.raised(t))
	}
	wantKind(t, w.ApplyProviderEvent(t.Context(), app.System(), begun.Donation), "not_found")
}

func TestProviderEventsThatFailAreStuckAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := w.Clock.Now()
	n := fund.ProviderEvent{
		ID: w.cause.ID, Provider: "sandbox", EventID: "n1", Topic: "payment.paid", Reference: "nowhere", Header: "{}", Body: []byte("{}"),
		DueAt: now.Add(10 * time.Second), ReceivedAt: now,
	}
	must.Do(t, w.Store.SaveProviderEvent(t.Context(), n))
	w.wantEvents(t, 1, 0)
	wantKind(t, w.ApplyProviderEvent(t.Context(), app.System(), n.ID), "not_found")
	if got := w.wantEvents(t, 1, 1); got[0].Tries != 1 || got[0].Problem != "No donation is known for the payment nowhere." {
		t.Errorf("got %d tries and %q, want one, with the reason", got[0].Tries, got[0].Problem)
	}
}

// TestProviderEventsThatAreDismissed stay in the journal with their reason, and need no work any more.
func TestProviderEventsThatAreDismissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, now := t.Context(), w.Clock.Now()
	n := fund.ProviderEvent{
		ID: w.cause.ID, Provider: "sandbox", EventID: "n1", Topic: "payment.paid", Reference: "nowhere", Header: "{}", Body: []byte("{}"),
		DueAt: now.Add(10 * time.Second), ReceivedAt: now,
	}
	must.Do(t, w.Store.SaveProviderEvent(ctx, n))
	wantKind(t, w.DismissProviderEvent(ctx, w.owner, n.ID, "a test of theirs"), "forbidden")
	wantFields(t, w.DismissProviderEvent(ctx, app.System(), n.ID, " "), "reason cannot be blank")
	wantKind(t, w.DismissProviderEvent(ctx, app.System(), w.campaign.ID, "a test of theirs"), "not_found")
	w.wantEvents(t, 1, 0)
	must.Do(t, w.DismissProviderEvent(ctx, app.System(), n.ID, "a test of theirs"))
	w.wantEvents(t, 0, 0)
	w.wantActs(t, n.ID, fund.ActDismissEvent)
	wantKind(t, w.DismissProviderEvent(ctx, app.System(), n.ID, "again"), "conflict")
	page := fund.Page{Limit: 10, Order: fund.OldestFirst}
	_, err := w.ListDismissedProviderEvents(ctx, w.owner, page)
	wantKind(t, err, "forbidden")
	kept, err := w.ListDismissedProviderEvents(ctx, app.System(), page)
	if err != nil || len(kept) != 1 || kept[0].ID != n.ID || kept[0].Dismissal != "a test of theirs" {
		t.Errorf("got %+v, %v, want the event with its first reason", kept, err)
	}
}
