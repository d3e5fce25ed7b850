package app_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// programOf creates an application of the owner and returns its own token with the scopes.
func (w *world) programOf(ctx context.Context, t *testing.T, owner fund.ID, scopes ...string) app.Actor {
	t.Helper()
	_, _, token, err := w.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Hooks", RedirectURIs: []string{"https://hooks.example/"}, Owner: owner, Scopes: scopes,
	})
	must.Do(t, err)
	actor, err := w.Authenticate(ctx, token)
	must.Do(t, err)
	return actor
}

// hooks is an application that may do everything with webhooks.
func (w *world) hooks(ctx context.Context, t *testing.T, owner fund.ID) app.Actor {
	t.Helper()
	return w.programOf(ctx, t, owner, fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite)
}

var hookPatch = fund.WebhookEndpointPatch{URL: fund.Some("https://hooks.example/tiltify"), Description: fund.Some("Hooks")}

func (w *world) endpoint(ctx context.Context, t *testing.T, of app.Actor) fund.WebhookEndpoint {
	t.Helper()
	e, err := w.CreateEndpoint(ctx, of, hookPatch)
	must.Do(t, err)
	return e
}

func byID(id fund.ID) fund.Key { return fund.Key{ID: id} }

func TestASigningKeyIsReturnedOnce(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	made := w.endpoint(ctx, t, actor)
	hex := regexp.MustCompile("^[0-9a-f]{64}$")
	if !hex.MatchString(made.SigningKey) || !made.Active() || made.ApplicationID != actor.Application {
		t.Errorf("got %+v, want an active endpoint of the application with a key", made)
	}
	got, err := w.GetEndpoint(ctx, actor, byID(made.ID))
	must.Do(t, err)
	all, err := w.ListEndpoints(ctx, actor, fund.Page{Limit: 9})
	must.Do(t, err)
	changed, err := w.UpdateEndpoint(ctx, actor, byID(made.ID), fund.WebhookEndpointPatch{Description: fund.Some("Other")})
	must.Do(t, err)
	active, err := w.ActivateEndpoint(ctx, actor, byID(made.ID))
	must.Do(t, err)
	for _, e := range append(all, got, changed, active) {
		if e.SigningKey != "" || e.ID != made.ID {
			t.Errorf("got %+v, want the endpoint without its key", e)
		}
	}
	stored, err := w.Store.GetEndpoint(ctx, made.ID)
	must.Do(t, err)
	if stored.SigningKey != made.SigningKey || stored.Description != "Other" {
		t.Errorf("got %+v stored, want the change and the returned key", stored)
	}
	rotated, err := w.RotateSigningKey(ctx, actor, byID(made.ID))
	must.Do(t, err)
	if !hex.MatchString(rotated.SigningKey) || rotated.SigningKey == made.SigningKey {
		t.Errorf("got key %q after %q, want another one", rotated.SigningKey, made.SigningKey)
	}
}

func TestActivating(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	e := w.endpoint(ctx, t, actor)
	start := e.ActivatedAt
	before := w.position(ctx, t)
	for range 2 {
		w.Clock.Advance(time.Minute)
		e, err := w.ActivateEndpoint(ctx, actor, byID(e.ID))
		must.Do(t, err)
		if !e.Active() || !e.ActivatedAt.Equal(start) || !e.UpdatedAt.Equal(start) {
			t.Errorf("got %+v, want an active endpoint left as it is", e)
		}
	}
	if events := w.events(ctx, t, before); len(events) != 0 {
		t.Errorf("got events %v, want none where nothing changed", events)
	}
	off, err := w.UpdateEndpoint(ctx, actor, byID(e.ID), fund.WebhookEndpointPatch{Active: fund.Some(false)})
	must.Do(t, err)
	if off.Active() || !off.DeactivatedAt.Equal(w.Clock.Now()) || !off.ActivatedAt.Equal(start) {
		t.Errorf("got %+v, want it off since now", off)
	}
	w.Clock.Advance(time.Hour)
	on, err := w.ActivateEndpoint(ctx, actor, byID(e.ID))
	must.Do(t, err)
	if !on.Active() || !on.ActivatedAt.Equal(w.Clock.Now()) || !on.DeactivatedAt.IsZero() {
		t.Errorf("got %+v, want it on since now", on)
	}
	asleep, err := w.CreateEndpoint(ctx, actor, fund.WebhookEndpointPatch{URL: hookPatch.URL, Active: fund.Some(false)})
	must.Do(t, err)
	if asleep.Active() || !asleep.ActivatedAt.IsZero() || !asleep.DeactivatedAt.IsZero() {
		t.Errorf("got %+v, want one that was never active", asleep)
	}
}

