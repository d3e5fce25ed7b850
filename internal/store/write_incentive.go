package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertTarget inserts a new target, with no donations yet, and assigns its legacy id.
func (t *Tx) InsertTarget(ctx context.Context, target *fund.Target) error {
	number, err := t.legacyID(ctx, "target")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"target", target.ID.String()}, "targets", append(columns{
		{"id", target.ID}, {"legacy_id", number}, {"fact_id", target.FactID}, {"created_at", micros(target.CreatedAt)},
	}, targetRow(*target)...))
	if err != nil {
		return err
	}
	target.LegacyID, target.Raised = number, 0
	return nil
}

// targetRow lists the columns of targets that an update may change.
func targetRow(target fund.Target) columns {
	return columns{
		{"name", target.Name}, {"amount", target.Amount}, {"enabled", target.Enabled},
		{"activates_at", nullMicros(target.ActivatesAt)}, {"ends_at", nullMicros(target.EndsAt)},
		{"updated_at", micros(target.UpdatedAt)},
	}
}

// UpdateTarget writes everything about a target except its fact and what it raised.
func (t *Tx) UpdateTarget(ctx context.Context, target fund.Target) error {
	return t.update(ctx, thing{"target", target.ID.String()}, updating("targets", targetRow(target)).and("id = ?", target.ID))
}

// DeleteTarget deletes a target. One with donations is a Conflict.
func (t *Tx) DeleteTarget(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"target", id.String()}, "DELETE FROM targets WHERE id = $1", id)
}

// InsertReward inserts a new reward, which has no claims yet, and assigns its legacy id.
func (t *Tx) InsertReward(ctx context.Context, r *fund.Reward) error {
	number, err := t.legacyID(ctx, "reward")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"reward", r.ID.String()}, "rewards", append(columns{
		{"id", r.ID}, {"legacy_id", number}, {"fact_id", r.FactID}, {"created_at", micros(r.CreatedAt)},
	}, rewardRow(*r)...))
	if err != nil {
		return err
	}
	r.LegacyID, r.Claimed = number, 0
	return nil
}

// rewardRow lists the columns of rewards that an update may change.
func rewardRow(r fund.Reward) columns {
	return columns{
		{"name", r.Name}, {"description", r.Description}, {"amount", r.Amount}, {"currency", r.Currency},
		{"kind", string(r.Kind)}, {"quantity", nullInt(r.Quantity)}, {"fair_market_value", nullInt(r.FairMarketValue)},
		{"shipping_address_required", r.ShippingAddressRequired}, {"shipping_note", r.ShippingNote},
		{"custom_question", r.CustomQuestion}, {"image", r.Image}, {"enabled", r.Enabled},
		{"always_active", r.AlwaysActive}, {"starts_at", nullMicros(r.StartsAt)}, {"ends_at", nullMicros(r.EndsAt)},
		{"activated_at", nullMicros(r.ActivatedAt)}, {"deactivated_at", nullMicros(r.DeactivatedAt)},
		{"retired_at", nullMicros(r.RetiredAt)}, {"updated_at", micros(r.UpdatedAt)},
	}
}

// UpdateReward writes everything about a reward except its fact and its claims.
func (t *Tx) UpdateReward(ctx context.Context, r fund.Reward) error {
	return t.update(ctx, thing{"reward", r.ID.String()}, updating("rewards", rewardRow(r)).and("id = ?", r.ID))
}

// DeleteReward deletes a reward. One that was claimed is a Conflict.
func (t *Tx) DeleteReward(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"reward", id.String()}, "DELETE FROM rewards WHERE id = $1", id)
}

// InsertMilestone inserts a new milestone and assigns its legacy id.
func (t *Tx) InsertMilestone(ctx context.Context, m *fund.Milestone) error {
	number, err := t.legacyID(ctx, "milestone")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"milestone", m.ID.String()}, "milestones", append(columns{
		{"id", m.ID}, {"legacy_id", number}, {"fact_id", m.FactID}, {"created_at", micros(m.CreatedAt)},
	}, milestoneRow(*m)...))
	if err != nil {
		return err
	}
	m.LegacyID = number
	return nil
}

// milestoneRow lists the columns of milestones that an update may change.
func milestoneRow(m fund.Milestone) columns {
	return columns{
		{"name", m.Name}, {"amount", m.Amount}, {"enabled", m.Enabled}, {"reached_at", nullMicros(m.ReachedAt)},
		{"updated_at", micros(m.UpdatedAt)},
	}
}

// UpdateMilestone writes everything about a milestone except its fact.
func (t *Tx) UpdateMilestone(ctx context.Context, m fund.Milestone) error {
	return t.update(ctx, thing{"milestone", m.ID.String()}, updating("milestones", milestoneRow(m)).and("id = ?", m.ID))
}

// DeleteMilestone deletes a milestone.
func (t *Tx) DeleteMilestone(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"milestone", id.String()}, "DELETE FROM milestones WHERE id = $1", id)
}

// InsertIncentive inserts a new incentive of a fundraising event and assigns its legacy id.
func (t *Tx) InsertIncentive(ctx context.Context, i *fund.Incentive) error {
	number, err := t.legacyID(ctx, "incentive")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"incentive", i.ID.String()}, "incentives", columns{
		{"id", i.ID}, {"legacy_id", number}, {"event_id", i.EventID}, {"title", i.Title}, {"description", i.Description},
		{"image", i.Image}, {"created_at", micros(i.CreatedAt)},
	})
	if err != nil {
		return err
	}
	i.LegacyID = number
	return nil
}

// PlaceIncentive gives an incentive a place among those of its kind.
func (t *Tx) PlaceIncentive(ctx context.Context, kind fund.IncentiveKind, to fund.Placed) error {
	return t.change(ctx, thing{string(kind), to.ID.String()}, "UPDATE "+incentiveTable(kind)+" SET position = $1 WHERE id = $2", to.Position, to.ID)
}

// PlaceOption gives an option a place within its poll.
func (t *Tx) PlaceOption(ctx context.Context, to fund.Placed) error {
	return t.change(ctx, thing{"poll option", to.ID.String()}, "UPDATE poll_options SET position = $1 WHERE id = $2", to.Position, to.ID)
}
