package apiv3

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// itemAt is the schedule item at {item} of the campaign at {id}.
func itemAt(c *call) (app.ScheduleKey, error) {
	campaign, err := campaignAt(c)
	if err != nil {
		return app.ScheduleKey{}, err
	}
	item, err := number(c, "item")
	return app.ScheduleKey{Campaign: &campaign, Item: item}, err
}

// eventItemAt is the schedule item at {item} of the event at {id}.
func eventItemAt(c *call) (app.ScheduleKey, error) {
	event, err := number(c, "id")
	if err != nil {
		return app.ScheduleKey{}, err
	}
	item, err := number(c, "item")
	return app.ScheduleKey{Event: &event, Item: item}, err
}

func (v *version) createScheduleItem(ctx context.Context, actor app.Actor, key app.FactKey, patch fund.SchedulePatch) (made, error) {
	i, err := v.app.CreateScheduleItem(ctx, actor, key, patch)
	return made{body: v.toScheduleItem(i), path: below("campaigns", i.FactLegacyID) + below("schedule", i.LegacyID)}, err
}

func (v *version) createEventScheduleItem(ctx context.Context, actor app.Actor, event fund.Key, patch fund.SchedulePatch) (made, error) {
	i, err := v.app.CreateEventScheduleItem(ctx, actor, event, patch)
	path := below("fundraising-events", i.FactLegacyID) + below("schedule", i.LegacyID)
	return made{body: v.toEventScheduleItem(i), path: path}, err
}

// scheduleItem finds an item in its schedule: there is no reading of one alone.
func (v *version) scheduleItem(ctx context.Context, actor app.Actor, key app.ScheduleKey) (fund.ScheduleItem, error) {
	seen, err := v.seeScheduled(ctx, actor, key)
	if err != nil {
		return fund.ScheduleItem{}, err
	}
	items, err := v.app.Schedule(ctx, seen, allOfFact)
	if err != nil {
		return fund.ScheduleItem{}, err
	}
	at := slices.IndexFunc(items, func(i fund.ScheduleItem) bool { return i.LegacyID == key.Item.LegacyID })
	if at < 0 {
		return fund.ScheduleItem{}, fault.New(fault.NotFound, "There is no item %s in this schedule.", key.Item)
	}
	return items[at], nil
}

// seeScheduled finds the event or campaign whose schedule the key names.
func (v *version) seeScheduled(ctx context.Context, actor app.Actor, key app.ScheduleKey) (app.Seen, error) {
	if key.Event == nil {
		return v.app.See(ctx, actor, *key.Campaign)
	}
	event, err := v.app.SeeEvent(ctx, actor, *key.Event)
	return event.Seen, err
}