// TestWhoMayUseWebhooks has every kind of actor call every use case.
func TestWhoMayUseWebhooks(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	e := w.endpoint(ctx, t, actor)
	relay, err := w.CreateRelay(ctx, actor, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(e.ID))})
	must.Do(t, err)
	subscribed := app.SubscriptionKey{Endpoint: byID(e.ID), Fact: byID(w.campaign.ID)}
	types := fund.SubscriptionPatch{EventTypes: []string{"public:direct:fact_updated"}}
	page := fund.Page{Limit: 9, Order: fund.OldestFirst}
	reads := map[string]func(app.Actor) error{
		"get endpoint":       func(a app.Actor) error { _, err := w.GetEndpoint(ctx, a, byID(e.ID)); return err },
		"list subscriptions": func(a app.Actor) error { _, err := w.ListSubscriptions(ctx, a, byID(e.ID), page); return err },
		"get subscription":   func(a app.Actor) error { _, err := w.GetSubscription(ctx, a, subscribed); return err },
		"get relay":          func(a app.Actor) error { _, err := w.GetRelay(ctx, a, byID(relay.ID)); return err },
		"list relay keys":    func(a app.Actor) error { _, err := w.ListRelayKeys(ctx, a, byID(relay.ID), page); return err },
		"get relay key": func(a app.Actor) error {
			_, err := w.GetRelayKey(ctx, a, app.RelayKeyKey{Relay: byID(relay.ID), Key: "key"})
			return err
		},
	}
	writes := map[string]func(app.Actor) error{
		"update endpoint": func(a app.Actor) error { _, err := w.UpdateEndpoint(ctx, a, byID(e.ID), hookPatch); return err },
		"activate":        func(a app.Actor) error { _, err := w.ActivateEndpoint(ctx, a, byID(e.ID)); return err },
		"rotate":          func(a app.Actor) error { _, err := w.RotateSigningKey(ctx, a, byID(e.ID)); return err },
		"sample": func(a app.Actor) error {
			_, err := w.SampleWebhook(ctx, a, byID(e.ID), fund.WebhookSampleInput{EventType: fund.Some(fund.WebhookRelayType)})
			return err
		},
		"delete endpoint":     func(a app.Actor) error { return w.DeleteEndpoint(ctx, a, byID(e.ID)) },
		"put subscription":    func(a app.Actor) error { _, err := w.PutSubscription(ctx, a, subscribed, types); return err },
		"delete subscription": func(a app.Actor) error { _, err := w.DeleteSubscription(ctx, a, subscribed); return err },
		"update relay": func(a app.Actor) error {
			_, err := w.UpdateRelay(ctx, a, byID(relay.ID), fund.WebhookRelayPatch{Name: fund.Some("S")})
			return err
		},
		"delete relay": func(a app.Actor) error { return w.DeleteRelay(ctx, a, byID(relay.ID)) },
		"create relay key": func(a app.Actor) error {
			_, err := w.CreateRelayKey(ctx, a, byID(relay.ID), fund.RelayKeyInput{})
			return err
		},
	}
	lists := map[string]func(app.Actor) error{
		"list endpoints": func(a app.Actor) error { _, err := w.ListEndpoints(ctx, a, page); return err },
		"list relays":    func(a app.Actor) error { _, err := w.ListRelays(ctx, a, page); return err },
	}
	user := w.owner
	user.Scopes = fund.Scopes()
	other := w.hooks(ctx, t, w.owner.User)
	reader := w.programOf(ctx, t, w.owner.User, fund.ScopeWebhooksRead)
	writer := w.programOf(ctx, t, w.owner.User, fund.ScopeWebhooksWrite)
	scopeless := w.programOf(ctx, t, w.owner.User, fund.ScopePublic)
	for _, c := range []struct {
		as                app.Actor
		read, write, list string
	}{
		{app.Actor{}, "unauthenticated", "unauthenticated", "unauthenticated"},
		{user, "forbidden", "forbidden", "forbidden"},
		{w.causeToken, "forbidden", "forbidden", "forbidden"},
		{scopeless, "forbidden", "forbidden", "forbidden"},
		{reader, "not_found", "forbidden", ""},
		{writer, "not_found", "not_found", ""},
		{other, "not_found", "not_found", ""},
	} {
		for want, calls := range map[*string]map[string]func(app.Actor) error{&c.read: reads, &c.write: writes, &c.list: lists} {
			for name, do := range calls {
				t.Log(c.as.Kind, c.as.Scopes, name)
				wantKind(t, do(c.as), *want)
			}
		}
	}
	_, err = w.CreateRelay(ctx, other, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(e.ID))})
	wantFields(t, err, "endpoint does not exist")
	if _, err := w.GetEndpoint(ctx, app.System(), byID(e.ID)); err != nil {
		t.Errorf("got %v, want the system to see everything", err)
	}
}

