package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertScheduleItem puts in a new entry of a fact's schedule and gives it its legacy id.
func (t *Tx) InsertScheduleItem(ctx context.Context, i *fund.ScheduleItem) error {
	number, err := t.legacyID(ctx, "schedule_item")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"schedule item", i.ID.String()}, `INSERT INTO schedule_items (id, legacy_id, fact_id, name,
		description, starts_at, ends_at, created_at, updated_at)`,
		i.ID, number, i.FactID, i.Name, i.Description, micros(i.StartsAt), nullMicros(i.EndsAt), micros(i.CreatedAt),
		micros(i.UpdatedAt))
	if err != nil {
		return err
	}
	i.LegacyID = number
	return nil
}

// UpdateScheduleItem writes everything about an entry but its fact.
func (t *Tx) UpdateScheduleItem(ctx context.Context, i fund.ScheduleItem) error {
	return t.change(ctx, thing{"schedule item", i.ID.String()}, `UPDATE schedule_items SET name = $1, description = $2,
		starts_at = $3, ends_at = $4, updated_at = $5 WHERE id = $6`,
		i.Name, i.Description, micros(i.StartsAt), nullMicros(i.EndsAt), micros(i.UpdatedAt), i.ID)
}

// DeleteScheduleItem takes out an entry.
func (t *Tx) DeleteScheduleItem(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"schedule item", id.String()}, "DELETE FROM schedule_items WHERE id = $1", id)
}
