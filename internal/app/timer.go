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

// Timers lists the timers of a fact, the oldest first. A cursor is {ID}.
func (a *App) Timers(ctx context.Context, s Seen, page fund.Page) ([]fund.Timer, error) {
	return a.store.ListTimers(ctx, s.fact.ID, oldestFirst(page))
}

// allTimers are the timers of a fact, the oldest first.
func allTimers(ctx context.Context, q store.Queries, fact fund.ID) ([]fund.Timer, error) {
	return q.ListTimers(ctx, fact, fund.Page{Limit: fund.MaxTimers, Order: fund.OldestFirst})
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
		all, err := allTimers(ctx, tx.Queries, e.fact.ID)
		if err := room(fund.MaxTimers, "timers")(len(all), err); err != nil {
			return err
		}
		t = fund.Timer{ID: e.id, FactID: e.fact.ID, State: fund.TimerOff, Factor: 1, CreatedAt: e.now}
		if err := patch.Apply(&t, e.now).Err(); err != nil {
			return err
		}
		e.report(fund.TopicTimerCreated, t.ID, fund.Detail{})
		if err := tx.InsertTimer(ctx, t); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onStagePart(fund.ActCreateTimer, t.ID, e.fact, e.now))
	})
	if err != nil {
		return fund.Timer{}, fmt.Errorf("new timer: %w", err)
	}
	return t, nil
}

// UpdateTimer changes the rules of a timer.
func (a *App) UpdateTimer(ctx context.Context, actor Actor, key fund.Key, patch fund.TimerPatch) (fund.Timer, error) {
	return a.changeTimer(ctx, actor, key, setStage, func(ctx context.Context, tx *store.Tx, e edit) (fund.Timer, error) {
		e.report(fund.TopicTimerChanged, key.ID, fund.Detail{})
		t, err := tx.ChangeTimer(ctx, key.ID, func(t *fund.Timer) error { return patch.Apply(t, e.now).Err() })
		if err != nil {
			return t, err
		}
		return t, logAct(ctx, tx, actor, onStagePart(fund.ActUpdateTimer, t.ID, e.fact, e.now))
	})
}

// RunTimer starts, pauses or resumes a timer, or adds time to it, for those who run the stage of its fact. Each is in the log of acts, and with its reason in that of
// the timer; what is done already is not done again. That it ran out before is reported, if it was not.
func (a *App) RunTimer(ctx context.Context, actor Actor, key fund.Key, run fund.TimerRun) (fund.Timer, error) {
	return a.changeTimer(ctx, actor, key, runStage, func(ctx context.Context, tx *store.Tx, e edit) (fund.Timer, error) {
		var ended time.Time
		already := false
		t, err := tx.ChangeTimer(ctx, key.ID, func(t *fund.Timer) error {
			already = t.Already(run.Act, e.now)
			if t.End(e.now) {
				ended = t.EndsAt
			}
			return t.Run(&run, e.now).Err()
		})
		if err != nil || already {
			return t, err
		}
		if !ended.IsZero() {
			if err := tx.LogTimer(ctx, fund.TimerEntry{TimerID: t.ID, At: ended, Act: fund.TimerEnd}); err != nil {
				return t, err
			}
			e.report(fund.TopicTimerEnded, t.ID, fund.Detail{})
		}
		e.report(fund.TopicTimerChanged, t.ID, fund.Detail{})
		line := fund.TimerEntry{TimerID: t.ID, At: e.now, Act: run.Act, Reason: run.Reason, Actor: actor.id()}
		did := doneOn(fund.ActRunTimer, t.ID, e.now).of(e.fact.Cause.ID).byGrant(e.fact.ID).with("fact", e.fact.ID.String()).with("do", string(run.Act))
		if run.Act == fund.TimerAdd {
			line.By = run.By
			did = did.with("seconds", strconv.FormatInt(int64(run.By/time.Second), 10))
		}
		if err := tx.LogTimer(ctx, line); err != nil {
			return t, err
		}
		return t, logAct(ctx, tx, actor, did)
	})
}

// TimerLog lists what became of a timer, for those who run the stage of its fact. A cursor is {Number}.
func (a *App) TimerLog(ctx context.Context, actor Actor, key fund.Key, page fund.Page) ([]fund.TimerEntry, error) {
	t, f, err := a.seenTimer(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	if err := requireRole(ctx, a.store.Queries, actor, runStage, f); err != nil {
		return nil, err
	}
	return a.store.ListTimerEntries(ctx, t.ID, page)
}

// endTimerDue reports that a timer ran out, once, if the log has nothing that made it longer. It returns whether there is such a timer.
func (a *App) endTimerDue(ctx context.Context, id fund.ID) (known bool, err error) {
	t, err := a.store.GetTimer(ctx, id)
	if known, err := found(err); !known {
		return false, err
	}
	f, err := a.store.GetFact(ctx, factByID(t.FactID))
	if err != nil {
		return true, err
	}
	return true, a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		ended := false
		t, err := tx.ChangeTimer(ctx, id, func(t *fund.Timer) error {
			ended = t.End(now)
			return nil
		})
		if known, err := found(err); !known || !ended {
			return err
		}
		if err := tx.LogTimer(ctx, fund.TimerEntry{TimerID: id, At: t.EndsAt, Act: fund.TimerEnd}); err != nil {
			return err
		}
		return appendAbout(ctx, tx, f, fund.Event{Topic: fund.TopicTimerEnded, Subject: id, At: now})
	})
}

// DeleteTimer removes a timer.
func (a *App) DeleteTimer(ctx context.Context, actor Actor, key fund.Key) error {
	_, err := a.changeTimer(ctx, actor, key, setStage, func(ctx context.Context, tx *store.Tx, e edit) (fund.Timer, error) {
		t, err := tx.GetTimer(ctx, key.ID)
		if err != nil {
			return t, err
		}
		e.report(fund.TopicTimerRemoved, t.ID, fund.Detail{})
		if err := tx.DeleteTimer(ctx, key.ID); err != nil {
			return t, err
		}
		return t, logAct(ctx, tx, actor, onStagePart(fund.ActDeleteTimer, t.ID, e.fact, e.now))
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
		t, err = work(ctx, tx, e)
		return err
	})
	if err != nil {
		return fund.Timer{}, fmt.Errorf("timer %s: %w", key, err)
	}
	return t, nil
}

// ShownTimer is the timer that an overlay shows: the one that it is about, or the one that was made last; nil for none.
func (a *App) ShownTimer(ctx context.Context, v OverlayVisit) (*fund.Timer, error) {
	all, err := allTimers(ctx, a.store.Queries, v.FactID)
	var shown *fund.Timer
	for i := range all {
		if shown = &all[i]; shown.ID == v.About {
			break
		}
	}
	return shown, err
}
