package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectTarget = `SELECT t.id, t.legacy_id, t.fact_id, f.legacy_id, f.currency, f.ends_at, t.name, t.amount, t.raised, t.enabled,
	t.activates_at, t.ends_at, t.created_at, t.updated_at, t.position FROM targets t JOIN facts f ON f.id = t.fact_id`

// ListTargets lists the targets of a fact, or with the zero id those of all campaigns that are or
// were published.
func (q Queries) ListTargets(ctx context.Context, fact fund.ID, page fund.Page) ([]fund.Target, error) {
	targets, err := keysetPage(ctx, q.db, selecting(selectTarget).ofFact("t", fact), byNumber("t.legacy_id"), page, scanTarget)
	if err != nil {
		return nil, fmt.Errorf("list targets: %w", err)
	}
	return targets, nil
}

// GetTarget finds one target.
func (q Queries) GetTarget(ctx context.Context, key fund.Key) (fund.Target, error) {
	what, s := thing{"target", key.String()}, selecting(selectTarget)
	if !s.byIncentive("t", key) {
		return fund.Target{}, what.missing()
	}
	return one(ctx, q.db, s, scanTarget, what)
}

func scanTarget(r row) (fund.Target, error) {
	var t fund.Target
	err := r.Scan(&t.ID, &t.LegacyID, &t.FactID, &t.FactLegacyID, &t.Currency, instant{&t.FactEndsAt}, &t.Name, &t.Amount, &t.Raised, &t.Enabled,
		instant{&t.ActivatesAt}, instant{&t.EndsAt}, instant{&t.CreatedAt}, instant{&t.UpdatedAt}, &t.Position)
	return t, err
}

const selectReward = `SELECT r.id, r.legacy_id, r.fact_id, f.legacy_id, r.name, r.description, r.amount, r.currency,
	r.kind, r.quantity, r.claimed, r.held, r.fair_market_value, r.shipping_address_required, r.shipping_note,
	r.custom_question, r.image, r.enabled, r.always_active, r.starts_at, r.ends_at, r.activated_at,
	r.deactivated_at, r.retired_at, r.created_at, r.updated_at, r.position FROM rewards r JOIN facts f ON f.id = r.fact_id`

// ListRewards lists the rewards of a fact, or with the zero id those of all campaigns that are or
// were published: newest first by legacy id, oldest first by amount.
func (q Queries) ListRewards(ctx context.Context, fact fund.ID, page fund.Page) ([]fund.Reward, error) {
	key := byNumber("r.legacy_id")
	if page.Order == fund.OldestFirst {
		key = byAmount("r.amount", "r.id")
	}
	rewards, err := keysetPage(ctx, q.db, selecting(selectReward).ofFact("r", fact), key, page, scanReward)
	if err != nil {
		return nil, fmt.Errorf("list rewards: %w", err)
	}
	return rewards, nil
}

// GetReward finds one reward.
func (q Queries) GetReward(ctx context.Context, key fund.Key) (fund.Reward, error) {
	what, s := thing{"reward", key.String()}, selecting(selectReward)
	if !s.byIncentive("r", key) {
		return fund.Reward{}, what.missing()
	}
	return one(ctx, q.db, s, scanReward, what)
}

func scanReward(from row) (fund.Reward, error) {
	var (
		r               fund.Reward
		quantity, value sql.NullInt64
	)
	err := from.Scan(&r.ID, &r.LegacyID, &r.FactID, &r.FactLegacyID, &r.Name, &r.Description, &r.Amount, &r.Currency,
		&r.Kind, &quantity, &r.Claimed, &r.Held, &value, &r.ShippingAddressRequired, &r.ShippingNote,
		&r.CustomQuestion, &r.Image, &r.Enabled, &r.AlwaysActive, instant{&r.StartsAt}, instant{&r.EndsAt},
		instant{&r.ActivatedAt}, instant{&r.DeactivatedAt}, instant{&r.RetiredAt},
		instant{&r.CreatedAt}, instant{&r.UpdatedAt}, &r.Position)
	if quantity.Valid {
		r.Quantity = &quantity.Int64
	}
	if value.Valid {
		r.FairMarketValue = &value.Int64
	}
	return r, err
}

// MilestoneFilter narrows the list of a fact's milestones. A zero field does not filter.
type MilestoneFilter struct {
	// Fact is required.
	Fact             fund.ID
	Created, Updated fund.Span
	// EnabledOnly leaves out those that are disabled.
	EnabledOnly bool
}

