package apiv5_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

// TestTheDemoKeepsTheFacts asks every row of reads for everything in the demo's data set that it
// can be asked for, page by page, and compares every answer with the facts.
func TestTheDemoKeepsTheFacts(t *testing.T) {
	t.Parallel()
	d, f := newDemo(t), loadFacts(t)
	for _, row := range apiv5.Reads() {
		items := 0
		visits := d.visits(row.Pattern)
		if len(visits) == 0 {
			t.Errorf("%s: got nothing in the demo to ask for, want something for every row", row.Pattern)
		}
		for _, v := range visits {
			items += d.walk(t, f, row, v)
		}
		if items == 0 {
			t.Errorf("%s: got no item at all, want some in the demo", row.Pattern)
		}
	}
	d.checkHooks(t, f)
	for deviation, reason := range deviations {
		if !f.used[deviation] {
			t.Errorf("%s (%s): got no answer that deviates so, want the deviation off the list", deviation, reason)
		}
	}
}

// demoWorld is the demo with everything that can be visited in it.
type demoWorld struct {
	*world
	credentials demo.Credentials
	facts       []fund.Fact
	teams       []fund.Team
	users       []fund.User
	// tokensOf are those of users and causes by whose they are.
	tokensOf map[fund.ID]string
}

// visit is one address with the token to ask it with.
type visit struct{ target, token string }

func newDemo(t *testing.T) *demoWorld {
	t.Helper()
	d := &demoWorld{world: emptyWorld(t, demo.Epoch), tokensOf: map[fund.ID]string{}}
	d.credentials = d.Demo(t.Context(), 1)
	ctx, system := t.Context(), app.System()
	d.Must(d.CatchUp(ctx, app.System()))
	for _, kind := range app.AllKinds() {
		var last *fund.Cursor
		for {
			some, err := d.Store.ListFacts(ctx, store.FactFilter{
				Kinds: []fund.Kind{kind}, Statuses: []fund.Status{fund.Unpublished, fund.Published, fund.Retired},
			}, fund.Page{Limit: fund.MaxPage, Order: fund.OldestFirst, After: last})
			d.Must(err)
			if len(some) == 0 {
				break
			}
			d.facts, last = append(d.facts, some...), &fund.Cursor{ID: some[len(some)-1].ID}
		}
	}
	d.teams = testworld.Numbered(d.Service, func(key fund.Key) (fund.Team, error) { return d.GetTeam(ctx, system, key) })
	d.users = testworld.Numbered(d.Service, func(key fund.Key) (fund.User, error) { return d.GetUser(ctx, system, key) })
	application, _, token, err := d.CreateApplication(ctx, system, app.NewApplication{
		Name: "Tour", RedirectURIs: []string{"https://tour.example.org/"}, Scopes: fund.Scopes(),
	})
	d.Must(err)
	d.tokens["application"] = token
	for _, u := range d.users {
		d.tokensOf[u.ID] = d.tokenFor(ctx, fund.Token{Kind: fund.TokenUser, UserID: u.ID, ApplicationID: application.ID})
	}
	for _, f := range d.facts {
		if f.Kind == fund.KindCause {
			d.tokensOf[f.ID] = d.tokenFor(ctx, fund.Token{Kind: fund.TokenCause, CauseID: f.ID, ApplicationID: application.ID})
		}
	}
	return d
}

func (d *demoWorld) tokenFor(ctx context.Context, token fund.Token) string {
	token.Scopes = fund.Scopes()
	text, err := d.CreateToken(ctx, app.System(), token)
	d.Must(err)
	return text
}

