package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

func TestPersonalCampaigns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	patch := fund.PersonalCampaignPatch{CampaignPatch: fund.CampaignPatch{Name: fund.Some("Run"), Cause: key(w.cause.ID)}}
	patch.ForName = fund.Some(" Gran ")
	c, err := w.CreatePersonalCampaign(ctx, w.owner, patch)
	must.Do(t, err)
	// The slug may equal one of the owner's campaigns.
	if c.Slug != "run-2" || c.ForName != "Gran" || c.User.ID != w.owner.User || c.Kind != fund.KindPersonalCampaign || c.ParentKind != fund.KindCause {
		t.Errorf("got %+v, want a draft of the owner for Gran", c)
	}
	for _, actor := range []app.Actor{{}, w.stranger} {
		_, err = w.GetPersonalCampaign(ctx, actor, campaignKey(c.Fact))
		wantKind(t, err, "not_found")
		_, err = w.UpdatePersonalCampaign(ctx, actor, campaignKey(c.Fact), patch)
		wantKind(t, err, "not_found")
	}
	_, err = w.GetPersonalCampaign(ctx, w.owner, campaignKey(w.campaign))
	wantKind(t, err, "not_found")
	patch.Name, patch.ForName = fund.Some(""), fund.Some(string(make([]byte, 256)))
	_, err = w.CreatePersonalCampaign(ctx, w.owner, patch)
	wantFields(t, err, "for_name is too long (255 characters at most)", "name cannot be blank")
	_, err = w.CreatePersonalCampaign(ctx, w.program, patch)
	wantKind(t, err, "unauthenticated")

	c, err = w.UpdatePersonalCampaign(ctx, w.owner, campaignKey(c.Fact), fund.PersonalCampaignPatch{CampaignPatch: fund.CampaignPatch{
		Status: fund.Some(fund.Published), Supportable: fund.Some(fund.SupportPublic),
	}})
	if err != nil || c.ForName != "Gran" || c.Status != fund.Published {
		t.Errorf("got %+v, %v, want it published and still for Gran", c, err)
	}
	c, err = w.UpdatePersonalCampaign(ctx, w.owner, campaignKey(c.Fact), fund.PersonalCampaignPatch{ForName: fund.Some("")})
	if err != nil || c.ForName != "" {
		t.Errorf("got %+v, %v, want it for its owner", c, err)
	}
	read, err := w.GetPersonalCampaign(ctx, w.stranger, campaignKey(c.Fact))
	if err != nil || read.ForName != "" || read.ID != c.ID {
		t.Errorf("got %+v, %v, want what was written", read, err)
	}

	personal := app.FactKey{Key: fund.Key{ID: c.ID}, Kinds: []fund.Kind{fund.KindPersonalCampaign}}
	poll, err := w.CreatePoll(ctx, w.owner, personal, fund.PollPatch{Name: fund.Some("?"), Options: []fund.PollOptionPatch{{Name: fund.Some("!")}}})
	must.Do(t, err)
	got, err := testworld.Through(ctx, w.App, w.stranger, personal, func(s app.Seen) (fund.Poll, error) {
		return w.PollOf(ctx, s, fund.Key{ID: poll.ID})
	})
	if err != nil || got.ID != poll.ID {
		t.Errorf("got %+v, %v, want the poll", got, err)
	}
	_, err = testworld.Through(ctx, w.App, w.stranger, campaignKey(w.campaign), func(s app.Seen) (fund.Poll, error) {
		return w.PollOf(ctx, s, fund.Key{ID: poll.ID})
	})
	wantKind(t, err, "not_found")
	supporter, err := w.CreateCampaign(ctx, w.stranger, fund.CampaignPatch{Name: fund.Some("Helper"), Cause: key(w.cause.ID), Parent: key(c.ID)})
	if err != nil || supporter.ParentKind != fund.KindPersonalCampaign {
		t.Errorf("got %+v, %v, want a supporter", supporter, err)
	}
	must.Do(t, w.DeletePoll(ctx, w.owner, fund.Key{ID: poll.ID}))
	wantKind(t, w.DeleteCampaign(ctx, w.owner, personal), "conflict")
	must.Do(t, w.DeleteCampaign(ctx, w.stranger, campaignKey(supporter)))
	must.Do(t, w.DeleteCampaign(ctx, w.owner, personal))
}

