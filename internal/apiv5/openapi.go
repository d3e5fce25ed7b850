package apiv5

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// parts are the documents: one for each prefix.
var parts = map[string]struct{ prefix, title, text string }{
	"public":  {publicPrefix, "Almoner API, version 5: public", publicText},
	"private": {privatePrefix, "Almoner API, version 5: private", privateText},
	"cause":   {causePrefix, "Almoner API, version 5: cause", causeText},
}

// OpenAPI is the OpenAPI document of a part of the version, "public", "private" or "cause", made of
// its rows. An error is a mistake of the rows, or there is no such part.
func OpenAPI(part string, dialect api.Dialect) ([]byte, error) {
	p, ok := parts[part]
	if !ok {
		return nil, fmt.Errorf("version 5 has no part %q", part)
	}
	v := newVersion(Options{})
	rows := below(p.prefix, v.routes())
	for i, row := range rows {
		rows[i].Doc.Params = append(slices.Clone(row.Doc.Params), valuesOf(p.prefix+row.Pattern)...)
	}
	info := docInfo()
	info.Title, info.Description, info.Dialect = p.title, p.text, dialect
	if part == "private" {
		info.Webhooks = webhookDocs()
	}
	return api.Document(v.wire(p.prefix), info, rows)
}

// documents are the addresses of the documents below the prefix of their part.
var documents = []struct {
	path, summary string
	dialect       api.Dialect
}{
	{"/openapi", "Get this document", api.OpenAPI31},
	{"/openapi-3.0", "Get this document in OpenAPI 3.0", api.OpenAPI30},
}

// documentRoutes are the rows of the documents, which need no token.
func (v *version) documentRoutes() []route {
	var rows []route
	for name, p := range parts {
		for _, d := range documents {
			document := sync.OnceValues(func() ([]byte, error) { return OpenAPI(name, d.dialect) })
			rows = append(rows, route{
				Method: "GET", Pattern: p.prefix + d.path, Shared: true, Out: api.Raw{}, Doc: api.Doc{Tag: tagDocument, Summary: d.summary},
				Handle: func(context.Context, *call) (api.Reply, error) {
					made, err := document()
					return api.Reply{Body: api.Raw(made), Fresh: &api.Freshness{}}, err
				},
			})
		}
	}
	return rows
}

// valuesOf are the parameters whose values depend on the path.
func valuesOf(pattern string) []api.Param {
	var own []api.Param
	if strings.HasSuffix(pattern, "/donation_matches") || strings.HasSuffix(pattern, "/auction_items") {
		own = append(own, api.Param{Name: "status", Enum: []string{"active", "completed"}, Description: "Only those of this status."})
	}
	if strings.Contains(pattern, "/fundraising_events/") {
		own = append(own, timeType("custom"))
	}
	return own
}

func timeType(more ...string) api.Param {
	return api.Param{
		Name: "time_type", Enum: append([]string{"daily", "weekly", "monthly", "yearly", "ytd", "all"}, more...), Default: "all",
		Description: "The day, week (from Monday), month or year in UTC that it is now; ytd is yearly, custom is all.",
	}
}

func docInfo() api.DocInfo {
	return api.DocInfo{
		Version: "5", Tags: tags(), Params: slices.Concat(queryParams(), wildcardParams()),
		CreateHeaders: []api.Param{idempotencyKey}, ChangeHeaders: []api.Param{idempotencyKey, ifMatchHeader},
		Fields: fieldTexts, Examples: api.ReadExamples(exampleText), Envelope: envelope{}, Page: page{},
		PageText: "It answers one page; `metadata.after` is the cursor of the next one.", Fault: errorEnvelope{},
		Scopes: []api.DocTag{
			{Name: fund.ScopePublic, Description: "Read /api/public."},
			{Name: fund.ScopeCause, Description: "Read /api/cause, and change causes and fundraising events."},
			{Name: fund.ScopeWebhooksRead, Description: "Read webhooks and relays."},
			{Name: fund.ScopeWebhooksWrite, Description: "Change webhooks and relays."},
			{Name: fund.ScopeWrite, Description: "Change campaigns, teams and incentives."},
			{Name: fund.ScopeDonationsWrite, Description: "Record, refund and screen donations, and answer cases."},
			{Name: fund.ScopeDonationsRead, Description: "Read who donated, and receipts."},
			{Name: fund.ScopeSandbox, Description: "Give through the sandbox provider, where there is one."},
		},
	}
}

