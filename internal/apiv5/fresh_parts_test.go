package apiv5_test

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// firstOf is the first item of a list that is there.
func firstOf[T any](w *world, items []T, err error) T {
	w.must(err)
	if len(items) == 0 {
		w.t.Fatal("got an empty list, want something to change")
	}
	return items[0]
}

// partHappenings change what hangs on facts.
func partHappenings(w *world) []happening {
	key, all := byFact(w.campaign), fund.Page{Limit: 50, Order: fund.OldestFirst}
	return []happening{
		{"another name of a poll's option", func(ctx context.Context) error {
			polls, err := w.app.FactPolls(ctx, app.System(), key, all)
			poll := firstOf(w, polls, err)
			_, err = w.app.UpdatePoll(ctx, as(w.ada), fund.Key{ID: poll.ID}, fund.PollPatch{
				Options: []fund.PollOptionPatch{{ID: poll.Options[0].ID, Name: fund.Some("Braid")}},
			})
			return err
		}},
		{"a target that is off", func(ctx context.Context) error {
			_, err := w.app.UpdateTarget(ctx, as(w.ada), *w.keyOf("Target"), fund.TargetPatch{Enabled: fund.Some(false)})
			return err
		}},
		{"another price of a reward", func(ctx context.Context) error {
			_, err := w.app.UpdateReward(ctx, as(w.ada), *w.keyOf("Reward"), fund.RewardPatch{Amount: fund.Some("3")})
			return err
		}},
		{"a milestone that is off", func(ctx context.Context) error {
			milestones, err := w.app.FactMilestones(ctx, app.System(), key, app.MilestoneQuery{}, all)
			one := app.MilestoneKey{Campaign: key, Milestone: fund.Key{ID: firstOf(w, milestones, err).ID}}
			_, err = w.app.UpdateMilestone(ctx, as(w.ada), one, fund.MilestonePatch{Enabled: fund.Some(false)})
			return err
		}},
		{"a new goal of exercise", func(ctx context.Context) error {
			_, err := w.app.CreateFitnessGoal(ctx, as(w.ada), key, fund.FitnessGoalPatch{Type: fund.Some("Rowing"), Goal: fund.Some("5")})
			return err
		}},
		{"another picture of the event, which stands in", func(ctx context.Context) error {
			_, err := w.app.UpdateEvent(ctx, as(w.bob), fund.Key{ID: w.event.ID}, fund.EventPatch{Avatar: fund.Some("/media/snow.png")})
			return err
		}},
		{"another picture of the cause, which stands in", func(ctx context.Context) error {
			_, err := w.app.UpdateCause(ctx, as(w.bob), fund.Key{ID: w.cause.ID}, fund.CausePatch{Avatar: fund.Some("/media/aid.png")})
			return err
		}},
		{"a new event", func(ctx context.Context) error {
			_, err := w.app.CreateEvent(ctx, as(w.bob), fund.Key{ID: w.cause.ID}, fund.EventPatch{
				Name: fund.Some("Autumn"), Slug: fund.Some("autumn"), Status: fund.Some(fund.Published), StartsAt: fund.Some(w.clock.Now()),
			})
			return err
		}},
		{"other words of an auction house", func(ctx context.Context) error {
			_, err := w.app.UpdateAuctionHouse(ctx, as(w.ada), byFact(w.house.Fact), fund.AuctionHousePatch{
				CampaignPatch: fund.CampaignPatch{Name: fund.Some("Attic sale")},
			})
			return err
		}},
	}
}

// moneyHappenings move money, and what is shown of it.
func moneyHappenings(w *world) []happening {
	another := app.FactKey{Key: fund.Key{Slug: "another"}, User: &fund.Key{ID: w.ada.ID}}
	newest := func(ctx context.Context) fund.Key {
		gifts, err := w.app.FactDonations(ctx, app.System(), byFact(w.campaign), app.DonationQuery{}, fund.Page{Limit: 1})
		return fund.Key{ID: firstOf(w, gifts, err).ID}
	}
	return []happening{
		{"a donation to what supports", func(ctx context.Context) error {
			f, err := w.app.GetFact(ctx, app.System(), another)
			w.must(err)
			_, err = w.app.DonateAt(ctx, app.System(), fund.DonationInput{
				Fact: fund.Key{ID: f.ID}, Amount: "31", Name: "Late", Reference: "late",
			}, w.clock.Now())
			return err
		}},
		{"a move out of the team campaign", func(ctx context.Context) error {
			_, err := w.app.UpdateCampaign(ctx, as(w.ada), another, fund.CampaignPatch{Parent: fund.Some(fund.Key{})})
			return err
		}},
		{"screening", func(ctx context.Context) error {
			_, err := w.app.ScreenDonation(ctx, app.System(), newest(ctx), fund.ScreeningHidden)
			return err
		}},
		{"a whole refund", func(ctx context.Context) error {
			_, err := w.app.RefundDonation(ctx, app.System(), newest(ctx), "")
			return err
		}},
		{"the end of a match", func(ctx context.Context) error {
			matches, err := w.app.ListMatches(ctx, app.System(), byFact(w.campaign), app.MatchQuery{Status: "active"}, fund.Page{Limit: 50})
			_, err = w.app.EndMatch(ctx, as(w.ada), fund.Key{ID: firstOf(w, matches, err).ID})
			return err
		}},
		{"a bid that is removed", func(ctx context.Context) error {
			item := app.AuctionItemKey{House: byFact(w.house.Fact), Item: *w.keyOf("item")}
			bids, err := w.app.ListBids(ctx, app.System(), item, fund.Page{Limit: 1})
			_, err = w.app.RemoveBid(ctx, as(w.ada), item, fund.Key{ID: firstOf(w, bids, err).ID})
			return err
		}},
		{"a hidden board", func(ctx context.Context) error {
			_, err := w.app.UpdateEventVisibility(ctx, as(w.bob), fund.Key{ID: w.event.ID}, fund.VisibilityPatch{
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
			_, err := w.app.UpdateCampaign(ctx, as(w.ada), byFact(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
			return err
		}},
	}
}