// house creates a published auction house of the owner with an item that is open for a minute.
func (w *world) house(t *testing.T) (fund.AuctionHouse, app.AuctionItemKey) {
	t.Helper()
	ctx := t.Context()
	h, err := w.CreateAuctionHouse(ctx, w.owner, fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("House"), Cause: key(w.cause.ID), Parent: key(w.team1.ID), Status: fund.Some(fund.Published),
	}, Banner: fund.Some("/banner.png")})
	must.Do(t, err)
	item, err := w.CreateAuctionItem(ctx, w.owner, campaignKey(h.Fact), fund.AuctionItemPatch{
		Name: fund.Some("Vase"), StartingBid: fund.Some("10"), StartsAt: fund.Some(w.Clock.Now().Add(time.Second)),
		EndsAt: fund.Some(w.Clock.Now().Add(time.Minute)), Status: fund.Some(fund.AuctionActive),
	})
	must.Do(t, err)
	return h, app.AuctionItemKey{House: campaignKey(h.Fact), Item: fund.Key{ID: item.ID}}
}

// TestBidding tries bids at the edges of their amount and time.
func TestBidding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	h, item := w.house(t)
	bid := func(actor app.Actor, amount string) (fund.AuctionBid, error) {
		return w.PlaceBid(ctx, actor, item, fund.BidInput{Amount: amount, PublicName: "Ada"})
	}
	_, err := bid(w.stranger, "10")
	wantKind(t, err, "conflict")
	w.Clock.Advance(time.Second)
	_, err = bid(w.stranger, "9.99")
	wantFields(t, err, "amount must be at least the starting bid")
	before := w.position(ctx, t)
	first, err := bid(w.stranger, "10")
	must.Do(t, err)
	if first.Amount != 1000 || !first.Winning || first.UserID != w.stranger.User || first.PublicName != "Ada" {
		t.Errorf("got %+v, want a winning bid of the stranger", first)
	}
	events := w.events(ctx, t, before)
	if len(events) != 1 || events[0].Topic != fund.TopicBidPlaced || events[0].Subject != first.ID || events[0].Detail.Parent != item.Item.ID ||
		!slices.Contains(events[0].Facts, h.ID) || !slices.Contains(events[0].Facts, w.cause.ID) {
		t.Errorf("got %v, want one bid for the item that names the house and the cause", events)
	}
	for amount, want := range map[string]string{
		"10": "amount must be more than the highest bid", "10.001": "amount has more decimals than USD allows",
		"": "amount cannot be blank", "-1": "amount cannot be negative",
	} {
		_, err = bid(w.owner, amount)
		wantFields(t, err, want)
	}
	w.later()
	second, err := w.PlaceBid(ctx, app.System(), item, fund.BidInput{Amount: "10.01"})
	if err != nil || second.PublicName != fund.Anonymous || !second.UserID.IsZero() {
		t.Errorf("got %+v, %v, want an anonymous bid", second, err)
	}
	bids, err := testworld.Through(ctx, w.App, app.Actor{}, houseKey(h), func(s app.Seen) ([]fund.AuctionBid, error) {
		return w.Bids(ctx, s, fund.AuctionItem{ID: item.Item.ID, HouseID: h.ID}, fund.Page{Limit: 9})
	})
	if err != nil || len(bids) != 2 || bids[0].ID != second.ID || bids[1].Winning {
		t.Errorf("got %v, %v, want the second bid, and the first no longer winning", bids, err)
	}
	h, err = w.GetAuctionHouse(ctx, app.Actor{}, campaignKey(h.Fact))
	if err != nil || h.Pledged != 1001 || h.Raised != 0 {
		t.Errorf("got %+v, %v, want 10.01 pledged and nothing raised", h, err)
	}
	for name, actor := range map[string]app.Actor{
		"unauthenticated": w.program, "forbidden": {Kind: app.ActorUser, User: w.owner.User, Scopes: []string{fund.ScopePublic}},
	} {
		_, err = bid(actor, "20")
		wantKind(t, err, name)
	}
	_, err = w.UpdateAuctionItem(ctx, w.owner, item, fund.AuctionItemPatch{StartingBid: fund.Some("11"), Status: fund.Some(fund.AuctionInactive)})
	wantFields(t, err, "status cannot be inactive: there are bids already", "starting_bid cannot be changed: there are bids already")
	wantKind(t, w.DeleteCampaign(ctx, w.owner, app.FactKey{Key: fund.Key{ID: h.ID}, Kinds: []fund.Kind{fund.KindAuctionHouse}}), "conflict")
	w.Clock.Advance(59*time.Second - time.Millisecond - time.Microsecond)
	_, err = bid(w.owner, "20")
	must.Do(t, err)
	w.Clock.Advance(time.Microsecond)
	_, err = bid(w.owner, "30")
	wantKind(t, err, "conflict")
	done, err := w.UpdateAuctionItem(ctx, w.owner, item, fund.AuctionItemPatch{Status: fund.Some(fund.AuctionCompleted)})
	if err != nil || done.Status() != fund.AuctionCompleted {
		t.Errorf("got %+v, %v, want it completed", done, err)
	}
	_, err = w.UpdateAuctionItem(ctx, w.owner, item, fund.AuctionItemPatch{Name: fund.Some("x")})
	wantFields(t, err, "status is completed: a completed item cannot be changed")
}