var (
	idempotencyKey = api.Param{
		Name:        "Idempotency-Key",
		Description: "The first answer under a key is kept for 24 hours and given again; another body under the same key is 422.",
	}
	ifMatchHeader = api.Param{
		Name:        "If-Match",
		Description: "The change is made only if one of these entity tags is that of the present version; otherwise the answer is 412.",
	}
)

func queryParams() []api.Param {
	at := func(name, text string) api.Param {
		return api.Param{Name: name, Format: "date-time", Description: text}
	}
	return []api.Param{
		{Name: "after", Description: "The cursor metadata.after of another page: further along the list."},
		{Name: "before", Description: "The cursor metadata.before of another page: back towards the beginning of the list."},
		{Name: "limit", Type: "integer", Default: "10", Description: "How many items, 1 to 100; more acts as 100."},
		at("completed_after", "Completed at this instant or later."),
		at("completed_before", "Completed before this instant."),
		at("created_after", "Made at this instant or later."),
		at("created_before", "Made before this instant."),
		at("updated_after", "Changed last at this instant or later."),
		at("updated_before", "Changed last before this instant."),
		{Name: "status", Enum: []string{"published", "retired"}, Description: "Only those of this status."},
		{Name: "case_status", Enum: []string{"open", "refunded", "declined"}, Description: "Only cases of this status."},
		{Name: "overdue", Type: "boolean", Default: "false", Description: "Only open cases that should have been answered by now."},
		{Name: "delivery_status", Enum: []string{"waiting", "delivered", "failed", "stopped", "withheld"}, Description: "Only deliveries of this status."},
		at("since", "Deliveries that were made at this instant or later; required."),
		{Name: "supporting_type", Enum: []string{"none", "public", "private", "invite_only"}, Description: "Only those that take support in this way."},
		{Name: "include_disabled", Type: "boolean", Default: "false", Description: "Also those that are switched off."},
		{Name: "role", Description: "Only teams in which the user has this role: team_super_admin, team_admin, …; administrator stands for both kinds of admins."},
		timeType(),
	}
}

// wildcardParams are the wildcards of all paths: ids of nouns, and slugs.
func wildcardParams() []api.Param {
	params := []api.Param{
		{Name: "event_id", Description: "The id of the fact that is subscribed to."},
		{Name: "webhook_relay_key_id", Description: "The id that the key was given when it was made."},
		{Name: "provider", Description: "The provider of the legacy relay."},
		{Name: "uuid", Description: "The UUID of the legacy relay."},
		{Name: "slug", Description: "The slug; for facts that of the owner."},
	}
	for _, noun := range []string{
		"campaign", "team_campaign", "personal_campaign", "fact", "user", "team", "cause", "fundraising_event", "auction_house",
		"auction_item", "auction_bid", "donation", "poll", "target", "reward", "milestone", "schedule", "donation_match", "counter", "timer", "fitness_goal", "registration",
		"webhook_endpoint", "webhook_relay", "webhook_delivery", "case",
	} {
		name := strings.ReplaceAll(noun, "_", " ")
		params = append(params,
			api.Param{Name: noun + "_id", Description: "The id of the " + name + ", a UUID; its legacy id is taken too where it has one."},
			api.Param{Name: noun + "_slug", Description: "The slug of the " + name + "."})
	}
	return params
}
