package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// prunedAlerts is how many old alerts one transaction deletes at most.
const prunedAlerts = 1000

// QueueAlerts queues alerts of the next events of the log, and returns how many events it read; 0 when it has caught up. Once an hour it deletes alerts that
// ended longer ago than fund.AlertsKept.
func (a *App) QueueAlerts(ctx context.Context) (int, error) {
	done, err := a.store.QueueAlerts(ctx, a.Now(), a.newID)
	if err != nil || done > 0 {
		return done, err
	}
	now := a.Now()
	if at := a.pruneAlertsAt.Load(); now.UnixMicro() < at {
		return 0, nil
	}
	var deleted int64
	err = a.write(ctx, System(), fund.ID{}, func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		deleted, err = tx.PruneAlerts(ctx, now.Add(-fund.AlertsKept), prunedAlerts)
		return err
	})
	if err == nil && deleted < prunedAlerts {
		a.pruneAlertsAt.Store(now.Add(pruneEvery).UnixMicro())
	}
	return int(deleted), err
}

// AlertCue is what an overlay of alerts is to do now.
type AlertCue struct {
	// Shown is what is to be seen; nil for nothing.
	Shown *fund.AlertShown
	// Sound is what it sounds like on the page that started it; nil for nothing.
	Sound *PlayedSound
	// Next is the alert that a page may start now; zero for none.
	Next fund.ID
	// Until is when that changes if nothing happens; the zero time for never.
	Until time.Time
}

// Cue reports what an overlay of alerts is to do now. Its stage is of whom has the key of the overlay.
func (a *App) Cue(ctx context.Context, v OverlayVisit) (AlertCue, error) {
	stage, err := a.store.GetStage(ctx, v.FactID)
	if err != nil || !stage.OffAt.IsZero() {
		return AlertCue{}, err
	}
	now := a.Now()
	playing, err := a.store.PlayingAlert(ctx, stage.ID)
	if err != nil {
		return AlertCue{}, err
	}
	if playing != nil && playing.Shows(now) {
		shown, err := a.store.AlertShown(ctx, *playing, fund.AlertNames)
		if err != nil || shown.Count == 0 {
			return AlertCue{Until: playing.EndsAt}, err // it was hidden meanwhile, or given back
		}
		settings, err := alertSettingsOf(ctx, a.store.Queries, v.seen.fact)
		return AlertCue{Shown: &shown, Sound: a.PlayedSound(settings), Until: playing.EndsAt}, err
	}
	if !stage.Plays() {
		return AlertCue{}, nil
	}
	return a.nextCue(ctx, stage, now)
}

// nextCue is the alert that may start on a stage where none is shown.
func (a *App) nextCue(ctx context.Context, stage fund.Stage, now time.Time) (AlertCue, error) {
	queue, err := a.store.AlertQueue(ctx, stage.ID)
	if err != nil || queue.First == nil {
		return AlertCue{}, err
	}
	rest, err := restsUntil(ctx, a.store.Queries, stage.ID)
	if err != nil || now.Before(rest) {
		return AlertCue{Until: rest}, err
	}
	return AlertCue{Next: queue.First.ID}, nil
}

// restsUntil is when the next alert of a stage may start, where none is shown.
func restsUntil(ctx context.Context, q store.Queries, stage fund.ID) (time.Time, error) {
	last, err := q.LastAlertEnd(ctx, stage)
	if err != nil {
		return time.Time{}, err
	}
	playing, err := q.PlayingAlert(ctx, stage)
	if err != nil {
		return time.Time{}, err
	}
	if playing != nil && playing.EndsAt.After(last) {
		last = playing.EndsAt
	}
	if last.IsZero() {
		return last, nil
	}
	return last.Add(fund.AlertRest), nil
}

// NextAlert is what the alert that is next on the stage of an overlay would show, if it is shown alone and has that id; nil for none.
func (a *App) NextAlert(ctx context.Context, v OverlayVisit, id fund.ID) (*fund.AlertShown, error) {
	queue, err := a.store.AlertQueue(ctx, v.StageID)
	if err != nil || queue.First == nil || queue.First.ID != id || queue.Next(a.Now()) != fund.AlertAlone {
		return nil, err
	}
	shown, err := a.store.AlertShown(ctx, *queue.First, 1)
	if err != nil || shown.Count != 1 {
		return nil, err
	}
	return &shown, nil
}