func TestEndpointRules(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	_, err := w.CreateEndpoint(ctx, actor, fund.WebhookEndpointPatch{Description: fund.Some(strings.Repeat("é", 256))})
	wantFields(t, err, "description is too long (255 characters at most)", "url cannot be blank")
	e := w.endpoint(ctx, t, actor)
	for range fund.MaxEndpoints - 1 {
		w.endpoint(ctx, t, actor)
	}
	_, err = w.CreateEndpoint(ctx, actor, hookPatch)
	wantKind(t, err, "conflict")
	w.endpoint(ctx, t, w.hooks(ctx, t, w.owner.User))
	must.Do(t, w.DeleteEndpoint(ctx, actor, byID(e.ID)))
	wantKind(t, w.DeleteEndpoint(ctx, actor, byID(e.ID)), "not_found")
	last := w.endpoint(ctx, t, actor)

	relay, err := w.CreateRelay(ctx, actor, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(last.ID))})
	must.Do(t, err)
	wantKind(t, w.DeleteEndpoint(ctx, actor, byID(last.ID)), "conflict")
	must.Do(t, w.DeleteRelay(ctx, actor, byID(relay.ID)))
	must.Do(t, w.DeleteEndpoint(ctx, actor, byID(last.ID)))
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	draft := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft")})
	mine, theirs := w.hooks(ctx, t, w.owner.User), w.hooks(ctx, t, w.stranger.User)
	cause, nobodys := w.programOf(ctx, t, w.causer.User, fund.ScopeWebhooksWrite, fund.ScopeCause), w.hooks(ctx, t, fund.ID{})
	narrow := w.hooks(ctx, t, w.causer.User)
	for _, c := range []struct {
		as    app.Actor
		fact  fund.ID
		types string
		want  []string
		kind  string
	}{
		{as: mine, fact: w.campaign.ID, types: "public:direct:fact_updated public:direct:donation_updated public:direct:fact_updated"},
		{as: mine, fact: w.campaign.ID, types: "private:direct:donation_updated"},
		{as: mine, fact: w.cause.ID, types: "public:indirect:donation_updated"},
		{as: mine, fact: w.cause.ID, types: "private:indirect:donation_updated", want: []string{"event_types " + fund.NotManaged}},
		{as: cause, fact: w.cause.ID, types: "private:indirect:donation_updated"},
		{as: cause, fact: w.event.ID, types: "private:direct:fact_updated"},
		{as: narrow, fact: w.event.ID, types: "private:direct:donation_updated", kind: "forbidden"},
		{as: theirs, fact: w.campaign.ID, types: "public:direct:fact_updated private:direct:fact_updated", want: []string{"event_types " + fund.NotManaged}},
		{as: nobodys, fact: w.campaign.ID, types: "private:direct:fact_updated", want: []string{"event_types " + fund.NotManaged}},
		{as: nobodys, fact: w.campaign.ID, types: "public:direct:fact_updated"},
		{as: mine, fact: w.campaign.ID, types: "public:direct:gone", want: []string{"event_types is not one of the allowed values"}},
		{as: mine, fact: w.campaign.ID, types: "", want: []string{"event_types cannot be blank"}},
		{as: mine, fact: draft.ID, types: "public:direct:fact_updated", kind: "not_found"},
		{as: mine, fact: fund.ID{15: 1}, types: "public:direct:fact_updated", kind: "not_found"},
	} {
		t.Log(c.types)
		e := w.endpoint(ctx, t, c.as)
		s, err := w.PutSubscription(ctx, c.as, app.SubscriptionKey{Endpoint: byID(e.ID), Fact: byID(c.fact)},
			fund.SubscriptionPatch{EventTypes: strings.Fields(c.types)})
		switch {
		case c.want != nil:
			wantFields(t, err, c.want...)
		case c.kind != "":
			wantKind(t, err, c.kind)
		default:
			must.Do(t, err)
			if s.EndpointID != e.ID || s.FactID != c.fact {
				t.Errorf("got %+v, want it for the endpoint and the fact", s)
			}
		}
	}
}

