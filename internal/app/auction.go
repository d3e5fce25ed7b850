package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetAuctionHouse returns an auction house that the actor may see.
func (a *App) GetAuctionHouse(ctx context.Context, actor Actor, key FactKey) (fund.AuctionHouse, error) {
	return findFact(ctx, a.store.Queries, actor, houseKey(key), finder[fund.AuctionHouse]{
		get: a.store.GetAuctionHouse, fact: func(h fund.AuctionHouse) fund.Fact { return h.Fact },
	})
}

// houseKey is the key of an auction house.
func houseKey(key FactKey) FactKey {
	key.Kinds = []fund.Kind{fund.KindAuctionHouse}
	return key
}

// CreateAuctionHouse creates an auction house under the rules of CreateCampaign. It belongs to the actor's user, or to the cause if the
// cause, an application acting for it or the system creates it.
func (a *App) CreateAuctionHouse(ctx context.Context, actor Actor, patch fund.AuctionHousePatch) (fund.AuctionHouse, error) {
	if err := a.mayOpenHouse(ctx, actor, patch.Cause.Value); err != nil {
		return fund.AuctionHouse{}, err
	}
	var h fund.AuctionHouse
	patch.Invalid = append(patch.Invalid, patch.ApplyOwn(&h)...)
	f, err := a.createCampaign(ctx, campaignChange{
		actor: actor, fact: fund.Fact{Kind: fund.KindAuctionHouse}, patch: patch.CampaignPatch,
		save: func(ctx context.Context, tx *store.Tx, f fund.Fact) error {
			h.Fact = f
			return tx.InsertAuctionHouse(ctx, &h)
		},
	})
	return fund.AuctionHouse{Fact: f, Banner: h.Banner}, err
}

// mayOpenHouse requires a user with a token that may write, or an actor who acts for the cause.
func (a *App) mayOpenHouse(ctx context.Context, actor Actor, cause fund.Key) error {
	if actor.Kind == ActorUser {
		return requireWriter(actor)
	}
	if actor.Kind == ActorSystem {
		return nil
	}
	if _, err := a.ownCause(ctx, actor, cause); err != nil {
		return err
	}
	return requireScope(actor, fund.ScopeCause)
}

// UpdateAuctionHouse changes an auction house; its owner only.
func (a *App) UpdateAuctionHouse(ctx context.Context, actor Actor, key FactKey, patch fund.AuctionHousePatch) (fund.AuctionHouse, error) {
	h, err := a.GetAuctionHouse(ctx, actor, key)
	if err != nil {
		return fund.AuctionHouse{}, err
	}
	patch.Invalid = append(patch.Invalid, patch.ApplyOwn(&h)...)
	_, err = a.updateCampaign(ctx, houseKey(FactKey{Key: fund.Key{ID: h.ID}}), campaignChange{
		actor: actor, patch: patch.CampaignPatch,
		save: func(ctx context.Context, tx *store.Tx, f fund.Fact) error {
			now, err := tx.GetAuctionHouse(ctx, factByID(f.ID))
			if err != nil {
				return err
			}
			if !patch.Banner.Set {
				h.Banner = now.Banner
			}
			h.Fact = f
			return tx.UpdateAuctionHouse(ctx, h)
		},
	})
	if err != nil {
		return fund.AuctionHouse{}, err
	}
	return a.store.GetAuctionHouse(ctx, factByID(h.ID))
}
