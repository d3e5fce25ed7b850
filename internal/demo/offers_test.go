package demo_test

import (
	"context"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// page is long enough for every list that is not of donations.
var page = fund.Page{Limit: 100}

// keyAt is the key of an address, of any kind.
func keyAt(t testing.TB, place demo.Address, kind fund.Kind) app.FactKey {
	t.Helper()
	return app.FactKey{Key: fund.Key{ID: must.Get(fund.ParseID(place.ID))(t)}, Kinds: []fund.Kind{kind}}
}

func testPersonalCampaigns(t *testing.T, f filled) {
	ctx, who, key := context.Background(), app.System(), keyAt(t, f.credentials.PersonalCampaign, fund.KindPersonalCampaign)
	own := must.Get(f.app.GetPersonalCampaign(ctx, who, key))(t)
	equal(t, "whom it is for", own.ForName, "")
	want(t, own.Raised > 0 && own.Supported > 0, "a personal campaign that raised money and is supported")
	equal(t, "owner", own.User.Slug, f.credentials.PersonalCampaign.OwnerSlug)
	donations := must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Donation, error) {
		return f.app.Donations(ctx, s, app.DonationQuery{}, page)
	}))(t)
	want(t, slices.ContainsFunc(donations, func(d fund.Donation) bool { return len(d.Matches) > 0 }), "a contribution that counts for a match")
	want(t, slices.ContainsFunc(donations, func(d fund.Donation) bool { return d.IsMatch }), "a contribution of a matcher")
	for what, n := range map[string]int{
		"polls": len(must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Poll, error) {
			return f.app.Polls(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
		}))(t)), "targets": len(must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Target, error) {
			return f.app.Targets(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
		}))(t)),
		"rewards": len(must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Reward, error) {
			return f.app.Rewards(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
		}))(t)), "schedule": len(must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.ScheduleItem, error) {
			return f.app.Schedule(ctx, s, page)
		}))(t)),
		"milestones": len(must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Milestone, error) {
			return f.app.Milestones(ctx, s, app.MilestoneQuery{}, page)
		}))(t)),
	} {
		want(t, n > 0, what+" of the personal campaign")
	}
	supporters := must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.Fact, error) {
		return f.app.ListFacts(ctx, who, app.FactQuery{Parent: &s}, page)
	}))(t)
	want(t, len(supporters) == 1, "one supporter of the personal campaign")
	for _, s := range supporters {
		other := must.Get(f.app.GetPersonalCampaign(ctx, who, app.FactKey{Key: fund.Key{ID: s.ID}}))(t)
		want(t, other.ForName != "" && other.Raised > 0, "a personal campaign for somebody else")
	}
}

func testAuctions(t *testing.T, f filled) {
	ctx, who := context.Background(), app.System()
	all := must.Get(f.app.ListFacts(ctx, who, app.FactQuery{Kinds: []fund.Kind{fund.KindAuctionHouse}}, page))(t)
	want(t, slices.ContainsFunc(all, func(h fund.Fact) bool { return h.User == nil }), "an auction house of a cause")
	key := keyAt(t, f.credentials.AuctionHouse, fund.KindAuctionHouse)
	house := must.Get(f.app.GetAuctionHouse(ctx, who, key))(t)
	want(t, house.User != nil && house.Banner != "" && house.Pledged > 0, "an auction house of a user with pledges")
	equal(t, "owner", house.User.Slug, f.credentials.AuctionHouse.OwnerSlug)
	states, pledged, removed := map[fund.AuctionStatus]int{}, int64(0), 0
	for _, item := range must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.AuctionItem, error) {
		return f.app.AuctionItems(ctx, s, app.AuctionItemQuery{}, page)
	}))(t) {
		states[item.Status()]++
		bids := must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.AuctionBid, error) { return f.app.Bids(ctx, s, item, page) }))(t)
		if item.Status() == fund.AuctionInactive {
			continue
		}
		winning := slices.DeleteFunc(slices.Clone(bids), func(b fund.AuctionBid) bool { return !b.Winning })
		want(t, len(bids) >= 2 && len(winning) == 1, "bids for "+item.Name+", one of them winning")
		for _, bid := range bids {
			if !bid.RemovedAt.IsZero() {
				removed++
				want(t, !bid.Winning && bid.Amount > winning[0].Amount, "a removed bid that was the highest")
			}
		}
		pledged += winning[0].Amount
	}
	equal(t, "states of items", len(states), 3)
	equal(t, "removed bids", removed, 1)
	equal(t, "pledged", house.Pledged, pledged)
}

