package app_test

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func (w *walk) walkFacts() {
	ctx, operator := w.t.Context(), app.System()
	var f fund.Fact
	patch := func(p fund.CampaignPatch) func() error {
		return func() error { return err1(w.UpdateCampaign(ctx, w.owner, campaignKey(f), p)) }
	}
	status := func(s fund.Status) func() error { return patch(fund.CampaignPatch{Status: fund.Some(s)}) }
	w.step("new campaign", func() (err error) {
		f, err = w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{Name: fund.Some("Swim"), Cause: key(w.cause.ID), Goal: fund.Some("10")})
		return err
	}, "fact.created >unpublished")
	w.step("published", status(fund.Published), "fact.published unpublished>published")
	w.step("renamed", patch(fund.CampaignPatch{Name: fund.Some("Dive")}), "fact.changed")
	w.step("moved", patch(fund.CampaignPatch{Parent: key(w.team1.ID)}), "fact.joined", "fact.changed")
	w.step("another owner", func() error {
		return w.Store.Write(ctx, w.cause.ID, func(ctx context.Context, tx *store.Tx) error {
			moved, err := tx.GetFact(ctx, store.FactKey{Key: fund.Key{ID: f.ID}})
			if err != nil {
				return err
			}
			moved.Team = &fund.Owner{Ref: fund.Ref{ID: w.team.ID}}
			return tx.UpdateFact(ctx, moved)
		})
	}, "owners.left", "owners.joined")
	w.step("under the cause", patch(fund.CampaignPatch{Parent: fund.Some(fund.Key{})}), "fact.left", "fact.changed")
	w.step("taken down", func() error { return err1(w.TakeDown(ctx, operator, f.ID, "Fraud")) }, "fact.decided approved>suspended")
	w.step("put back", func() error { return err1(w.PutBack(ctx, operator, f.ID)) }, "fact.decided suspended>approved")
	gift := func(amount string) func() error {
		return func() error { return err1(w.donate(w.t, fund.DonationInput{Fact: fund.Key{ID: f.ID}, Amount: amount})) }
	}
	w.step("below the goal", gift("9.99"), "donation.completed")
	w.step("the goal", gift("0.01"), "donation.completed", "fact.goal_reached")
	if d := w.last.Detail; d.Amount != 1000 || d.Total != 1000 || d.Donation.IsZero() || w.last.Subject != f.ID {
		w.t.Errorf("got %+v, want the goal of 10.00 reached by a donation", w.last)
	}
	w.step("above the goal", gift("1"), "donation.completed")
	w.step("a higher goal", patch(fund.CampaignPatch{Goal: fund.Some("20")}), "fact.changed")
	w.step("a lower goal", patch(fund.CampaignPatch{Goal: fund.Some("11")}), "fact.goal_reached", "fact.changed")
	w.walkLive(&f)
	w.step("retired", status(fund.Retired), "fact.live_ended", "fact.retired published>retired")
	w.step("another campaign", func() (err error) {
		f, err = w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{Name: fund.Some("Row"), Cause: key(w.cause.ID), Status: fund.Some(fund.Published)})
		return err
	}, "fact.created >published")
	w.step("unpublished", status(fund.Unpublished), "fact.unpublished published>unpublished")
	w.step("deleted", func() error { return w.DeleteCampaign(ctx, w.owner, campaignKey(f)) }, "fact.removed unpublished>")
	cause := fund.Key{ID: w.cause.ID}
	w.step("suspended cause", func() error { return err1(w.SuspendCause(ctx, operator, cause, "Why")) }, "cause.decided approved>suspended")
	w.step("approved cause", func() error {
		c, err := w.Store.GetCause(ctx, cause)
		if err != nil {
			return err
		}
		return err1(w.ApproveCause(ctx, operator, cause, c.ApprovalVersion()))
	}, "cause.decided suspended>approved")
}

