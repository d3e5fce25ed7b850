package apiv5

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

const (
	tagPolls      = "Polls"
	tagTargets    = "Targets"
	tagRewards    = "Rewards"
	tagMilestones = "Milestones"
	tagSchedules  = "Schedules"
	tagMatches    = "Donation matches"
	tagFitness    = "Fitness"
)

// partRows are what hangs on facts. A part is made below its fact, and has an address of its own
// from then on.
func (v *version) partRows() []route {
	return slices.Concat(v.pollRows(), v.targetRows(), v.rewardRows(), v.milestoneRows(), v.matchRows(), v.scheduleRows(), v.fitnessRows())
}

// ofFact shows a part with what it takes from its fact.
func ofFact[T, W any](v *version, fact func(T) fund.ID, to func(T, fund.Fact) W) func(context.Context, *call, T) (any, error) {
	return func(ctx context.Context, c *call, one T) (any, error) {
		f, err := v.app.GetFact(ctx, c.Caller, app.FactKey{Key: fund.Key{ID: fact(one)}, Kinds: atFact.kinds})
		if err != nil {
			return nil, err
		}
		return to(one, f), nil
	}
}

func (v *version) pollRows() []route {
	r := resource[fund.PollPatch, fund.Poll]{
		model: pollModel, out: poll{}, path: func(p fund.Poll) string { return at("polls", p.ID) },
		show: ofFact(v, func(p fund.Poll) fund.ID { return p.FactID }, v.toPoll),
	}
	in, out, key := pollInput{}, poll{}, keyAt("poll_id")
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("polls"), tagPolls, "Add a poll to "+h.noun, in, out, creates(r, h.key, v.app.CreatePoll))
		}),
		asOwner.get("/polls/{poll_id}", tagPolls, "Get a poll", out, gets(r, key, v.app.GetPoll)),
		asOwner.patch("/polls/{poll_id}", tagPolls, "Change a poll and merge its options", in, out, changes(r, key, v.app.GetPoll, v.app.UpdatePoll)),
		asOwner.remove("/polls/{poll_id}", tagPolls, "Delete a poll that nobody voted on", deletes(key, v.app.DeletePoll)),
	)
}

func (v *version) targetRows() []route {
	r := resource[fund.TargetPatch, fund.Target]{
		model: targetModel, out: target{}, path: func(t fund.Target) string { return at("targets", t.ID) },
		show: ofFact(v, func(t fund.Target) fund.ID { return t.FactID }, v.toTarget),
	}
	in, out, key := targetInput{}, target{}, keyAt("target_id")
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("targets"), tagTargets, "Add a target to "+h.noun, in, out, creates(r, h.key, v.app.CreateTarget))
		}),
		asOwner.get("/targets/{target_id}", tagTargets, "Get a target", out, gets(r, key, v.app.GetTarget)),
		asOwner.patch("/targets/{target_id}", tagTargets, "Change a target", in, out, changes(r, key, v.app.GetTarget, v.app.UpdateTarget)),
		asOwner.remove("/targets/{target_id}", tagTargets, "Delete a target that nobody gave to", deletes(key, v.app.DeleteTarget)),
	)
}

