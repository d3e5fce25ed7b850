package apiv5

import (
	"context"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// part is how one kind of thing that hangs on facts is read.
type part[From, To any] struct {
	kind string
	read func(context.Context, app.Seen, fund.Page) ([]From, error)
	at   func(From) fund.Cursor
	to   func(From) To
	// changes are the instants at which the answer changes without a write; nil for never.
	changes func(From) []time.Time
}

// partsOf lists the parts of the fact at a place. What filters there are comes back from filter, with
// the part that knows them; nil for none.
func partsOf[From, To any](v *version, at pathParameter, filter func(*params) part[From, To]) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		f := seen.Fact()
		p := queryOf(c)
		one := filter(p)
		items, meta, err := paginate(ctx, v, p, listing[From]{
			kind: one.kind, owner: f.ID, order: fund.OldestFirst, at: one.at,
			read: func(page fund.Page) ([]From, error) { return one.read(ctx, seen, page) },
		})
		if err != nil {
			return api.Reply{}, err
		}
		fresh := api.Shows(f.ID)
		if one.changes != nil {
			for _, item := range items {
				fresh = fresh.ChangesAt(v.now(), one.changes(item)...)
			}
		}
		return api.Reply{Body: page{Data: list(items, one.to), Metadata: meta}, Fresh: fresh}, nil
	}
}

// allOf lists a part without filters.
func allOf[From, To any](v *version, at pathParameter, one part[From, To]) handler {
	return partsOf(v, at, func(*params) part[From, To] { return one })
}

func (v *version) polls() part[fund.Poll, poll] {
	return part[fund.Poll, poll]{
		kind: "polls", read: v.app.Polls, to: v.toPoll,
		at:      func(p fund.Poll) fund.Cursor { return fund.Cursor{Number: p.LegacyID} },
		changes: func(p fund.Poll) []time.Time { return []time.Time{p.EndsAt} },
	}
}

func (v *version) targets() part[fund.Target, target] {
	return part[fund.Target, target]{
		kind: "targets", read: v.app.Targets, to: v.toTarget,
		at:      func(t fund.Target) fund.Cursor { return fund.Cursor{Number: t.LegacyID} },
		changes: func(t fund.Target) []time.Time { return []time.Time{t.ActivatesAt, t.EndsAt} },
	}
}

func (v *version) rewards() part[fund.Reward, reward] {
	return part[fund.Reward, reward]{
		kind: "rewards", read: v.app.Rewards, to: v.toReward,
		at:      func(r fund.Reward) fund.Cursor { return fund.Cursor{Number: r.Amount, ID: r.ID} },
		changes: func(r fund.Reward) []time.Time { return []time.Time{r.StartsAt, r.EndsAt} },
	}
}

func (v *version) schedules() part[fund.ScheduleItem, schedule] {
	return part[fund.ScheduleItem, schedule]{
		kind: "schedules", read: v.app.Schedule, to: v.toSchedule,
		at: func(s fund.ScheduleItem) fund.Cursor { return fund.Cursor{At: s.StartsAt, Number: s.LegacyID} },
	}
}

func (v *version) fitnessGoals() part[fund.FitnessGoal, fitnessGoal] {
	return part[fund.FitnessGoal, fitnessGoal]{
		kind: "fitness_goals", read: v.app.FitnessGoals, to: toFitnessGoal,
		at: func(g fund.FitnessGoal) fund.Cursor { return fund.Cursor{ID: g.ID} },
	}
}

// disabledQuery lists the milestones that are switched off too.
var disabledQuery = []string{"include_disabled"}

func (v *version) milestones(p *params) part[fund.Milestone, milestone] {
	query := app.MilestoneQuery{
		IncludeDisabled: p.flag("include_disabled"), Created: p.span("created"), Updated: p.span("updated"),
	}
	return part[fund.Milestone, milestone]{
		kind: "milestones", to: v.toMilestone,
		at: func(m fund.Milestone) fund.Cursor { return fund.Cursor{Number: m.Amount, ID: m.ID} },
		read: func(ctx context.Context, seen app.Seen, page fund.Page) ([]fund.Milestone, error) {
			return v.app.Milestones(ctx, seen, query, page)
		},
	}
}

// oneOf answers with one part of the fact at a place, by the id that the path has after the name of the list; a part of
// another fact is not found.
func oneOf[From, To any](v *version, at pathParameter, one part[From, To], get func(context.Context, app.Seen, fund.Key) (From, error)) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		key, err := idAt(c, strings.TrimSuffix(one.kind, "s")+"_id")
		if err != nil {
			return api.Reply{}, err
		}
		item, err := get(ctx, seen, key)
		if err != nil {
			return api.Reply{}, err
		}
		fresh := api.Shows(seen.Fact().ID)
		if one.changes != nil {
			fresh = fresh.ChangesAt(v.now(), one.changes(item)...)
		}
		return api.Reply{Body: one.to(item), Fresh: fresh}, nil
	}
}
