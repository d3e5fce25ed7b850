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
	var items []fund.ScheduleItem
	var err error
	if key.Event != nil {
		items, err = v.app.ListEventSchedule(ctx, actor, *key.Event)
	} else {
		items, err = v.app.ListSchedule(ctx, actor, *key.Campaign)
	}
	if err != nil {
		return fund.ScheduleItem{}, err
	}
	at := slices.IndexFunc(items, func(i fund.ScheduleItem) bool { return i.LegacyID == key.Item.LegacyID })
	if at < 0 {
		return fund.ScheduleItem{}, fault.New(fault.NotFound, "There is no item %s in this schedule.", key.Item)
	}
	return items[at], nil
}
