package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Targets lists a fact's targets in the order of the page. A cursor is {Number: LegacyID}.
func (a *App) Targets(ctx context.Context, s Seen, page fund.Page) ([]fund.Target, error) {
	return a.store.ListTargets(ctx, s.fact.ID, ofOneFact(page))
}

// ListAllTargets lists the targets of all public facts, newest first.
func (a *App) ListAllTargets(ctx context.Context, _ Actor, page fund.Page) ([]fund.Target, error) {
	err := checkCursors(page, func(n int64) (bool, error) {
		_, err := a.GetTarget(ctx, Actor{}, fund.Key{LegacyID: n})
		return found(err)
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListTargets(ctx, fund.ID{}, page)
}

// GetTarget returns one target of a campaign that the actor may see.
func (a *App) GetTarget(ctx context.Context, actor Actor, key fund.Key) (fund.Target, error) {
	t, err := a.store.GetTarget(ctx, key)
	if err != nil {
		return fund.Target{}, err
	}
	if _, err := a.partFact(ctx, actor, targetPart(t)); err != nil {
		return fund.Target{}, err
	}
	return t, nil
}

func targetPart(t fund.Target) part {
	return part{noun: "target", id: t.ID, fact: t.FactID, legacy: t.LegacyID}
}

// CreateTarget adds a target to a campaign.
func (a *App) CreateTarget(ctx context.Context, actor Actor, key FactKey, patch fund.TargetPatch) (fund.Target, error) {
	var t fund.Target
	err := a.addToCampaign(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e edit) error {
		t = fund.Target{ID: e.id, FactID: e.fact.ID, FactLegacyID: e.fact.LegacyID, Enabled: true, CreatedAt: e.now}
		if err := patch.Apply(&t, e.fact.Currency, e.now).Err(); err != nil {
			return err
		}
		e.reportCreated(fund.TopicTargetCreated, t.ID, t.State(e.now))
		if err := tx.InsertTarget(ctx, &t); err != nil {
			return err
		}
		return e.settleEnd(ctx, tx, t.ID, changedEnd{of: store.EndingTargets, step: step{to: t.State(e.now)}, ends: t.EndsAt})
	})
	if err != nil {
		return fund.Target{}, fmt.Errorf("new target: %w", err)
	}
	return a.store.GetTarget(ctx, fund.Key{ID: t.ID})
}

// UpdateTarget changes a target.
func (a *App) UpdateTarget(ctx context.Context, actor Actor, key fund.Key, patch fund.TargetPatch) (fund.Target, error) {
	t, err := a.store.GetTarget(ctx, key)
	if err != nil {
		return fund.Target{}, err
	}
	err = a.editPart(ctx, actor, targetPart(t), func(ctx context.Context, tx *store.Tx, e edit) error {
		t, err := tx.GetTarget(ctx, fund.Key{ID: t.ID})
		if err != nil {
			return err
		}
		was, ended, off := t.State(e.now), t.EndsAt, !t.Enabled
		if err := patch.Apply(&t, e.fact.Currency, e.now).Err(); err != nil {
			return err
		}
		became := step{fund.TopicTargetChanged, was, t.State(e.now)}
		e.reportStep(became, t.ID)
		if err := tx.UpdateTarget(ctx, t); err != nil {
			return err
		}
		return e.settleEnd(ctx, tx, t.ID, changedEnd{store.EndingTargets, became, ended, t.EndsAt, off})
	})
	if err != nil {
		return fund.Target{}, err
	}
	return a.store.GetTarget(ctx, fund.Key{ID: t.ID})
}

// DeleteTarget removes a target without donations; any other is a Conflict.
func (a *App) DeleteTarget(ctx context.Context, actor Actor, key fund.Key) error {
	t, err := a.store.GetTarget(ctx, key)
	if err != nil {
		return err
	}
	return a.editPart(ctx, actor, targetPart(t), func(ctx context.Context, tx *store.Tx, e edit) error {
		t, err := tx.GetTarget(ctx, fund.Key{ID: t.ID})
		if err != nil {
			return err
		}
		if t.Raised != 0 {
			return inUse(targetPart(t))
		}
		e.reportRemoved(fund.TopicTargetRemoved, t.ID, t.State(e.now))
		return tx.DeleteTarget(ctx, t.ID)
	})
}
