package apiv5_test

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// What hangs on the facts of the world, and what was given to them.

func (w *world) parts(ctx context.Context) {
	w.incentives(ctx, w.Ada, testworld.ByID(w.Campaign), "")
	w.incentives(ctx, w.Ada, testworld.ByID(w.TeamCampaign), "team")
}

// personals are two campaigns of ada's: one for somebody, and one that supports it.
func (w *world) personals(ctx context.Context) {
	patch := fund.PersonalCampaignPatch{ForName: fund.Some("Grandma"), CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("A new hip"), Slug: fund.Some("hip"), Description: fund.Some("For *her*."), Goal: fund.Some("1000"),
		Cause: fund.Some(fund.Key{ID: w.Cause.ID}), Status: fund.Some(fund.Published), Supportable: fund.Some(fund.SupportPublic),
	}}
	var err error
	w.personal, err = w.CreatePersonalCampaign(ctx, testworld.As(w.Ada), patch)
	w.Must(err)
	_, err = w.CreatePersonalCampaign(ctx, testworld.As(w.Bob), fund.PersonalCampaignPatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("Bob helps"), Slug: fund.Some("helps"), Goal: fund.Some("10"), Cause: fund.Some(fund.Key{ID: w.Cause.ID}),
		Parent: fund.Some(fund.Key{ID: w.personal.ID}), Status: fund.Some(fund.Published),
	}})
	w.Must(err)
	w.incentives(ctx, w.Ada, testworld.ByID(w.personal.Fact), "personal")
}

// auctions are a house of ada's with an item of each state and bids, and one of the cause's.
func (w *world) auctions(ctx context.Context) {
	patch := func(name, slug string) fund.AuctionHousePatch {
		return fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{
			Name: fund.Some(name), Slug: fund.Some(slug), Description: fund.Some("Old things."), Goal: fund.Some("100"),
			Cause: fund.Some(fund.Key{ID: w.Cause.ID}), Status: fund.Some(fund.Published),
		}}
	}
	var err error
	w.house, err = w.CreateAuctionHouse(ctx, testworld.As(w.Ada), patch("Ada's attic", "attic"))
	w.Must(err)
	w.causeHouse, err = w.CreateAuctionHouse(ctx, app.Actor{Kind: app.ActorCause, Cause: w.Cause.ID, Scopes: fund.Scopes()}, patch("Gala", "gala"))
	w.Must(err)
	now := w.Clock.Now()
	for i, status := range []fund.AuctionStatus{fund.AuctionActive, fund.AuctionInactive} {
		item, err := w.CreateAuctionItem(ctx, testworld.As(w.Ada), testworld.ByID(w.house.Fact), fund.AuctionItemPatch{
			Name: fund.Some("Lamp"), Description: fund.Some("It shines."), ShortDescription: fund.Some("Shiny"), Legal: fund.Some("None."),
			Images: fund.Some([]string{"/media/lamp.png"}), FairMarketValue: fund.Some("12.5"), StartingBid: fund.Some("5"),
			StartsAt: fund.Some(now.Add(-time.Hour)), EndsAt: fund.Some(now.Add(time.Hour)), Status: fund.Some(status),
		})
		w.Must(err)
		if i > 0 {
			continue
		}
		w.ids["item"] = item.ID.String()
		for _, amount := range []string{"5", "7.5", "10"} {
			_, err := w.PlaceBid(ctx, testworld.As(w.Bob), app.AuctionItemKey{House: testworld.ByID(w.house.Fact), Item: fund.Key{ID: item.ID}}, fund.BidInput{Amount: amount, PublicName: "B."})
			w.Must(err)
		}
	}
}

// matches are one on the campaign that goes on, one that ended, and one of the personal campaign.
func (w *world) matches(ctx context.Context) {
	now := w.Clock.Now()
	pledge := fund.MatchPatch{
		MatchedBy: fund.Some("Acme"), Pledged: fund.Some("500"),
		StartsAt: fund.Some(now.Add(-2 * time.Hour)), EndsAt: fund.Some(now.Add(2 * time.Hour)),
	}
	for _, f := range []fund.Fact{w.Campaign, w.personal.Fact} {
		_, err := w.CreateMatch(ctx, app.System(), testworld.ByID(f), pledge)
		w.Must(err)
	}
	pledge.MatchedBy, pledge.Pledged = fund.Some("Zeta"), fund.Some("20")
	m, err := w.CreateMatch(ctx, app.System(), testworld.ByID(w.TeamCampaign), pledge)
	w.Must(err)
	w.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: w.TeamCampaign.ID}, Amount: "12", Name: "First", Reference: "gift-first"}, now.Add(-90*time.Minute))
	_, err = w.EndMatch(ctx, app.System(), fund.Key{ID: m.ID})
	w.Must(err)
}

