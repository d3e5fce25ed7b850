package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

// Triggered is what was made to happen.
type Triggered struct {
	Event fund.TriggerEvent
	// Test reports whether it is only a test event: nothing changed.
	Test bool
	// Subject is what it happened to; that of a test event may not be stored.
	Subject fund.ID
	Topic   fund.Topic
}

// Trigger makes something happen at a fact, for those who may edit it: where the money is play money for real, and elsewhere as a test event,
// which goes the way of all events and counts nowhere. sample writes the object of a test event as JSON. Where there is nothing that it could
// happen to, it is a Conflict.
func (a *App) Trigger(ctx context.Context, actor Actor, key FactKey, in fund.TriggerInput, sample Sampler) (Triggered, error) {
	seen, err := a.See(ctx, actor, key)
	if err != nil {
		return Triggered{}, err
	}
	forReal := a.Mode(ctx) == fund.ModeSandbox
	allowed := requireEditor(actor)
	if forReal {
		allowed = player(actor)
	}
	if err := allowed(ctx, a.store.Queries, seen.fact); err != nil {
		return Triggered{}, err
	}
	if err := in.Check(); err != nil {
		return Triggered{}, err
	}
	event := fund.TriggerEvent(in.Event.Value)
	done := Triggered{Event: event, Topic: event.Topic(), Test: !forReal}
	if forReal {
		done.Subject, err = a.play(ctx, actor, seen, in)
	} else {
		done.Subject, err = a.rehearse(ctx, actor, seen, in, sample)
	}
	if err != nil {
		return Triggered{}, fmt.Errorf("trigger %s at fact %s: %w", event, seen.fact.ID, err)
	}
	return done, nil
}

// player is the permission to make play money move at a fact.
func player(actor Actor) permission {
	return func(ctx context.Context, q store.Queries, f fund.Fact) error {
		return requireFully(ctx, q, actor, playMoney, f)
	}
}

// play makes something happen to play money, and returns what it happened to.
func (a *App) play(ctx context.Context, actor Actor, s Seen, in fund.TriggerInput) (fund.ID, error) {
	switch fund.TriggerEvent(in.Event.Value) {
	case fund.TriggerRefund:
		return a.playRefund(ctx, actor, s, in)
	case fund.TriggerDispute:
		return a.playDispute(ctx, s, in)
	case fund.TriggerScreening:
		return a.playScreening(ctx, actor, s, in)
	case fund.TriggerPollVote:
		return a.playVote(ctx, actor, s, in)
	case fund.TriggerMilestone:
		return a.playMilestone(ctx, actor, s, in)
	case fund.TriggerMatchEnd:
		m, err := a.openMatch(ctx, s, in)
		if err == nil {
			m, err = a.endMatch(ctx, actor, fund.Key{ID: m.ID}, player(actor))
		}
		return m.ID, err
	default:
		d, err := a.donateInOneStep(ctx, actor, in.DonationInput(s.fact.ID))
		return d.ID, err
	}
}

func (a *App) playRefund(ctx context.Context, actor Actor, s Seen, in fund.TriggerInput) (fund.ID, error) {
	d, err := a.pickDonation(ctx, s, in, func(d fund.Donation) (bool, error) { return d.Net() > 0 && d.State != fund.DonationDisputed, nil })
	if err == nil {
		d, err = a.refundWith(ctx, actor, playMoney, fund.Key{ID: d.ID}, in.Amount.Value)
	}
	return d.ID, err
}

// playDispute lets the donor's bank dispute a payment that the sandbox took. What came without a payment has no bank.
func (a *App) playDispute(ctx context.Context, s Seen, in fund.TriggerInput) (fund.ID, error) {
	var paid fund.Payment
	d, err := a.pickDonation(ctx, s, in, func(d fund.Donation) (bool, error) {
		p, err := a.store.GetPayment(ctx, d.ID)
		paid = p
		is, err := found(err)
		return is && d.Net() > 0 && p.Status == fund.PaymentPaid && d.State != fund.DonationDisputed, err
	})
	if fault.Is(err, fault.Conflict) {
		return fund.ID{}, fault.New(fault.Conflict, "No payment here can be disputed: donations from the terminal have no bank. Donate on the page of this %s with a test card first.", s.fact.Kind.Noun())
	}
	if err != nil {
		return fund.ID{}, err
	}
	provider, err := a.provider(paid.Provider)
	if err != nil {
		return fund.ID{}, err
	}
	bank, is := provider.(pay.Disputer)
	if !is {
		return fund.ID{}, fault.New(fault.Conflict, "The payment provider of this donation cannot make up a dispute.")
	}
	ctx = context.WithoutCancel(ctx)
	if err := bank.Dispute(ctx, refOf(paid)); err != nil {
		return fund.ID{}, err
	}
	return d.ID, a.Reconcile(ctx, d.ID)
}

func (a *App) playScreening(ctx context.Context, actor Actor, s Seen, in fund.TriggerInput) (fund.ID, error) {
	d, err := a.pickDonation(ctx, s, in, func(fund.Donation) (bool, error) { return true, nil })
	if err == nil {
		d, err = a.screenWith(ctx, actor, playMoney, fund.Key{ID: d.ID}, screeningAfter(d, in))
	}
	return d.ID, err
}

