package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Thanks are what a donor whose money has come may like to know.
type Thanks struct {
	// Words are the fundraiser's own, in plain text; "" for none.
	Words string
	// Delay is how long after it happened viewers of the fact's stream see something; 0 where nobody said so.
	Delay time.Duration
	// Option is the option of a poll that the donation voted for, Target what it went toward, as they stand now; nil for none.
	Option *fund.PollOption
	Target *fund.Target
	// Milestones are those of the fact that were reached with the donation.
	Milestones []fund.Milestone
}

// reachedWithin is how long after a donation a milestone may be marked as reached that it reached: donations that arrive together are counted
// together, at the time of the last of them.
const reachedWithin = time.Second

// Thanks returns what the donor of a completed donation may like to know.
func (a *App) Thanks(ctx context.Context, g DonorView) (Thanks, error) {
	form, err := a.donateForm(ctx, g.Fact)
	if err != nil {
		return Thanks{}, err
	}
	t := Thanks{Words: form.Settings.Thanks, Delay: form.Settings.StreamDelay}
	if err := a.addChoice(ctx, g.Donation, &t); err != nil {
		return t, err
	}
	milestones, err := a.store.ListMilestones(ctx, store.MilestoneFilter{Fact: g.Fact.ID, EnabledOnly: true}, fund.Page{Limit: fund.MaxPerFact})
	for _, m := range milestones {
		if !m.ReachedAt.Before(g.Donation.CompletedAt) && m.ReachedAt.Sub(g.Donation.CompletedAt) <= reachedWithin {
			t.Milestones = append(t.Milestones, m)
		}
	}
	return t, err
}

// addChoice adds what the donor chose. What is gone since is left out.
func (a *App) addChoice(ctx context.Context, d fund.Donation, t *Thanks) error {
	if d.PollOption != nil {
		poll, err := a.store.GetPollByOption(ctx, fund.Key{ID: d.PollOption.ID})
		if _, err := found(err); err != nil {
			return err
		}
		for _, o := range poll.Options {
			if o.ID == d.PollOption.ID {
				t.Option = &o
			}
		}
	}
	if d.Target == nil {
		return nil
	}
	target, err := a.store.GetTarget(ctx, fund.Key{ID: d.Target.ID})
	ok, err := found(err)
	if ok {
		t.Target = &target
	}
	return err
}
