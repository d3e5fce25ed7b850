package apiv5

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// partRows are what hangs on facts. A part is made below its fact, and has an address of its own
// from then on.
func (v *version) partRows() []route {
	return slices.Concat(v.pollRows(), v.targetRows(), v.rewardRows(), v.milestoneRows(), v.matchRows(), v.scheduleRows(), v.fitnessRows(), v.counterRows(), v.timerRows())
}

func (v *version) pollRows() []route {
	r := resourceOf(
		pollModel, poll{},
		shown(v.toPoll),
		func(p fund.Poll) string { return at("polls", p.ID) },
	)
	in, out, key := pollInput{}, poll{}, keyAt("poll_id")
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("polls"), tagPolls, "Add a poll to "+h.noun, in, out, api.Creates(r, h.key, v.app.CreatePoll))
		}),
		asOwner.get("/polls/{poll_id}", tagPolls, "Get a poll", out, api.Gets(key, v.app.GetPoll, r.Reply)),
		asOwner.patch("/polls/{poll_id}", tagPolls, "Change a poll and merge its options", in, out, api.Changes(r, key, v.app.GetPoll, v.app.UpdatePoll)),
		asOwner.remove("/polls/{poll_id}", tagPolls, "Delete a poll that nobody voted on", deletes(key, v.app.DeletePoll)),
	)
}

func (v *version) targetRows() []route {
	r := resourceOf(
		targetModel, target{},
		shown(v.toTarget),
		func(t fund.Target) string { return at("targets", t.ID) },
	)
	in, out, key := targetInput{}, target{}, keyAt("target_id")
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("targets"), tagTargets, "Add a target to "+h.noun, in, out, api.Creates(r, h.key, v.app.CreateTarget))
		}),
		asOwner.get("/targets/{target_id}", tagTargets, "Get a target", out, api.Gets(key, v.app.GetTarget, r.Reply)),
		asOwner.patch("/targets/{target_id}", tagTargets, "Change a target", in, out, api.Changes(r, key, v.app.GetTarget, v.app.UpdateTarget)),
		asOwner.remove("/targets/{target_id}", tagTargets, "Delete a target that nobody gave to", deletes(key, v.app.DeleteTarget)),
	)
}

func (v *version) rewardRows() []route {
	r := resourceOf(
		rewardModel, reward{},
		shown(v.toReward),
		func(r fund.Reward) string { return at("rewards", r.ID) },
	)
	retire := actionOf(nothingModel, r.Show)
	in, out, key := rewardInput{}, reward{}, keyAt("reward_id")
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("rewards"), tagRewards, "Add a reward to "+h.noun, in, out, api.Creates(r, h.key, v.app.CreateReward))
		}),
		asOwner.get("/rewards/{reward_id}", tagRewards, "Get a reward", out, api.Gets(key, v.app.GetReward, r.Reply)),
		asOwner.patch("/rewards/{reward_id}", tagRewards, "Change a reward", in, out, api.Changes(r, key, v.app.GetReward, v.app.UpdateReward)),
		asOwner.remove("/rewards/{reward_id}", tagRewards, "Delete a reward that nobody claimed", deletes(key, v.app.DeleteReward)),
		asOwner.action("/rewards/{reward_id}/retire", api.Doc{Tag: tagRewards, Summary: "Retire a reward for good", ID: "retireReward"}, nil, out, api.Changes(retire, key, nil, v.retireReward)),
	)
}

func (v *version) retireReward(ctx context.Context, actor app.Actor, key fund.Key, body nothing) (fund.Reward, error) {
	if err := body.invalid.Err(); err != nil {
		return fund.Reward{}, err
	}
	if err := v.app.RetireReward(ctx, actor, key); err != nil {
		return fund.Reward{}, err
	}
	return v.app.GetReward(ctx, actor, key)
}

