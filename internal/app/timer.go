package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Timers lists the timers of a fact, the oldest first.
func (a *App) Timers(ctx context.Context, s Seen) ([]fund.Timer, error) {
	return a.store.ListTimers(ctx, s.fact.ID)
}

// GetTimer finds a timer of a fact that the actor may see.
func (a *App) GetTimer(ctx context.Context, actor Actor, key fund.Key) (fund.Timer, error) {
	t, _, err := a.seenTimer(ctx, actor, key)
	return t, err
}

// seenTimer finds a timer and its fact. If the actor may not see the fact, the timer is NotFound.
func (a *App) seenTimer(ctx context.Context, actor Actor, key fund.Key) (fund.Timer, fund.Fact, error) {
	t, err := a.store.GetTimer(ctx, key.ID)
	if err != nil {
		return fund.Timer{}, fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, t.FactID)
	if fault.Is(err, fault.NotFound) {
		err = missing("timer", key)
	}
	if err != nil {
		return fund.Timer{}, fund.Fact{}, err
	}
	return t, f, nil
}

// CreateTimer makes a timer, which is off. More than fund.MaxTimers at once are a Conflict.
func (a *App) CreateTimer(ctx context.Context, actor Actor, key FactKey, patch fund.TimerPatch) (fund.Timer, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Timer{}, err
	}
	var t fund.Timer
	err = a.setStageParts(ctx, actor, f, func(ctx context.Context, tx *store.Tx, e edit) error {
		all, err := tx.ListTimers(ctx, e.fact.ID)
		if err := room(fund.MaxTimers, "timers")(len(all), err); err != nil {
			return err
		}
		t = fund.Timer{ID: e.id, FactID: e.fact.ID, State: fund.TimerOff, Factor: 1, CreatedAt: e.now}
		if err := patch.Apply(&t, e.now).Err(); err != nil {
			return err
		}
		tx.Append(store.StageChanged(t.ID, t.FactID, e.now))
		return tx.InsertTimer(ctx, t)
	})
	if err != nil {
		return fund.Timer{}, fmt.Errorf("new timer: %w", err)
	}
	return t, nil
}

// UpdateTimer changes the rules of a timer.
func (a *App) UpdateTimer(ctx context.Context, actor Actor, key fund.Key, patch fund.TimerPatch) (fund.Timer, error) {
	return a.changeTimer(ctx, actor, key, setStage, func(ctx context.Context, tx *store.Tx, e edit) (fund.Timer, error) {
		return tx.ChangeTimer(ctx, key.ID, func(t *fund.Timer) error { return patch.Apply(t, e.now).Err() })
	})
}

// RunTimer starts, pauses or resumes a timer, or adds time to it, for those who run the stage of its fact. Each is in the log of acts.
func (a *App) RunTimer(ctx context.Context, actor Actor, key fund.Key, act fund.TimerAct, by time.Duration) (fund.Timer, error) {
	return a.changeTimer(ctx, actor, key, runStage, func(ctx context.Context, tx *store.Tx, e edit) (fund.Timer, error) {
		t, err := tx.ChangeTimer(ctx, key.ID, func(t *fund.Timer) error { return t.Run(act, by, e.now).Err() })
		if err != nil {
			return t, err
		}
		did := doneOn(fund.ActRunTimer, t.ID, e.now).of(e.fact.Cause.ID).byGrant(e.fact.ID).with("fact", e.fact.ID.String()).with("do", string(act))
		if act == fund.TimerAdd {
			did = did.with("seconds", strconv.FormatInt(int64(by/time.Second), 10))
		}
		return t, logAct(ctx, tx, actor, did)
	})
}

// DeleteTimer removes a timer.
func (a *App) DeleteTimer(ctx context.Context, actor Actor, key fund.Key) error {
	_, err := a.changeTimer(ctx, actor, key, setStage, func(ctx context.Context, tx *store.Tx, _ edit) (fund.Timer, error) {
		t, err := tx.GetTimer(ctx, key.ID)
		if err != nil {
			return t, err
		}
		return t, tx.DeleteTimer(ctx, key.ID)
	})
	return err
}

func (a *App) changeTimer(ctx context.Context, actor Actor, key fund.Key, by right, work func(context.Context, *store.Tx, edit) (fund.Timer, error)) (fund.Timer, error) {
	_, f, err := a.seenTimer(ctx, actor, key)
	if err != nil {
		return fund.Timer{}, err
	}
	var t fund.Timer
	err = a.writeBelow(ctx, actor, f, requireChange(actor, by), func(ctx context.Context, tx *store.Tx, e edit) error {
		if t, err = work(ctx, tx, e); err != nil {
			return err
		}
		tx.Append(store.StageChanged(t.ID, t.FactID, e.now))
		return nil
	})
	if err != nil {
		return fund.Timer{}, fmt.Errorf("timer %s: %w", key, err)
	}
	return t, nil
}

// ShownTimer is the timer that an overlay shows: the one that it is about, or the one that was made last; nil for none.
func (a *App) ShownTimer(ctx context.Context, v OverlayVisit) (*fund.Timer, error) {
	all, err := a.store.ListTimers(ctx, v.FactID)
	var shown *fund.Timer
	for i := range all {
		if shown = &all[i]; shown.ID == v.About {
			break
		}
	}
	return shown, err
}