func TestASubscriptionIsReplacedAndEnded(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	e := w.endpoint(ctx, t, actor)
	key := app.SubscriptionKey{Endpoint: byID(e.ID), Fact: byID(w.campaign.ID)}
	first, err := w.PutSubscription(ctx, actor, key, fund.SubscriptionPatch{EventTypes: []string{"public:direct:fact_updated", "public:direct:donation_updated"}})
	must.Do(t, err)
	if got := fmt.Sprint(first.EventTypes); got != "[public:direct:donation_updated public:direct:fact_updated]" {
		t.Errorf("got %s, want them sorted", got)
	}
	w.Clock.Advance(time.Minute)
	second, err := w.PutSubscription(ctx, actor, key, fund.SubscriptionPatch{EventTypes: []string{"public:indirect:fact_updated"}})
	must.Do(t, err)
	if second.ID != first.ID || len(second.EventTypes) != 1 || !second.UpdatedAt.Equal(w.Clock.Now()) || !second.CreatedAt.Equal(first.CreatedAt) {
		t.Errorf("got %+v, want the first one with other types", second)
	}
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	gone, err := w.DeleteSubscription(ctx, actor, key)
	must.Do(t, err)
	if gone.ID != first.ID {
		t.Errorf("got %+v, want the subscription as it was", gone)
	}
	_, err = w.DeleteSubscription(ctx, actor, key)
	wantKind(t, err, "not_found")
	_, err = w.PutSubscription(ctx, actor, key, fund.SubscriptionPatch{EventTypes: []string{"public:indirect:fact_updated"}})
	wantKind(t, err, "not_found")
}

func TestRelayKeys(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	e := w.endpoint(ctx, t, actor)
	relay, err := w.CreateRelay(ctx, actor, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(e.ID))})
	must.Do(t, err)
	text := func(s string, n int) *string { s = strings.Repeat(s, n); return &s }
	own, err := w.CreateRelayKey(ctx, actor, byID(relay.ID), fund.RelayKeyInput{Key: *text("é", 255), Metadata: text("\t🐎", 2048)})
	must.Do(t, err)
	w.Clock.Advance(time.Second)
	made, err := w.CreateRelayKey(ctx, actor, byID(relay.ID), fund.RelayKeyInput{})
	must.Do(t, err)
	if _, err := fund.ParseID(made.Key); err != nil || made.ClientKey == own.ClientKey || !regexp.MustCompile("^[0-9a-f]{64}$").MatchString(made.ClientKey) {
		t.Errorf("got %+v, want a UUID and a client key of its own", made)
	}
	got, err := w.GetRelayKey(ctx, actor, app.RelayKeyKey{Relay: byID(relay.ID), Key: own.Key})
	must.Do(t, err)
	if got.ID != own.ID || *got.Metadata != *own.Metadata {
		t.Errorf("got %+v, want %+v", got, own)
	}
	_, err = w.CreateRelayKey(ctx, actor, byID(relay.ID), fund.RelayKeyInput{Key: own.Key, Metadata: text("x", 4097)})
	wantFields(t, err, "metadata is too long (4096 characters at most)", "id is already taken")
	_, err = w.CreateRelayKey(ctx, actor, byID(relay.ID), fund.RelayKeyInput{Key: *text("x", 256), Metadata: text("a\x00", 1)})
	wantFields(t, err, "id is too long (255 characters at most)", "metadata has characters that cannot be shown")
	_, err = w.CreateRelayKey(ctx, actor, byID(relay.ID), fund.RelayKeyInput{Key: "a\nb"})
	wantFields(t, err, "id has characters that cannot be shown")
	wantKind(t, w.DeleteRelay(ctx, actor, byID(relay.ID)), "conflict")
	all, err := w.ListRelayKeys(ctx, actor, byID(relay.ID), fund.Page{Limit: 9, Order: fund.OldestFirst})
	must.Do(t, err)
	if len(all) != 2 || all[0].ID != own.ID || all[1].ID != made.ID {
		t.Errorf("got %+v, want both, the oldest first", all)
	}
}

