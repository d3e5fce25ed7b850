package apiv3

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// part is how one kind of thing that hangs on campaigns is read.
type part[From, To any] struct {
	list func(context.Context, app.Seen, fund.Page) ([]From, error)
	to   func(From) To
	// changes are the instants at which the answer changes without a write; nil for never.
	changes func(From) []time.Time
}

// partsOf is the list of the parts of the campaign at {id}.
func partsOf[From, To any](ctx context.Context, v *version, c *call, p part[From, To]) (api.Reply, error) {
	key, err := campaignAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	seen, err := v.app.See(ctx, c.Caller, key)
	if err != nil {
		return api.Reply{}, err
	}
	f, now := seen.Fact(), v.now()
	items, err := p.list(ctx, seen, allOfFact)
	if err != nil {
		return api.Reply{}, err
	}
	fresh := api.Shows(f.ID)
	if p.changes != nil {
		for _, item := range items {
			fresh = fresh.ChangesAt(now, p.changes(item)...)
		}
	}
	return api.Reply{Body: list(items, p.to), Fresh: fresh}, nil
}

func (v *version) listPolls(ctx context.Context, c *call) (api.Reply, error) {
	return partsOf(ctx, v, c, part[fund.Poll, poll]{
		list: v.app.Polls, to: v.toPoll,
		changes: func(p fund.Poll) []time.Time { return []time.Time{p.EndsAt} },
	})
}

func (v *version) listChallenges(ctx context.Context, c *call) (api.Reply, error) {
	return partsOf(ctx, v, c, part[fund.Target, challenge]{
		list: v.app.Targets, to: v.toChallenge,
		changes: func(t fund.Target) []time.Time { return []time.Time{t.ActivatesAt, t.EndsAt} },
	})
}

func (v *version) listRewards(ctx context.Context, c *call) (api.Reply, error) {
	return partsOf(ctx, v, c, part[fund.Reward, reward]{
		list: v.app.Rewards, to: v.toReward,
		changes: func(r fund.Reward) []time.Time { return []time.Time{r.StartsAt, r.EndsAt} },
	})
}

func (v *version) listMilestones(ctx context.Context, c *call) (api.Reply, error) {
	return partsOf(ctx, v, c, part[fund.Milestone, milestone]{list: v.allMilestones, to: v.toMilestone})
}

func (v *version) listSchedule(ctx context.Context, c *call) (api.Reply, error) {
	return partsOf(ctx, v, c, part[fund.ScheduleItem, scheduleItem]{
		list: v.app.Schedule, to: v.toScheduleItem,
	})
}

// allOfFact is the page of a list that comes whole.
var allOfFact = fund.Page{Limit: fund.MaxPerFact}

func (v *version) allMilestones(ctx context.Context, seen app.Seen, page fund.Page) ([]fund.Milestone, error) {
	return v.app.Milestones(ctx, seen, app.MilestoneQuery{IncludeDisabled: true}, page)
}

// The announced endpoints below list and show parts of all campaigns. What is announced only
// is not kept in the cache: nobody polls it.

func (v *version) listAllPolls(ctx context.Context, c *call) (api.Reply, error) {
	return allParts(ctx, c, allOf[fund.Poll, upcomingPoll]{
		list: v.app.ListAllPolls, to: v.toUpcomingPoll,
		number: func(p fund.Poll) int64 { return p.LegacyID },
	})
}

func (v *version) listAllChallenges(ctx context.Context, c *call) (api.Reply, error) {
	return allParts(ctx, c, allOf[fund.Target, challenge]{
		list: v.app.ListAllTargets, to: v.toChallenge,
		number: func(t fund.Target) int64 { return t.LegacyID },
	})
}

func (v *version) listAllRewards(ctx context.Context, c *call) (api.Reply, error) {
	return allParts(ctx, c, allOf[fund.Reward, upcomingReward]{
		list: v.app.ListAllRewards, to: v.toUpcomingReward,
		number: func(r fund.Reward) int64 { return r.LegacyID },
	})
}

// allOf is how one kind of part is read over all campaigns.
type allOf[From, To any] struct {
	list   func(context.Context, app.Actor, fund.Page) ([]From, error)
	to     func(From) To
	number func(From) int64
}

func allParts[From, To any](ctx context.Context, c *call, a allOf[From, To]) (api.Reply, error) {
	p, err := parsePaging(c, indexCount)
	if err != nil {
		return api.Reply{}, err
	}
	items, err := a.list(ctx, c.Caller, p.index())
	if err != nil {
		return api.Reply{}, err
	}
	return paged(p, items, a.to, a.number), nil
}

func (v *version) getPoll() handler {
	r := v.polls()
	r.Show = shown(v.toUpcomingPoll)
	return api.Gets(idAt, v.app.GetPoll, r.Reply)
}

func (v *version) getReward() handler {
	r := v.rewards()
	r.Show = shown(v.toUpcomingReward)
	return api.Gets(idAt, v.app.GetReward, r.Reply)
}
