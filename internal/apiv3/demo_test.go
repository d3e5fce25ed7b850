package apiv3_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3/contract"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// TestTheDemoKeepsTheContract asks every GET row for everything in the demo's data set that it
// can be asked for, page by page, and checks every answer.
func TestTheDemoKeepsTheContract(t *testing.T) {
	t.Parallel()
	tour := newTour(t)
	seen := keysSeen{}
	for _, e := range contract.Endpoints() {
		if e.Method != "GET" {
			continue
		}
		visits := tour.visits(e.Path)
		if len(visits) == 0 {
			t.Errorf("%s: got nothing in the demo to ask for, want something for every row", e.Path)
		}
		items := 0
		for _, v := range visits {
			for _, one := range tour.walk(t, e, v) {
				items++
				seen.note(e.Item, one)
				tour.checkItem(t, v.target, one)
			}
		}
		if items == 0 {
			t.Errorf("%s: got no item at all, want some in the demo", e.Path)
		}
	}
	seen.wantAll(t)
	tour.checkTotals(t)
}

// tour is the demo with everything that can be visited in it.
type tour struct {
	*world
	appToken  string
	campaigns []fund.Fact
	causes    []fund.Cause
	events    []fund.FundraisingEvent
	teams     []fund.Team
	users     []fund.User
	polls     []fund.Poll
	targets   []fund.Target
	rewards   []fund.Reward
	// tokens are those of users and causes by whose they are.
	tokens map[fund.ID]string
	// raised and given are, by campaign, what its totals say and what its donations sum up to.
	raised, given map[int64]*big.Rat
}

// visit is one address with the token to ask it with.
type visit struct{ target, token string }

func newTour(t *testing.T) *tour {
	t.Helper()
	v := &tour{world: emptyWorld(t, demo.Epoch), tokens: map[fund.ID]string{}, raised: map[int64]*big.Rat{}, given: map[int64]*big.Rat{}}
	v.appToken = v.Demo(t.Context(), 1).V3.ApplicationToken
	ctx, system := t.Context(), app.System()
	v.campaigns = testworld.Numbered(v.Service, func(key fund.Key) (fund.Fact, error) {
		return v.GetFact(ctx, system, app.FactKey{Key: key})
	})
	v.causes = testworld.Numbered(v.Service, func(key fund.Key) (fund.Cause, error) { return v.GetCause(ctx, system, key) })
	v.events = testworld.Numbered(v.Service, func(key fund.Key) (fund.FundraisingEvent, error) { return v.GetFundraisingEvent(ctx, system, key) })
	v.teams = testworld.Numbered(v.Service, func(key fund.Key) (fund.Team, error) { return v.GetTeam(ctx, system, key) })
	v.users = testworld.Numbered(v.Service, func(key fund.Key) (fund.User, error) { return v.GetUser(ctx, system, key) })
	v.polls = testworld.Numbered(v.Service, func(key fund.Key) (fund.Poll, error) { return v.GetPoll(ctx, system, key) })
	v.targets = testworld.Numbered(v.Service, func(key fund.Key) (fund.Target, error) { return v.GetTarget(ctx, system, key) })
	v.rewards = testworld.Numbered(v.Service, func(key fund.Key) (fund.Reward, error) { return v.GetReward(ctx, system, key) })
	var err error
	for _, u := range v.users {
		v.tokens[u.ID], err = v.CreateToken(ctx, system, fund.Token{Kind: fund.TokenUser, UserID: u.ID, Scopes: []string{fund.ScopePublic, fund.ScopeCause}})
		v.Must(err)
	}
	for _, c := range v.causes {
		v.tokens[c.ID], err = v.CreateToken(ctx, system, fund.Token{Kind: fund.TokenCause, CauseID: c.ID})
		v.Must(err)
	}
	return v
}

// by is the token for what belongs to a campaign: an application's, or its owner's where nobody
// else may see it.
func (v *tour) by(f fund.Fact) string {
	if f.Status == fund.Unpublished {
		return v.tokens[f.User.ID]
	}
	return v.appToken
}

