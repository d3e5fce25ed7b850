package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// IncentiveMove puts an incentive of a fact before another one of its kind; before none, it becomes the last.
type IncentiveMove struct {
	Kind   fund.IncentiveKind
	ID     fund.ID
	Before fund.ID
}

// placedTopics report that an incentive of a kind has another place.
var placedTopics = map[fund.IncentiveKind]fund.Topic{
	fund.IncentivePoll: fund.TopicPollChanged, fund.IncentiveTarget: fund.TopicTargetChanged, fund.IncentiveReward: fund.TopicRewardChanged,
}

// MoveIncentive changes the order in which a fact offers its incentives, for those who may change the fact. Two moves at once are made one after the other.
// One before an incentive that is gone moves to the end.
func (a *App) MoveIncentive(ctx context.Context, actor Actor, key FactKey, m IncentiveMove) error {
	err := a.addToCampaign(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e edit) error {
		order, err := tx.IncentiveOrder(ctx, m.Kind, e.fact.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(order, func(p fund.Placed) bool { return p.ID == m.ID })
		if at < 0 {
			return missing(string(m.Kind), fund.Key{ID: m.ID})
		}
		if m.Before == m.ID {
			return nil
		}
		one := order[at]
		order = slices.Delete(order, at, at+1)
		to := slices.IndexFunc(order, func(p fund.Placed) bool { return p.ID == m.Before })
		if to < 0 {
			to = len(order)
		}
		if to == at {
			return nil // it is there already
		}
		for i, p := range slices.Insert(order, to, one) {
			if place := int64(i + 1); p.Position != place {
				if err := tx.PlaceIncentive(ctx, m.Kind, fund.Placed{ID: p.ID, Position: place}); err != nil {
					return err
				}
			}
		}
		e.report(placedTopics[m.Kind], m.ID, fund.Detail{})
		return nil
	})
	if err != nil {
		return fmt.Errorf("order of incentives: %w", err)
	}
	return nil
}
