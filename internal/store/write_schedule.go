package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertScheduleItem inserts a new entry of a fact's schedule and assigns its legacy id.
func (t *Tx) InsertScheduleItem(ctx context.Context, i *fund.ScheduleItem) error {
	number, err := t.legacyID(ctx, "schedule_item")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"schedule item", i.ID.String()}, "schedule_items", append(columns{
		{"id", i.ID}, {"legacy_id", number}, {"fact_id", i.FactID}, {"created_at", micros(i.CreatedAt)},
	}, scheduleItemRow(*i)...))
	if err != nil {
		return err
	}
	i.LegacyID = number
	return nil
}

// scheduleItemRow lists the columns of schedule_items that an update may change.
func scheduleItemRow(i fund.ScheduleItem) columns {
	return columns{
		{"name", i.Name}, {"description", i.Description}, {"starts_at", micros(i.StartsAt)},
		{"ends_at", nullMicros(i.EndsAt)}, {"updated_at", micros(i.UpdatedAt)},
	}
}

// UpdateScheduleItem writes everything about an entry except its fact.
func (t *Tx) UpdateScheduleItem(ctx context.Context, i fund.ScheduleItem) error {
	return t.update(ctx, thing{"schedule item", i.ID.String()}, updating("schedule_items", scheduleItemRow(i)).and("id = ?", i.ID))
}

// DeleteScheduleItem deletes an entry.
func (t *Tx) DeleteScheduleItem(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"schedule item", id.String()}, "DELETE FROM schedule_items WHERE id = $1", id)
}
