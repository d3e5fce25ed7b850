package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// ClaimFilter narrows a list of claimed rewards.
type ClaimFilter struct {
	// Fact is the fact that received the donations.
	Fact fund.ID
	// Fulfilled lists those that were fulfilled, else those that are owed.
	Fulfilled bool
}

// ListClaims lists the rewards that were claimed with donations whose money is with the fact: those that are owed with the earliest claim first, those
// that were fulfilled with the latest first. A page goes on behind its cursor Before.
func (q Queries) ListClaims(ctx context.Context, filter ClaimFilter, page fund.Page) ([]fund.ListedClaim, error) {
	s := selecting(`SELECT c.id, c.quantity, c.fulfilled_at, c.answer <> '' OR c.address <> '', w.id, w.legacy_id, w.name, d.id, d.name, d.anonymous, d.screening,
		d.completed_at FROM rewards w JOIN reward_claims c ON c.reward_id = w.id JOIN donations d ON d.id = c.donation_id`).
		and("w.fact_id = ?", filter.Fact).and("d.fact_id = ?", filter.Fact).and("d.listed").and("d.completed_at IS NOT NULL")
	after, order := "c.id > ?", "ORDER BY c.id LIMIT ?"
	if filter.Fulfilled {
		s.and("c.fulfilled_at IS NOT NULL")
		after, order = "c.id < ?", "ORDER BY c.id DESC LIMIT ?"
	} else {
		s.and("c.fulfilled_at IS NULL")
	}
	if page.Before != nil {
		s.and(after, page.Before.ID)
	}
	claims, err := list(ctx, q.db, s.then(order, page.Limit), func(r row) (c fund.ListedClaim, err error) {
		var d fund.Donation
		err = r.Scan(&c.ID, &c.Quantity, instant{&c.FulfilledAt}, &c.Private, &c.Reward.ID, &c.Reward.LegacyID, &c.Reward.Name, &c.Donation, &d.Name, &d.Anonymous,
			&d.Screening, instant{&c.DonatedAt})
		c.Donor = d.DisplayName()
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("claims at %s: %w", filter.Fact, err)
	}
	return claims, nil
}