// walkLive has a published campaign go live and end that in every way, and leaves it live.
func (w *walk) walkLive(f *fund.Fact) {
	ctx := w.t.Context()
	patch := func(p fund.CampaignPatch) func() error {
		return func() error { return err1(w.UpdateCampaign(ctx, w.owner, campaignKey(*f), p)) }
	}
	start := func() error { return err1(w.StartLive(ctx, w.owner, campaignKey(*f))) }
	end := func() error { return err1(w.EndLive(ctx, w.owner, campaignKey(*f))) }
	settled := func() error { w.DoDue(ctx, fund.WorkEnding); w.DoDue(ctx, fund.WorkEnding); return nil }
	w.step("live", start, "fact.live_started")
	w.step("live for longer", start, "fact.changed")
	w.step("renamed while live", patch(fund.CampaignPatch{Name: fund.Some("Dive in")}), "fact.changed")
	w.step("not due", settled)
	w.step("live no longer", end, "fact.live_ended")
	w.step("not even twice", end)
	w.step("live again", start, "fact.live_started")
	w.Clock.Advance(fund.LiveFor)
	w.step("over by the clock", settled, "fact.live_ended")
	w.step("live a third time", start, "fact.live_started")
	w.Clock.Advance(fund.LiveFor)
	w.step("live before the end was reported", start, "fact.live_ended", "fact.live_started")
	w.step("an end of the campaign", patch(fund.CampaignPatch{EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "fact.changed")
	w.Clock.Advance(time.Hour)
	w.step("over with the campaign", settled, "fact.live_ended")
	w.step("a later end of the campaign", patch(fund.CampaignPatch{EndsAt: fund.Some(time.Time{})}), "fact.changed")
	w.step("live a fifth time", start, "fact.live_started")
	w.step("a later beginning", patch(fund.CampaignPatch{StartsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "fact.live_ended", "fact.changed")
	w.step("an earlier beginning", patch(fund.CampaignPatch{StartsAt: fund.Some(time.Time{})}), "fact.changed")
	w.step("live a sixth time", start, "fact.live_started")
	w.step("taken down while live", func() error { return err1(w.TakeDown(ctx, app.System(), f.ID, "Fraud")) }, "fact.decided approved>suspended")
	w.step("over by the operator", settled, "fact.live_ended")
	w.step("put back after that", func() error { return err1(w.PutBack(ctx, app.System(), f.ID)) }, "fact.decided suspended>approved")
	w.step("live a seventh time", start, "fact.live_started")
}

func (w *walk) walkPolls() {
	ctx := w.t.Context()
	var p fund.Poll
	update := func(patch fund.PollPatch) func() error {
		return func() error { return err1(w.UpdatePoll(ctx, w.owner, fund.Key{ID: p.ID}, patch)) }
	}
	w.step("new poll", func() (err error) {
		p, err = w.CreatePoll(ctx, w.owner, campaignKey(w.campaign), fund.PollPatch{
			Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}, {Name: fund.Some("B")}},
		})
		return err
	}, "poll.created >open")
	w.step("renamed poll", update(fund.PollPatch{Name: fund.Some("Who?")}), "poll.changed")
	w.step("options", update(fund.PollPatch{Options: []fund.PollOptionPatch{
		{LegacyID: p.Options[0].LegacyID, Name: fund.Some("A")}, {LegacyID: p.Options[1].LegacyID, Name: fund.Some("Bee")}, {Name: fund.Some("C")},
	}}), "poll.changed", "poll_option.changed", "poll_option.created")
	w.step("closed", update(fund.PollPatch{Enabled: fund.Some(false)}), "poll.closed open>closed")
	w.step("renamed while closed", update(fund.PollPatch{Name: fund.Some("When?")}), "poll.changed")
	w.step("opened again", update(fund.PollPatch{Enabled: fund.Some(true)}), "poll.changed closed>open")
	w.step("an end", update(fund.PollPatch{EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "poll.changed")
	over := func() error {
		w.Clock.Advance(2 * time.Hour)
		w.DoDue(ctx, fund.WorkEnding)
		w.DoDue(ctx, fund.WorkEnding)
		return nil
	}
	w.step("over by the clock", over, "poll.closed open>closed")
	w.step("renamed when over", update(fund.PollPatch{Name: fund.Some("Where?")}), "poll.changed")
	w.step("a later end", update(fund.PollPatch{EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "poll.changed closed>open")
	w.step("over again", over, "poll.closed open>closed")
	w.step("a last end", update(fund.PollPatch{EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "poll.changed closed>open")
	w.step("closed before its end", update(fund.PollPatch{Enabled: fund.Some(false)}), "poll.closed open>closed")
	w.step("its end while closed", over)
	w.step("opened after its end", update(fund.PollPatch{Enabled: fund.Some(true)}), "poll.changed")
	w.step("closed is said once", over)
	w.step("open for good", update(fund.PollPatch{EndsAt: fund.Some(time.Time{})}), "poll.changed closed>open")
	w.step("nothing is over", over)
	w.step("deleted poll", func() error { return w.DeletePoll(ctx, w.owner, fund.Key{ID: p.ID}) }, "poll.removed open>")
}

func (w *walk) walkTargets() {
	ctx := w.t.Context()
	var g fund.Target
	create := func() (err error) {
		g, err = w.CreateTarget(ctx, w.owner, campaignKey(w.campaign), fund.TargetPatch{Name: fund.Some("Dance"), Amount: fund.Some("5")})
		return err
	}
	update := func(patch fund.TargetPatch) func() error {
		return func() error { return err1(w.UpdateTarget(ctx, w.owner, fund.Key{ID: g.ID}, patch)) }
	}
	gift := func(amount string) func() error {
		return func() error {
			return err1(w.donate(w.t, fund.DonationInput{Amount: amount, Target: &fund.Key{ID: g.ID}}))
		}
	}
	w.step("new target", create, "target.created >open")
	w.step("renamed target", update(fund.TargetPatch{Name: fund.Some("Sing")}), "target.changed")
	w.step("toward the target", gift("4"), "donation.completed")
	w.step("the target", gift("1"), "donation.completed", "target.met open>met")
	if d := w.last.Detail; d.Amount != 500 || d.Total != 500 || d.Donation.IsZero() || w.last.Subject != g.ID {
		w.t.Errorf("got %+v, want the target of 5.00 met by a donation", w.last)
	}
	w.step("a higher target", update(fund.TargetPatch{Amount: fund.Some("6")}), "target.changed met>open")
	w.step("a lower target", update(fund.TargetPatch{Amount: fund.Some("5")}), "target.met open>met")
	w.step("ended", update(fund.TargetPatch{Enabled: fund.Some(false)}), "target.ended met>ended")
	w.step("open again", update(fund.TargetPatch{Enabled: fund.Some(true)}), "target.changed ended>met")
	w.step("an end of the target", update(fund.TargetPatch{EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "target.changed")
	over := func() error {
		w.Clock.Advance(2 * time.Hour)
		w.DoDue(ctx, fund.WorkEnding)
		w.DoDue(ctx, fund.WorkEnding)
		return nil
	}
	w.step("target over by the clock", over, "target.ended met>ended")
	w.step("a later end of the target", update(fund.TargetPatch{EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "target.changed ended>met")
	w.step("target off before its end", update(fund.TargetPatch{Enabled: fund.Some(false)}), "target.ended met>ended")
	w.step("its end while off", over)
	w.step("target on after its end", update(fund.TargetPatch{Enabled: fund.Some(true)}), "target.changed")
	w.step("ended is said once", over)
	w.step("another target", create, "target.created >open")
	w.step("deleted target", func() error { return w.DeleteTarget(ctx, w.owner, fund.Key{ID: g.ID}) }, "target.removed open>")
}

func (w *walk) walkRewards() {
	ctx := w.t.Context()
	var r fund.Reward
	update := func(patch fund.RewardPatch) func() error {
		return func() error { return err1(w.UpdateReward(ctx, w.owner, fund.Key{ID: r.ID}, patch)) }
	}
	var begun app.StartedDonation
	begin := func(n int64) func() error {
		return func() error { begun = w.begin(w.t, claiming(r, n)); return nil }
	}
	two, three := int64(2), int64(3)
	w.step("new reward", func() error { r = w.reward(w.t, 3); return nil }, "reward.created >open")
	w.step("renamed reward", update(fund.RewardPatch{Name: fund.Some("Cup")}), "reward.changed")
	w.step("reserved", begin(2), "stock.changed")
	if d := w.last.Detail; d.Amount != 3 || d.Total != 2 || d.Left != 1 {
		w.t.Errorf("got %+v, want one of three left", d)
	}
	w.step("claimed", func() error { w.payWith(w.t, begun, goodCard); return nil }, "donation.completed")
	paid := begun
	w.step("the last", begin(1), "stock.changed", "reward.sold_out open>sold_out")
	w.step("expired", func() error {
		w.Clock.Advance(31 * time.Minute)
		w.settle(w.t)
		return nil
	}, "donation.ended pending>expired", "stock.changed", "reward.restocked sold_out>open")
	w.step("fulfilled", func() error {
		return err1(w.FulfillClaims(ctx, reading(w.causer), fund.Key{ID: paid.Donation}, fund.Fulfillment{}))
	}, "donation.changed claims_open>claims_fulfilled")
	w.step("less stock", update(fund.RewardPatch{Quantity: fund.Some(&two)}), "reward.sold_out open>sold_out")
	w.step("more stock", update(fund.RewardPatch{Quantity: fund.Some(&three)}), "reward.restocked sold_out>open")
	w.step("disabled reward", update(fund.RewardPatch{Enabled: fund.Some(false)}), "reward.ended open>ended")
	w.step("enabled reward", update(fund.RewardPatch{Enabled: fund.Some(true)}), "reward.changed ended>open")
	w.step("an end of the reward", update(fund.RewardPatch{AlwaysActive: fund.Some(false), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}), "reward.changed")
	over := func() error {
		w.Clock.Advance(2 * time.Hour)
		w.DoDue(ctx, fund.WorkEnding)
		w.DoDue(ctx, fund.WorkEnding)
		return nil
	}
	w.step("reward over by the clock", over, "reward.ended open>ended")
	w.step("reward without an end", update(fund.RewardPatch{EndsAt: fund.Some(time.Time{})}), "reward.changed ended>open")
	w.step("retired reward", func() error { return w.RetireReward(ctx, w.owner, fund.Key{ID: r.ID}) }, "reward.ended open>ended")
	w.step("another reward", func() error { r = w.reward(w.t, 3); return nil }, "reward.created >open")
	w.step("deleted reward", func() error { return w.DeleteReward(ctx, w.owner, fund.Key{ID: r.ID}) }, "reward.removed open>")
}

func (w *walk) walkMilestones() {
	ctx := w.t.Context()
	f, err := w.GetFact(ctx, app.System(), campaignKey(w.campaign))
	must.Do(w.t, err)
	above := func(cents int64) fund.Opt[string] {
		return fund.Some(fmt.Sprintf("%d.%02d", (f.Total()+cents)/100, (f.Total()+cents)%100))
	}
	var all [3]fund.Milestone
	for i := range all {
		w.step("new milestone", func() (err error) {
			all[i], err = w.CreateMilestone(ctx, w.owner, campaignKey(w.campaign), fund.MilestonePatch{
				Name: fund.Some("Hat"), Amount: above(int64(i+1) * 100),
			})
			return err
		}, "milestone.created >open")
	}
	key := func(i int) app.MilestoneKey {
		return app.MilestoneKey{Campaign: campaignKey(w.campaign), Milestone: fund.Key{ID: all[i].ID}}
	}
	update := func(i int, patch fund.MilestonePatch) func() error {
		return func() error { return err1(w.UpdateMilestone(ctx, w.owner, key(i), patch)) }
	}
	w.step("renamed milestone", update(0, fund.MilestonePatch{Name: fund.Some("Cap")}), "milestone.changed")
	gift := func() error { return err1(w.donate(w.t, fund.DonationInput{Amount: "1"})) }
	w.step("the first", gift, "donation.completed", "milestone.reached open>reached", "milestone.next")
	if w.last.Subject != all[1].ID || w.last.Detail.Amount != all[1].Amount {
		w.t.Errorf("got %+v, want the second milestone next", w.last)
	}
	w.step("a lower milestone", update(1, fund.MilestonePatch{Amount: above(50)}), "milestone.reached open>reached", "milestone.next")
	if w.last.Subject != all[2].ID {
		w.t.Errorf("got %+v, want the third milestone next", w.last)
	}
	w.step("a higher milestone", update(1, fund.MilestonePatch{Amount: above(900)}), "milestone.changed reached>open")
	w.step("disabled milestone", update(1, fund.MilestonePatch{Enabled: fund.Some(false)}), "milestone.changed open>disabled")
	w.step("up to the last", gift, "donation.completed")
	w.step("the last", gift, "donation.completed", "milestone.reached open>reached")
	w.step("deleted milestone", func() error { return w.DeleteMilestone(ctx, w.owner, key(2)) }, "milestone.removed reached>")
}

func (w *walk) walkCounters() {
	ctx := w.t.Context()
	count := func(name string, want ...string) {
		w.step(name, func() error { w.count(w.t); return nil }, want...)
	}
	count("what there was")
	var c fund.Counter
	w.step("new counter", func() (err error) {
		c, err = w.CreateCounter(ctx, w.owner, campaignKey(w.campaign), fund.CounterPatch{Name: fund.Some("Tonight")})
		return err
	}, "counter.created")
	w.step("first", func() error { return err1(w.donate(w.t, fund.DonationInput{Amount: "1"})) }, "donation.completed")
	w.step("second", func() error { return err1(w.donate(w.t, fund.DonationInput{Amount: "2"})) }, "donation.completed")
	count("both at once", "counter.progressed")
	if w.last.Subject != c.ID || w.last.Detail.Total != 300 {
		w.t.Errorf("got %+v, want what the counter counted", w.last)
	}
	w.step("renamed counter", func() error {
		return err1(w.UpdateCounter(ctx, w.owner, fund.Key{ID: c.ID}, fund.CounterPatch{Name: fund.Some("This run")}))
	}, "counter.changed")
	w.step("deleted counter", func() error { return w.DeleteCounter(ctx, w.owner, fund.Key{ID: c.ID}) }, "counter.removed")
	count("nothing")
}

func (w *walk) walkTimers() {
	ctx := w.t.Context()
	var id fund.Key
	run := func(act fund.TimerAct) func() error {
		return func() error { return err1(w.RunTimer(ctx, w.owner, id, fund.TimerRun{Act: act})) }
	}
	settled := func() error { w.DoDue(ctx, fund.WorkEnding); w.DoDue(ctx, fund.WorkEnding); return nil }
	w.step("new timer", func() error {
		c, err := w.CreateTimer(ctx, w.owner, campaignKey(w.campaign), fund.TimerPatch{Name: fund.Some("Marathon"), Length: fund.Some(time.Minute), PerDonation: fund.Some(time.Second)})
		id = fund.Key{ID: c.ID}
		return err
	}, "timer.created")
	w.step("started timer", run(fund.TimerStart), "timer.changed")
	w.step("a gift", func() error { return err1(w.donate(w.t, fund.DonationInput{Amount: "1"})) }, "donation.completed")
	w.step("that adds", func() error { w.count(w.t); return nil }, "timer.progressed")
	w.Clock.Advance(time.Minute)
	w.step("not over", settled)
	w.Clock.Advance(time.Second)
	w.step("over by the clock", settled, "timer.ended")
	w.step("started timer again", run(fund.TimerStart), "timer.changed")
	w.Clock.Advance(time.Minute)
	w.step("started before the end was reported", run(fund.TimerStart), "timer.ended", "timer.changed")
	w.step("renamed timer", func() error { return err1(w.UpdateTimer(ctx, w.owner, id, fund.TimerPatch{Name: fund.Some("Run")})) }, "timer.changed")
	w.step("deleted timer", func() error { return w.DeleteTimer(ctx, w.owner, id) }, "timer.removed")
}

func (w *walk) walkDonations() {
	ctx := w.t.Context()
	pay := func(card string) func() error {
		return func() error { w.payWith(w.t, w.begin(w.t, fund.CheckoutInput{}), card); return nil }
	}
	settle := func() error { w.settle(w.t); return nil }
	w.step("failed", pay(bounceCard))
	w.step("bounced", settle, "donation.ended pending>failed")
	w.step("won", pay(wonCard), "donation.completed")
	w.step("disputed", settle, "donation.disputed completed>disputed")
	w.step("restored", settle, "donation.restored disputed>completed")
	w.step("lost", pay(lostCard), "donation.completed")
	w.step("disputed again", settle, "donation.disputed completed>disputed")
	w.step("over", settle, "donation.restored disputed>lost")
	var d fund.Donation
	w.step("by hand", func() (err error) { d, err = w.donate(w.t, fund.DonationInput{Amount: "5"}); return err }, "donation.completed")
	id := fund.Key{ID: d.ID}
	refund := func(amount string) func() error {
		return func() error { return err1(w.RefundDonation(ctx, w.causer, id, amount)) }
	}
	w.step("a part back", refund("2"), "donation.refunded completed>partially_refunded")
	w.step("more back", refund("1"), "donation.refunded")
	screen := func(s fund.Screening) func() error {
		return func() error { return err1(w.ScreenDonation(ctx, w.causer, id, s)) }
	}
	w.step("held", screen(fund.ScreeningHeld), "donation.screened shown>held")
	w.step("shown", screen(fund.ScreeningShown), "donation.screened held>shown")
	w.step("sent to the reader", func() error { return w.SendToReader(ctx, w.owner, id) }, "donation.read waiting>first")
	w.step("pinned", func() error { return w.PinReading(ctx, w.owner, id) }, "donation.read unpinned>pinned")
	w.step("read", func() error { return w.ReadDonation(ctx, w.owner, id) }, "donation.read waiting>read")
	w.step("all back", refund(""), "donation.refunded partially_refunded>refunded")
}

func (w *walk) walkMatches() {
	ctx := w.t.Context()
	var m fund.DonationMatch
	w.step("new match", func() (err error) {
		m, err = w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), fund.MatchPatch{
			MatchedBy: fund.Some("Grace"), Pledged: fund.Some("10"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
		})
		return err
	}, "match.opened")
	id := fund.Key{ID: m.ID}
	w.step("more pledged", func() error {
		return err1(w.UpdateMatch(ctx, w.causer, id, fund.MatchPatch{Pledged: fund.Some("20")}))
	}, "match.changed")
	var d fund.Donation
	w.step("matched", func() (err error) { d, err = w.donate(w.t, fund.DonationInput{Amount: "5"}); return err }, "donation.completed", "match.progressed")
	if got := w.last.Detail; w.last.Subject != m.ID || got.Total != 500 || got.Amount != 2000 {
		w.t.Errorf("got %+v, want 5.00 of 20.00", w.last)
	}
	w.step("less matched", func() error { return err1(w.RefundDonation(ctx, w.causer, fund.Key{ID: d.ID}, "1")) },
		"donation.refunded completed>partially_refunded", "match.progressed")
	w.step("over by the clock", func() error { w.Clock.Advance(2 * time.Hour); w.DoDue(ctx, fund.WorkMatch); return nil },
		"donation.completed", "match.completed")
	if got := w.last.Detail; got.Donation != m.DonationID || got.Total != 400 {
		w.t.Errorf("got %+v, want the matcher's donation for 4.00", w.last)
	}
}

func (w *walk) walkAuction() {
	ctx := w.t.Context()
	var item app.AuctionItemKey
	w.step("new house", func() error { _, item = w.house(w.t); return nil }, "fact.created >published", "auction_item.created >active")
	w.Clock.Advance(2 * time.Second)
	bids := make([]fund.AuctionBid, 2)
	bid := func(i int, amount string) func() error {
		return func() (err error) {
			bids[i], err = w.PlaceBid(ctx, w.stranger, item, fund.BidInput{Amount: amount, PublicName: "Ada"})
			return err
		}
	}
	w.step("first bid", bid(0, "10"), "bid.placed")
	w.step("higher bid", bid(1, "11"), "bid.placed", "bid.changed winning>outbid")
	remove := func() error { return err1(w.RemoveBid(ctx, w.owner, item, fund.Key{ID: bids[1].ID})) }
	w.step("withdrawn", remove, "bid.removed", "bid.changed outbid>winning")
	w.step("withdrawn again", remove)
	update := func(patch fund.AuctionItemPatch) func() error {
		return func() error { return err1(w.UpdateAuctionItem(ctx, w.owner, item, patch)) }
	}
	w.step("renamed item", update(fund.AuctionItemPatch{Name: fund.Some("Pot")}), "auction_item.changed")
	w.step("completed item", update(fund.AuctionItemPatch{Status: fund.Some(fund.AuctionCompleted)}), "auction_item.completed active>completed")
	w.step("idle item", func() error {
		made, err := w.CreateAuctionItem(ctx, w.owner, item.House, fund.AuctionItemPatch{
			Name: fund.Some("Jug"), StartingBid: fund.Some("1"), StartsAt: fund.Some(w.Clock.Now()), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
		})
		item.Item = fund.Key{ID: made.ID}
		return err
	}, "auction_item.created >inactive")
	w.step("activated item", update(fund.AuctionItemPatch{Status: fund.Some(fund.AuctionActive)}), "auction_item.changed inactive>active")
}

func (w *walk) walkOthers() {
	ctx, campaign, event := w.t.Context(), campaignKey(w.campaign), fund.Key{ID: w.event.ID}
	var item fund.ScheduleItem
	w.step("planned", func() (err error) {
		item, err = w.CreateScheduleItem(ctx, w.owner, campaign, fund.SchedulePatch{Name: fund.Some("Opening"), StartsAt: fund.Some(w.Clock.Now())})
		return err
	}, "schedule_item.created")
	at := app.ScheduleKey{Campaign: &campaign, Item: fund.Key{ID: item.ID}}
	w.step("planned anew", func() error {
		return err1(w.UpdateScheduleItem(ctx, w.owner, at, fund.SchedulePatch{Name: fund.Some("Start")}))
	}, "schedule_item.changed")
	w.step("not planned", func() error { return w.DeleteScheduleItem(ctx, w.owner, at) }, "schedule_item.removed")
	w.step("fitness goal", func() error {
		return err1(w.CreateFitnessGoal(ctx, w.owner, campaign, fund.FitnessGoalPatch{
			Type: fund.Some("Running"), Unit: fund.Some(fund.Kilometer), Goal: fund.Some("42"),
		}))
	}, "fitness_goal.created")
	w.step("exercise", func() error {
		return err1(w.RecordFitness(ctx, w.owner, campaign, fund.FitnessInput{Type: "Running", Meters: 1000}))
	}, "fitness.recorded")
	w.step("incentive", func() error {
		return err1(w.CreateIncentive(ctx, app.System(), fund.Incentive{EventID: w.event.ID, Title: "Badge"}))
	}, "event_incentive.created")
	var r fund.Registration
	w.step("registered", func() (err error) {
		r, err = w.CreateRegistration(ctx, w.owner, event, fund.RegistrationPatch{Email: fund.Some("s@example.org")})
		return err
	}, "registration.created")
	id := fund.Key{ID: r.ID}
	w.step("registered anew", func() error {
		return err1(w.UpdateRegistration(ctx, w.owner, event, id, fund.RegistrationPatch{ShirtSize: fund.Some("M")}))
	}, "registration.changed")
	w.step("not registered", func() error { return w.DeleteRegistration(ctx, w.owner, event, id) }, "registration.removed")
}

func (w *walk) walkServer() {
	ctx := w.t.Context()
	w.step("team", func() error {
		return err1(w.UpdateTeam(ctx, w.roles[fund.RoleSuperAdmin], fund.Key{ID: w.team.ID}, fund.TeamPatch{Name: fund.Some("Us")}))
	}, "team.changed")
	w.account(w.t, "pat@example.org")
	session := w.signIn(w.t, app.Credentials{Email: "pat@example.org"})
	pat, err := w.GetVisit(ctx, session)
	must.Do(w.t, err)
	w.until(w.position(ctx, w.t))
	w.step("session", func() error { return w.EndSession(ctx, pat.Actor(), pat.Session.ID) }, "session.ended")
	link := w.given(w.t, w.owner, w.campaign, w.shift("Pat", fund.GrantScreener))
	w.until(w.position(ctx, w.t))
	w.step("accepted grant", func() error { return err1(w.AcceptGrant(ctx, pat.Actor(), link.Key)) }, "grant.changed")
	overlay := must.Get(w.CreateOverlay(ctx, w.owner, campaignKey(w.campaign), goal("one")))(w.t)
	w.step("changed overlay", func() error {
		return err1(w.UpdateOverlay(ctx, w.owner, overlay.ID, fund.OverlayPatch{Title: fund.Some("new")}))
	}, "overlay.changed")
	w.step("renewed overlay", func() error { return err1(w.RenewOverlay(ctx, w.owner, overlay.ID)) }, "overlay.changed")
	w.step("stage off the air", func() error { return w.RunStage(ctx, w.owner, campaignKey(w.campaign), fund.DeskOff, fund.ID{}) }, "stage.changed")
	w.step("deleted overlay", func() error { return w.DeleteOverlay(ctx, w.owner, overlay.ID) }, "overlay.changed")
	w.step("ended grant", func() error { return err1(w.EndGrants(ctx, w.owner, campaignKey(w.campaign), link.ID)) }, "grant.changed")
	w.step("disabled user", func() error { return err1(w.DisableUser(ctx, app.System(), pat.Actor().User)) }, "user.changed")
	hooks := w.hooks(ctx, w.t, w.owner.User)
	w.until(w.position(ctx, w.t))
	w.step("endpoint", func() error { w.endpoint(ctx, w.t, hooks); return nil }, "webhook.changed")
	w.step("disabled application", func() error { return w.DisableApplication(ctx, app.System(), hooks.Application) }, "application.changed")
	w.step("revoked token", func() error { return w.EndToken(ctx, app.System(), w.stranger.Token) }, "token.revoked")
	w.step("setting", func() error { return err1(w.SetSetting(ctx, app.System(), fund.SettingClaimDays, "30")) }, "setting.changed")
	w.step("live", func() error { return err1(w.GoLive(ctx, app.System())) }, "donations.reset")
}
