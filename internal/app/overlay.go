package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ListOverlays lists the overlays of a stage, the oldest first, for those who set it up.
func (a *App) ListOverlays(ctx context.Context, s Seen) ([]fund.Overlay, error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, setStage, s.fact); err != nil {
		return nil, err
	}
	return a.store.ListOverlays(ctx, s.stageKey(), fund.MaxOverlays)
}

// GetOverlay finds an overlay, for those who set up the stage of its fact.
func (a *App) GetOverlay(ctx context.Context, actor Actor, id fund.ID) (fund.Overlay, error) {
	o, _, err := a.overlayAndFact(ctx, actor, id)
	return o, err
}

// overlayAndFact finds an overlay with its fact. One of a fact that the actor may not see is NotFound.
func (a *App) overlayAndFact(ctx context.Context, actor Actor, id fund.ID) (fund.Overlay, fund.Fact, error) {
	o, err := a.store.GetOverlay(ctx, id)
	if err != nil {
		return fund.Overlay{}, fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, o.FactID)
	if fault.Is(err, fault.NotFound) {
		err = missing("overlay", fund.Key{ID: id})
	}
	if err == nil {
		err = requireRole(ctx, a.store.Queries, actor, setStage, f)
	}
	if err != nil {
		return fund.Overlay{}, fund.Fact{}, err
	}
	return o, f, nil
}

// CreateOverlay makes an overlay with a key of its own. More than fund.MaxOverlays at once are a Conflict.
func (a *App) CreateOverlay(ctx context.Context, actor Actor, key FactKey, patch fund.OverlayPatch) (fund.Overlay, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Overlay{}, err
	}
	secret, hash, err := a.newSecret()
	if err != nil {
		return fund.Overlay{}, err
	}
	stage, err := a.newID(a.Now())
	if err != nil {
		return fund.Overlay{}, err
	}
	var o fund.Overlay
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		all, err := tx.ListOverlays(ctx, key.stageOf(f), fund.MaxOverlays)
		if err != nil {
			return err
		}
		if len(all) == fund.MaxOverlays {
			return fault.New(fault.Conflict, "A stage has at most %d overlays: delete one first.", fund.MaxOverlays)
		}
		o = fund.Overlay{ID: e.id, StageID: key.Stage, FactID: f.ID, Key: secret, CreatedAt: e.now}
		if err := applyOverlay(ctx, tx, &o, patch, e); err != nil {
			return err
		}
		if err := tx.InsertOverlay(ctx, &o, hash[:], stage); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onOverlay(fund.ActCreateOverlay, o, e))
	})
	return orNone(o, err)
}

// UpdateOverlay changes what an overlay shows. Pages that show it change at once.
func (a *App) UpdateOverlay(ctx context.Context, actor Actor, id fund.ID, patch fund.OverlayPatch) (fund.Overlay, error) {
	return a.changeOverlay(ctx, actor, id, func(ctx context.Context, tx *store.Tx, o *fund.Overlay, e stageChange) error {
		if err := applyOverlay(ctx, tx, o, patch, e); err != nil {
			return err
		}
		return tx.UpdateOverlay(ctx, *o)
	})
}

// applyOverlay changes an overlay. What it is about is a counter or a timer of its fact.
func applyOverlay(ctx context.Context, tx *store.Tx, o *fund.Overlay, patch fund.OverlayPatch, e stageChange) error {
	wrong := patch.Apply(o, e.now)
	if len(o.Parts) > 0 {
		all, err := tx.ListOverlays(ctx, fund.StageKey{Fact: o.FactID, ID: o.StageID}, fund.MaxOverlays)
		if err != nil {
			return err
		}
		o.CheckParts(&wrong, all)
	}
	if o.About.IsZero() {
		return wrong.Err()
	}
	var fact fund.ID
	var err error
	if o.Kind == fund.OverlayTimer {
		var t fund.Timer
		t, err = tx.GetTimer(ctx, o.About)
		fact = t.FactID
	} else {
		var c fund.Counter
		c, err = tx.GetCounter(ctx, o.About)
		fact = c.FactID
	}
	known, err := found(err)
	switch {
	case err != nil:
		return err
	case !known:
		wrong.Add("about", fund.Missing)
	case fact != o.FactID:
		wrong.Add("about", fund.OtherFact)
	}
	return wrong.Err()
}

