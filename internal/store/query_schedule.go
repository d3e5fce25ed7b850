package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectSchedule = `SELECT s.id, s.legacy_id, s.fact_id, f.legacy_id, s.name, s.description, s.starts_at,
	s.ends_at, s.created_at, s.updated_at FROM schedule_items s JOIN facts f ON f.id = s.fact_id`

// ListSchedule lists the schedule of a fact, by start and then by legacy id.
func (q Queries) ListSchedule(ctx context.Context, fact fund.ID, page fund.Page) ([]fund.ScheduleItem, error) {
	key := sortKey{[]string{"s.starts_at", "s.legacy_id"}, func(c fund.Cursor) []any { return []any{micros(c.At), c.Number} }}
	items, err := keysetPage(ctx, q.db, selecting(selectSchedule).and("s.fact_id = ?", fact), key, page, scanScheduleItem)
	if err != nil {
		return nil, fmt.Errorf("list schedule of fact %s: %w", fact, err)
	}
	return items, nil
}

// GetScheduleItem finds one entry of a schedule.
func (q Queries) GetScheduleItem(ctx context.Context, key fund.Key) (fund.ScheduleItem, error) {
	what, s := thing{"schedule item", key.String()}, selecting(selectSchedule)
	if !s.byKey("s", key, noSlugs) {
		return fund.ScheduleItem{}, what.missing()
	}
	return one(ctx, q.db, s, scanScheduleItem, what)
}

func scanScheduleItem(r row) (fund.ScheduleItem, error) {
	var i fund.ScheduleItem
	err := r.Scan(&i.ID, &i.LegacyID, &i.FactID, &i.FactLegacyID, &i.Name, &i.Description,
		instant{&i.StartsAt}, instant{&i.EndsAt}, instant{&i.CreatedAt}, instant{&i.UpdatedAt})
	return i, err
}
