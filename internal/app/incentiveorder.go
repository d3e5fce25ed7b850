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

// OptionMove puts an option of a poll before another one; before none, it becomes the last.
type OptionMove struct{ ID, Before fund.ID }

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
		placed, err := moved(order, m)
		if err != nil || len(placed) == 0 {
			return err
		}
		for _, one := range placed {
			if err := tx.PlaceIncentive(ctx, m.Kind, one); err != nil {
				return err
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

// MoveOption changes the order in which a poll offers its options, by the rules of MoveIncentive.
func (a *App) MoveOption(ctx context.Context, actor Actor, poll fund.Key, m OptionMove) error {
	p, err := a.store.GetPoll(ctx, poll)
	if err != nil {
		return err
	}
	return a.editPart(ctx, actor, pollPart(p), func(ctx context.Context, tx *store.Tx, e edit) error {
		order, err := tx.OptionOrder(ctx, p.ID)
		if err != nil {
			return err
		}
		placed, err := moved(order, IncentiveMove{Kind: "poll option", ID: m.ID, Before: m.Before})
		if err != nil || len(placed) == 0 {
			return err
		}
		for _, one := range placed {
			if err := tx.PlaceOption(ctx, one); err != nil {
				return err
			}
		}
		e.report(fund.TopicPollOptionChanged, m.ID, fund.Detail{Parent: p.ID})
		return nil
	})
}

// moved are the new places after a move; none where it changes nothing.
func moved(order []fund.Placed, m IncentiveMove) (placed []fund.Placed, err error) {
	at := slices.IndexFunc(order, func(p fund.Placed) bool { return p.ID == m.ID })
	if at < 0 {
		return nil, missing(string(m.Kind), fund.Key{ID: m.ID})
	}
	one := order[at]
	order = slices.Delete(order, at, at+1)
	to := slices.IndexFunc(order, func(p fund.Placed) bool { return p.ID == m.Before })
	if to < 0 {
		to = len(order)
	}
	if m.Before == m.ID || to == at {
		return nil, nil // it is there already
	}
	for i, p := range slices.Insert(order, to, one) {
		if place := int64(i + 1); p.Position != place {
			placed = append(placed, fund.Placed{ID: p.ID, Position: place})
		}
	}
	return placed, nil
}