func (v *version) rewardRows() []route {
	r := resource[fund.RewardPatch, fund.Reward]{
		model: rewardModel, out: reward{}, path: func(r fund.Reward) string { return at("rewards", r.ID) },
		show: ofFact(v, func(r fund.Reward) fund.ID { return r.FactID }, v.toReward),
	}
	retire := resource[nothing, fund.Reward]{model: nothingModel, show: r.show}
	in, out, key := rewardInput{}, reward{}, keyAt("reward_id")
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("rewards"), tagRewards, "Add a reward to "+h.noun, in, out, creates(r, h.key, v.app.CreateReward))
		}),
		asOwner.get("/rewards/{reward_id}", tagRewards, "Get a reward", out, gets(r, key, v.app.GetReward)),
		asOwner.patch("/rewards/{reward_id}", tagRewards, "Change a reward", in, out, changes(r, key, v.app.GetReward, v.app.UpdateReward)),
		asOwner.remove("/rewards/{reward_id}", tagRewards, "Delete a reward that nobody claimed", deletes(key, v.app.DeleteReward)),
		asOwner.action("/rewards/{reward_id}/retire", api.Doc{Tag: tagRewards, Summary: "Retire a reward for good", ID: "retireReward"}, nil, out, acts(retire, key, v.retireReward)),
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
	r := resource[fund.MilestonePatch, fund.Milestone]{
		model: milestoneModel, out: milestone{}, path: func(m fund.Milestone) string { return at("milestones", m.ID) },
		show: ofFact(v, func(m fund.Milestone) fund.ID { return m.FactID }, v.toMilestone),
	}
	in, out := milestoneInput{}, milestone{}
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("milestones"), tagMilestones, "Add a milestone to "+h.noun, in, out, creates(r, h.key, v.app.CreateMilestone))
		}),
		asOwner.get("/milestones/{milestone_id}", tagMilestones, "Get a milestone", out, gets(r, milestoneAt, v.app.GetMilestone)),
		asOwner.patch("/milestones/{milestone_id}", tagMilestones, "Change a milestone", in, out, changes(r, milestoneAt, v.app.GetMilestone, v.app.UpdateMilestone)),
		asOwner.remove("/milestones/{milestone_id}", tagMilestones, "Delete a milestone", deletes(milestoneAt, v.app.DeleteMilestone)),
	)
}

func milestoneAt(c *call) (app.MilestoneKey, error) {
	key, err := idAt(c, "milestone_id")
	return app.MilestoneKey{Milestone: key}, err
}

func (v *version) matchRows() []route {
	r := resource[fund.MatchPatch, fund.DonationMatch]{
		model: matchModel, out: donationMatch{}, show: shown(v.toDonationMatch),
		path: func(m fund.DonationMatch) string { return at("donation_matches", m.ID) },
	}
	end := resource[nothing, fund.DonationMatch]{model: nothingModel, show: r.show}
	in, out := matchInput{}, donationMatch{}
	key := func(c *call) (fund.Key, error) { return uuidAt(c, "donation_match_id") }
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("donation_matches"), tagMatches, "Begin a donation match of "+h.noun, in, out, creates(r, h.key, v.app.CreateMatch))
		}),
		asOwner.get("/donation_matches/{donation_match_id}", tagMatches, "Get a donation match", out, gets(r, key, v.app.GetMatch)),
		asOwner.patch("/donation_matches/{donation_match_id}", tagMatches, "Change a donation match that has not ended", in, out, changes(r, key, v.app.GetMatch, v.app.UpdateMatch)),
		asDonationWriter.action("/donation_matches/{donation_match_id}/end", api.Doc{Tag: tagMatches, Summary: "End a donation match with the matcher's donation", ID: "endDonationMatch"}, nil, out, acts(end, key, v.endMatch)),
	)
}

func (v *version) endMatch(ctx context.Context, actor app.Actor, key fund.Key, body nothing) (fund.DonationMatch, error) {
	if err := body.invalid.Err(); err != nil {
		return fund.DonationMatch{}, err
	}
	return v.app.EndMatch(ctx, actor, key)
}

func (v *version) scheduleRows() []route {
	r := resource[fund.SchedulePatch, fund.ScheduleItem]{
		model: scheduleModel, out: schedule{}, path: func(i fund.ScheduleItem) string { return at("schedules", i.ID) },
		show: func(_ context.Context, _ *call, i fund.ScheduleItem) (any, error) {
			return v.toSchedule(i, fund.Fact{}), nil
		},
	}
	in, out := scheduleInput{}, schedule{}
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("schedules"), tagSchedules, "Add an entry to the schedule of "+h.noun, in, out, creates(r, h.key, v.app.CreateScheduleItem))
		}),
		asOwner.get("/schedules/{schedule_id}", tagSchedules, "Get an entry of a schedule", out, gets(r, keyAt("schedule_id"), v.app.GetScheduleItem)),
		asOwner.patch("/schedules/{schedule_id}", tagSchedules, "Change an entry of a schedule", in, out, changes(r, itemAt, v.getItem, v.app.UpdateScheduleItem)),
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
