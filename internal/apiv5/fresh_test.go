package apiv5_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// happening is a change of the world.
type happening struct {
	name string
	do   func(context.Context) error
}

// happenings are changes of different things that answers show.
func happenings(w *world) []happening {
	return slices.Concat(nounHappenings(w), partHappenings(w), moneyHappenings(w), lastHappenings(w))
}

// nounHappenings change what has a page, and add to it.
func nounHappenings(w *world) []happening {
	now := w.Clock.Now()
	return []happening{
		{"a donation", func(ctx context.Context) error {
			_, err := w.DonateAt(ctx, app.System(), fund.DonationInput{
				Fact: fund.Key{ID: w.Campaign.ID}, Amount: "77", Name: "New", Reference: "new", Claims: []fund.ClaimInput{{Reward: *w.keyOf("Reward"), Quantity: 1}},
			}, now)
			return err
		}},
		{"a refund", func(ctx context.Context) error {
			page, err := testworld.Through(ctx, w.App, app.System(), testworld.ByID(w.Campaign), func(s app.Seen) ([]fund.Donation, error) {
				return w.Donations(ctx, s, app.DonationQuery{}, fund.Page{Limit: 1})
			})
			if err != nil {
				return err
			}
			_, err = w.RefundDonation(ctx, app.System(), fund.Key{ID: page[0].ID}, "1")
			return err
		}},
		{"another name of the user", func(ctx context.Context) error {
			_, err := w.UpdateCurrentUser(ctx, testworld.As(w.Ada), fund.UserPatch{Username: fund.Some("Countess")})
			return err
		}},
		{"another name of the campaign", func(ctx context.Context) error {
			_, err := w.UpdateCampaign(ctx, testworld.As(w.Ada), testworld.ByID(w.Campaign), fund.CampaignPatch{Name: fund.Some("Renamed")})
			return err
		}},
		{"another name of the team campaign", func(ctx context.Context) error {
			_, err := w.UpdateCampaign(ctx, testworld.As(w.Ada), testworld.ByID(w.TeamCampaign), fund.CampaignPatch{Name: fund.Some("Owls Rename")})
			return err
		}},
		{"another name of the event", func(ctx context.Context) error {
			_, err := w.UpdateFundraisingEvent(ctx, testworld.As(w.Bob), fund.Key{ID: w.Event.ID}, fund.EventPatch{Name: fund.Some("Spring")})
			return err
		}},
		{"another name of the cause", func(ctx context.Context) error {
			_, err := w.UpdateCause(ctx, testworld.As(w.Bob), fund.Key{ID: w.Cause.ID}, fund.CausePatch{Name: fund.Some("Play Aid")})
			return err
		}},
		{"another name of the team", func(ctx context.Context) error {
			_, err := w.UpdateTeam(ctx, testworld.As(w.Ada), fund.Key{ID: w.Team.ID}, fund.TeamPatch{Name: fund.Some("Day Owls")})
			return err
		}},
		{"a new member", func(ctx context.Context) error {
			_, err := w.SetMember(ctx, testworld.As(w.Ada), app.MemberKey{Team: fund.Key{ID: w.Team.ID}, User: fund.Key{ID: w.Cleo.ID}}, fund.RoleAdmin)
			return err
		}},
		{"a member who left", func(ctx context.Context) error {
			return w.RemoveMember(ctx, testworld.As(w.Ada), app.MemberKey{Team: fund.Key{ID: w.Team.ID}, User: fund.Key{ID: w.Bob.ID}})
		}},
		{"a new team", func(ctx context.Context) error {
			_, err := w.CreateTeam(ctx, testworld.As(w.Ada), fund.TeamPatch{Name: fund.Some("Larks")})
			return err
		}},
		{"another name of the personal campaign", func(ctx context.Context) error {
			_, err := w.UpdatePersonalCampaign(ctx, testworld.As(w.Ada), testworld.ByID(w.personal.Fact), fund.PersonalCampaignPatch{ForName: fund.Some("Grandpa")})
			return err
		}},
		{"another end of support of the event", func(ctx context.Context) error {
			_, err := w.UpdateFundraisingEvent(ctx, testworld.As(w.Bob), fund.Key{ID: w.Event.ID}, fund.EventPatch{EndSupportingAt: fund.Some(now.Add(time.Hour))})
			return err
		}},
		{"a new campaign", func(ctx context.Context) error {
			_, err := w.CreateCampaign(ctx, testworld.As(w.Ada), fund.CampaignPatch{
				Name: fund.Some("Another"), Slug: fund.Some("another"), Goal: fund.Some("5"), Cause: fund.Some(fund.Key{ID: w.Cause.ID}),
				Event: fund.Some(fund.Key{ID: w.Event.ID}), Parent: fund.Some(fund.Key{ID: w.TeamCampaign.ID}), Status: fund.Some(fund.Published),
			})
			return err
		}},
		{"a new poll", func(ctx context.Context) error {
			_, err := w.CreatePoll(ctx, testworld.As(w.Ada), testworld.ByID(w.Campaign), fund.PollPatch{Name: fund.Some("Or?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}}})
			return err
		}},
		{"a new match", func(ctx context.Context) error {
			_, err := w.CreateMatch(ctx, testworld.As(w.Ada), testworld.ByID(w.Campaign), fund.MatchPatch{MatchedBy: fund.Some("Late"), Pledged: fund.Some("5"), StartsAt: fund.Some(now), EndsAt: fund.Some(now.Add(time.Hour))})
			return err
		}},
		{"a bid", func(ctx context.Context) error {
			_, err := w.PlaceBid(ctx, testworld.As(w.Bob), app.AuctionItemKey{House: testworld.ByID(w.house.Fact), Item: *w.keyOf("item")}, fund.BidInput{Amount: "20", PublicName: "B."})
			return err
		}},
		{"a new auction item", func(ctx context.Context) error {
			_, err := w.CreateAuctionItem(ctx, testworld.As(w.Ada), testworld.ByID(w.house.Fact), fund.AuctionItemPatch{
				Name: fund.Some("Chair"), Description: fund.Some("Sit."), StartingBid: fund.Some("5"), StartsAt: fund.Some(now), EndsAt: fund.Some(now.Add(time.Hour)),
			})
			return err
		}},
		{"a run", func(ctx context.Context) error {
			_, err := w.RecordFitness(ctx, testworld.As(w.Ada), testworld.ByID(w.Campaign), fund.FitnessInput{Type: "Running", Meters: 1000, Seconds: 300, At: now})
			return err
		}},
	}
}

// TestNothingKeptIsStale compares, after each change, every answer of a handler that keeps answers
// with that of one that keeps none. Leaderboards have their moment.
func TestNothingKeptIsStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	keeping := w.handler
	for _, h := range happenings(w) {
		for _, row := range apiv5.Reads() {
			w.get(targetOf(row.Pattern), callerOf(row.Pattern))
		}
		w.Must(h.do(t.Context()))
		w.Must(w.CatchUp(t.Context(), app.System()))
		reading := w.version(apiv5.Options{Settings: api.Settings{Cache: api.NewCache(0)}})
		for _, late := range []bool{false, true} {
			if late {
				w.Clock.Advance(time.Second)
			}
			for _, row := range apiv5.Reads() {
				if late != strings.Contains(row.Pattern, "leaderboard") {
					continue
				}
				w.handler = reading
				fresh := w.get(targetOf(row.Pattern), callerOf(row.Pattern))
				w.handler = keeping
				kept := w.get(targetOf(row.Pattern), callerOf(row.Pattern))
				if kept.Body.String() != fresh.Body.String() {
					t.Errorf("%s after %s: got %.600s, want %.600s", row.Pattern, h.name, kept.Body, fresh.Body)
				}
			}
		}
	}
}
