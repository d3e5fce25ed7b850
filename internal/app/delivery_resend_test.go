package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

func TestTheDeliveryLog(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t, fund.ScopeDonationsRead), t.Context()
	w.answer = answering(500)
	w.subscribe(t, w.to, w.campaign.ID, "private:direct:donation_updated")
	w.give(t, fund.DonationInput{})
	w.deliver(t)
	all := must.Get(w.ListDeliveries(ctx, w.program, byID(w.to.ID), app.DeliveryFilter{}, fund.Page{Limit: 9}))(t)
	if len(all) != 1 || all[0].Data != "" || all[0].Problem != "the answer was 500" {
		t.Fatalf("got %+v, want one that failed, without what was sent", all)
	}
	key := app.DeliveryKey{Endpoint: byID(w.to.ID), Delivery: byID(all[0].ID)}
	narrow := w.program
	narrow.Scopes = []string{fund.ScopeWebhooksRead}
	for name, c := range map[string]struct {
		actor app.Actor
		shows bool
	}{"who reads donors": {w.program, true}, "who does not": {narrow, false}} {
		d := must.Get(w.GetDelivery(ctx, c.actor, key))(t)
		if len(d.Made) != 1 || d.Made[0].Status != 500 || (d.Data != "") != c.shows {
			t.Errorf("%s: got %+v, want the attempt, and what was sent %v", name, d, c.shows)
		}
	}
	rival := w.programOf(ctx, t, w.stranger.User, fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite)
	if _, err := w.GetDelivery(ctx, rival, key); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v for another application, want not found", err)
	}

	// Sent again by hand, it does not wait for its retry, which is gone.
	w.answer = answering(204)
	must.Get(w.ResendDelivery(ctx, w.program, key))(t)
	if got := w.deliver(t); len(got) != 1 || got[0].ID != all[0].ID {
		t.Errorf("got %d requests, want the same message", len(got))
	}
	w.Clock.Advance(time.Hour)
	if got := w.deliver(t); len(got) > 0 {
		t.Errorf("got %d requests, want no retry of what was delivered", len(got))
	}
}

func TestResendingSinceAnInstant(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
	w.give(t, fund.DonationInput{})
	w.deliver(t)
	w.Clock.Advance(time.Minute)
	since := w.Now()
	w.answer = answering(500)
	for range 2 {
		w.give(t, fund.DonationInput{})
	}
	w.deliver(t)
	must.Get(w.UpdateEndpoint(ctx, w.program, byID(w.to.ID), fund.WebhookEndpointPatch{Active: fund.Some(false)}))(t)
	w.deliver(t)
	in := app.ResendInput{Since: since}
	if _, err := w.ResendDeliveries(ctx, w.program, byID(w.to.ID), in); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v while it is not active, want a conflict", err)
	}
	must.Get(w.ActivateEndpoint(ctx, w.program, byID(w.to.ID)))(t)
	w.answer = answering(200)
	if got := w.deliver(t); len(got) > 0 {
		t.Errorf("got %d requests by the activation, want none", len(got))
	}
	if n := must.Get(w.ResendDeliveries(ctx, w.program, byID(w.to.ID), in))(t); n != 2 {
		t.Errorf("got %d sent again, want those that were stopped", n)
	}
	if got := w.deliver(t); len(got) != 2 {
		t.Errorf("got %d requests, want 2", len(got))
	}
	if _, err := w.ResendDeliveries(ctx, w.program, byID(w.to.ID), app.ResendInput{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v without an instant, want it refused", err)
	}
}

// TestAResendHasItsScheduleFromThen sends again after days what an endpoint cannot take just now.
func TestAResendHasItsScheduleFromThen(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	must.Get(w.UpdateEndpoint(ctx, w.program, byID(w.to.ID), fund.WebhookEndpointPatch{Standard: fund.Some(true)}))(t)
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated", "public:indirect:donation_updated")
	w.give(t, fund.DonationInput{})
	w.deliver(t)
	first := w.logged(t, w.to)[0]
	w.Clock.Advance(5 * 24 * time.Hour)
	w.answer = func(app.WebhookRequest) app.WebhookAnswer { return app.WebhookAnswer{Status: 429, RetryAfter: "60"} }
	must.Do(t, w.Store.Write(ctx, w.to.ID, func(ctx context.Context, tx *store.Tx) error {
		failed := first
		failed.Status = fund.WebhookFailed
		return tx.MoveDelivery(ctx, first, failed, nil)
	}))
	for name, again := range map[string]func() error{
		"one": func() error {
			_, err := w.ResendDelivery(ctx, app.System(), app.DeliveryKey{Endpoint: byID(w.to.ID), Delivery: byID(first.ID)})
			return err
		},
		"all since": func() error {
			n, err := w.ResendDeliveries(ctx, app.System(), byID(w.to.ID), app.ResendInput{Since: first.CreatedAt})
			if n != 1 {
				t.Errorf("got %d sent again, want one", n)
			}
			return err
		},
	} {
		must.Do(t, w.Store.Write(ctx, w.to.ID, func(ctx context.Context, tx *store.Tx) error {
			now := w.logged(t, w.to)[0]
			failed := now
			failed.Status, failed.DueAt = fund.WebhookFailed, time.Time{}
			return tx.MoveDelivery(ctx, now, failed, nil)
		}))
		begun := w.Now()
		must.Do(t, again())
		w.deliver(t)
		if d := w.logged(t, w.to)[0]; d.Status != fund.WebhookWaiting || !d.DueAt.Equal(begun.Add(time.Minute)) {
			t.Errorf("%s: got %+v, want it to wait for the minute that was asked for", name, d)
		}
		for range 62 {
			w.Clock.Advance(time.Minute)
			w.deliver(t)
		}
		if d := w.logged(t, w.to)[0]; d.Status != fund.WebhookFailed {
			t.Errorf("%s: got %+v, want it given up after the time of the schedule", name, d)
		}
	}
}

// TestResendingAllIsLimited asks once too often for everything since an instant.
func TestResendingAllIsLimited(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	again := func() error {
		_, err := w.ResendDeliveries(t.Context(), w.program, byID(w.to.ID), app.ResendInput{Since: w.Now()})
		return err
	}
	for n := range shield.WebhookResendsAnHour {
		if err := again(); err != nil {
			t.Fatalf("got %v for number %d", err, n+1)
		}
	}
	wantKind(t, again(), fmt.Sprint(fault.RateLimited))
	must.Get(w.TestWebhook(t.Context(), w.program, byID(w.to.ID), fund.WebhookSampleInput{EventType: fund.Some("public:direct:fact_updated")}))(t)
}
