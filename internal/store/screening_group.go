package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const groupColumns = "id, fact_id, name, color, created_at, updated_at"

func scanGroup(r row) (g fund.ScreeningGroup, err error) {
	err = r.Scan(&g.ID, &g.FactID, &g.Name, &g.Color, instant{&g.CreatedAt}, instant{&g.UpdatedAt})
	return g, err
}

// ListScreeningGroups lists the groups of a fact, the oldest first.
func (q Queries) ListScreeningGroups(ctx context.Context, fact fund.ID) ([]fund.ScreeningGroup, error) {
	all, err := list(ctx, q.db, selecting("SELECT "+groupColumns+" FROM screening_groups").and("fact_id = ?", fact).then("ORDER BY id LIMIT ?", fund.MaxScreeningGroups), scanGroup)
	if err != nil {
		return nil, fmt.Errorf("groups of fact %s: %w", fact, err)
	}
	return all, nil
}

// GetScreeningGroup finds a group.
func (q Queries) GetScreeningGroup(ctx context.Context, id fund.ID) (fund.ScreeningGroup, error) {
	return one(ctx, q.db, selecting("SELECT "+groupColumns+" FROM screening_groups").and("id = ?", id), scanGroup, thing{"group", id.String()})
}

// InsertScreeningGroup inserts a group.
func (t *Tx) InsertScreeningGroup(ctx context.Context, g fund.ScreeningGroup) error {
	return t.insert(ctx, thing{"group", g.ID.String()}, "screening_groups", columns{
		{"id", g.ID}, {"fact_id", g.FactID}, {"name", g.Name}, {"color", string(g.Color)}, {"created_at", micros(g.CreatedAt)}, {"updated_at", micros(g.UpdatedAt)},
	})
}

// UpdateScreeningGroup writes everything about a group except its fact.
func (t *Tx) UpdateScreeningGroup(ctx context.Context, g fund.ScreeningGroup) error {
	return t.update(ctx, thing{"group", g.ID.String()}, updating("screening_groups", columns{
		{"name", g.Name}, {"color", string(g.Color)}, {"updated_at", micros(g.UpdatedAt)},
	}).and("id = ?", g.ID))
}

// DeleteScreeningGroup deletes a group. What was marked with it is marked with none.
func (t *Tx) DeleteScreeningGroup(ctx context.Context, id fund.ID) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM screening_marks WHERE group_id = $1", id); err != nil {
		return fmt.Errorf("marks of group %s: %w", id, err)
	}
	return t.change(ctx, thing{"group", id.String()}, "DELETE FROM screening_groups WHERE id = $1", id)
}

// PutScreeningMark marks a donation with a group, or with none for the zero id.
func (t *Tx) PutScreeningMark(ctx context.Context, donation, group fund.ID) error {
	var err error
	if group.IsZero() {
		_, err = t.db.ExecContext(ctx, "DELETE FROM screening_marks WHERE donation_id = $1", donation)
	} else {
		_, err = t.db.ExecContext(ctx, `INSERT INTO screening_marks (donation_id, group_id, marked_at) VALUES ($1, $2, $3)
			ON CONFLICT (donation_id) DO UPDATE SET group_id = excluded.group_id, marked_at = excluded.marked_at`, donation, group, micros(t.now()))
	}
	if err != nil {
		return fmt.Errorf("mark of donation %s: %w", donation, err)
	}
	return nil
}

// ScreeningMarks are the groups that some donations are marked with, by donation.
func (q Queries) ScreeningMarks(ctx context.Context, donations []fund.ID) (map[fund.ID]fund.ID, error) {
	found := map[fund.ID]fund.ID{}
	err := q.eachOf(ctx, "SELECT donation_id, group_id FROM screening_marks WHERE donation_id IN ", donations, func(scan func(...any) error) error {
		var donation, group fund.ID
		err := scan(&donation, &group)
		found[donation] = group
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("marks of donations: %w", err)
	}
	return found, nil
}

// MarkedDonations are the donations that are marked with a group, the last that was marked first.
func (q Queries) MarkedDonations(ctx context.Context, group fund.ID, limit int) ([]fund.ID, error) {
	ids, err := list(ctx, q.db, selecting("SELECT donation_id FROM screening_marks").and("group_id = ?", group).then("ORDER BY marked_at DESC, donation_id DESC LIMIT ?", limit), scanID)
	if err != nil {
		return nil, fmt.Errorf("donations of group %s: %w", group, err)
	}
	return ids, nil
}

// Highlights are what is highlighted at a fact.
func (q Queries) Highlights(ctx context.Context, fact fund.ID) (h fund.Highlights, err error) {
	h.FactID = fact
	err = q.db.QueryRowContext(ctx, "SELECT words, amount, updated_at FROM screening_highlights WHERE fact_id = $1", fact).Scan(textJSON{&h.Words}, &h.Amount, instant{&h.UpdatedAt})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return h, fmt.Errorf("highlights of fact %s: %w", fact, err)
	}
	return h, nil
}

// PutHighlights writes them.
func (t *Tx) PutHighlights(ctx context.Context, h fund.Highlights) error {
	words, err := encodeJSON(h.Words)
	if err != nil {
		return err
	}
	_, err = t.db.ExecContext(ctx, `INSERT INTO screening_highlights (fact_id, words, amount, updated_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (fact_id) DO UPDATE SET words = excluded.words, amount = excluded.amount, updated_at = excluded.updated_at`, h.FactID, words, h.Amount, micros(h.UpdatedAt))
	if err != nil {
		return fmt.Errorf("highlights of fact %s: %w", h.FactID, err)
	}
	return nil
}
