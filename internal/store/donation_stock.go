package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// rewardStock is the stock of one reward.
type rewardStock struct {
	factID  fund.ID
	limited bool
	left    int64
}

func (t *Tx) lockStock(ctx context.Context, incoming []*incomingDonation) (map[fund.ID]*rewardStock, error) {
	stock := map[fund.ID]*rewardStock{}
	var ids []fund.ID
	for _, g := range incoming {
		for _, claim := range g.Donation.Claims {
			ids = append(ids, claim.Reward.ID)
		}
	}
	if len(ids) == 0 {
		return stock, nil
	}
	err := t.eachIn(ctx, func(in string) string {
		return "SELECT id, fact_id, quantity, claimed + held FROM rewards WHERE id IN " + in
	}, unique(ids), func(scan func(...any) error) error {
		var id, factID fund.ID
		var quantity *int64
		var claimed int64
		if err := scan(&id, &factID, &quantity, &claimed); err != nil {
			return err
		}
		s := &rewardStock{factID: factID, limited: quantity != nil}
		if quantity != nil {
			s.left = *quantity - claimed
		}
		stock[id] = s
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("rewards of a group: %w", err)
	}
	return stock, nil
}

// takeStock takes the claims from the stock, all or none.
func takeStock(claims []fund.Claim, factID fund.ID, stock map[fund.ID]*rewardStock) error {
	var short fault.Fields
	taken := map[*rewardStock]int64{}
	for i, claim := range claims {
		reward := stock[claim.Reward.ID]
		if reward == nil || reward.factID != factID {
			short.Add(fmt.Sprintf("rewards.%d.reward", i), "is not a reward of this campaign")
			continue
		}
		taken[reward] += claim.Quantity
		if reward.limited && reward.left < taken[reward] {
			short.Add(fmt.Sprintf("rewards.%d.quantity", i), fmt.Sprintf("is more than the %d left", reward.left))
		}
	}
	if err := short.Err(); err != nil {
		return err
	}
	for reward, quantity := range taken {
		reward.left -= quantity
	}
	return nil
}
