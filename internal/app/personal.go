package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetPersonalCampaign returns one personal campaign that the actor may see.
func (a *App) GetPersonalCampaign(ctx context.Context, actor Actor, key FactKey) (fund.PersonalCampaign, error) {
	return findFact(ctx, a.store.Queries, actor, personalKey(key), finder[fund.PersonalCampaign]{
		get: a.store.GetPersonalCampaign, fact: func(c fund.PersonalCampaign) fund.Fact { return c.Fact },
	})
}

// personalKey is the key of a personal campaign.
func personalKey(key FactKey) FactKey {
	key.Kinds = []fund.Kind{fund.KindPersonalCampaign}
	return key
}

// CreatePersonalCampaign creates a personal campaign of the actor's user under the rules of CreateCampaign.
func (a *App) CreatePersonalCampaign(ctx context.Context, actor Actor, patch fund.PersonalCampaignPatch) (fund.PersonalCampaign, error) {
	if err := requireWriter(actor); err != nil {
		return fund.PersonalCampaign{}, err
	}
	var c fund.PersonalCampaign
	patch.Invalid = append(patch.Invalid, patch.ApplyOwn(&c)...)
	f, err := a.createCampaign(ctx, campaignChange{
		actor: actor, fact: fund.Fact{Kind: fund.KindPersonalCampaign}, patch: patch.CampaignPatch,
		save: func(ctx context.Context, tx *store.Tx, f fund.Fact) error {
			c.Fact = f
			return tx.InsertPersonalCampaign(ctx, &c)
		},
	})
	return fund.PersonalCampaign{Fact: f, ForName: c.ForName}, err
}

// UpdatePersonalCampaign changes a personal campaign; its owner only.
func (a *App) UpdatePersonalCampaign(ctx context.Context, actor Actor, key FactKey, patch fund.PersonalCampaignPatch) (fund.PersonalCampaign, error) {
	c, err := a.GetPersonalCampaign(ctx, actor, key)
	if err != nil {
		return fund.PersonalCampaign{}, err
	}
	patch.Invalid = append(patch.Invalid, patch.ApplyOwn(&c)...)
	f, err := a.updateCampaign(ctx, personalKey(FactKey{Key: fund.Key{ID: c.ID}}), campaignChange{
		actor: actor, patch: patch.CampaignPatch,
		save: func(ctx context.Context, tx *store.Tx, f fund.Fact) error {
			now, err := tx.GetPersonalCampaign(ctx, factByID(f.ID))
			if err != nil {
				return err
			}
			if !patch.ForName.Set {
				c.ForName = now.ForName
			}
			c.Fact = f
			return tx.UpdatePersonalCampaign(ctx, c)
		},
	})
	return fund.PersonalCampaign{Fact: f, ForName: c.ForName}, err
}
