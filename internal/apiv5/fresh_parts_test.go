package apiv5_test

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// firstOf is the first item of a list that is there.
func firstOf[T any](w *world, items []T, err error) T {
	w.Must(err)
	if len(items) == 0 {
		w.t.Fatal("got an empty list, want something to change")
	}
	return items[0]
}

// partHappenings change what hangs on facts.
func partHappenings(w *world) []happening {
	key, all := testworld.ByID(w.Campaign), fund.Page{Limit: 50, Order: fund.OldestFirst}
	return []happening{
		{"another name of a poll's option", func(ctx context.Context) error {
			polls, err := testworld.Through(ctx, w.App, app.System(), key, func(s app.Seen) ([]fund.Poll, error) {
				return w.Polls(ctx, s, fund.Page{Limit: all.Limit, Order: fund.OldestFirst})
			})
			poll := firstOf(w, polls, err)
			_, err = w.UpdatePoll(ctx, testworld.As(w.Ada), fund.Key{ID: poll.ID}, fund.PollPatch{
				Options: []fund.PollOptionPatch{{ID: poll.Options[0].ID, Name: fund.Some("Braid")}},
			})
			return err
		}},
		{"a target that is off", func(ctx context.Context) error {
			_, err := w.UpdateTarget(ctx, testworld.As(w.Ada), *w.keyOf("Target"), fund.TargetPatch{Enabled: fund.Some(false)})
			return err
		}},
		{"another price of a reward", func(ctx context.Context) error {
			_, err := w.UpdateReward(ctx, testworld.As(w.Ada), *w.keyOf("Reward"), fund.RewardPatch{Amount: fund.Some("3")})
			return err
		}},
		{"a milestone that is off", func(ctx context.Context) error {
			milestones, err := testworld.Through(ctx, w.App, app.System(), key, func(s app.Seen) ([]fund.Milestone, error) {
				return w.Milestones(ctx, s, app.MilestoneQuery{}, all)
			})
			one := app.MilestoneKey{Campaign: key, Milestone: fund.Key{ID: firstOf(w, milestones, err).ID}}
			_, err = w.UpdateMilestone(ctx, testworld.As(w.Ada), one, fund.MilestonePatch{Enabled: fund.Some(false)})
			return err
		}},
		{"a new goal of exercise", func(ctx context.Context) error {
			_, err := w.CreateFitnessGoal(ctx, testworld.As(w.Ada), key, fund.FitnessGoalPatch{Type: fund.Some("Rowing"), Goal: fund.Some("5")})
			return err
		}},
		{"another picture of the event, which stands in", func(ctx context.Context) error {
			_, err := w.UpdateFundraisingEvent(ctx, testworld.As(w.Bob), fund.Key{ID: w.Event.ID}, fund.EventPatch{Avatar: fund.Some("/media/snow.png")})
			return err
		}},
		{"another picture of the cause, which stands in", func(ctx context.Context) error {
			_, err := w.UpdateCause(ctx, testworld.As(w.Bob), fund.Key{ID: w.Cause.ID}, fund.CausePatch{Avatar: fund.Some("/media/aid.png")})
			return err
		}},
		{"a new event", func(ctx context.Context) error {
			_, err := w.CreateFundraisingEvent(ctx, testworld.As(w.Bob), fund.Key{ID: w.Cause.ID}, fund.EventPatch{
				Name: fund.Some("Autumn"), Slug: fund.Some("autumn"), Status: fund.Some(fund.Published), StartsAt: fund.Some(w.Clock.Now()),
			})
			return err
		}},
		{"other words of an auction house", func(ctx context.Context) error {
			_, err := w.UpdateAuctionHouse(ctx, testworld.As(w.Ada), testworld.ByID(w.house.Fact), fund.AuctionHousePatch{
				CampaignPatch: fund.CampaignPatch{Name: fund.Some("Attic sale")},
			})
			return err
		}},
	}
}

// moneyHappenings move money, and what is shown of it.
func moneyHappenings(w *world) []happening {
	another := app.FactKey{Key: fund.Key{Slug: "another"}, User: &fund.Key{ID: w.Ada.ID}}
	newest := func(ctx context.Context) fund.Key {
		gifts, err := testworld.Through(ctx, w.App, app.System(), testworld.ByID(w.Campaign), func(s app.Seen) ([]fund.Donation, error) {
			return w.Donations(ctx, s, app.DonationQuery{}, fund.Page{Limit: 1})
		})
		return fund.Key{ID: firstOf(w, gifts, err).ID}
	}
	return []happening{
		{"a donation to what supports", func(ctx context.Context) error {
			f, err := w.GetFact(ctx, app.System(), another)
			w.Must(err)
			_, err = w.DonateAt(ctx, app.System(), fund.DonationInput{
				Fact: fund.Key{ID: f.ID}, Amount: "31", Name: "Late", Reference: "late",
			}, w.Clock.Now())
			return err
		}},
		{"a move out of the team campaign", func(ctx context.Context) error {
			_, err := w.UpdateCampaign(ctx, testworld.As(w.Ada), another, fund.CampaignPatch{Parent: fund.Some(fund.Key{})})
			return err
		}},
		{"screening", func(ctx context.Context) error {
			_, err := w.ScreenDonation(ctx, app.System(), newest(ctx), fund.ScreeningHidden)
			return err
		}},
		{"a whole refund", func(ctx context.Context) error {
			_, err := w.RefundDonation(ctx, app.System(), newest(ctx), "")
			return err
		}},
		{"the end of a match", func(ctx context.Context) error {
			matches, err := testworld.Through(ctx, w.App, app.System(), testworld.ByID(w.Campaign), func(s app.Seen) ([]fund.DonationMatch, error) {
				return w.Matches(ctx, s, app.MatchQuery{Status: "active"}, fund.Page{Limit: 50})
			})
			_, err = w.EndMatch(ctx, testworld.As(w.Ada), fund.Key{ID: firstOf(w, matches, err).ID})
			return err
		}},
		{"a bid that is removed", func(ctx context.Context) error {
			item := app.AuctionItemKey{House: app.FactKey{Key: fund.Key{ID: w.house.ID}, Kinds: []fund.Kind{fund.KindAuctionHouse}}, Item: *w.keyOf("item")}
			bids, err := testworld.Through(ctx, w.App, app.System(), item.House, func(s app.Seen) ([]fund.AuctionBid, error) {
				return w.Bids(ctx, s, fund.AuctionItem{ID: item.Item.ID, HouseID: s.Fact().ID}, fund.Page{Limit: 1})
			})
			_, err = w.RemoveBid(ctx, testworld.As(w.Ada), item, fund.Key{ID: firstOf(w, bids, err).ID})
			return err
		}},
		{"a hidden board", func(ctx context.Context) error {
			_, err := w.UpdateEventVisibility(ctx, testworld.As(w.Bob), fund.Key{ID: w.Event.ID}, fund.VisibilityPatch{
				Options: map[string]fund.VisibilityOptionPatch{"individual_leaderboard": {Visible: fund.Some(false)}},
			})
			return err
		}},
	}
}

// lastHappenings come last: nothing can be changed after them.
func lastHappenings(w *world) []happening {
	return []happening{
		{"retirement", func(ctx context.Context) error {
			_, err := w.UpdateCampaign(ctx, testworld.As(w.Ada), testworld.ByID(w.Campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
			return err
		}},
	}
}