const selectMilestone = `SELECT m.id, m.legacy_id, m.fact_id, f.legacy_id, f.currency, m.name, m.amount, m.enabled, m.reached_at,
	m.created_at, m.updated_at FROM milestones m JOIN facts f ON f.id = m.fact_id`

// ListMilestones lists the milestones that pass the filter, by amount and then by id.
func (q Queries) ListMilestones(ctx context.Context, filter MilestoneFilter, page fund.Page) ([]fund.Milestone, error) {
	s := selecting(selectMilestone).and("m.fact_id = ?", filter.Fact).
		within("m.created_at", filter.Created).within("m.updated_at", filter.Updated)
	if filter.EnabledOnly {
		s.and("m.enabled")
	}
	milestones, err := keysetPage(ctx, q.db, s, byAmount("m.amount", "m.id"), page, scanMilestone)
	if err != nil {
		return nil, fmt.Errorf("list milestones of fact %s: %w", filter.Fact, err)
	}
	return milestones, nil
}

// GetMilestone finds one milestone.
func (q Queries) GetMilestone(ctx context.Context, key fund.Key) (fund.Milestone, error) {
	what, s := thing{"milestone", key.String()}, selecting(selectMilestone)
	if !s.byKey("m", key, noSlugs) {
		return fund.Milestone{}, what.missing()
	}
	return one(ctx, q.db, s, scanMilestone, what)
}

func scanMilestone(r row) (m fund.Milestone, err error) {
	err = r.Scan(&m.ID, &m.LegacyID, &m.FactID, &m.FactLegacyID, &m.Currency, &m.Name, &m.Amount, &m.Enabled,
		instant{&m.ReachedAt}, instant{&m.CreatedAt}, instant{&m.UpdatedAt})
	return m, err
}

// ListIncentives lists the incentives of a fundraising event, the newest first.
func (q Queries) ListIncentives(ctx context.Context, event fund.ID) ([]fund.Incentive, error) {
	s := selecting(`SELECT i.id, i.legacy_id, i.event_id, f.legacy_id, i.title, i.description, i.image, i.created_at
		FROM incentives i JOIN facts f ON f.id = i.event_id`).
		and("i.event_id = ?", event).then("ORDER BY i.legacy_id DESC")
	incentives, err := list(ctx, q.db, s, func(r row) (i fund.Incentive, err error) {
		err = r.Scan(&i.ID, &i.LegacyID, &i.EventID, &i.EventLegacyID, &i.Title, &i.Description, &i.Image,
			instant{&i.CreatedAt})
		return i, err
	})
	if err != nil {
		return nil, fmt.Errorf("list incentives of event %s: %w", event, err)
	}
	return incentives, nil
}

// IncentiveOrder lists the incentives of a kind of a fact in the order that its owner gave them, those without a place last, by their age.
func (q Queries) IncentiveOrder(ctx context.Context, kind fund.IncentiveKind, fact fund.ID) ([]fund.Placed, error) {
	placed, err := q.order(ctx, selecting("SELECT i.id, i.position FROM "+incentiveTable(kind)+" i").and("i.fact_id = ?", fact), fund.MaxPerFact)
	if err != nil {
		return nil, fmt.Errorf("order of the %ss of fact %s: %w", kind, fact, err)
	}
	return placed, nil
}

// OptionOrder lists the options of a poll in the order that its owner gave them, those without a place last, by their age.
func (q Queries) OptionOrder(ctx context.Context, poll fund.ID) ([]fund.Placed, error) {
	placed, err := q.order(ctx, selecting("SELECT i.id, i.position FROM poll_options i").and("i.poll_id = ?", poll), fund.MaxOptions)
	if err != nil {
		return nil, fmt.Errorf("order of the options of poll %s: %w", poll, err)
	}
	return placed, nil
}

// order reads what has places, at most so many.
func (q Queries) order(ctx context.Context, s *statement, most int) ([]fund.Placed, error) {
	s = s.then("ORDER BY CASE WHEN i.position = 0 THEN 1 ELSE 0 END, i.position, i.legacy_id LIMIT ?", most)
	return list(ctx, q.db, s, func(r row) (p fund.Placed, err error) {
		err = r.Scan(&p.ID, &p.Position)
		return p, err
	})
}

// incentiveTable is the table of a kind.
func incentiveTable(kind fund.IncentiveKind) string {
	switch kind {
	case fund.IncentivePoll:
		return "polls"
	case fund.IncentiveTarget:
		return "targets"
	case fund.IncentiveReward:
		return "rewards"
	default:
		panic("store: no kind of incentives: " + string(kind))
	}
}
