package app_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func (w *world) reward(t testing.TB, quantity int64, change ...func(*fund.RewardPatch)) fund.Reward {
	t.Helper()
	patch := fund.RewardPatch{
		Name: fund.Some("Mug"), Amount: fund.Some("5"), Quantity: fund.Some(&quantity), AlwaysActive: fund.Some(true),
		FairMarketValue: fund.Some("3"),
	}
	for _, one := range change {
		one(&patch)
	}
	r, err := w.CreateReward(t.Context(), w.owner, campaignKey(w.campaign), patch)
	must.Do(t, err)
	return r
}

// stock is what is claimed, held and left of a reward.
func (w *world) stock(t testing.TB, r fund.Reward) [3]int64 {
	t.Helper()
	r, err := w.GetReward(t.Context(), app.System(), fund.Key{ID: r.ID})
	must.Do(t, err)
	return [3]int64{r.Claimed, r.Held, *r.Remaining()}
}

func claiming(r fund.Reward, quantity int64) fund.CheckoutInput {
	return fund.CheckoutInput{DonationInput: fund.DonationInput{
		Amount: "20", Claims: []fund.ClaimInput{{Reward: fund.Key{ID: r.ID}, Quantity: quantity}},
	}}
}

// TestStockFollowsTheMoney follows a reward through every result of a payment.
func TestStockFollowsTheMoney(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		card string
		// then is the stock after the payment, and after each further step.
		then [][3]int64
	}{
		"paid":     {goodCard, [][3]int64{{2, 0, 1}}},
		"slow":     {slowCard, [][3]int64{{0, 2, 1}, {2, 0, 1}}},
		"bounced":  {bounceCard, [][3]int64{{0, 2, 1}, {0, 0, 3}}},
		"refunded": {refundCard, [][3]int64{{2, 0, 1}, {0, 0, 3}}},
		"won":      {wonCard, [][3]int64{{2, 0, 1}, {0, 2, 1}, {2, 0, 1}}},
		"lost":     {lostCard, [][3]int64{{2, 0, 1}, {0, 2, 1}, {0, 0, 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			mug := w.reward(t, 3)
			begun := w.begin(t, claiming(mug, 2))
			if got, want := w.stock(t, mug), [3]int64{0, 2, 1}; got != want {
				t.Errorf("while it is paid: got %v, want %v (claimed, held, left)", got, want)
			}
			for i, want := range c.then {
				if i == 0 {
					w.payWith(t, begun, c.card)
				} else {
					w.settle(t)
				}
				if got := w.stock(t, mug); got != want {
					t.Errorf("step %d: got %v, want %v (claimed, held, left)", i, got, want)
				}
				w.raised(t)
			}
		})
	}
}

func TestRewardsThatNobodyPaysForAreReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mug := w.reward(t, 1)
	late := w.begin(t, claiming(mug, 1))
	_, err := w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), claiming(mug, 1))
	wantFields(t, err, "rewards.0.quantity is more than the 0 left")
	w.Clock.Advance(31 * time.Minute)
	w.settle(t)
	if got := w.donation(t, late.Donation); got.State != fund.DonationExpired || w.stock(t, mug) != [3]int64{0, 0, 1} {
		t.Errorf("got %s and stock %v, want expired and the mug back", got.State, w.stock(t, mug))
	}
	if status, _ := w.payWith(t, late, goodCard); status != 410 {
		t.Errorf("paying what has expired: got %d, want 410", status)
	}
	w.payWith(t, w.begin(t, claiming(mug, 1)), goodCard)
	if got := w.stock(t, mug); got != [3]int64{1, 0, 0} {
		t.Errorf("got %v, want the mug with the next one", got)
	}
}