// TestNobodyBidsWhereNobodyMayGive bids as the owner, who still sees what was taken down.
func TestNobodyBidsWhereNobodyMayGive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, item := w.house(t)
	w.Clock.Advance(time.Second)
	must.Get(w.TakeDown(t.Context(), app.System(), h.ID, "Fraud"))(t)
	_, err := w.PlaceBid(t.Context(), w.owner, item, fund.BidInput{Amount: "10", PublicName: "Ada"})
	wantKind(t, err, "conflict")
}

func TestAuctionHouses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	h, item := w.house(t)
	patch := fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{Name: fund.Some("Of the cause"), Cause: key(w.cause.ID)}}
	program := app.Actor{Kind: app.ActorApplication, Token: w.causeToken.Token, Owner: w.causer.User, Scopes: []string{fund.ScopeCause}}
	for name, actor := range map[string]app.Actor{"cause": w.causeToken, "system": app.System(), "program": program} {
		own, err := w.CreateAuctionHouse(ctx, actor, patch)
		if err != nil || own.User != nil || own.OwnerID() != w.cause.ID {
			t.Errorf("%s: got %+v, %v, want a house of the cause", name, own, err)
		}
		for kind, other := range map[string]app.Actor{"": w.causer, "not_found": w.owner} {
			_, err = w.UpdateAuctionHouse(ctx, other, campaignKey(own.Fact), fund.AuctionHousePatch{Banner: fund.Some("/new.png")})
			wantKind(t, err, kind)
		}
	}
	patch.Cause = key(w.yen.ID)
	_, err := w.CreateAuctionHouse(ctx, w.causeToken, patch)
	wantKind(t, err, "forbidden")
	seen, err := w.SeeBySlugs(ctx, w.causer, "water", "of-the-cause", fund.KindAuctionHouse)
	if f := seen.Fact(); err != nil || f.Cause.ID != w.cause.ID {
		t.Errorf("got %+v, %v, want the house of the cause", f, err)
	}
	patch.Cause, patch.Banner = key(w.cause.ID), fund.Some("nowhere")
	_, err = w.CreateAuctionHouse(ctx, w.owner, patch)
	wantFields(t, err, "banner is not an address (https://…)")
	h, err = w.UpdateAuctionHouse(ctx, w.owner, campaignKey(h.Fact), fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{Name: fund.Some("Renamed")}})
	if err != nil || h.Name != "Renamed" || h.Banner != "/banner.png" {
		t.Errorf("got %+v, %v, want it renamed with its banner", h, err)
	}

	_, err = w.CreateAuctionItem(ctx, w.owner, campaignKey(h.Fact), fund.AuctionItemPatch{
		Images: fund.Some([]string{"/a.png", "b", ""}), FairMarketValue: fund.Some("x"), Status: fund.Some(fund.AuctionCompleted),
		EndsAt: fund.Some(w.Clock.Now()),
	})
	wantFields(t, err, "name cannot be blank", "images.1 is not an address (https://…)", "images.2 cannot be blank",
		"starting_bid cannot be blank", "fair_market_value is not a number",
		"starts_at cannot be blank", "status cannot be completed before it was active")
	for kind, actor := range map[string]app.Actor{"forbidden": w.stranger, "unauthenticated": {}} {
		_, err = w.CreateAuctionItem(ctx, actor, campaignKey(h.Fact), fund.AuctionItemPatch{})
		wantKind(t, err, kind)
	}
	_, err = testworld.Through(ctx, w.App, app.Actor{}, houseKey(h), func(s app.Seen) (fund.AuctionItem, error) {
		return w.GetAuctionItem(ctx, s, fund.Key{ID: h.ID})
	})
	wantKind(t, err, "not_found")
	other, err := w.CreateAuctionHouse(ctx, w.owner, fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{Name: fund.Some("Other"), Cause: key(w.cause.ID)}})
	must.Do(t, err)
	_, err = testworld.Through(ctx, w.App, w.owner, houseKey(other), func(s app.Seen) (fund.AuctionItem, error) {
		return w.GetAuctionItem(ctx, s, item.Item)
	})
	wantKind(t, err, "not_found")
	items, err := testworld.Through(ctx, w.App, app.Actor{}, houseKey(h), func(s app.Seen) ([]fund.AuctionItem, error) {
		return w.AuctionItems(ctx, s, app.AuctionItemQuery{Status: fund.AuctionActive}, fund.Page{Limit: 9})
	})
	if err != nil || len(items) != 1 || items[0].ID != item.Item.ID {
		t.Errorf("got %v, %v, want the one item", items, err)
	}
	_, err = testworld.Through(ctx, w.App, app.Actor{}, houseKey(other), func(s app.Seen) ([]fund.AuctionItem, error) {
		return w.AuctionItems(ctx, s, app.AuctionItemQuery{}, fund.Page{Limit: 9})
	})
	wantKind(t, err, "not_found")
}