func (v *tour) byFact(id fund.ID) string {
	at := slices.IndexFunc(v.campaigns, func(f fund.Fact) bool { return f.ID == id })
	return v.by(v.campaigns[at])
}

// visits are all addresses of a row.
func (v *tour) visits(path string) []visit {
	var all []visit
	add := func(token string, ids ...int64) {
		target := path
		for _, id := range ids {
			target = strings.Replace(target, ":id", fmt.Sprint(id), 1)
		}
		all = append(all, visit{target, token})
	}
	switch prefix, _, named := strings.Cut(path, "/:id"); {
	case path == "/user":
		for _, u := range v.users {
			add(v.tokens[u.ID])
		}
	case path == "/users":
		add(v.tokens[v.users[0].ID])
	case !named:
		add(v.appToken)
	case prefix == "/campaigns" || prefix == "/campaign":
		for _, f := range v.campaigns {
			add(v.by(f), f.LegacyID)
		}
	case path == "/users/:id/campaigns/:id" || path == "/teams/:id/campaigns/:id":
		for _, f := range v.campaigns {
			if f.Kind == fund.KindCampaign && prefix == "/users" {
				add(v.by(f), f.User.LegacyID, f.LegacyID)
			}
			if f.Kind == fund.KindTeamCampaign && prefix == "/teams" {
				add(v.by(f), f.Team.LegacyID, f.LegacyID)
			}
		}
	case prefix == "/causes":
		for _, c := range v.causes {
			add(v.tokens[c.ID], c.LegacyID)
		}
	case prefix == "/fundraising-events":
		for _, e := range v.events {
			add(v.tokens[e.Cause.ID], e.LegacyID)
		}
	case prefix == "/teams":
		for _, team := range v.teams {
			add(v.appToken, team.LegacyID)
		}
	case prefix == "/users":
		for _, u := range v.users {
			add(v.tokens[u.ID], u.LegacyID)
		}
	case prefix == "/polls":
		for _, p := range v.polls {
			add(v.byFact(p.FactID), p.LegacyID)
		}
	case prefix == "/challenges":
		for _, c := range v.targets {
			add(v.byFact(c.FactID), c.LegacyID)
		}
	case prefix == "/rewards":
		for _, r := range v.rewards {
			add(v.byFact(r.FactID), r.LegacyID)
		}
	}
	return all
}

// walk reads an address to the end of its list and gives all items, each of them once.
func (v *tour) walk(t *testing.T, e contract.Endpoint, at visit) []any {
	t.Helper()
	target := at.target
	if e.Paginated {
		target += "?count=7"
	}
	var all []any
	ids := map[json.Number]bool{}
	for target != "" {
		body := v.read(t, visit{target, at.token})
		if e.Item != "unknown" {
			for _, wrong := range contract.Check(e.Item, body.Data) {
				t.Errorf("%s: %s", target, wrong)
			}
		}
		items, isList := body.Data.([]any)
		if isList != (e.Response == "list") {
			t.Errorf("%s: got %T, want a %s", target, body.Data, e.Response)
		}
		if !isList {
			return []any{body.Data}
		}
		for _, one := range items {
			id, _ := field(one, "id").(json.Number)
			if ids[id] {
				t.Errorf("%s: got the id %s twice, want it once", at.target, id)
			}
			ids[id] = true
		}
		all = append(all, items...)
		target = v.next(t, e, target, body)
	}
	return all
}

// next is the address of the older page, after a check of the links.
func (v *tour) next(t *testing.T, e contract.Endpoint, target string, body answer) string {
	t.Helper()
	shape := map[int]string{3: "Links", 5: "Links5"}[len(e.Links)]
	if (body.Links != nil) != e.Paginated && e.Path != "/campaign/:id/donations" {
		t.Errorf("%s: got links %v, want them on paged lists only", target, body.Links)
	}
	if body.Links == nil {
		return ""
	}
	if shape != "" {
		for _, wrong := range contract.Check(shape, body.Links) {
			t.Errorf("%s: links%s", target, wrong)
		}
	}
	older, _ := body.Links["prev"].(string)
	return strings.TrimPrefix(older, "/api/v3")
}

