package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Rewards lists a fact's rewards: newest first, or with OldestFirst by amount. A cursor is {Number: LegacyID} or
// {Number: Amount, ID}.
func (a *App) Rewards(ctx context.Context, s Seen, page fund.Page) ([]fund.Reward, error) {
	return a.store.ListRewards(ctx, s.fact.ID, ofOneFact(page))
}

// ListAllRewards lists the rewards of all public facts, newest first.
func (a *App) ListAllRewards(ctx context.Context, _ Actor, page fund.Page) ([]fund.Reward, error) {
	err := checkCursors(page, func(n int64) (bool, error) {
		_, err := a.GetReward(ctx, Actor{}, fund.Key{LegacyID: n})
		return found(err)
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListRewards(ctx, fund.ID{}, page)
}

// GetReward returns one reward of a campaign that the actor may see.
func (a *App) GetReward(ctx context.Context, actor Actor, key fund.Key) (fund.Reward, error) {
	r, err := a.store.GetReward(ctx, key)
	if err != nil {
		return fund.Reward{}, err
	}
	if _, err := a.partFact(ctx, actor, rewardPart(r)); err != nil {
		return fund.Reward{}, err
	}
	return r, nil
}

func rewardPart(r fund.Reward) part {
	return part{noun: "reward", id: r.ID, fact: r.FactID, legacy: r.LegacyID}
}

// CreateReward adds a reward to a campaign.
func (a *App) CreateReward(ctx context.Context, actor Actor, key FactKey, patch fund.RewardPatch) (fund.Reward, error) {
	var r fund.Reward
	err := a.addToCampaign(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e edit) error {
		r = fund.Reward{
			ID: e.id, FactID: e.fact.ID, FactLegacyID: e.fact.LegacyID, Currency: e.fact.Currency,
			Kind: fund.RewardPhysical, CreatedAt: e.now,
		}
		if !patch.Enabled.Set {
			patch.Enabled = fund.Some(true)
		}
		if err := patch.Apply(&r, e.now).Err(); err != nil {
			return err
		}
		e.reportCreated(fund.TopicRewardCreated, r.ID, r.State(e.now))
		if err := tx.InsertReward(ctx, &r); err != nil {
			return err
		}
		return e.settleEnd(ctx, tx, r.ID, changedEnd{of: store.EndingRewards, step: step{to: r.State(e.now)}, ends: r.EndsAt})
	})
	if err != nil {
		return fund.Reward{}, fmt.Errorf("new reward: %w", err)
	}
	return a.store.GetReward(ctx, fund.Key{ID: r.ID})
}

// UpdateReward changes a reward. A retired one can no longer be changed.
func (a *App) UpdateReward(ctx context.Context, actor Actor, key fund.Key, patch fund.RewardPatch) (fund.Reward, error) {
	r, err := a.store.GetReward(ctx, key)
	if err != nil {
		return fund.Reward{}, err
	}
	err = a.editPart(ctx, actor, rewardPart(r), func(ctx context.Context, tx *store.Tx, e edit) error {
		r, err := tx.GetReward(ctx, fund.Key{ID: r.ID})
		if err != nil {
			return err
		}
		was, ended, off := r.State(e.now), r.EndsAt, !r.Enabled
		if err := patch.Apply(&r, e.now).Err(); err != nil {
			return err
		}
		became := step{fund.TopicRewardChanged, was, r.State(e.now)}
		e.reportStep(became, r.ID)
		if err := tx.UpdateReward(ctx, r); err != nil {
			return err
		}
		return e.settleEnd(ctx, tx, r.ID, changedEnd{store.EndingRewards, became, ended, r.EndsAt, off})
	})
	if err != nil {
		return fund.Reward{}, err
	}
	return a.store.GetReward(ctx, fund.Key{ID: r.ID})
}

// DeleteReward removes a reward that nobody claimed; any other is a Conflict.
func (a *App) DeleteReward(ctx context.Context, actor Actor, key fund.Key) error {
	r, err := a.store.GetReward(ctx, key)
	if err != nil {
		return err
	}
	return a.editPart(ctx, actor, rewardPart(r), func(ctx context.Context, tx *store.Tx, e edit) error {
		r, err := tx.GetReward(ctx, fund.Key{ID: r.ID})
		if err != nil {
			return err
		}
		if r.Claimed != 0 {
			return inUse(rewardPart(r))
		}
		e.reportRemoved(fund.TopicRewardRemoved, r.ID, r.State(e.now))
		return tx.DeleteReward(ctx, r.ID)
	})
}

// RetireReward retires a reward permanently: existing claims stay, and it can no longer be claimed or changed.
func (a *App) RetireReward(ctx context.Context, actor Actor, key fund.Key) error {
	r, err := a.store.GetReward(ctx, key)
	if err != nil {
		return err
	}
	return a.editPart(ctx, actor, rewardPart(r), func(ctx context.Context, tx *store.Tx, e edit) error {
		r, err := tx.GetReward(ctx, fund.Key{ID: r.ID})
		if err != nil {
			return err
		}
		was := r.State(e.now)
		disable := fund.RewardPatch{Enabled: fund.Some(false)}
		if err := disable.Apply(&r, e.now).Err(); err != nil {
			return err
		}
		r.RetiredAt = e.now
		e.report(fund.TopicRewardEnded, r.ID, fund.Detail{From: was, To: fund.StateEnded})
		return tx.UpdateReward(ctx, r)
	})
}