// visits are all addresses of a row.
func (d *demoWorld) visits(pattern string) []visit {
	token := d.token("application")
	switch {
	case strings.HasSuffix(pattern, "/current-user"):
		return []visit{{pattern, token}, {pattern, d.tokensOf[d.users[0].ID]}}
	case strings.Contains(pattern, "{user_id}"), strings.Contains(pattern, "/users/by/"):
		return each(d.users, func(u fund.User) []visit { return []visit{{filled(pattern, u.ID, u.Slug), token}} })
	case strings.Contains(pattern, "{team_id}"), strings.Contains(pattern, "/teams/by/"):
		return each(d.teams, func(one fund.Team) []visit { return []visit{{filled(pattern, one.ID, one.Slug), token}} })
	default:
		return each(d.facts, func(f fund.Fact) []visit { return d.visitsOf(pattern, f) })
	}
}

func each[T any](all []T, visits func(T) []visit) []visit {
	var made []visit
	for _, one := range all {
		made = append(made, visits(one)...)
	}
	return made
}

func filled(pattern string, id fund.ID, slug string) string {
	return strings.NewReplacer("{user_id}", id.String(), "{team_id}", id.String(), "{slug}", slug).Replace(pattern)
}

// kindsAt are the kinds of facts that are found at a wildcard.
var kindsAt = map[string][]fund.Kind{
	"{campaign_id}": {fund.KindCampaign}, "{team_campaign_id}": {fund.KindTeamCampaign}, "{cause_id}": {fund.KindCause},
	"{personal_campaign_id}": {fund.KindPersonalCampaign}, "{fundraising_event_id}": {fund.KindFundraisingEvent},
	"{auction_house_id}": {fund.KindAuctionHouse}, "{fact_id}": app.AllKinds(), "{campaign_slug}": {fund.KindCampaign},
	"{team_campaign_slug}": {fund.KindTeamCampaign}, "{auction_house_slug}": {fund.KindAuctionHouse},
	"{fact_slug}": {fund.KindCampaign, fund.KindTeamCampaign, fund.KindPersonalCampaign, fund.KindAuctionHouse, fund.KindFundraisingEvent},
}

// visitsOf are the addresses of a row for one fact; none where it is of another kind or owner.
func (d *demoWorld) visitsOf(pattern string, f fund.Fact) []visit {
	for wildcard, kinds := range kindsAt {
		if strings.Contains(pattern, wildcard) && !slices.Contains(kinds, f.Kind) {
			return nil
		}
	}
	owner, token := f.Cause.Slug, d.token("application")
	switch {
	case f.Kind == fund.KindTeamCampaign:
		owner = f.Team.Slug
	case f.Kind != fund.KindFundraisingEvent && f.User != nil:
		owner = f.User.Slug
	}
	ofUser := f.User != nil
	if strings.Contains(pattern, "/by/user/") && !ofUser || strings.Contains(pattern, "/by/cause/") && ofUser {
		return nil
	}
	if f.Status == fund.Unpublished || strings.HasPrefix(pattern, "/api/cause") || strings.HasSuffix(pattern, "/donations") && f.Kind == fund.KindFundraisingEvent {
		token = d.tokensOf[f.Cause.ID]
	}
	target := strings.NewReplacer(
		"{campaign_id}", f.ID.String(), "{team_campaign_id}", f.ID.String(), "{personal_campaign_id}", f.ID.String(),
		"{fact_id}", f.ID.String(), "{fundraising_event_id}", f.ID.String(), "{cause_id}", f.ID.String(), "{auction_house_id}", f.ID.String(),
		"{user_slug}", owner, "{team_slug}", owner, "{cause_slug}", owner, "{slug}", owner,
		"{campaign_slug}", f.Slug, "{team_campaign_slug}", f.Slug, "{auction_house_slug}", f.Slug, "{fact_slug}", f.Slug,
	).Replace(pattern)
	return d.parts(visit{target, token})
}

// parts are the addresses with the ids of the parts of a fact in them.
func (d *demoWorld) parts(v visit) []visit {
	before, after, there := strings.Cut(v.target, "/{")
	if !there {
		return []visit{v}
	}
	wildcard, after, _ := strings.Cut(after, "}")
	if !strings.HasSuffix(before, "/"+strings.TrimSuffix(wildcard, "_id")+"s") {
		d.t.Fatalf("%s: {%s} is not in a list of its name", v.target, wildcard)
	}
	var made []visit
	for _, one := range decodePage(d.t, before, d.call("GET", before+"?limit=100", v.token, "")).Data {
		id, _ := one["id"].(string)
		made = append(made, visit{before + "/" + id + after, v.token})
	}
	return made
}