// RenewOverlay gives an overlay another key. Pages with the old one show nothing any more, on all nodes within a second.
func (a *App) RenewOverlay(ctx context.Context, actor Actor, id fund.ID) (fund.Overlay, error) {
	secret, hash, err := a.newSecret()
	if err != nil {
		return fund.Overlay{}, err
	}
	return a.changeOverlay(ctx, actor, id, func(ctx context.Context, tx *store.Tx, o *fund.Overlay, e stageChange) error {
		o.Key = secret
		if err := tx.RenewOverlay(ctx, id, secret, hash[:], e.now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onOverlay(fund.ActRenewOverlay, *o, e))
	})
}

// DeleteOverlay deletes an overlay. Pages that show it show nothing any more, on all nodes within a second.
func (a *App) DeleteOverlay(ctx context.Context, actor Actor, id fund.ID) error {
	_, err := a.changeOverlay(ctx, actor, id, func(ctx context.Context, tx *store.Tx, o *fund.Overlay, e stageChange) error {
		if err := tx.DeleteOverlay(ctx, id); err != nil {
			return err
		}
		if err := takeFromScenes(ctx, tx, *o, e.now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onOverlay(fund.ActDeleteOverlay, *o, e))
	})
	return err
}

// takeFromScenes takes an overlay that was deleted out of the scenes that hold it.
func takeFromScenes(ctx context.Context, tx *store.Tx, gone fund.Overlay, now time.Time) error {
	all, err := tx.ListOverlays(ctx, fund.StageKey{Fact: gone.FactID, ID: gone.StageID}, fund.MaxOverlays)
	if err != nil {
		return err
	}
	for _, o := range all {
		scene, had := o.Without(gone.ID)
		if !had {
			continue
		}
		scene.UpdatedAt = now
		if err := tx.UpdateOverlay(ctx, scene); err != nil {
			return err
		}
		appendOverlayChanged(tx, scene, now)
	}
	return nil
}

// endOverlays deletes all overlays of a fact.
func endOverlays(ctx context.Context, tx *store.Tx, fact fund.ID, now time.Time) error {
	all, err := tx.ListAllOverlays(ctx, fact)
	if err != nil {
		return err
	}
	for _, o := range all {
		if err := tx.DeleteOverlay(ctx, o.ID); err != nil {
			return err
		}
		appendOverlayChanged(tx, o, now)
	}
	return nil
}

// appendOverlayChanged appends that an overlay changed, or that its key ended.
func appendOverlayChanged(tx *store.Tx, o fund.Overlay, now time.Time) {
	tx.Append(fund.Event{Topic: fund.TopicOverlayChanged, Subject: o.ID, Facts: []fund.ID{o.FactID}, At: now})
}

func onOverlay(act fund.Act, o fund.Overlay, e stageChange) done {
	return doneOn(act, o.ID, e.now).with("fact", o.FactID.String())
}

// onStagePart is an act on something of the stage of a fact.
func onStagePart(act fund.Act, part fund.ID, f fund.Fact, at time.Time) done {
	return doneOn(act, part, at).of(f.Cause.ID).with("fact", f.ID.String())
}

// changeOverlay changes an overlay in one write, and reports it.
func (a *App) changeOverlay(ctx context.Context, actor Actor, id fund.ID, work func(context.Context, *store.Tx, *fund.Overlay, stageChange) error) (fund.Overlay, error) {
	_, f, err := a.overlayAndFact(ctx, actor, id)
	if err != nil {
		return fund.Overlay{}, err
	}
	var o fund.Overlay
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		if o, err = tx.GetOverlay(ctx, id); err != nil {
			return err
		}
		if err := work(ctx, tx, &o, e); err != nil {
			return err
		}
		appendOverlayChanged(tx, o, e.now)
		return nil
	})
	return orNone(o, err)
}