func TestFitness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	f := campaignKey(w.campaign)
	_, err := w.CreateFitnessGoal(ctx, w.owner, f, fund.FitnessGoalPatch{Unit: fund.Some(fund.DistanceUnit("league")), Goal: fund.Some("1.2345")})
	wantFields(t, err, "type cannot be blank", "unit is not one of the allowed values", "goal has more than three decimals")
	_, err = w.CreateFitnessGoal(ctx, w.owner, f, fund.FitnessGoalPatch{Type: fund.Some("Running"), Goal: fund.Some("0")})
	wantFields(t, err, "goal must be more than zero")
	goal, err := w.CreateFitnessGoal(ctx, w.owner, f, fund.FitnessGoalPatch{Type: fund.Some("Running"), Unit: fund.Some(fund.Kilometer), Goal: fund.Some("42.195")})
	if err != nil || goal.Goal != 42195 {
		t.Errorf("got %+v, %v, want 42.195 km", goal, err)
	}
	_, err = w.CreateFitnessGoal(ctx, w.stranger, f, fund.FitnessGoalPatch{})
	wantKind(t, err, "forbidden")

	_, err = w.RecordFitness(ctx, w.stranger, f, fund.FitnessInput{Type: "Running", Meters: 1000})
	wantKind(t, err, "forbidden")
	_, err = w.RecordFitness(ctx, w.roles[fund.RoleMember], campaignKey(w.team1), fund.FitnessInput{Type: "Rowing", Meters: 1})
	must.Do(t, err)
	_, err = w.CreateRegistration(ctx, w.stranger, fund.Key{ID: w.event.ID}, fund.RegistrationPatch{Email: fund.Some("s@example.org")})
	must.Do(t, err)
	before := w.position(ctx, t)
	done, err := w.RecordFitness(ctx, w.stranger, f, fund.FitnessInput{Type: "Running", Meters: 1000, Seconds: 300})
	if err != nil || done.UserID != w.stranger.User || !done.At.Equal(w.Clock.Now()) {
		t.Errorf("got %+v, %v, want exercise of the stranger, now", done, err)
	}
	events := w.events(ctx, t, before)
	if len(events) != 1 || events[0].Topic != fund.TopicFitnessRecorded || events[0].Subject != done.ID {
		t.Fatalf("got %v, want one event of the activity", events)
	}
	for _, id := range []fund.ID{w.campaign.ID, w.team1.ID, w.event.ID, w.cause.ID, w.owner.User, w.stranger.User} {
		if !slices.Contains(events[0].Facts, id) {
			t.Errorf("got facts %v, want %s among them", events[0].Facts, id)
		}
	}
	stranger := &fund.Key{ID: w.stranger.User}
	_, err = w.RecordFitness(ctx, w.owner, f, fund.FitnessInput{User: stranger, Type: "Running", Meters: fund.MaxExercise, At: w.Clock.Now()})
	must.Do(t, err)
	goals, err := testworld.Through(ctx, w.App, app.Actor{}, f, func(s app.Seen) ([]fund.FitnessGoal, error) {
		return w.FitnessGoals(ctx, s, fund.Page{Limit: 9})
	})
	if err != nil || len(goals) != 1 || goals[0].Meters != fund.MaxExercise+1000 || goals[0].Seconds != 300 {
		t.Errorf("got %v, %v, want both activities counted", goals, err)
	}
	_, err = w.RecordFitness(ctx, w.owner, f, fund.FitnessInput{
		User: &fund.Key{LegacyID: 999}, Type: "Chess", Meters: -1, Seconds: fund.MaxExercise + 1, At: w.Clock.Now().Add(time.Microsecond),
	})
	wantFields(t, err, "type is not one of the allowed values", "meters "+money.Negative, "seconds "+money.TooLarge,
		"at cannot be in the future", "user does not exist")
	_, err = w.RecordFitness(ctx, w.owner, f, fund.FitnessInput{Type: "Running"})
	wantFields(t, err, "meters or seconds must be more than zero")
	for kind, actor := range map[string]app.Actor{
		"unauthenticated": w.program, "forbidden": {Kind: app.ActorUser, User: w.owner.User, Scopes: []string{fund.ScopePublic}},
	} {
		_, err = w.RecordFitness(ctx, actor, f, fund.FitnessInput{Type: "Running", Meters: 1})
		wantKind(t, err, kind)
	}
	_, err = w.RecordFitness(ctx, w.stranger, f, fund.FitnessInput{User: &fund.Key{ID: w.owner.User}, Type: "Running", Meters: 1})
	wantKind(t, err, "forbidden")
	_, err = w.UpdateCampaign(ctx, w.owner, f, fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	_, err = w.RecordFitness(ctx, w.stranger, f, fund.FitnessInput{Type: "Running", Meters: 1})
	wantKind(t, err, "conflict")
}

func names[T any](items []T, name func(T) string) string {
	var all []string
	for _, item := range items {
		all = append(all, name(item))
	}
	return fmt.Sprint(all)
}

// houseKey finds an auction house.
func houseKey(h fund.AuctionHouse) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: h.ID}, Kinds: []fund.Kind{fund.KindAuctionHouse}}
}