func (v *version) milestoneRows() []route {
	r := resourceOf(
		milestoneModel, milestone{},
		shown(v.toMilestone),
		func(m fund.Milestone) string { return at("milestones", m.ID) },
	)
	in, out := milestoneInput{}, milestone{}
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("milestones"), tagMilestones, "Add a milestone to "+h.noun, in, out, api.Creates(r, h.key, v.app.CreateMilestone))
		}),
		asOwner.get("/milestones/{milestone_id}", tagMilestones, "Get a milestone", out, api.Gets(milestoneAt, v.app.GetMilestone, r.Reply)),
		asOwner.patch("/milestones/{milestone_id}", tagMilestones, "Change a milestone", in, out, api.Changes(r, milestoneAt, v.app.GetMilestone, v.app.UpdateMilestone)),
		asOwner.remove("/milestones/{milestone_id}", tagMilestones, "Delete a milestone", deletes(milestoneAt, v.app.DeleteMilestone)),
	)
}

func milestoneAt(c *call) (app.MilestoneKey, error) {
	key, err := idAt(c, "milestone_id")
	return app.MilestoneKey{Milestone: key}, err
}

func (v *version) matchRows() []route {
	r := resourceOf(
		matchModel, donationMatch{},
		shown(v.toDonationMatch),
		func(m fund.DonationMatch) string { return at("donation_matches", m.ID) },
	)
	end := actionOf(nothingModel, r.Show)
	in, out, key := matchInput{}, donationMatch{}, uuidKeyAt("donation_match_id")
	return append(
		eachParent(func(h parentResource) route {
			return asDonationWriter.post(h.pattern("donation_matches"), tagMatches, "Begin a donation match of "+h.noun, in, out, api.Creates(r, h.key, v.app.CreateMatch))
		}),
		asOwner.get("/donation_matches/{donation_match_id}", tagMatches, "Get a donation match", out, api.Gets(key, v.app.GetMatch, r.Reply)),
		asDonationWriter.patch("/donation_matches/{donation_match_id}", tagMatches, "Change a donation match that has not ended", in, out, api.Changes(r, key, v.app.GetMatch, v.app.UpdateMatch)),
		asDonationWriter.action("/donation_matches/{donation_match_id}/end", api.Doc{Tag: tagMatches, Summary: "End a donation match with the matcher's donation", ID: "endDonationMatch"}, nil, out,
			api.Changes(end, key, nil, v.endMatch)),
	)
}

func (v *version) endMatch(ctx context.Context, actor app.Actor, key fund.Key, body nothing) (fund.DonationMatch, error) {
	if err := body.invalid.Err(); err != nil {
		return fund.DonationMatch{}, err
	}
	return v.app.EndMatch(ctx, actor, key)
}

func (v *version) scheduleRows() []route {
	r := resourceOf(
		scheduleModel, schedule{},
		shown(v.toSchedule),
		func(i fund.ScheduleItem) string { return at("schedules", i.ID) },
	)
	in, out := scheduleInput{}, schedule{}
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("schedules"), tagSchedules, "Add an entry to the schedule of "+h.noun, in, out, api.Creates(r, h.key, v.app.CreateScheduleItem))
		}),
		asOwner.get("/schedules/{schedule_id}", tagSchedules, "Get an entry of a schedule", out, api.Gets(keyAt("schedule_id"), v.app.GetScheduleItem, r.Reply)),
		asOwner.patch("/schedules/{schedule_id}", tagSchedules, "Change an entry of a schedule", in, out, api.Changes(r, itemAt, v.getItem, v.app.UpdateScheduleItem)),
		asOwner.remove("/schedules/{schedule_id}", tagSchedules, "Delete an entry of a schedule", deletes(itemAt, v.app.DeleteScheduleItem)),
	)
}

func (v *version) getItem(ctx context.Context, actor app.Actor, key app.ScheduleKey) (fund.ScheduleItem, error) {
	return v.app.GetScheduleItem(ctx, actor, key.Item)
}

func itemAt(c *call) (app.ScheduleKey, error) {
	key, err := idAt(c, "schedule_id")
	return app.ScheduleKey{Item: key}, err
}
