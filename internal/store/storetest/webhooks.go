package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// application makes an application for rows to belong to.
func (w *world) application(name string) fund.Application {
	w.tb.Helper()
	a := fund.Application{ID: w.id(), Name: name, ClientID: name, RedirectURIs: []string{"https://" + name + ".example"}, API: fund.APIV5, CreatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertApplication(ctx, a, []byte(name)) })
	return a
}

func (w *world) endpoint(of fund.Application) fund.WebhookEndpoint {
	w.tb.Helper()
	e := fund.WebhookEndpoint{
		ID: w.id(), ApplicationID: of.ID, Description: odd, URL: "https://hook.example/" + odd, SigningKey: "key",
		ActivatedAt: w.at(), CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertEndpoint(ctx, e) })
	return e
}

func testEndpoints(t *testing.T, w *world) {
	ctx := t.Context()
	one, two := w.application("one"), w.application("two")
	first, second, foreign := w.endpoint(one), w.endpoint(one), w.endpoint(two)
	same(t, "endpoint", must.Get(w.s.GetEndpoint(ctx, first.ID))(t), first)
	same(t, "of one", must.Get(w.s.ListEndpoints(ctx, one.ID, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t), []fund.WebhookEndpoint{first, second})
	same(t, "of two", must.Get(w.s.ListEndpoints(ctx, two.ID, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t), []fund.WebhookEndpoint{foreign})
	same(t, "after the first", must.Get(w.s.ListEndpoints(ctx, one.ID, fund.Page{
		Limit: 1, Order: fund.OldestFirst, After: &fund.Cursor{ID: first.ID},
	}))(t), []fund.WebhookEndpoint{second})
	same(t, "how many", must.Get(w.s.CountEndpoints(ctx, one.ID))(t), 2)

	first.Description, first.URL, first.SigningKey = "", "http://other.example", "other"
	first.ActivatedAt, first.DeactivatedAt, first.UpdatedAt = time.Time{}, w.at(), w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateEndpoint(ctx, first) })
	same(t, "changed", must.Get(w.s.GetEndpoint(ctx, first.ID))(t), first)

	relay := fund.WebhookRelay{ID: w.id(), ApplicationID: one.ID, EndpointID: second.ID, Name: "relay", CreatedAt: w.at(), UpdatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertRelay(ctx, relay) })
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteEndpoint(ctx, second.ID) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteEndpoint(ctx, first.ID) })
	missing[fund.WebhookEndpoint](t, "deleted")(w.s.GetEndpoint(ctx, first.ID))
	missing[fund.WebhookEndpoint](t, "no id")(w.s.GetEndpoint(ctx, fund.ID{}))
	for name, change := range map[string]func(context.Context, *store.Tx) error{
		"update endpoint": func(ctx context.Context, tx *store.Tx) error { return tx.UpdateEndpoint(ctx, first) },
		"delete endpoint": func(ctx context.Context, tx *store.Tx) error { return tx.DeleteEndpoint(ctx, first.ID) },
		"update relay": func(ctx context.Context, tx *store.Tx) error {
			return tx.UpdateRelay(ctx, fund.WebhookRelay{ID: w.id()})
		},
		"delete relay": func(ctx context.Context, tx *store.Tx) error { return tx.DeleteRelay(ctx, w.id()) },
		"update subscription": func(ctx context.Context, tx *store.Tx) error {
			return tx.UpdateSubscription(ctx, fund.WebhookSubscription{ID: w.id()})
		},
		"delete subscription": func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSubscription(ctx, w.id()) },
	} {
		if err := w.s.Write(ctx, fund.ID{}, change); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want a not-found fault", name, err)
		}
	}
}

func testSubscriptions(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	e := w.endpoint(w.application("one"))
	var all []fund.WebhookSubscription
	for _, fact := range []fund.Fact{cause.Fact, w.campaign(cause, ann, "run")} {
		s := fund.WebhookSubscription{
			ID: w.id(), EndpointID: e.ID, FactID: fact.ID, EventTypes: fund.WebhookEventTypes(), CreatedAt: w.at(), UpdatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertSubscription(ctx, s) })
		all = append(all, s)
	}
	same(t, "list", must.Get(w.s.ListSubscriptions(ctx, e.ID, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t), all)
	same(t, "how many", must.Get(w.s.CountSubscriptions(ctx, e.ID))(t), 2)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		again := all[0]
		again.ID = w.id()
		return tx.InsertSubscription(ctx, again)
	})
	all[0].EventTypes, all[0].UpdatedAt = []string{"public:direct:fact_updated"}, w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateSubscription(ctx, all[0]) })
	same(t, "changed", must.Get(w.s.GetSubscription(ctx, e.ID, cause.ID))(t), all[0])
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSubscription(ctx, all[0].ID) })
	missing[fund.WebhookSubscription](t, "deleted")(w.s.GetSubscription(ctx, e.ID, cause.ID))
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteEndpoint(ctx, e.ID) })
	missing[fund.WebhookSubscription](t, "with its endpoint")(w.s.GetSubscription(ctx, e.ID, all[1].FactID))
}