func testFitness(t *testing.T, f filled) {
	ctx, who := context.Background(), app.System()
	units := map[fund.DistanceUnit]bool{}
	for place, kind := range map[demo.Address]fund.Kind{
		f.credentials.Campaign: fund.KindCampaign, f.credentials.TeamCampaign: fund.KindTeamCampaign,
		f.credentials.FundraisingEvent: fund.KindFundraisingEvent,
	} {
		goals := must.Get(testworld.Through(ctx, f.app, who, keyAt(t, place, kind), func(s app.Seen) ([]fund.FitnessGoal, error) {
			return f.app.FitnessGoals(ctx, s, page)
		}))(t)
		want(t, len(goals) > 0, "fitness goals of "+place.Slug)
		for _, goal := range goals {
			units[goal.Unit] = true
			want(t, goal.Seconds > 0, goal.Type+" for "+place.Slug)
			want(t, goal.Unit == "" || goal.Meters > 0, "meters of "+goal.Type+" for "+place.Slug)
		}
	}
	want(t, units[""] && units[fund.Meter] && units[fund.Mile], "goals of time and of distance")
}

func testMatches(t *testing.T, f filled) {
	ctx, who, key := context.Background(), app.System(), keyAt(t, f.credentials.Campaign, fund.KindCampaign)
	matches := must.Get(testworld.Through(ctx, f.app, who, key, func(s app.Seen) ([]fund.DonationMatch, error) {
		return f.app.Matches(ctx, s, app.MatchQuery{}, page)
	}))(t)
	var open, ended int
	for _, m := range matches {
		want(t, m.Raised > 0, "money within the match of "+m.MatchedBy)
		if m.CompletedAt.IsZero() {
			open++
			want(t, m.Active(later), "a match that stays open")
			continue
		}
		ended++
		donation := must.Get(f.app.GetDonation(ctx, who, fund.Key{ID: m.DonationID}))(t)
		want(t, donation.IsMatch && donation.Amount == m.Amount() && donation.Name == m.MatchedBy, "the donation of "+m.MatchedBy)
		want(t, !donation.CompletedAt.After(demo.Epoch), "a match that ended before Epoch")
	}
	equal(t, "open matches", open, 1)
	equal(t, "ended matches", ended, 1)
}

func testCare(t *testing.T, f filled) {
	states, screened, reduced := map[fund.DonationState]int{}, map[fund.Screening]int{}, 0
	for _, d := range f.donations(t, f.campaign(t, f.credentials.SecondCampaign)) {
		states[d.State]++
		screened[d.Screening]++
		if d.Refunded > 0 {
			reduced++
			want(t, d.Net() > 0, "no listed donation that was refunded")
		}
	}
	equal(t, "partially refunded donations", states[fund.DonationPartiallyRefunded], 1)
	equal(t, "donations with a refund", reduced, 1)
	want(t, screened[fund.ScreeningHeld] == 1 && screened[fund.ScreeningHidden] == 1, "one donation held and one hidden")
}

func testOverlay(t *testing.T, f filled) {
	ctx, c := context.Background(), f.credentials
	application := must.Get(f.app.CheckApplication(ctx, c.Application.ClientID, c.Application.ClientSecret))(t)
	who := app.Actor{Kind: app.ActorApplication, Application: application.ID, Scopes: application.Scopes}
	endpoint := must.Get(f.app.GetEndpoint(ctx, who, fund.Key{ID: must.Get(fund.ParseID(c.WebhookEndpoint.ID))(t)}))(t)
	want(t, !endpoint.Active() && len(c.WebhookEndpoint.SigningKey) == 64, "an endpoint with a signing key, to which nothing is sent")
	subscriptions := must.Get(f.app.ListSubscriptions(ctx, who, fund.Key{ID: endpoint.ID}, page))(t)
	want(t, len(subscriptions) >= 2, "subscriptions")
	relay := fund.Key{ID: must.Get(fund.ParseID(c.WebhookRelay.ID))(t)}
	var used, fresh int
	for _, key := range must.Get(f.app.ListRelayKeys(ctx, who, relay, page))(t) {
		if key.Donation != nil {
			used++
			equal(t, "campaign of the relayed donation", key.Donation.Fact.ID.String(), c.Campaign.ID)
		} else {
			fresh++
		}
	}
	want(t, used == 1 && fresh == 1, "a relay key with a donation and one without")
	old := must.Get(f.app.GetLegacyRelay(ctx, app.System(), app.LegacyRelayKey{Provider: c.LegacyRelay.Provider, UUID: c.LegacyRelay.UUID}))(t)
	want(t, old.Meta != "" && old.Donation.Amount > 0, "a donation of a legacy relay")
}