// hidden are rows that a cause or event may hide.
func hidden(pattern string) bool { return strings.Contains(pattern, "leaderboard") }

// walk reads an address to the end of its list, checks every page, and gives the number of items.
func (d *demoWorld) walk(t *testing.T, f *facts, row apiv5.Row, v visit) int {
	t.Helper()
	all, next := 0, "?limit=100"
	if !slices.Contains(row.Query, "after") {
		next = ""
	}
	seen := map[string]bool{}
	for {
		answer := d.call("GET", v.target+next, v.token, "")
		f.check(t, row, v.target+next, answer)
		if answer.Code == 403 && hidden(row.Pattern) {
			return all
		}
		var body struct {
			Data     json.RawMessage
			Metadata *struct{ After *string }
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != 200 {
			t.Fatalf("%s: got %d %.300s (%v), want 200", v.target+next, answer.Code, answer.Body, err)
		}
		if body.Metadata == nil {
			return 1
		}
		var items []map[string]any
		d.Must(json.Unmarshal(body.Data, &items))
		for _, item := range items {
			if id := key(item); seen[id] {
				t.Errorf("%s: got %s twice", v.target, id)
			} else {
				seen[id] = true
			}
		}
		if all += len(items); body.Metadata.After == nil {
			return all
		}
		next = "?limit=100&after=" + *body.Metadata.After
	}
}

// checkHooks asks the rows about webhooks and relays, which belong to the demo's application.
func (d *demoWorld) checkHooks(t *testing.T, f *facts) {
	t.Helper()
	const endpoints, relays = "/api/private/webhook_endpoints/{webhook_endpoint_id}", "/api/private/webhook_relays/{webhook_relay_id}/webhook_relay_keys"
	c := d.credentials
	program, err := fund.ParseID(c.Application.ID)
	d.Must(err)
	token := d.tokenFor(t.Context(), fund.Token{Kind: fund.TokenApplication, ApplicationID: program})
	names := strings.NewReplacer(
		"{webhook_endpoint_id}", c.WebhookEndpoint.ID, "{event_id}", c.Campaign.ID, "{webhook_relay_id}", c.WebhookRelay.ID,
		"{webhook_relay_key_id}", "from-the-test", "{provider}", c.LegacyRelay.Provider, "{uuid}", c.LegacyRelay.UUID,
	)
	for _, ask := range []struct{ method, pattern, body string }{
		{"GET", "/api/public/legacy-relays/{provider}/{uuid}", ""},
		{"POST", endpoints + "/activate", ""},
		{"PUT", endpoints + "/webhook_subscriptions/{event_id}", `{"event_types":["public:direct:donation_updated"]}`},
		{"DELETE", endpoints + "/webhook_subscriptions/{event_id}", ""},
		{"POST", relays, `{"id":"from-the-test","metadata":"anything"}`},
		{"GET", relays + "/{webhook_relay_key_id}", ""},
	} {
		row, target := apiv5.Row{Method: ask.method, Pattern: ask.pattern}, names.Replace(ask.pattern)
		answer := d.call(ask.method, target, token, ask.body)
		if answer.Code != 200 {
			t.Errorf("%s %s: got %d %s, want 200", ask.method, target, answer.Code, answer.Body)
		}
		f.check(t, row, ask.method+" "+target, answer)
	}
	list := apiv5.Row{Method: "GET", Pattern: relays, Query: []string{"after"}}
	if n := d.walk(t, f, list, visit{names.Replace(relays), token}); n < 2 {
		t.Errorf("%s: got %d keys, want the demo's besides the test's", relays, n)
	}
}
