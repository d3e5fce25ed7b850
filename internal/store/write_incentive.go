package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertTarget puts in a new target, to which nothing was given yet, and gives it its legacy id.
func (t *Tx) InsertTarget(ctx context.Context, target *fund.Target) error {
	number, err := t.legacyID(ctx, "target")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"target", target.ID.String()}, `INSERT INTO targets (id, legacy_id, fact_id, name, amount,
		enabled, activates_at, ends_at, created_at, updated_at)`,
		target.ID, number, target.FactID, target.Name, target.Amount, target.Enabled, nullMicros(target.ActivatesAt),
		nullMicros(target.EndsAt), micros(target.CreatedAt), micros(target.UpdatedAt))
	if err != nil {
		return err
	}
	target.LegacyID, target.Raised = number, 0
	return nil
}

// UpdateTarget writes everything about a target but its fact and what was given to it.
func (t *Tx) UpdateTarget(ctx context.Context, target fund.Target) error {
	return t.change(ctx, thing{"target", target.ID.String()}, `UPDATE targets SET name = $1, amount = $2, enabled = $3,
		activates_at = $4, ends_at = $5, updated_at = $6 WHERE id = $7`,
		target.Name, target.Amount, target.Enabled, nullMicros(target.ActivatesAt), nullMicros(target.EndsAt),
		micros(target.UpdatedAt), target.ID)
}

// DeleteTarget takes out a target. One that was given to is a Conflict.
func (t *Tx) DeleteTarget(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"target", id.String()}, "DELETE FROM targets WHERE id = $1", id)
}

// InsertReward puts in a new reward, of which none is taken yet, and gives it its legacy id.
func (t *Tx) InsertReward(ctx context.Context, r *fund.Reward) error {
	number, err := t.legacyID(ctx, "reward")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"reward", r.ID.String()}, `INSERT INTO rewards (id, legacy_id, fact_id, name, description,
		amount, currency, kind, quantity, fair_market_value, shipping_address_required, shipping_note,
		custom_question, image, enabled, always_active, starts_at, ends_at, activated_at, deactivated_at,
		retired_at, created_at, updated_at)`,
		r.ID, number, r.FactID, r.Name, r.Description, r.Amount, r.Currency, string(r.Kind), nullInt(r.Quantity),
		nullInt(r.FairMarketValue), r.ShippingAddressRequired, r.ShippingNote, r.CustomQuestion, r.Image, r.Enabled,
		r.AlwaysActive, nullMicros(r.StartsAt), nullMicros(r.EndsAt), nullMicros(r.ActivatedAt),
		nullMicros(r.DeactivatedAt), nullMicros(r.RetiredAt), micros(r.CreatedAt), micros(r.UpdatedAt))
	if err != nil {
		return err
	}
	r.LegacyID, r.Claimed = number, 0
	return nil
}

// UpdateReward writes everything about a reward but its fact and how many are taken.
func (t *Tx) UpdateReward(ctx context.Context, r fund.Reward) error {
	return t.change(ctx, thing{"reward", r.ID.String()}, `UPDATE rewards SET name = $1, description = $2, amount = $3,
		currency = $4, kind = $5, quantity = $6, fair_market_value = $7, shipping_address_required = $8,
		shipping_note = $9, custom_question = $10, image = $11, enabled = $12, always_active = $13, starts_at = $14,
		ends_at = $15, activated_at = $16, deactivated_at = $17, retired_at = $18, updated_at = $19 WHERE id = $20`,
		r.Name, r.Description, r.Amount, r.Currency, string(r.Kind), nullInt(r.Quantity), nullInt(r.FairMarketValue),
		r.ShippingAddressRequired, r.ShippingNote, r.CustomQuestion, r.Image, r.Enabled, r.AlwaysActive,
		nullMicros(r.StartsAt), nullMicros(r.EndsAt), nullMicros(r.ActivatedAt), nullMicros(r.DeactivatedAt),
		nullMicros(r.RetiredAt), micros(r.UpdatedAt), r.ID)
}

// DeleteReward takes out a reward. One that was claimed is a Conflict.
func (t *Tx) DeleteReward(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"reward", id.String()}, "DELETE FROM rewards WHERE id = $1", id)
}

// InsertMilestone puts in a new milestone and gives it its legacy id.
func (t *Tx) InsertMilestone(ctx context.Context, m *fund.Milestone) error {
	number, err := t.legacyID(ctx, "milestone")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"milestone", m.ID.String()}, `INSERT INTO milestones (id, legacy_id, fact_id, name, amount,
		enabled, reached_at, created_at, updated_at)`,
		m.ID, number, m.FactID, m.Name, m.Amount, m.Enabled, nullMicros(m.ReachedAt), micros(m.CreatedAt),
		micros(m.UpdatedAt))
	if err != nil {
		return err
	}
	m.LegacyID = number
	return nil
}

// UpdateMilestone writes everything about a milestone but its fact.
func (t *Tx) UpdateMilestone(ctx context.Context, m fund.Milestone) error {
	return t.change(ctx, thing{"milestone", m.ID.String()}, `UPDATE milestones SET name = $1, amount = $2, enabled = $3,
		reached_at = $4, updated_at = $5 WHERE id = $6`,
		m.Name, m.Amount, m.Enabled, nullMicros(m.ReachedAt), micros(m.UpdatedAt), m.ID)
}

// DeleteMilestone takes out a milestone.
func (t *Tx) DeleteMilestone(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"milestone", id.String()}, "DELETE FROM milestones WHERE id = $1", id)
}

// InsertIncentive puts in a new thank-you of a fundraising event and gives it its legacy id.
func (t *Tx) InsertIncentive(ctx context.Context, i *fund.Incentive) error {
	number, err := t.legacyID(ctx, "incentive")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"incentive", i.ID.String()},
		"INSERT INTO incentives (id, legacy_id, event_id, title, description, image, created_at)",
		i.ID, number, i.EventID, i.Title, i.Description, i.Image, micros(i.CreatedAt))
	if err != nil {
		return err
	}
	i.LegacyID = number
	return nil
}
