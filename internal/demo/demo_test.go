package demo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// filled is a database with the data set in it.
type filled struct {
	store       *store.Store
	app         *app.App
	credentials demo.Credentials
	// commits is how many groups the store committed for it.
	commits int
}

func fill(t testing.TB, seed uint64) filled {
	t.Helper()
	service := testworld.NewAt(t, storetest.SQLite(t), testworld.Options{})
	f := filled{store: service.Store}
	counting := true
	f.store.OnGroup(func(int) {
		if counting {
			f.commits++
		}
	})
	f.credentials = service.Demo(context.Background(), seed)
	counting = false
	ended := time.Now()
	f.app = service.Node(func(o *app.Options) { o.Now = func() time.Time { return demo.Epoch.Add(time.Since(ended)) } })
	return f
}

func (f filled) campaign(t testing.TB, place demo.Address) fund.Fact {
	t.Helper()
	return must.Get(f.app.GetFact(context.Background(), app.System(), app.FactKey{Key: fund.Key{LegacyID: place.LegacyID}}))(t)
}

func (f filled) campaigns(t testing.TB) []fund.Fact {
	t.Helper()
	return must.Get(f.app.ListCampaigns(context.Background(), app.System(), app.CampaignFilter{}, fund.Page{Limit: 100}))(t)
}

// donations are all donations of a campaign, newest first.
func (f filled) donations(t testing.TB, fact fund.Fact) []fund.Donation {
	t.Helper()
	var all []fund.Donation
	page := app.DonationPage{Limit: 100}
	for {
		some := must.Get(testworld.Through(context.Background(), f.app, app.System(), keyOf(fact), func(s app.Seen) ([]fund.Donation, error) {
			return f.app.DonationsByNumber(context.Background(), s, page)
		}))(t)
		if len(some) == 0 {
			return all
		}
		all = append(all, some...)
		page.Before = &some[len(some)-1].LegacyID
	}
}

func keyOf(fact fund.Fact) app.FactKey { return app.FactKey{Key: fund.Key{ID: fact.ID}} }

