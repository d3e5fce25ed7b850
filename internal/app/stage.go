package app

import (
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// stageOf names the stage of a fact that a key means.
func (k FactKey) stageOf(f fund.Fact) fund.StageKey { return fund.StageKey{Fact: f.ID, ID: k.Stage} }

// ListStages lists the stages of a fact, the first one before the others, for those who set them up or run them.
func (a *App) ListStages(ctx context.Context, s Seen) ([]fund.Stage, error) {
	if err := a.requireStages(ctx, s); err != nil {
		return nil, err
	}
	all, err := a.store.ListStages(ctx, s.fact.ID)
	if err != nil || len(all) > 0 && all[0].Main {
		return all, err
	}
	first, err := a.store.GetStage(ctx, fund.FirstStage(s.fact.ID))
	return append([]fund.Stage{first}, all...), err
}

// requireStages requires somebody who sets up stages of a fact, or runs them.
func (a *App) requireStages(ctx context.Context, s Seen) error {
	err := requireRole(ctx, a.store.Queries, s.actor, runStage, s.fact)
	if fault.Is(err, fault.Forbidden) {
		err = requireRole(ctx, a.store.Queries, s.actor, setStage, s.fact)
	}
	return err
}

// GetStage finds the stage that is meant, for those who set it up or run it. The first one has no id until somebody needs it.
func (a *App) GetStage(ctx context.Context, s Seen) (fund.Stage, error) {
	if err := a.requireStages(ctx, s); err != nil {
		return fund.Stage{}, err
	}
	return a.store.GetStage(ctx, s.stageKey())
}

// CreateStage makes a stage of a fact beside the first one. A fact has fund.MaxStages at most; more, and those of a fact that is neither a team campaign nor an event,
// are a Conflict.
func (a *App) CreateStage(ctx context.Context, actor Actor, key FactKey, patch fund.StagePatch) (fund.Stage, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Stage{}, err
	}
	first, err := a.newID(a.Now())
	if err != nil {
		return fund.Stage{}, err
	}
	var s fund.Stage
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		if !f.Kind.HasStages() {
			return fault.New(fault.Conflict, "Only team campaigns and events have more than one stage.")
		}
		// The first one is there before others, and its lock counts them one after the other.
		if err := tx.MakeFirstStage(ctx, f.ID, first, e.now); err != nil {
			return err
		}
		if _, err := tx.LockStage(ctx, fund.FirstStage(f.ID)); err != nil {
			return err
		}
		all, err := tx.ListStages(ctx, f.ID)
		if err := room(fund.MaxStages, "stages")(len(all), err); err != nil {
			return err
		}
		s = fund.Stage{ID: e.id, FactID: f.ID, StageFilter: fund.StageFilter{Takes: fund.TakesAll}, Policy: fund.DefaultAlertPolicy()}
		if err := a.applyStage(ctx, tx, actor, &s, patch); err != nil {
			return err
		}
		if err := tx.InsertStage(ctx, s, e.now); err != nil {
			return err
		}
		tx.Append(store.StageChanged(s.ID, f.ID, e.now))
		return nil
	})
	return orNone(s, err)
}

// applyStage changes a stage. The fact below its own that it takes is one that the actor sees.
func (a *App) applyStage(ctx context.Context, tx *store.Tx, actor Actor, s *fund.Stage, patch fund.StagePatch) error {
	wrong := patch.Apply(s)
	if !patch.Below.Set || s.Below.IsZero() {
		return wrong.Err()
	}
	below, err := getFact(ctx, tx.Queries, actor, FactKey{Key: fund.Key{ID: s.Below}, Kinds: AllKinds()})
	known, err := found(err)
	switch {
	case err != nil:
		return err
	case !known:
		wrong.Add("below", fund.Missing)
		return wrong.Err()
	}
	chain, err := tx.ChainIDs(ctx, below.ID)
	if err != nil {
		return err
	}
	if below.ID == s.FactID || !slices.Contains(chain, s.FactID) {
		wrong.Add("below", fund.OtherFact)
	}
	return wrong.Err()
}

// UpdateStage changes the stage that a key means: what it is called, which donations it takes, and how its overlays show them. Alerts of donations that it does not
// take any more leave it, and the one that is shown ends.
func (a *App) UpdateStage(ctx context.Context, actor Actor, key FactKey, patch fund.StagePatch) (fund.Stage, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Stage{}, err
	}
	first, err := a.newID(a.Now())
	if err != nil {
		return fund.Stage{}, err
	}
	var s fund.Stage
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		if key.Stage.IsZero() {
			if err := tx.MakeFirstStage(ctx, f.ID, first, e.now); err != nil {
				return err
			}
		}
		if err := tx.LockQueueing(ctx); err != nil {
			return err
		}
		if s, err = tx.LockStage(ctx, key.stageOf(f)); err != nil {
			return err
		}
		was := s.StageFilter
		if err := a.applyStage(ctx, tx, actor, &s, patch); err != nil {
			return err
		}
		if err := tx.SetUpStage(ctx, s); err != nil {
			return err
		}
		tx.Append(store.StageChanged(s.ID, f.ID, e.now))
		if s.StageFilter == was {
			return nil
		}
		if err := tx.EndAlerts(ctx, s.ID, fund.AlertSkipped, e.now); err != nil {
			return err
		}
		return tx.LeaveAlerts(ctx, s, e.now)
	})
	return orNone(s, err)
}

// DeleteStage deletes a stage that is not the first one, with its overlays, scenes, variants, sounds, alerts and desk keys: pages with those show nothing any more. The
// first one is a Conflict.
func (a *App) DeleteStage(ctx context.Context, actor Actor, key FactKey) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		if err := tx.LockQueueing(ctx); err != nil {
			return err
		}
		s, err := tx.LockStage(ctx, key.stageOf(f))
		if err != nil {
			return err
		}
		if s.Main {
			return fault.New(fault.Conflict, "The first stage of a campaign stays.")
		}
		if err := endStage(ctx, tx, s, e.now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActDeleteStage, s.ID, e.now).with("fact", f.ID.String()))
	})
}

// endStage deletes a stage, and tells its pages.
func endStage(ctx context.Context, tx *store.Tx, s fund.Stage, now time.Time) error {
	all, err := tx.ListOverlays(ctx, fund.StageKey{Fact: s.FactID, ID: s.ID}, fund.MaxOverlays)
	if err != nil {
		return err
	}
	for _, o := range all {
		appendOverlayChanged(tx, o, now)
	}
	tx.Append(store.StageChanged(s.ID, s.FactID, now))
	return tx.DeleteStage(ctx, s.ID)
}