// StartAlert starts the alert that is next on the stage of an overlay, for a page that may play alerts and is ready to; speech is how long what it reads aloud
// takes. It reports whether this page is the one that started it: of several, on whatever nodes, one is, and it makes the sound. An alert that is not next any more
// is not started.
func (a *App) StartAlert(ctx context.Context, v OverlayVisit, secret string, alert fund.ID, speech time.Duration) (started bool, err error) {
	if v.Kind != fund.OverlayAlerts {
		return false, &fault.Error{Kind: fault.Forbidden}
	}
	hash := hashOf(secret)
	player, known, err := a.store.SeenPlayer(ctx, v.ID, hash[:])
	if err != nil || !known || !player.Allowed {
		return false, err
	}
	err = a.write(ctx, v.Actor(), v.seen.fact.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		started, err = a.startAlert(ctx, tx, v, alert, now, speech)
		return err
	})
	return started && err == nil, err
}

func (a *App) startAlert(ctx context.Context, tx *store.Tx, v OverlayVisit, alert fund.ID, now time.Time, speech time.Duration) (bool, error) {
	stage, err := tx.GetStage(ctx, v.FactID)
	if err != nil || !stage.Plays() {
		return false, err
	}
	playing, err := tx.PlayingAlert(ctx, stage.ID)
	if err != nil || playing != nil && playing.Shows(now) {
		return false, err
	}
	if rest, err := restsUntil(ctx, tx.Queries, stage.ID); err != nil || now.Before(rest) {
		return false, err
	}
	queue, err := tx.AlertQueue(ctx, stage.ID)
	if err != nil || queue.First == nil || queue.First.ID != alert {
		return false, err
	}
	if playing != nil {
		if err := tx.EndAlerts(ctx, stage.ID, fund.AlertBroken, playing.EndsAt); err != nil {
			return false, err
		}
	}
	lasts, err := a.alertLasts(ctx, tx.Queries, v.seen.fact, speech)
	if err != nil {
		return false, err
	}
	next := *queue.First
	next.Lead, next.StartedAt, next.EndsAt = next.ID, now, now.Add(lasts)
	if err := tx.StartAlerts(ctx, next, queue.Next(now)); err != nil {
		return false, err
	}
	tx.Append(store.StageChanged(stage.ID, stage.FactID, now))
	return true, nil
}

// alertLasts is for how long an alert of a fact is shown: for as long as it sounds and speaks, at least.
func (a *App) alertLasts(ctx context.Context, q store.Queries, f fund.Fact, speech time.Duration) (time.Duration, error) {
	settings, err := alertSettingsOf(ctx, q, f)
	if err != nil {
		return 0, err
	}
	if played := a.PlayedSound(settings); played != nil {
		speech += played.Length
	}
	return max(fund.AlertLasts, speech), nil
}

// FinishAlert notes that a page which may play alerts has shown one to its end. Of one that nobody reports, the desk says that it broke off.
func (a *App) FinishAlert(ctx context.Context, v OverlayVisit, secret string, alert fund.ID) error {
	hash := hashOf(secret)
	player, known, err := a.store.SeenPlayer(ctx, v.ID, hash[:])
	if err != nil || !known || !player.Allowed {
		return err
	}
	return a.write(ctx, v.Actor(), v.seen.fact.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		playing, err := tx.PlayingAlert(ctx, v.StageID)
		if err != nil || playing == nil || playing.ID != alert || playing.Pinned() || now.Before(playing.EndsAt.Add(-fund.AlertGrace)) || playing.Broken(now) {
			return err
		}
		tx.Append(store.StageChanged(v.StageID, v.FactID, now))
		return tx.EndAlerts(ctx, v.StageID, fund.AlertPlayed, playing.EndsAt)
	})
}
