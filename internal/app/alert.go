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
	stage, err := a.store.GetStage(ctx, v.stageKey())
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
		if err := a.addRewards(ctx, &shown); err != nil {
			return AlertCue{}, err
		}
		played, err := a.alertSound(ctx, v.seen.fact, v.StageID, shown.Variant)
		return AlertCue{Shown: &shown, Sound: played, Until: playing.EndsAt}, err
	}
	if !stage.Plays() {
		return AlertCue{}, nil
	}
	return a.nextCue(ctx, stage, now)
}

// alertSound is what an alert with a variant sounds like; nil for nothing. Its file may have been removed since the variant was chosen.
func (a *App) alertSound(ctx context.Context, f fund.Fact, stage fund.ID, chosen *fund.ChosenVariant) (*PlayedSound, error) {
	settings, err := alertSettingsOf(ctx, a.store.Queries, f, stage)
	if err != nil {
		return nil, err
	}
	if !chosen.None() && chosen.Sound == fund.AlertOfVariant {
		there, err := a.store.HasSound(ctx, chosen.File)
		if err != nil {
			return nil, err
		}
		if !there {
			without := *chosen
			without.File = fund.SoundFile{}
			chosen = &without
		}
	}
	return a.PlayedSound(chosen.Over(settings)), nil
}

// addRewards reads what rewards a single donation claims, if the text of its alert says so.
func (a *App) addRewards(ctx context.Context, shown *fund.AlertShown) (err error) {
	if shown.Count == 1 && len(shown.Donations) == 1 && !shown.Variant.None() && fund.HasPlaceholder(shown.Variant.Template, "reward") {
		shown.Rewards, err = a.store.ClaimedRewards(ctx, shown.Donations[0].ID)
	}
	return err
}

// nextCue is the alert that may start on a stage where none is shown.
func (a *App) nextCue(ctx context.Context, stage fund.Stage, now time.Time) (AlertCue, error) {
	queue, err := a.store.AlertQueue(ctx, stage)
	if err != nil || queue.First == nil {
		return AlertCue{}, err
	}
	rest, err := restsUntil(ctx, a.store.Queries, stage)
	if err != nil || now.Before(rest) {
		return AlertCue{Until: rest}, err
	}
	return AlertCue{Next: queue.First.ID}, nil
}

// restsUntil is when the next alert of a stage may start, where none is shown.
func restsUntil(ctx context.Context, q store.Queries, stage fund.Stage) (time.Time, error) {
	last, err := q.LastAlertEnd(ctx, stage.ID)
	if err != nil {
		return time.Time{}, err
	}
	playing, err := q.PlayingAlert(ctx, stage.ID)
	if err != nil {
		return time.Time{}, err
	}
	if playing != nil && playing.EndsAt.After(last) {
		last = playing.EndsAt
	}
	if last.IsZero() {
		return last, nil
	}
	return last.Add(stage.Policy.Rest), nil
}

// NextAlert is what the alert that is next on the stage of an overlay would show, if it is shown alone and has that id; nil for none.
func (a *App) NextAlert(ctx context.Context, v OverlayVisit, id fund.ID) (*fund.AlertShown, error) {
	stage, err := a.store.GetStage(ctx, v.stageKey())
	if err != nil {
		return nil, err
	}
	rest, err := restsUntil(ctx, a.store.Queries, stage)
	if err != nil {
		return nil, err
	}
	queue, err := a.store.AlertQueue(ctx, stage)
	now := a.Now()
	stage.Begin(now, rest)
	if err != nil || queue.First == nil || queue.First.ID != id {
		return nil, err
	}
	queue.First.Variant, err = chosenVariant(ctx, a.store.Queries, v.stageKey(), *queue.First, now)
	if err != nil || queue.Next(now, stage, queue.First.Variant.ShownFor()) != fund.AlertAlone {
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
	if !v.Plays() {
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
	stage, err := tx.LockStage(ctx, v.stageKey())
	if err != nil || !stage.Plays() {
		return false, err
	}
	playing, err := tx.PlayingAlert(ctx, stage.ID)
	if err != nil || playing != nil && playing.Shows(now) {
		return false, err
	}
	rest, err := restsUntil(ctx, tx.Queries, stage)
	if err != nil || now.Before(rest) {
		return false, err
	}
	expired, err := tx.ExpireAlerts(ctx, stage.ID, now.Add(-stage.Policy.Age), now)
	if err != nil {
		return false, err
	}
	if expired > 0 {
		tx.Append(store.StageChanged(stage.ID, stage.FactID, now))
	}
	queue, err := tx.AlertQueue(ctx, stage)
	if err != nil || queue.First == nil || queue.First.ID != alert {
		return false, err
	}
	if playing != nil {
		if err := tx.EndAlerts(ctx, stage.ID, fund.AlertBroken, playing.EndsAt); err != nil {
			return false, err
		}
	}
	if stage.Begin(now, rest) {
		if err := tx.BeginStage(ctx, stage); err != nil {
			return false, err
		}
	}
	return true, a.startNext(ctx, tx, v.seen.fact, beginning{stage, queue, now, speech})
}

// beginning is the start of the alert that is next on a stage; speech is how long what is read aloud of it takes.
type beginning struct {
	stage  fund.Stage
	queue  fund.AlertQueue
	now    time.Time
	speech time.Duration
}

// startNext starts the alert that is next, with those that are shown with it.
func (a *App) startNext(ctx context.Context, tx *store.Tx, f fund.Fact, b beginning) error {
	settings, err := alertSettingsOf(ctx, tx.Queries, f, b.stage.ID)
	if err != nil {
		return err
	}
	next := *b.queue.First
	if next.Variant, err = chosenVariant(ctx, tx.Queries, fund.StageKey{Fact: f.ID, ID: b.stage.ID}, next, b.now); err != nil {
		return err
	}
	lasts := a.alertLasts(settings, next.Variant, b.speech)
	group := b.queue.Next(b.now, b.stage, lasts)
	next.Lead, next.StartedAt, next.EndsAt = next.ID, b.now, b.now.Add(lasts)
	if err := tx.StartAlerts(ctx, next, group, b.stage.Policy.Together); err != nil {
		return err
	}
	if group != fund.AlertAlone {
		if err := a.dressTogether(ctx, tx, fund.StageKey{Fact: f.ID, ID: b.stage.ID}, settings, next); err != nil {
			return err
		}
	}
	tx.Append(store.StageChanged(b.stage.ID, b.stage.FactID, b.now))
	return nil
}

// dressTogether gives the alerts that were started with one the variant of all of them. Of many nothing is read aloud.
func (a *App) dressTogether(ctx context.Context, tx *store.Tx, on fund.StageKey, settings fund.AlertSettings, first fund.Alert) (err error) {
	first.Variant = nil
	if first.Variant, err = chosenVariant(ctx, tx.Queries, on, first, first.StartedAt); err != nil {
		return err
	}
	first.EndsAt = first.StartedAt.Add(a.alertLasts(settings, first.Variant, 0))
	return tx.DressAlerts(ctx, first)
}

// alertLasts is for how long an alert is shown: for as long as it sounds and speaks, at least.
func (a *App) alertLasts(settings fund.AlertSettings, v *fund.ChosenVariant, speech time.Duration) time.Duration {
	if played := a.PlayedSound(v.Over(settings)); played != nil {
		speech += played.Length
	}
	return min(max(v.ShownFor(), speech), fund.MaxAlertLasts)
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