func testRelays(t *testing.T, w *world) {
	ctx := t.Context()
	one := w.application("one")
	e := w.endpoint(one)
	relay := fund.WebhookRelay{ID: w.id(), ApplicationID: one.ID, EndpointID: e.ID, Name: odd, CreatedAt: w.at(), UpdatedAt: w.at()}
	empty := relay
	empty.ID, empty.Name = w.id(), "empty"
	keys := make([]fund.RelayKey, 3)
	for i := range keys {
		keys[i] = fund.RelayKey{
			ID: w.id(), RelayID: relay.ID, Key: odd + string(rune('a'+i)), ClientKey: string(rune('a' + i)), CreatedAt: w.at(), UpdatedAt: w.at(),
		}
	}
	keys[0].Metadata, keys[1].Metadata = ptr(""), ptr(odd)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertRelay(ctx, relay); err != nil {
			return err
		}
		if err := tx.InsertRelay(ctx, empty); err != nil {
			return err
		}
		for _, k := range keys {
			if err := tx.InsertRelayKey(ctx, k); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "relay", must.Get(w.s.GetRelay(ctx, relay.ID))(t), relay)
	same(t, "relays", must.Get(w.s.ListRelays(ctx, one.ID, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t), []fund.WebhookRelay{relay, empty})
	same(t, "how many", must.Get(w.s.CountRelays(ctx, one.ID))(t), 2)
	for _, again := range []fund.RelayKey{
		{ID: w.id(), RelayID: relay.ID, Key: keys[0].Key, ClientKey: "new"},
		{ID: w.id(), RelayID: relay.ID, Key: "new", ClientKey: keys[0].ClientKey},
	} {
		w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.InsertRelayKey(ctx, again) })
	}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertRelayKey(ctx, fund.RelayKey{ID: w.id(), RelayID: empty.ID, Key: keys[0].Key, ClientKey: "same name elsewhere"})
	})
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteRelay(ctx, relay.ID) })

	w.useKey(t, keys)
	same(t, "by name", must.Get(w.s.GetRelayKey(ctx, relay.ID, keys[1].Key))(t), keys[1])
	same(t, "by client key", must.Get(w.s.GetRelayKeyByClientKey(ctx, "c"))(t), keys[2])
	same(t, "keys", must.Get(w.s.ListRelayKeys(ctx, relay.ID, fund.Page{Limit: 2, Order: fund.OldestFirst}))(t), keys[:2])
	same(t, "more keys", must.Get(w.s.ListRelayKeys(ctx, relay.ID, fund.Page{
		Limit: 2, Order: fund.OldestFirst, After: &fund.Cursor{ID: keys[1].ID},
	}))(t), keys[2:])
	missing[fund.RelayKey](t, "key of another relay")(w.s.GetRelayKey(ctx, empty.ID, keys[1].Key))
	missing[fund.RelayKey](t, "no client key")(w.s.GetRelayKeyByClientKey(ctx, "nobody"))
	missing[fund.WebhookRelay](t, "no relay")(w.s.GetRelay(ctx, w.id()))

	empty.Name, empty.UpdatedAt, empty.EndpointID = odd, w.at(), w.endpoint(one).ID
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateRelay(ctx, empty) })
	same(t, "changed relay", must.Get(w.s.GetRelay(ctx, empty.ID))(t), empty)
}

// useKey donates through the second of the keys.
func (w *world) useKey(t *testing.T, keys []fund.RelayKey) {
	t.Helper()
	cause, ann := w.cause("cause"), w.user("ann")
	d := w.give(w.campaign(cause, ann, "run"), 500, func(c *store.Completion) { c.RelayKey = keys[1].ID })
	whole := must.Get(w.s.GetDonation(t.Context(), fund.Key{ID: d.ID}))(t)
	keys[1].Donation = &whole
	keys[1].UpdatedAt = must.Get(w.s.GetRelayKeyByClientKey(t.Context(), "b"))(t).UpdatedAt
	if !keys[1].UpdatedAt.Equal(d.CompletedAt) {
		t.Errorf("got key changed at %s, want %s, when its donation came", keys[1].UpdatedAt, d.CompletedAt)
	}
	_, err := w.s.Complete(t.Context(), store.Completion{USD: 1, RelayKey: keys[1].ID, Donation: fund.Donation{
		ID: w.id(), Fact: d.Fact, CauseID: cause.ID, Amount: 1, Currency: "USD",
	}})
	if got := fault.From(err); !fault.Is(err, fault.Invalid) || !got.Fields.Has("relay_key") {
		t.Errorf("second donation of a key: got %v, want it refused at relay_key", err)
	}
}

func testLegacyRelays(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	one := must.Get(w.s.GetDonation(ctx, fund.Key{ID: w.give(cause.Fact, 100).ID}))(t)
	two := must.Get(w.s.GetDonation(ctx, fund.Key{ID: w.give(cause.Fact, 200).ID}))(t)
	for _, l := range []fund.LegacyRelay{
		{Provider: "twitch", UUID: odd, Donation: one},
		{Provider: "twitch", UUID: odd, Donation: two, Meta: `{"a":"` + "Ž" + `"}`},
	} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PutLegacyRelay(ctx, l) })
		same(t, "legacy relay", must.Get(w.s.GetLegacyRelay(ctx, "twitch", odd))(t), l)
	}
	missing[fund.LegacyRelay](t, "of another provider")(w.s.GetLegacyRelay(ctx, "other", odd))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutLegacyRelay(ctx, fund.LegacyRelay{Provider: "x", UUID: "x", Donation: fund.Donation{ID: w.id()}})
	})
}