// TestMoneyThatComesLate pays a donation after it expired and its incentives closed: it counts for the fact all the same, and the donor
// sees what is missing.
func TestMoneyThatComesLate(t *testing.T) {
	t.Parallel()
	w, c := withChaos(t)
	ctx := t.Context()
	mug := w.reward(t, 1)
	poll, err := w.CreatePoll(ctx, w.owner, campaignKey(w.campaign), fund.PollPatch{
		Name: fund.Some("Dog or cat"), Options: []fund.PollOptionPatch{{Name: fund.Some("Dog")}},
	})
	must.Do(t, err)
	target, err := w.CreateTarget(ctx, w.owner, campaignKey(w.campaign), fund.TargetPatch{Name: fund.Some("Dance"), Amount: fund.Some("9")})
	must.Do(t, err)
	in := claiming(mug, 1)
	in.PollOption, in.Target = &fund.Key{ID: poll.Options[0].ID}, &fund.Key{ID: target.ID}
	first := w.begin(t, in)
	w.Clock.Advance(31 * time.Minute)
	w.settle(t)
	second := w.begin(t, in)
	paid := func(id fund.ID) {
		t.Helper()
		must.Do(t, c.change("pi_"+id.String(), func(s *fund.PaymentState) { s.Status = fund.PaymentPaid }))
		must.Do(t, w.TakeProviderEvent(ctx, "chaos", c.event(id, "paid", chaosWord)))
		w.settle(t)
	}
	_, err = w.UpdatePoll(ctx, w.owner, fund.Key{ID: poll.ID}, fund.PollPatch{Enabled: fund.Some(false)})
	must.Do(t, err)
	_, err = w.UpdateTarget(ctx, w.owner, fund.Key{ID: target.ID}, fund.TargetPatch{EndsAt: fund.Some(w.Clock.Now())})
	must.Do(t, err)
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	paid(second.Donation)
	paid(first.Donation)
	for id, want := range map[fund.ID][]string{
		second.Donation: {"poll_option Dog: its poll is closed", "target Dance: it is closed"},
		first.Donation:  {"poll_option Dog: its poll is closed", "target Dance: it is closed", "reward Mug: it is sold out"},
	} {
		d := w.donation(t, id)
		var got []string
		for _, l := range d.Unavailable {
			got = append(got, fmt.Sprintf("%s %s: %s", l.Kind, l.Name, l.Why))
		}
		if !slices.Equal(got, want) || d.State != fund.DonationCompleted || d.PollOption != nil || d.Target != nil {
			t.Errorf("got %s, left out %q, want completed without %q", d.State, got, want)
		}
	}
	if got := w.raised(t); got != 4000 || w.stock(t, mug) != [3]int64{1, 0, 0} {
		t.Errorf("got %d raised and stock %v, want 4000 and one mug claimed", got, w.stock(t, mug))
	}
}

// TestTheLastOneIsNeverSoldTwice lets 200 donors race for three mugs; those who hold one and do not pay release it to others.
func TestTheLastOneIsNeverSoldTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mug := w.reward(t, 3)
	race := func(donors int) (won []app.StartedDonation) {
		var running sync.WaitGroup
		var noting sync.Mutex
		for range donors {
			running.Go(func() {
				begun, err := w.BeginDonation(context.Background(), app.Actor{}, campaignKey(w.campaign), claiming(mug, 1))
				noting.Lock()
				defer noting.Unlock()
				if err == nil {
					won = append(won, begun)
				} else if !fault.Is(err, fault.Invalid) {
					t.Errorf("got %v, want that the mugs are out of stock", err)
				}
			})
		}
		running.Wait()
		return won
	}
	won := race(200)
	if len(won) != 3 {
		t.Fatalf("got %d donors with a mug, want 3", len(won))
	}
	w.payWith(t, won[0], goodCard)
	w.Clock.Advance(31 * time.Minute)
	w.settle(t)
	if again := race(50); len(again) != 2 {
		t.Errorf("got %d donors with the mugs that came back, want 2", len(again))
	}
	if got := w.stock(t, mug); got != [3]int64{1, 2, 0} {
		t.Errorf("got %v, want one claimed, two held, none left", got)
	}
	w.raised(t)
}

func TestRewardsAskWhatTheyNeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shirt := w.reward(t, 9, func(p *fund.RewardPatch) {
		p.CustomQuestion, p.ShippingAddressRequired = fund.Some("Which size?"), fund.Some(true)
	})
	_, err := w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), claiming(shirt, 1))
	wantFields(t, err, "rewards.0.answer cannot be blank", "rewards.0.address.recipient cannot be blank", "rewards.0.address.country cannot be blank")
	in := claiming(shirt, 1)
	in.Claims[0].Answer, in.Claims[0].Address = " L ", fund.ShippingAddress{
		Recipient: "Ada L", Phone: "+49 1", Address: fund.Address{Line1: "1 Main St", City: "Bonn", PostalCode: "53111", Country: "DE"},
	}
	begun := w.begin(t, in)
	w.payWith(t, begun, goodCard)
	got := w.donation(t, begun.Donation).Claims[0]
	if got.Answer != "L" || got.Address == nil || *got.Address != in.Claims[0].Address {
		t.Errorf("got %q, %v, want the answer and the address", got.Answer, got.Address)
	}
	reading := func(actor app.Actor) app.Actor {
		actor.Scopes = append(slices.Clone(actor.Scopes), fund.ScopeDonationsRead)
		return actor
	}
	for name, c := range map[string]struct {
		actor app.Actor
		reads bool
	}{
		"the owner": {reading(w.owner), false}, "an owner of the cause": {reading(w.causer), true}, "without the scope": {w.causer, false},
		"the cause": {reading(w.causeToken), true}, "an operator": {reading(w.operator(t)), true},
	} {
		d, err := w.HandledDonation(t.Context(), c.actor, fund.Key{ID: begun.Donation})
		must.Do(t, err)
		if got := d.Claims[0]; (got.Address != nil) != c.reads || (got.Answer != "") != c.reads || got.Quantity != 1 {
			t.Errorf("%s: got %+v, want the answer and the address: %v", name, got, c.reads)
		}
	}
}
