package demo

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

func (w *dataset) makeDrives(ctx context.Context) {
	w.clock.since(day(30))
	for _, d := range drives() {
		fact := made(w, "campaign "+d.slug, func() (fund.Fact, error) { return w.makeDrive(ctx, d) })
		w.setUp(d.slug, fact)
		w.furnish(ctx, d)
	}
}

func (w *dataset) makeDrive(ctx context.Context, d drive) (fund.Fact, error) {
	who, patch := w.actor(d.user), w.campaignPatch(d)
	switch {
	case d.ofTeam:
		return w.app.CreateTeamCampaign(ctx, who, fund.Key{ID: w.teams[d.team].ID}, patch)
	case d.personal:
		made, err := w.app.CreatePersonalCampaign(ctx, who, fund.PersonalCampaignPatch{CampaignPatch: patch, ForName: fund.Some(d.forName)})
		return made.Fact, err
	default:
		return w.app.CreateCampaign(ctx, who, patch)
	}
}

// setUp registers a fact by its slug, so that it can take donations.
func (w *dataset) setUp(slug string, fact fund.Fact) {
	if w.err != nil {
		return
	}
	s, err := newStall(fact)
	if err != nil {
		w.err = fmt.Errorf("demo: %s: %w", slug, err)
		return
	}
	w.stalls[slug] = s
}

// fact is the campaign or auction house with the slug; the zero fact after an error.
func (w *dataset) fact(slug string) fund.Fact {
	if s := w.stalls[slug]; s != nil {
		return s.fact
	}
	return fund.Fact{}
}

func (w *dataset) campaignPatch(d drive) fund.CampaignPatch {
	patch := fund.CampaignPatch{
		Name: fund.Some(d.name), Slug: fund.Some(d.slug), Goal: fund.Some(d.goal), Status: fund.Some(fund.Published),
		Cause: fund.Some(fund.Key{ID: w.causes[d.cause].ID}), StartsAt: fund.Some(day(d.opened)),
	}
	if d.unpublished {
		patch.Status = fund.Some(fund.Unpublished)
	}
	if d.about != "" {
		patch.Description = fund.Some(d.about)
	}
	if d.avatar != "" {
		patch.Avatar = fund.Some(d.avatar)
	}
	if d.live != nil {
		patch.Livestream = fund.Some(d.live)
	}
	if d.event != "" {
		patch.Event = fund.Some(fund.Key{ID: w.events[d.event].ID})
	}
	if d.parent != "" {
		patch.Parent = fund.Some(fund.Key{ID: w.stalls[d.parent].fact.ID})
	}
	if d.team != "" && !d.ofTeam {
		patch.Team = fund.Some(fund.Key{ID: w.teams[d.team].ID})
	}
	if d.ofTeam || d.supported {
		patch.Supportable = fund.Some(fund.SupportPublic)
	}
	return patch
}

// furnish adds a campaign's parts.
func (w *dataset) furnish(ctx context.Context, d drive) {
	s, who := w.stalls[d.slug], w.actor(d.user)
	if s == nil {
		return
	}
	key := factKey(s.fact)
	for _, b := range d.polls {
		s.polls = append(s.polls, made(w, "poll of "+d.slug, func() (fund.Poll, error) {
			return w.app.CreatePoll(ctx, who, key, b.patch)
		}))
	}
	for _, patch := range d.targets {
		s.targets = append(s.targets, made(w, "target of "+d.slug, func() (fund.Target, error) {
			return w.app.CreateTarget(ctx, who, key, patch)
		}))
	}
	for _, p := range d.rewards {
		s.rewards = append(s.rewards, made(w, "reward of "+d.slug, func() (fund.Reward, error) {
			return w.app.CreateReward(ctx, who, key, p.patch)
		}))
	}
	for _, patch := range d.milestones {
		w.did("milestone of "+d.slug, func() error {
			_, err := w.app.CreateMilestone(ctx, who, key, patch)
			return err
		})
	}
	if d.presets != nil {
		w.did("presets of "+d.slug, func() error {
			_, err := w.app.UpdateDonationSettings(ctx, who, key, fund.DonationSettingsPatch{Presets: fund.Some(d.presets)})
			return err
		})
	}
	for _, item := range d.schedule {
		w.did("schedule of "+d.slug, func() error {
			_, err := w.app.CreateScheduleItem(ctx, who, key, item)
			return err
		})
	}
}

// factKey is the key of a fact of any kind.
func factKey(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
}

// close disables, retires and disbands what has ended by Epoch.
func (w *dataset) close(ctx context.Context) {
	for _, d := range drives() {
		if w.err == nil {
			w.closeIncentives(ctx, d)
		}
		if !d.retired {
			continue
		}
		w.did("retire "+d.slug, func() error {
			_, err := w.app.UpdateCampaign(ctx, w.actor(d.user), factKey(w.fact(d.slug)), fund.CampaignPatch{
				Status: fund.Some(fund.Retired), EndsAt: fund.Some(day(retiredBefore)),
			})
			return err
		})
	}
	w.did("disband "+disbandedCrew, func() error {
		return w.app.DisbandTeam(ctx, app.System(), fund.Key{ID: w.teams[disbandedCrew].ID})
	})
}

func (w *dataset) closeIncentives(ctx context.Context, d drive) {
	s, who := w.stalls[d.slug], w.actor(d.user)
	for i, b := range d.polls {
		if b.disabled {
			w.did("disable poll of "+d.slug, func() error {
				_, err := w.app.UpdatePoll(ctx, who, fund.Key{ID: s.polls[i].ID}, fund.PollPatch{Enabled: fund.Some(false)})
				return err
			})
		}
	}
	for i, p := range d.rewards {
		if p.retired {
			w.did("retire reward of "+d.slug, func() error {
				return w.app.RetireReward(ctx, who, fund.Key{ID: s.rewards[i].ID})
			})
		}
	}
}