func testScopes(t *testing.T, f filled) {
	ctx, c := context.Background(), f.credentials
	for what, got := range map[string][]string{"application": c.Application.Scopes, "V3 application": c.V3.Application.Scopes} {
		slices.Sort(got)
		equal(t, "scopes of the "+what, len(got), len(fund.Scopes())-1)
		want(t, !slices.Contains(got, fund.ScopeSandbox), "no sandbox for the "+what)
	}
	for _, token := range []string{c.V3.ApplicationToken, c.V3.UserToken, c.V3.CauseToken} {
		actor := must.Get(f.app.Authenticate(ctx, token))(t)
		want(t, actor.HasScope(fund.ScopeWrite), "a V3 token that may write")
	}
	v3 := must.Get(f.app.CheckApplication(ctx, c.V3.Application.ClientID, c.V3.Application.ClientSecret))(t)
	equal(t, "version of the V3 application", v3.API, fund.APIV3)
	v5 := must.Get(f.app.CheckApplication(ctx, c.Application.ClientID, c.Application.ClientSecret))(t)
	equal(t, "version of the application", v5.API, fund.APIV5)
	equal(t, "owner of the campaign", c.UserCampaignOwner.Slug, c.Campaign.OwnerSlug)
	want(t, c.UserCampaignOwner.Password != "", "a password of the owner of the campaign")
	want(t, c.SecondCampaign.OwnerSlug != c.Campaign.OwnerSlug, "a second campaign of somebody else")
}

func testBoards(t *testing.T, f filled) {
	ctx := context.Background()
	entries := func(key app.FactKey, board fund.Board) ([]fund.LeaderboardEntry, error) {
		return testworld.Through(ctx, f.app, app.Actor{Kind: app.ActorApplication}, key, func(s app.Seen) ([]fund.LeaderboardEntry, error) {
			return f.app.Leaderboard(ctx, s, app.BoardQuery{Board: board, Period: fund.PeriodAll}, page)
		})
	}
	event := keyAt(t, f.credentials.FundraisingEvent, fund.KindFundraisingEvent)
	for _, board := range []fund.Board{
		fund.BoardDonor, fund.BoardUser, fund.BoardTeam, fund.BoardUserTime, fund.BoardUserDistance, fund.BoardTeamTime, fund.BoardTeamDistance,
	} {
		got := must.Get(entries(event, board))(t)
		want(t, len(got) > 0, "entries of the board "+string(board))
		want(t, slices.IsSortedFunc(got, func(a, b fund.LeaderboardEntry) int { return int(b.Raised - a.Raised) }), "the highest first on the board "+string(board))
	}
	hidden := map[fund.Kind]fund.Board{fund.KindCause: fund.BoardUser, fund.KindFundraisingEvent: fund.BoardDonor}
	for kind, board := range hidden {
		found := 0
		for _, fact := range must.Get(f.app.ListFacts(ctx, app.System(), app.FactQuery{Kinds: []fund.Kind{kind}}, page))(t) {
			_, err := entries(keyOfKind(fact), board)
			if fault.Is(err, fault.Forbidden) {
				found++
			} else if err != nil {
				t.Errorf("board %s of %s: got %v, want entries or Forbidden", board, fact.Slug, err)
			}
		}
		equal(t, "hidden boards of a "+string(kind), found, 1)
	}
}

func keyOfKind(fact fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: fact.ID}, Kinds: []fund.Kind{fact.Kind}}
}
