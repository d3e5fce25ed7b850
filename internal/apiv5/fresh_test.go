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
	now := w.clock.Now()
	return []happening{
		{"a donation", func(ctx context.Context) error {
			_, err := w.app.DonateAt(ctx, app.System(), fund.DonationInput{
				Fact: fund.Key{ID: w.campaign.ID}, Amount: "77", Name: "New", Reference: "new", Claims: []fund.ClaimInput{{Reward: *w.keyOf("Reward"), Quantity: 1}},
			}, now)
			return err
		}},
		{"a refund", func(ctx context.Context) error {
			page, err := w.app.FactDonations(ctx, app.System(), byFact(w.campaign), app.DonationQuery{}, fund.Page{Limit: 1})
			if err != nil {
				return err
			}
			_, err = w.app.RefundDonation(ctx, app.System(), fund.Key{ID: page[0].ID}, "1")
			return err
		}},
		{"another name of the user", func(ctx context.Context) error {
			_, err := w.app.UpdateCurrentUser(ctx, as(w.ada), fund.UserPatch{Username: fund.Some("Countess")})
			return err
		}},
		{"another name of the campaign", func(ctx context.Context) error {
			_, err := w.app.UpdateCampaign(ctx, as(w.ada), byFact(w.campaign), fund.CampaignPatch{Name: fund.Some("Renamed")})
			return err
		}},
		{"another name of the team campaign", func(ctx context.Context) error {
			_, err := w.app.UpdateCampaign(ctx, as(w.ada), byFact(w.teamCampaign), fund.CampaignPatch{Name: fund.Some("Owls Rename")})
			return err
		}},
		{"another name of the event", func(ctx context.Context) error {
			_, err := w.app.UpdateEvent(ctx, as(w.bob), fund.Key{ID: w.event.ID}, fund.EventPatch{Name: fund.Some("Spring")})
			return err
		}},
		{"another name of the cause", func(ctx context.Context) error {
			_, err := w.app.UpdateCause(ctx, as(w.bob), fund.Key{ID: w.cause.ID}, fund.CausePatch{Name: fund.Some("Play Aid")})
			return err
		}},
		{"another name of the team", func(ctx context.Context) error {
			_, err := w.app.UpdateTeam(ctx, as(w.ada), fund.Key{ID: w.team.ID}, fund.TeamPatch{Name: fund.Some("Day Owls")})
			return err
		}},
		{"a new member", func(ctx context.Context) error {
			_, err := w.app.SetMember(ctx, as(w.ada), app.MemberKey{Team: fund.Key{ID: w.team.ID}, User: fund.Key{ID: w.cleo.ID}}, fund.RoleAdmin)
			return err
		}},
		{"a member who left", func(ctx context.Context) error {
			return w.app.RemoveMember(ctx, as(w.ada), app.MemberKey{Team: fund.Key{ID: w.team.ID}, User: fund.Key{ID: w.bob.ID}})
		}},
		{"a new team", func(ctx context.Context) error {
			_, err := w.app.CreateTeam(ctx, as(w.ada), fund.TeamPatch{Name: fund.Some("Larks")})
			return err
		}},
		{"another name of the personal campaign", func(ctx context.Context) error {
			_, err := w.app.UpdatePersonalCampaign(ctx, as(w.ada), byFact(w.personal.Fact), fund.PersonalCampaignPatch{ForName: fund.Some("Grandpa")})
			return err
		}},
		{"another end of support of the event", func(ctx context.Context) error {
			_, err := w.app.UpdateEvent(ctx, as(w.bob), fund.Key{ID: w.event.ID}, fund.EventPatch{EndSupportingAt: fund.Some(now.Add(time.Hour))})
			return err
		}},
		{"a new campaign", func(ctx context.Context) error {
			_, err := w.app.CreateCampaign(ctx, as(w.ada), fund.CampaignPatch{
				Name: fund.Some("Another"), Slug: fund.Some("another"), Goal: fund.Some("5"), Cause: fund.Some(fund.Key{ID: w.cause.ID}),
				Event: fund.Some(fund.Key{ID: w.event.ID}), Parent: fund.Some(fund.Key{ID: w.teamCampaign.ID}), Status: fund.Some(fund.Published),
			})
			return err
		}},
		{"a new poll", func(ctx context.Context) error {
			_, err := w.app.CreatePoll(ctx, as(w.ada), byFact(w.campaign), fund.PollPatch{Name: fund.Some("Or?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}}})
			return err
		}},
		{"a new match", func(ctx context.Context) error {
			_, err := w.app.CreateMatch(ctx, as(w.ada), byFact(w.campaign), fund.MatchPatch{MatchedBy: fund.Some("Late"), Pledged: fund.Some("5"), StartsAt: fund.Some(now), EndsAt: fund.Some(now.Add(time.Hour))})
			return err
		}},
		{"a bid", func(ctx context.Context) error {
			_, err := w.app.PlaceBid(ctx, as(w.bob), app.AuctionItemKey{House: byFact(w.house.Fact), Item: *w.keyOf("item")}, fund.BidInput{Amount: "20", PublicName: "B."})
			return err
		}},
		{"a new auction item", func(ctx context.Context) error {
			_, err := w.app.CreateAuctionItem(ctx, as(w.ada), byFact(w.house.Fact), fund.AuctionItemPatch{
				Name: fund.Some("Chair"), Description: fund.Some("Sit."), StartingBid: fund.Some("5"), StartsAt: fund.Some(now), EndsAt: fund.Some(now.Add(time.Hour)),
			})
			return err
		}},
		{"a run", func(ctx context.Context) error {
			_, err := w.app.RecordFitness(ctx, as(w.ada), byFact(w.campaign), fund.FitnessInput{Type: "Running", Meters: 1000, Seconds: 300, At: now})
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
		w.must(h.do(t.Context()))
		w.project(t.Context())
		reading := w.version(apiv5.Options{Settings: api.Settings{Cache: api.NewCache(0)}})
		for _, late := range []bool{false, true} {
			if late {
				w.clock.Advance(time.Second)
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