// exercise is what ada and bob did for the campaign and the event.
func (w *world) exercise(ctx context.Context) {
	goals := func(actor app.Actor, f fund.Fact) {
		for _, g := range []fund.FitnessGoalPatch{
			{Type: fund.Some("Running"), Unit: fund.Some(fund.Kilometer), Goal: fund.Some("42.195")},
			{Type: fund.Some("Dancing"), Goal: fund.Some("3600")},
		} {
			_, err := w.CreateFitnessGoal(ctx, actor, testworld.ByID(f), g)
			w.Must(err)
		}
	}
	goals(testworld.As(w.Ada), w.Campaign)
	goals(testworld.As(w.Ada), w.TeamCampaign)
	goals(testworld.As(w.Bob), w.Event.Fact)
	for i, u := range []fund.User{w.Ada, w.Bob} {
		_, err := w.RecordFitness(ctx, testworld.As(u), testworld.ByID(w.Campaign), fund.FitnessInput{
			Type: "Running", Meters: int64(5250 + i*1000), Seconds: int64(1800 + i*60), At: w.Clock.Now().Add(-time.Hour),
		})
		w.Must(err)
	}
}

// donations are those of every world, and one to the personal campaign.
func (w *world) donations(ctx context.Context) {
	w.Donate(ctx, testworld.Selection{Option: *w.keyOf("Option"), Target: *w.keyOf("Target"), Reward: *w.keyOf("Reward")})
	w.Give(ctx, fund.DonationInput{
		Fact: fund.Key{ID: w.personal.ID}, Amount: "15", Name: "Kind", Comment: "Get well!", Reference: "gift-personal",
		PollOption: w.keyOf("personalOption"), Claims: []fund.ClaimInput{{Reward: *w.keyOf("personalReward"), Quantity: 2}},
	}, w.Clock.Now().Add(-time.Hour))
}

// keyOf finds a part of a campaign by its name here.
func (w *world) keyOf(name string) *fund.Key {
	id, err := fund.ParseID(w.ids[name])
	w.Must(err)
	return &fund.Key{ID: id}
}

// incentives are parts of every kind on the fact at key; name goes before their names here.
func (w *world) incentives(ctx context.Context, owner fund.User, key app.FactKey, name string) {
	in := func(hours int) fund.Opt[time.Time] {
		return fund.Some(w.Clock.Now().Add(time.Duration(hours) * time.Hour))
	}
	p, err := w.CreatePoll(ctx, testworld.As(owner), key, fund.PollPatch{
		Name: fund.Some("Which game?"), Options: []fund.PollOptionPatch{{Name: fund.Some("Celeste")}, {Name: fund.Some("Hades")}, {Name: fund.Some("Tetris")}},
	})
	w.Must(err)
	w.ids[name+"Poll"], w.ids[name+"Option"] = p.ID.String(), p.Options[1].ID.String()
	for i, t := range []fund.TargetPatch{
		{Name: fund.Some("Shave my head"), Amount: fund.Some("250"), EndsAt: in(24)},
		{Name: fund.Some("Sing"), Amount: fund.Some("99.99"), Enabled: fund.Some(true), ActivatesAt: in(2)},
	} {
		made, err := w.CreateTarget(ctx, testworld.As(owner), key, t)
		w.Must(err)
		if i == 0 {
			w.ids[name+"Target"] = made.ID.String()
		}
	}
	limit := int64(5)
	for i, r := range []fund.RewardPatch{
		{Name: fund.Some("Call"), Amount: fund.Some("50"), Kind: fund.Some(fund.RewardVirtual), Enabled: fund.Some(true), StartsAt: in(1), EndsAt: in(3)},
		{Name: fund.Some("Sticker"), Description: fund.Some("Shiny."), Amount: fund.Some("5"), Kind: fund.Some(fund.RewardPhysical), Quantity: fund.Some(&limit),
			FairMarketValue: fund.Some("0.5"), CustomQuestion: fund.Some("Which one?"), Enabled: fund.Some(true), AlwaysActive: fund.Some(true)},
		{Name: fund.Some("Gone"), Amount: fund.Some("1"), Enabled: fund.Some(false), AlwaysActive: fund.Some(true)},
	} {
		made, err := w.CreateReward(ctx, testworld.As(owner), key, r)
		w.Must(err)
		if i == 1 {
			w.ids[name+"Reward"] = made.ID.String()
		}
	}
	for i, amount := range []string{"100", "50.5", "75"} {
		made, err := w.CreateMilestone(ctx, testworld.As(owner), key, fund.MilestonePatch{Name: fund.Some("To " + amount), Amount: fund.Some(amount), Enabled: fund.Some(i < 2)})
		w.Must(err)
		w.ids[name+"Milestone"] = made.ID.String()
	}
	for i, title := range []string{"End", "Start"} {
		made, err := w.CreateScheduleItem(ctx, testworld.As(owner), key, fund.SchedulePatch{Name: fund.Some(title), StartsAt: in(2 - i)})
		w.Must(err)
		w.ids[name+"Schedule"] = made.ID.String()
	}
}