// stageChange is a change of the stage of a fact, with a new id.
type stageChange struct {
	id  fund.ID
	now time.Time
}

// changeStage runs work on the stage of a fact, also of one that is retired, if the actor has the right to.
func (a *App) changeStage(ctx context.Context, actor Actor, f fund.Fact, by right, work func(context.Context, *store.Tx, stageChange) error) error {
	err := a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := requireChange(actor, by)(ctx, tx.Queries, fresh); err != nil {
			return err
		}
		id, err := a.newID(now)
		if err != nil {
			return err
		}
		if actor.Kind == ActorDesk {
			if err := tx.UseDeskKey(ctx, actor.Desk, now); err != nil {
				return err
			}
		}
		return work(ctx, tx, stageChange{id, now})
	})
	if err != nil {
		return fmt.Errorf("stage of fact %s: %w", f.ID, err)
	}
	return nil
}

// OverlayVisit is a page that shows an overlay.
type OverlayVisit struct {
	fund.Overlay

	seen Seen
	// within are the overlays that a scene holds.
	within []fund.Overlay
}

// Seen is the fact of the overlay as who has its key sees it: with what everybody may see, also before it is published.
func (v OverlayVisit) Seen() Seen { return v.seen }

// Actor is who has the key of an overlay.
func (v OverlayVisit) Actor() Actor { return v.seen.actor }

// stageKey names the stage of the overlay.
func (v OverlayVisit) stageKey() fund.StageKey { return fund.StageKey{Fact: v.FactID, ID: v.StageID} }

// Plays reports whether pages of the overlay play alerts.
func (v OverlayVisit) Plays() bool { return v.PlaysAlerts(v.within) }

// PlacedOverlay is what a scene shows at a place: an overlay, by the key of the scene.
type PlacedOverlay struct {
	OverlayVisit
	fund.ScenePlace

	// Part is the overlay itself.
	Part fund.ID
}

// Placed are what a scene shows, in the order of its parts. One that is no more is not among them, nor what became a scene, or a second one for alerts.
func (v OverlayVisit) Placed() []PlacedOverlay {
	var all []PlacedOverlay
	alerts := false
	for _, part := range v.Parts {
		i := slices.IndexFunc(v.within, func(o fund.Overlay) bool { return o.ID == part.Overlay })
		if i < 0 || v.within[i].Kind == fund.OverlayScene || alerts && v.within[i].Kind == fund.OverlayAlerts {
			continue
		}
		o, shown := v.within[i], v
		alerts = alerts || o.Kind == fund.OverlayAlerts
		shown.Kind, shown.Theme, shown.Title, shown.About = o.Kind, o.Theme, o.Title, o.About
		all = append(all, PlacedOverlay{shown, part.ScenePlace, o.ID})
	}
	return all
}

// OpenOverlay finds an overlay by its key. A key that ended is NotFound, and so is one of a fact that was taken down.
func (a *App) OpenOverlay(ctx context.Context, key string) (OverlayVisit, error) {
	hash := hashOf(key)
	o, err := a.store.GetOverlayByKey(ctx, hash[:])
	if err != nil {
		return OverlayVisit{}, asRequested(err, "overlay", "")
	}
	seen, err := a.See(ctx, Actor{Kind: ActorOverlay, Overlay: o.ID}, FactKey{Key: fund.Key{ID: o.FactID}, Kinds: AllKinds()})
	if err != nil {
		return OverlayVisit{}, asRequested(err, "overlay", "")
	}
	v := OverlayVisit{Overlay: o, seen: seen}
	if len(o.Parts) > 0 {
		if v.within, err = a.store.ListOverlays(ctx, v.stageKey(), fund.MaxOverlays); err != nil {
			return OverlayVisit{}, err
		}
	}
	return v, nil
}

// overlayShows reports whether the overlay whose key the actor has is one of the fact.
func overlayShows(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	if f.Approval == fund.Suspended {
		return false, nil
	}
	o, err := q.GetOverlay(ctx, actor.Overlay)
	ok, err := found(err)
	return ok && o.FactID == f.ID, err
}