func TestADonationComesThroughARelayOnce(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	e := w.endpoint(ctx, t, actor)
	relay, err := w.CreateRelay(ctx, actor, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(e.ID))})
	must.Do(t, err)
	key, err := w.CreateRelayKey(ctx, actor, byID(relay.ID), fund.RelayKeyInput{Key: "one"})
	must.Do(t, err)
	gift := fund.DonationInput{Fact: byID(w.campaign.ID), Amount: "5", RelayClientKey: key.ClientKey}
	d, err := w.Donate(ctx, app.System(), gift)
	must.Do(t, err)
	got, err := w.GetRelayKey(ctx, actor, app.RelayKeyKey{Relay: byID(relay.ID), Key: "one"})
	must.Do(t, err)
	if got.Donation == nil || got.Donation.ID != d.ID || got.Donation.Amount != 500 {
		t.Errorf("got %+v, want the donation that came through", got)
	}
	_, err = w.Donate(ctx, app.System(), gift)
	wantFields(t, err, "relay_key was used before")
	gift.RelayClientKey = "unknown"
	_, err = w.Donate(ctx, app.System(), gift)
	wantFields(t, err, "relay_key does not exist")
}

func TestLegacyRelays(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	d, err := w.Donate(ctx, app.System(), fund.DonationInput{Fact: byID(w.campaign.ID), Amount: "5", Name: "Ada", Comment: "For you"})
	must.Do(t, err)
	relay := fund.LegacyRelay{Provider: "twitch", UUID: "abc", Meta: `{"a":1}`, Donation: d}
	wantKind(t, w.PutLegacyRelay(ctx, w.owner, relay), "forbidden")
	must.Do(t, w.PutLegacyRelay(ctx, app.System(), relay))
	got, err := w.GetLegacyRelay(ctx, w.stranger, app.LegacyRelayKey{Provider: "twitch", UUID: "abc"})
	must.Do(t, err)
	if got.Donation.ID != d.ID || got.Meta != `{"a":1}` {
		t.Errorf("got %+v, want the donation and its meta", got)
	}
	_, err = w.RefundDonation(ctx, w.causer, fund.Key{ID: d.ID}, "")
	must.Do(t, err)
	got, err = w.GetLegacyRelay(ctx, w.stranger, app.LegacyRelayKey{Provider: "twitch", UUID: "abc"})
	must.Do(t, err)
	if got.Donation.DisplayName() != fund.Anonymous || got.Donation.DisplayComment() != "" || got.Donation.State != fund.DonationRefunded {
		t.Errorf("got %+v, want a refunded donation of nobody: strangers see it nowhere else", got.Donation)
	}
	_, err = w.GetLegacyRelay(ctx, w.stranger, app.LegacyRelayKey{Provider: "other", UUID: "abc"})
	wantKind(t, err, "not_found")
	_, err = w.GetLegacyRelay(ctx, app.Actor{}, app.LegacyRelayKey{Provider: "twitch", UUID: "abc"})
	wantKind(t, err, "unauthenticated")
	wantFields(t, w.PutLegacyRelay(ctx, app.System(), fund.LegacyRelay{Meta: "7"}),
		"provider cannot be blank", "uuid cannot be blank", "meta is not a text or an object in JSON")
}

// TestWebhookChangesAreLogged checks that other nodes learn of changes.
func TestWebhookChangesAreLogged(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.hooks(ctx, t, w.owner.User)
	before := w.position(ctx, t)
	e := w.endpoint(ctx, t, actor)
	_, err := w.PutSubscription(ctx, actor, app.SubscriptionKey{Endpoint: byID(e.ID), Fact: byID(w.campaign.ID)},
		fund.SubscriptionPatch{EventTypes: []string{"public:direct:fact_updated"}})
	must.Do(t, err)
	_, err = w.CreateRelay(ctx, actor, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(e.ID))})
	must.Do(t, err)
	events := w.events(ctx, t, before)
	if len(events) != 3 {
		t.Fatalf("got %d events, want 3", len(events))
	}
	for _, event := range events {
		if event.Topic != fund.TopicWebhookChanged || event.Subject != e.ID {
			t.Errorf("got %+v, want the endpoint changed", event)
		}
	}
}