// dump is everything readable in the data set, one line per object.
func (f filled) dump(t testing.TB) []string {
	t.Helper()
	ctx, who, page := context.Background(), app.System(), fund.Page{Limit: 100}
	var lines []string
	add := func(things ...any) {
		for _, thing := range things {
			text, err := json.Marshal(thing)
			if err != nil {
				t.Fatalf("dump: %v", err)
			}
			lines = append(lines, fmt.Sprintf("%T %s", thing, text))
		}
	}
	for _, cause := range must.Get(f.app.ListCauses(ctx, who, page))(t) {
		key := fund.Key{ID: cause.ID}
		add(cause, must.Get(testworld.ThroughCause(ctx, f.app, who, key, func(s app.SeenCause) (app.Leaderboards, error) {
			return f.app.CauseLeaderboards(ctx, s)
		}))(t))
	}
	for _, event := range must.Get(f.app.ListFundraisingEvents(ctx, who, app.EventQuery{}, page))(t) {
		key := fund.Key{ID: event.ID}
		add(event, must.Get(testworld.ThroughEvent(ctx, f.app, who, key, func(s app.SeenEvent) ([]fund.Incentive, error) {
			return f.app.Incentives(ctx, s.Seen)
		}))(t), must.Get(testworld.ThroughEvent(ctx, f.app, who, key, func(s app.SeenEvent) ([]fund.ScheduleItem, error) {
			return f.app.Schedule(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
		}))(t))
		add(must.Get(testworld.ThroughEvent(ctx, f.app, who, key, func(s app.SeenEvent) ([]fund.Registration, error) {
			return f.app.Registrations(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
		}))(t))
	}
	for _, user := range must.Get(f.app.ListUsers(ctx, who, page))(t) {
		add(user, must.Get(f.app.UserTeams(ctx, who, fund.Key{ID: user.ID}, "", fund.Page{Limit: fund.MaxPerFact}))(t))
	}
	for _, fact := range f.campaigns(t) {
		key := keyOf(fact)
		add(fact, must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Poll, error) {
			return f.app.Polls(ctx, s, fund.Page{Limit: fund.MaxPerFact})
		}))(t), must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Target, error) {
			return f.app.Targets(ctx, s, fund.Page{Limit: fund.MaxPerFact})
		}))(t))
		add(must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Reward, error) {
			return f.app.Rewards(ctx, s, fund.Page{Limit: fund.MaxPerFact})
		}))(t), must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Milestone, error) {
			return f.app.Milestones(ctx, s, app.MilestoneQuery{IncludeDisabled: true}, fund.Page{Limit: fund.MaxPerFact})
		}))(t))
		add(must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.ScheduleItem, error) {
			return f.app.Schedule(ctx, s, fund.Page{Limit: fund.MaxPerFact})
		}))(t))
		for _, d := range f.donations(t, fact) {
			d.DonorID = fund.ID{} // is derived with a key
			add(d)
		}
	}
	for _, fact := range must.Get(f.app.ListFacts(ctx, who, app.FactQuery{Kinds: app.AllKinds()}, page))(t) {
		key := keyOfKind(fact)
		add(fact, must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.DonationMatch, error) {
			return f.app.Matches(ctx, s, app.MatchQuery{}, page)
		}))(t), must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.FitnessGoal, error) {
			return f.app.FitnessGoals(ctx, s, page)
		}))(t))
	}
	house := keyAt(t, f.credentials.AuctionHouse, fund.KindAuctionHouse)
	for _, item := range must.Get(testworld.Through(ctx, f.app, who, house, func(s app.Seen) ([]fund.AuctionItem, error) {
		return f.app.AuctionItems(ctx, s, app.AuctionItemQuery{}, page)
	}))(t) {
		add(item, must.Get(testworld.Through(ctx, f.app, who, house, func(s app.Seen) ([]fund.AuctionBid, error) { return f.app.Bids(ctx, s, item, page) }))(t))
	}
	for _, team := range must.Get(f.app.ListTeams(ctx, who, page))(t) {
		add(must.Get(f.app.ListMembers(ctx, who, fund.Key{ID: team.ID}, page))(t))
	}
	return lines
}

// open is the part of the credentials that is not secret.
func open(c demo.Credentials) demo.Credentials {
	c.V3, c.Sandbox, c.Application = demo.V3Tokens{}, demo.SandboxToken{}, demo.ApplicationSecrets{}
	c.WebhookEndpoint, c.WebhookRelay = demo.Endpoint{}, demo.Relay{}
	users := make([]demo.Login, 0, len(c.Users))
	for _, user := range c.Users {
		user.Password = ""
		users = append(users, user)
	}
	c.Users, c.UserCampaignOwner.Password, c.Operator.Password = users, "", ""
	return c
}

// testSeed compares the data set with one of the same seed and one of another.
func testSeed(t *testing.T, first filled) {
	again, other := fill(t, dataSetSeed), fill(t, dataSetSeed+1)
	want, got := first.dump(t), again.dump(t)
	if len(got) != len(want) {
		t.Fatalf("same seed: got %d things, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("same seed: got %s\nwant %s", got[i], want[i])
		}
	}
	a, b := must.Get(json.Marshal(open(first.credentials)))(t), must.Get(json.Marshal(open(again.credentials)))(t)
	if string(a) != string(b) {
		t.Errorf("same seed: got credentials %s, want %s", b, a)
	}
	if first.credentials.V3.UserToken == again.credentials.V3.UserToken || first.credentials.Users[0].Password == again.credentials.Users[0].Password {
		t.Error("same seed: got the same secrets, want others each time")
	}
	same := 0
	for i, line := range other.dump(t) {
		if i < len(want) && line == want[i] {
			same++
		}
	}
	if same > len(want)/10 {
		t.Errorf("other seed: got %d of %d things the same, want hardly any", same, len(want))
	}
}

func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		fill(b, 1)
	}
}