// screeningAfter is the screening that is asked for, or the other one of shown and hidden.
func screeningAfter(d fund.Donation, in fund.TriggerInput) fund.Screening {
	switch {
	case in.Screening.Value != "":
		return fund.Screening(in.Screening.Value)
	case d.Screening == fund.ScreeningShown:
		return fund.ScreeningHidden
	default:
		return fund.ScreeningShown
	}
}

func (a *App) playVote(ctx context.Context, actor Actor, s Seen, in fund.TriggerInput) (fund.ID, error) {
	donation := in.DonationInput(s.fact.ID)
	if donation.PollOption == nil {
		_, option, err := a.openOption(ctx, s)
		if err != nil {
			return fund.ID{}, err
		}
		donation.PollOption = &fund.Key{ID: option.ID}
	}
	d, err := a.donateInOneStep(ctx, actor, donation)
	return d.ID, err
}

// playMilestone makes the donation that is missing to a milestone.
func (a *App) playMilestone(ctx context.Context, actor Actor, s Seen, in fund.TriggerInput) (fund.ID, error) {
	m, err := a.nextMilestone(ctx, s, in)
	if err != nil {
		return fund.ID{}, err
	}
	digits, err := money.Digits(s.fact.Currency)
	if err != nil {
		return fund.ID{}, err
	}
	donation := in.DonationInput(s.fact.ID)
	donation.Amount = money.Fixed(m.Amount-s.fact.Total(), digits)
	if _, err := a.donateInOneStep(ctx, actor, donation); err != nil {
		return fund.ID{}, err
	}
	return m.ID, nil
}

// triggerPicks is how many of the newest donations, or of the polls, milestones and matches of a fact are looked at for one to trigger.
const triggerPicks = 100

// pickDonation is the donation that the input names, or the newest one of the fact that fits.
func (a *App) pickDonation(ctx context.Context, s Seen, in fund.TriggerInput, fits func(fund.Donation) (bool, error)) (fund.Donation, error) {
	var candidates []fund.Donation
	var err error
	if named(in.Donation) {
		d, missed := a.store.GetDonation(ctx, in.Donation.Value)
		if is, err := found(missed); err != nil {
			return d, err
		} else if !is || d.Fact.ID != s.fact.ID {
			return d, notHere("donation", s)
		}
		candidates = []fund.Donation{d}
	} else if candidates, err = a.store.ListDonations(ctx, store.DonationFilter{Fact: s.fact.ID}, fund.Page{Limit: triggerPicks}); err != nil {
		return fund.Donation{}, err
	}
	for _, d := range candidates {
		if is, err := fits(d); is || err != nil {
			return d, err
		}
	}
	return fund.Donation{}, nothingHere("donation for this", s)
}

// openOption is the first option of a poll that is open.
func (a *App) openOption(ctx context.Context, s Seen) (fund.Poll, fund.PollOption, error) {
	polls, err := a.Polls(ctx, s, fund.Page{Limit: triggerPicks})
	if err != nil {
		return fund.Poll{}, fund.PollOption{}, err
	}
	for _, p := range polls {
		if p.Active(a.Now()) && len(p.Options) > 0 {
			return p, p.Options[0], nil
		}
	}
	return fund.Poll{}, fund.PollOption{}, nothingHere("open poll", s)
}

// nextMilestone is the milestone that the input names, or the lowest one that is yet to come.
func (a *App) nextMilestone(ctx context.Context, s Seen, in fund.TriggerInput) (fund.Milestone, error) {
	all, err := a.Milestones(ctx, s, MilestoneQuery{}, fund.Page{Limit: triggerPicks})
	if err != nil {
		return fund.Milestone{}, err
	}
	for _, m := range all {
		if m.Amount > s.fact.Total() && chosen(in.Milestone, m.ID, m.LegacyID) {
			return m, nil
		}
	}
	return fund.Milestone{}, nothingHere("milestone yet to come", s)
}

// openMatch is the match that the input names, or the oldest one that has not ended.
func (a *App) openMatch(ctx context.Context, s Seen, in fund.TriggerInput) (fund.DonationMatch, error) {
	all, err := a.Matches(ctx, s, MatchQuery{}, fund.Page{Limit: triggerPicks, Order: fund.OldestFirst})
	if err != nil {
		return fund.DonationMatch{}, err
	}
	for _, m := range all {
		if m.CompletedAt.IsZero() && chosen(in.Match, m.ID, 0) {
			return m, nil
		}
	}
	return fund.DonationMatch{}, nothingHere("open donation match", s)
}

// named reports whether the input names one.
func named(key fund.Opt[fund.Key]) bool { return key.Value != fund.Key{} }

// chosen reports whether the input names the one with these ids, or none.
func chosen(key fund.Opt[fund.Key], id fund.ID, legacyID int64) bool {
	return !named(key) || key.Value.ID == id || key.Value.LegacyID != 0 && key.Value.LegacyID == legacyID
}

func nothingHere(noun string, s Seen) error {
	return fault.New(fault.Conflict, "This %s has no %s.", s.fact.Kind.Noun(), noun)
}

func notHere(field string, s Seen) error {
	return fault.Fields{{Path: field, Text: "is none of this " + s.fact.Kind.Noun()}}.Err()
}
