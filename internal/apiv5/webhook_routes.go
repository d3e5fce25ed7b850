package apiv5

import (
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// Webhooks are the business of programs: a user's token is Forbidden.
var (
	asHook       = accessRule{[]string{fund.ScopeWebhooksWrite}, []app.ActorKind{app.ActorApplication}}
	asHookReader = accessRule{[]string{fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite}, []app.ActorKind{app.ActorApplication}}
)

// webhookRoutes are the rows of webhooks and relays.
func (v *version) webhookRoutes() []route {
	return append(v.careful(v.webhookRows()), v.sampleRoute(), route{
		Method: http.MethodGet, Pattern: publicPrefix + "/legacy-relays/{provider}/{uuid}", Access: needs(fund.ScopePublic),
		Out: legacyRelay{}, Handle: v.getLegacyRelay,
		Doc: api.Doc{Summary: "Get a donation by the name that another service gave it", Tag: tagRelays, Scopes: []string{fund.ScopePublic}, Deprecated: true},
	})
}

// webhookRows are webhook endpoints, their subscriptions and relays, below /api/private.
func (v *version) webhookRows() []route {
	rows := slices.Concat(v.endpointRows(), v.deliveryRows(), v.subscriptionRows(), v.relayRows(), v.relayKeyRows())
	for i := range rows {
		rows[i].Pattern = privatePrefix + rows[i].Pattern
	}
	return rows
}

func (v *version) endpointRows() []route {
	r := resourceOf(endpointModel, endpoint{}, shown(toEndpoint), endpointPath)
	secret := r
	secret.Show = shown(toNewEndpoint)
	in, out, key := endpointInput{}, endpoint{}, uuidKeyAt("webhook_endpoint_id")
	list := asHookReader.get("/webhook_endpoints", tagWebhooks, "List the webhook endpoints of your application", []endpoint{}, v.listEndpoints)
	list.Query = pageQuery
	const one = "/webhook_endpoints/{webhook_endpoint_id}"
	return []route{
		list,
		asHook.post("/webhook_endpoints", tagWebhooks, "Create a webhook endpoint; its signing key is answered here only", in, newEndpoint{},
			api.Creates(secret, api.Nowhere, api.Keyless(v.app.CreateEndpoint))),
		asHookReader.get(one, tagWebhooks, "Get a webhook endpoint", out, api.Gets(key, v.app.GetEndpoint, r.Reply)),
		asHook.patch(one, tagWebhooks, "Change a webhook endpoint", in, out, api.Changes(r, key, v.app.GetEndpoint, v.app.UpdateEndpoint)),
		asHook.remove(one, tagWebhooks, "Delete a webhook endpoint that no relay sends to, and its subscriptions", deletes(key, v.app.DeleteEndpoint)),
		asHook.action(one+"/activate", api.Doc{Tag: tagWebhooks, Summary: "Activate a webhook endpoint"}, nil, out, api.Gets(key, v.app.ActivateEndpoint, r.Reply)),
		asHook.action(one+"/signing_key", api.Doc{Tag: tagWebhooks, Summary: "Give a webhook endpoint a new signing key, which is answered here only"}, nil, newEndpoint{},
			api.Gets(key, v.app.RotateSigningKey, secret.Reply)),
	}
}

func (v *version) subscriptionRows() []route {
	r := resourceOf(subscriptionModel, subscription{}, shown(toSubscription), nil)
	in, out := subscriptionInput{}, subscription{}
	put := api.Changes(lenient(subscriptionModel, r.Show), subscriptionAt, nil, v.app.PutSubscription)
	list := asHookReader.get("/webhook_endpoints/{webhook_endpoint_id}/webhook_subscriptions", tagWebhooks, "List what a webhook endpoint is subscribed to", []subscription{}, v.listSubscriptions)
	list.Query = pageQuery
	const one = "/webhook_endpoints/{webhook_endpoint_id}/webhook_subscriptions/{event_id}"
	row := func(method, pattern string, doc api.Doc) route {
		doc.Tag, doc.Summary = tagWebhooks, "Subscribe a webhook endpoint to a fact, or change what it is told"
		return of(asHook.row(method, pattern, doc, put), in, out)
	}
	remove := asHook.row(http.MethodDelete, one, api.Doc{Tag: tagWebhooks, Summary: "End the subscription of a webhook endpoint to a fact"},
		api.Gets(subscriptionAt, v.app.DeleteSubscription, r.Reply))
	return []route{
		list,
		asHookReader.get(one, tagWebhooks, "Get the subscription of a webhook endpoint to a fact", out, api.Gets(subscriptionAt, v.app.GetSubscription, r.Reply)),
		row(http.MethodPut, one, api.Doc{}),
		// The guide of the original has POST, and an early build of it misspelled the path.
		row(http.MethodPost, one, api.Doc{ID: "postWebhookSubscription", Deprecated: true}),
		row(http.MethodPut, "/webhook_enpdoints/{webhook_endpoint_id}/webhook_subscriptions/{event_id}", api.Doc{Deprecated: true}),
		of(remove, nil, out),
	}
}

func (v *version) relayRows() []route {
	r := resourceOf(relayModel, relay{}, shown(toRelay), relayPath)
	in, out, key := relayInput{}, relay{}, uuidKeyAt("webhook_relay_id")
	list := asHookReader.get("/webhook_relays", tagRelays, "List the webhook relays of your application", []relay{}, v.listRelays)
	list.Query = pageQuery
	const one = "/webhook_relays/{webhook_relay_id}"
	return []route{
		list,
		asHook.post("/webhook_relays", tagRelays, "Create a webhook relay", in, out, api.Creates(r, api.Nowhere, api.Keyless(v.app.CreateRelay))),
		asHookReader.get(one, tagRelays, "Get a webhook relay", out, api.Gets(key, v.app.GetRelay, r.Reply)),
		asHook.patch(one, tagRelays, "Change a webhook relay", in, out, api.Changes(r, key, v.app.GetRelay, v.app.UpdateRelay)),
		asHook.remove(one, tagRelays, "Delete a webhook relay that has no keys", deletes(key, v.app.DeleteRelay)),
	}
}

func (v *version) relayKeyRows() []route {
	r := resourceOf(relayKeyModel, relayKey{}, shown(v.toRelayKey), nil)
	const all = "/webhook_relays/{webhook_relay_id}/webhook_relay_keys"
	list := asHookReader.get(all, tagRelays, "List the keys of a webhook relay", []relayKey{}, v.listRelayKeys)
	list.Query = pageQuery
	return []route{
		list,
		asHook.action(all, api.Doc{Tag: tagRelays, Summary: "Make a key for one donation through a webhook relay"}, relayKeyInput{}, relayKey{},
			api.Changes(lenient(relayKeyModel, r.Show), uuidKeyAt("webhook_relay_id"), nil, v.app.CreateRelayKey)),
		asHookReader.get(all+"/{webhook_relay_key_id}", tagRelays, "Get a key of a webhook relay", relayKey{}, api.Gets(relayKeyAt, v.app.GetRelayKey, r.Reply)),
	}
}
