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
	event, err := idAt(c)
	if err != nil {
		return app.ScheduleKey{}, err
	}
	item, err := number(c, "item")
	return app.ScheduleKey{Event: &event, Item: item}, err
}

// scheduled are the items of the schedule of a campaign, eventScheduled those of an event's.
func (v *version) scheduled() resource[fund.SchedulePatch, fund.ScheduleItem] {
	return resourceOf(scheduleModel, shown(v.toScheduleItem), func(i fund.ScheduleItem) string {
		return below("campaigns", i.FactLegacyID) + below("schedule", i.LegacyID)
	})
}

func (v *version) eventScheduled() resource[fund.SchedulePatch, fund.ScheduleItem] {
	return resourceOf(scheduleModel, shown(v.toEventScheduleItem), func(i fund.ScheduleItem) string {
		return below("fundraising-events", i.FactLegacyID) + below("schedule", i.LegacyID)
	})
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
