package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// A challenge, a poll and a milestone have amounts, but their campaign has the currency: it is
// read beside them.

func (v *version) createChallenge(ctx context.Context, actor app.Actor, key app.FactKey, patch fund.TargetPatch) (made, error) {
	t, err := v.app.CreateTarget(ctx, actor, key, patch)
	if err != nil {
		return made{}, err
	}
	currency, err := v.currencyOf(ctx, actor, t.FactID)
	return made{body: v.toChallenge(t, currency), path: below("challenges", t.LegacyID)}, err
}

func (v *version) showChallenge(ctx context.Context, actor app.Actor, key fund.Key) (any, error) {
	t, err := v.app.GetTarget(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	currency, err := v.currencyOf(ctx, actor, t.FactID)
	return v.toChallenge(t, currency), err
}

func (v *version) changeChallenge(ctx context.Context, actor app.Actor, key fund.Key, patch fund.TargetPatch) (any, error) {
	t, err := v.app.UpdateTarget(ctx, actor, key, patch)
	if err != nil {
		return nil, err
	}
	currency, err := v.currencyOf(ctx, actor, t.FactID)
	return v.toChallenge(t, currency), err
}

func (v *version) createPoll(ctx context.Context, actor app.Actor, key app.FactKey, patch fund.PollPatch) (made, error) {
	p, err := v.app.CreatePoll(ctx, actor, key, patch)
	if err != nil {
		return made{}, err
	}
	currency, err := v.currencyOf(ctx, actor, p.FactID)
	return made{body: v.toPoll(p, currency), path: below("polls", p.LegacyID)}, err
}

func (v *version) showPoll(ctx context.Context, actor app.Actor, key fund.Key) (any, error) {
	p, err := v.app.GetPoll(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	currency, err := v.currencyOf(ctx, actor, p.FactID)
	return v.toPoll(p, currency), err
}

func (v *version) changePoll(ctx context.Context, actor app.Actor, key fund.Key, patch fund.PollPatch) (any, error) {
	p, err := v.app.UpdatePoll(ctx, actor, key, patch)
	if err != nil {
		return nil, err
	}
	currency, err := v.currencyOf(ctx, actor, p.FactID)
	return v.toPoll(p, currency), err
}

func (v *version) createReward(ctx context.Context, actor app.Actor, key app.FactKey, patch fund.RewardPatch) (made, error) {
	r, err := v.app.CreateReward(ctx, actor, key, patch)
	return made{body: v.toReward(r), path: below("rewards", r.LegacyID)}, err
}

// milestoneAt is the milestone at {milestone} of the campaign at {id}.
func milestoneAt(c *call) (app.MilestoneKey, error) {
	campaign, err := campaignAt(c)
	if err != nil {
		return app.MilestoneKey{}, err
	}
	key, err := number(c, "milestone")
	return app.MilestoneKey{Campaign: campaign, Milestone: key}, err
}

func (v *version) createMilestone(ctx context.Context, actor app.Actor, key app.FactKey, patch fund.MilestonePatch) (made, error) {
	m, err := v.app.CreateMilestone(ctx, actor, key, patch)
	if err != nil {
		return made{}, err
	}
	currency, err := v.currencyOf(ctx, actor, m.FactID)
	return made{body: v.toMilestone(m, currency), path: below("campaigns", m.FactLegacyID) + below("milestones", m.LegacyID)}, err
}

func (v *version) showMilestone(ctx context.Context, actor app.Actor, key app.MilestoneKey) (any, error) {
	m, err := v.app.GetMilestone(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	currency, err := v.currencyOf(ctx, actor, m.FactID)
	return v.toMilestone(m, currency), err
}

func (v *version) changeMilestone(ctx context.Context, actor app.Actor, key app.MilestoneKey, patch fund.MilestonePatch) (any, error) {
	m, err := v.app.UpdateMilestone(ctx, actor, key, patch)
	if err != nil {
		return nil, err
	}
	currency, err := v.currencyOf(ctx, actor, m.FactID)
	return v.toMilestone(m, currency), err
}