type answer struct {
	Meta  map[string]json.Number
	Data  any
	Links map[string]any
}

func (v *tour) read(t *testing.T, at visit) answer {
	t.Helper()
	got := v.call("GET", at.target, at.token, "")
	var body answer
	d := json.NewDecoder(bytes.NewReader(got.Body.Bytes()))
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil || got.Code != 200 || len(body.Meta) != 1 || body.Meta["status"] != "200" || body.Data == nil {
		t.Fatalf("%s: got %d %.300s (%v), want 200 with data", at.target, got.Code, got.Body, err)
	}
	return body
}

func field(object any, key string) any {
	fields, _ := object.(map[string]any)
	return fields[key]
}

// checkItem checks what the schemas do not say: instants are whole seconds, and the parts of a
// total are the whole. It notes the totals of campaigns and their donations.
func (v *tour) checkItem(t *testing.T, target string, item any) {
	t.Helper()
	if !strings.HasSuffix(target, "/incentives") { // their createdAt is in hundredths of a second
		wantWholeSeconds(t, target, item)
	}
	id, _ := field(item, "id").(json.Number)
	if number(item, "totalAmountRaised") != nil && number(item, "supportingAmountRaised") != nil {
		direct := number(item, "amountRaised")
		whole := new(big.Rat).Add(direct, number(item, "supportingAmountRaised"))
		if whole.Cmp(number(item, "totalAmountRaised")) != 0 {
			t.Errorf("%s: campaign %s: got a total of %v, want %s", target, id, field(item, "totalAmountRaised"), whole)
		}
		n, err := id.Int64()
		v.Must(err)
		if was := v.raised[n]; was != nil && was.Cmp(direct) != 0 {
			t.Errorf("%s: campaign %s: got %s raised, want %s as elsewhere", target, id, direct, was)
		}
		v.raised[n] = direct
	}
	campaign, isGift := strings.CutSuffix(strings.TrimPrefix(target, "/campaigns/"), "/donations")
	if !isGift || strings.Contains(campaign, "/") {
		return
	}
	n, err := json.Number(campaign).Int64()
	v.Must(err)
	if v.given[n] == nil {
		v.given[n] = new(big.Rat)
	}
	v.given[n].Add(v.given[n], number(item, "amount"))
}

// number is the exact value of a number; nil for none.
func number(object any, key string) *big.Rat {
	text, ok := field(object, key).(json.Number)
	if !ok {
		return nil
	}
	value, ok := new(big.Rat).SetString(text.String())
	if !ok {
		return nil
	}
	return value
}

func wantWholeSeconds(t *testing.T, target string, value any) {
	t.Helper()
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			wantWholeSeconds(t, target, one)
		}
	case map[string]any:
		for key, one := range value {
			wantWholeSeconds(t, target, one)
			n, isNumber := one.(json.Number)
			if isNumber && (strings.HasSuffix(key, "At") || strings.HasSuffix(key, "On")) && n != "0" && !strings.HasSuffix(n.String(), "000") {
				t.Errorf("%s: got %s %s, want a multiple of 1000", target, key, n)
			}
		}
	}
}

// checkTotals compares what campaigns say they raised with the sum of their donations.
func (v *tour) checkTotals(t *testing.T) {
	t.Helper()
	if len(v.raised) != len(v.campaigns) {
		t.Errorf("got totals of %d campaigns, want all %d", len(v.raised), len(v.campaigns))
	}
	for id, raised := range v.raised {
		given := v.given[id]
		if given == nil {
			given = new(big.Rat)
		}
		if raised.Cmp(given) != 0 {
			t.Errorf("campaign %d: got %s raised, want the sum of its donations, %s", id, raised.FloatString(2), given.FloatString(2))
		}
	}
}
