package apiv3

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// The incentives of a campaign, as they are written.

func (v *version) challenges() resource[fund.TargetPatch, fund.Target] {
	return resourceOf(challengeModel,
		shown(v.toChallenge),
		func(t fund.Target) string { return below("challenges", t.LegacyID) })
}

func (v *version) polls() resource[fund.PollPatch, fund.Poll] {
	return resourceOf(pollModel,
		shown(v.toPoll),
		func(p fund.Poll) string { return below("polls", p.LegacyID) })
}

func (v *version) rewards() resource[fund.RewardPatch, fund.Reward] {
	return resourceOf(rewardModel, shown(v.toReward), func(r fund.Reward) string { return below("rewards", r.LegacyID) })
}

func (v *version) milestones() resource[fund.MilestonePatch, fund.Milestone] {
	return resourceOf(milestoneModel,
		shown(v.toMilestone),
		func(m fund.Milestone) string {
			return below("campaigns", m.FactLegacyID) + below("milestones", m.LegacyID)
		})
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
