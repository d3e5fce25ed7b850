package demo

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// overlay is the V5 application, with its objects.
type overlay struct {
	program
	actor    app.Actor
	endpoint fund.WebhookEndpoint
	relay    fund.WebhookRelay
}

// legacyRelay is what another service calls a donation.
var legacyRelay = fund.LegacyRelay{Provider: "streamtools", UUID: "5b1c2f0e-8a57-4f0b-9c4e-2f6d0a7b9e11", Meta: `{"overlay":"harbor","tier":2}`}

// makeOverlay creates the V5 application and its subscriptions. Its tokens are secret, and so are the ids of all its objects.
func (w *dataset) makeOverlay(ctx context.Context) {
	if w.err != nil {
		return
	}
	o := &w.overlay
	o.program = w.makeApplication(ctx, "Demo overlay", fund.APIV5)
	o.actor = app.Actor{
		Kind: app.ActorApplication, Application: o.id, Owner: w.users[people()[0].slug].ID, Scopes: apiScopes(),
	}
	o.endpoint = made(w, "webhook endpoint", func() (fund.WebhookEndpoint, error) {
		return w.vault.CreateEndpoint(ctx, o.actor, fund.WebhookEndpointPatch{
			// Nobody is at this address: a demo that tried would only show failures. Activate it to see them.
			Description: fund.Some("Alerts on stream"), URL: fund.Some("https://overlay.example/hooks/almoner"), Active: fund.Some(false),
		})
	})
	w.subscribe(ctx, fullDrive, "public:direct:donation_updated", "private:direct:donation_updated", "public:direct:fact_updated")
	w.subscribe(ctx, teamDrive, "public:indirect:donation_updated", "public:direct:donation_updated")
	o.relay = made(w, "webhook relay", func() (fund.WebhookRelay, error) {
		return w.vault.CreateRelay(ctx, o.actor, fund.WebhookRelayPatch{
			Name: fund.Some("Checkout of the merch shop"), Endpoint: fund.Some(fund.Key{ID: o.endpoint.ID}),
		})
	})
}

func (w *dataset) subscribe(ctx context.Context, slug string, types ...string) {
	w.did("subscription to "+slug, func() error {
		key := app.SubscriptionKey{Endpoint: fund.Key{ID: w.overlay.endpoint.ID}, Fact: fund.Key{ID: w.fact(slug).ID}}
		_, err := w.vault.PutSubscription(ctx, w.overlay.actor, key, fund.SubscriptionPatch{EventTypes: types})
		return err
	})
}

// relayDonations makes one donation through the overlay's relay, and leaves a second key unused. The donation has a legacy relay, too.
func (w *dataset) relayDonations(ctx context.Context) {
	key := w.relayKey(ctx, "order-1001", `{"order":1001,"shirt":"XL"}`)
	w.relayKey(ctx, "order-1002", "")
	donation := made(w, "donation through a relay", func() (fund.Donation, error) {
		return w.app.DonateAt(ctx, app.System(), fund.DonationInput{
			Fact: fund.Key{ID: w.fact(fullDrive).ID}, Amount: "30.00", Name: "Merch fan", Comment: "With a shirt, please.",
			Email: "merch@givers.example", RelayClientKey: key.ClientKey,
		}, w.clock.now())
	})
	w.did("legacy relay", func() error {
		relayed := legacyRelay
		relayed.Donation = donation
		return w.app.PutLegacyRelay(ctx, app.System(), relayed)
	})
}

func (w *dataset) relayKey(ctx context.Context, name, metadata string) fund.RelayKey {
	in := fund.RelayKeyInput{Key: name}
	if metadata != "" {
		in.Metadata = &metadata
	}
	return made(w, "relay key "+name, func() (fund.RelayKey, error) {
		return w.vault.CreateRelayKey(ctx, w.overlay.actor, fund.Key{ID: w.overlay.relay.ID}, in)
	})
}
