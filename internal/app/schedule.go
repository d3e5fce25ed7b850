package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ScheduleKey finds an item of the schedule of a campaign or of an event; without both, of whatever
// fact has it.
type ScheduleKey struct {
	Campaign *FactKey
	Event    *fund.Key
	Item     fund.Key
}

// Schedule lists a fact's schedule, earliest first. A cursor is {At: StartsAt, Number: LegacyID}.
func (a *App) Schedule(ctx context.Context, s Seen, page fund.Page) ([]fund.ScheduleItem, error) {
	return a.store.ListSchedule(ctx, s.fact.ID, inOrder(page, fund.OldestFirst))
}

// CreateScheduleItem adds an item to the schedule of a campaign.
func (a *App) CreateScheduleItem(ctx context.Context, actor Actor, key FactKey, patch fund.SchedulePatch) (fund.ScheduleItem, error) {
	f, err := a.changeableCampaign(ctx, actor, editSchedule, key)
	if err != nil {
		return fund.ScheduleItem{}, err
	}
	return a.createScheduleItem(ctx, actor, f, patch)
}

// CreateEventScheduleItem adds an item to the schedule of an event; its cause only.
func (a *App) CreateEventScheduleItem(ctx context.Context, actor Actor, key fund.Key, patch fund.SchedulePatch) (fund.ScheduleItem, error) {
	event, err := a.ownEvent(ctx, actor, key)
	if err != nil {
		return fund.ScheduleItem{}, err
	}
	return a.createScheduleItem(ctx, actor, event.Fact, patch)
}

func (a *App) createScheduleItem(ctx context.Context, actor Actor, f fund.Fact, patch fund.SchedulePatch) (fund.ScheduleItem, error) {
	var item fund.ScheduleItem
	err := a.changeSchedule(ctx, actor, f, func(ctx context.Context, tx *store.Tx, e edit) error {
		item = fund.ScheduleItem{ID: e.id, FactID: e.fact.ID, FactLegacyID: e.fact.LegacyID, CreatedAt: e.now}
		if err := patch.Apply(&item, e.now).Err(); err != nil {
			return err
		}
		e.report(fund.TopicScheduleItemCreated, item.ID, fund.Detail{})
		return tx.InsertScheduleItem(ctx, &item)
	})
	if err != nil {
		return fund.ScheduleItem{}, fmt.Errorf("new schedule item: %w", err)
	}
	return item, nil
}

// changeSchedule runs work on the schedule of a fact, as editParts does. What somebody does by a grant is logged.
func (a *App) changeSchedule(ctx context.Context, actor Actor, f fund.Fact, work func(context.Context, *store.Tx, edit) error) error {
	return a.writeBelow(ctx, actor, f, requireChange(actor, editSchedule), func(ctx context.Context, tx *store.Tx, e edit) error {
		if err := work(ctx, tx, e); err != nil {
			return err
		}
		return logGranted(ctx, tx, actor, editSchedule, e.fact, doneOn(fund.ActSchedule, f.ID, e.now))
	})
}

// UpdateScheduleItem changes an item of a schedule.
func (a *App) UpdateScheduleItem(ctx context.Context, actor Actor, key ScheduleKey, patch fund.SchedulePatch) (fund.ScheduleItem, error) {
	f, item, err := a.scheduleItem(ctx, actor, key)
	if err != nil {
		return fund.ScheduleItem{}, err
	}
	err = a.changeSchedule(ctx, actor, f, func(ctx context.Context, tx *store.Tx, e edit) error {
		item, err = tx.GetScheduleItem(ctx, fund.Key{ID: item.ID})
		if err != nil {
			return err
		}
		if err := patch.Apply(&item, e.now).Err(); err != nil {
			return err
		}
		e.report(fund.TopicScheduleItemChanged, item.ID, fund.Detail{})
		return tx.UpdateScheduleItem(ctx, item)
	})
	if err != nil {
		return fund.ScheduleItem{}, fmt.Errorf("schedule item %s: %w", key.Item, err)
	}
	return item, nil
}

// DeleteScheduleItem removes an item from a schedule.
func (a *App) DeleteScheduleItem(ctx context.Context, actor Actor, key ScheduleKey) error {
	f, item, err := a.scheduleItem(ctx, actor, key)
	if err != nil {
		return err
	}
	err = a.changeSchedule(ctx, actor, f, func(ctx context.Context, tx *store.Tx, e edit) error {
		e.report(fund.TopicScheduleItemRemoved, item.ID, fund.Detail{})
		return tx.DeleteScheduleItem(ctx, item.ID)
	})
	if err != nil {
		return fmt.Errorf("schedule item %s: %w", key.Item, err)
	}
	return nil
}

// scheduleItem finds an item of the key's fact, which the actor may change.
func (a *App) scheduleItem(ctx context.Context, actor Actor, key ScheduleKey) (fund.Fact, fund.ScheduleItem, error) {
	f, err := a.scheduleFact(ctx, actor, key)
	if err != nil {
		return fund.Fact{}, fund.ScheduleItem{}, err
	}
	item, err := a.store.GetScheduleItem(ctx, key.Item)
	if err != nil {
		return fund.Fact{}, fund.ScheduleItem{}, err
	}
	if item.FactID != f.ID {
		return fund.Fact{}, fund.ScheduleItem{}, missing("schedule item", key.Item)
	}
	return f, item, nil
}

func (a *App) scheduleFact(ctx context.Context, actor Actor, key ScheduleKey) (fund.Fact, error) {
	if key.Event != nil {
		event, err := a.ownEvent(ctx, actor, *key.Event)
		return event.Fact, err
	}
	if key.Campaign != nil {
		return a.changeableCampaign(ctx, actor, editSchedule, *key.Campaign)
	}
	_, f, err := a.seenItem(ctx, actor, key.Item)
	if err != nil {
		return fund.Fact{}, err
	}
	return f, requireRole(ctx, a.store.Queries, actor, editSchedule, f)
}

// seenItem finds an item with its fact. If the actor may not see the fact, the item is NotFound.
func (a *App) seenItem(ctx context.Context, actor Actor, key fund.Key) (fund.ScheduleItem, fund.Fact, error) {
	item, err := a.store.GetScheduleItem(ctx, key)
	if err != nil {
		return fund.ScheduleItem{}, fund.Fact{}, err
	}
	f, err := a.partFact(ctx, actor, part{noun: "schedule item", fact: item.FactID, legacy: item.LegacyID})
	return item, f, err
}

// GetScheduleItem returns one item of the schedule of a fact that the actor may see.
func (a *App) GetScheduleItem(ctx context.Context, actor Actor, key fund.Key) (fund.ScheduleItem, error) {
	item, _, err := a.seenItem(ctx, actor, key)
	return item, err
}
