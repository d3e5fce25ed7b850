package app

import (
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// DeskWaiting is how many alerts that wait a desk lists.
	DeskWaiting = 10
	// DeskEnded is how many alerts that ended it lists.
	DeskEnded = 10
)

// Desk is what the alert desk of a stage shows. All that it says of donations is what everybody may see of them.
type Desk struct {
	fund.Stage

	// Shows reports whether the stage has an overlay for alerts: without one, none are queued.
	Shows bool
	// Playing is what is shown now; nil for nothing.
	Playing *fund.AlertShown
	// Waiting is how many alerts wait, Next those of them that are shown first.
	Waiting int
	Next    []fund.AlertShown
	// Ended are the last that ended, the latest first.
	Ended []fund.AlertShown
	// Muted reports whether the page that may play alerts, and was there last, can make no sound, though alerts have one.
	Muted bool
	// Variants are those of its alerts in their order.
	Variants []fund.AlertVariant
	// Players are the pages that may play alerts, and those that ask for it, by the overlay or the scene.
	Players map[fund.ID][]fund.AlertPlayer
	// Stages are those of the fact, the first one before the others, where it may have several; none for one that has one.
	Stages []fund.Stage
	// Timers are those of the fact, the oldest first.
	Timers []fund.Timer
	// Handover is what one shift at the fact tells the next one; the zero note for nothing.
	Handover fund.ScreeningNote
	// Until is when it changes if nothing happens; the zero time for never.
	Until time.Time
}

// Desk reads what the alert desk of a stage shows, for those who run it.
func (a *App) Desk(ctx context.Context, s Seen) (d Desk, err error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, runStage, s.fact); err != nil {
		return Desk{}, err
	}
	if d.Timers, err = allTimers(ctx, a.store.Queries, s.fact.ID); err != nil {
		return Desk{}, err
	}
	if d.Handover, err = a.store.Handover(ctx, s.fact.ID); err != nil {
		return Desk{}, err
	}
	if s.fact.Kind.HasStages() {
		if d.Stages, err = a.ListStages(ctx, s); err != nil {
			return Desk{}, err
		}
	}
	if d.Stage, err = a.store.GetStage(ctx, s.stageKey()); err != nil || d.ID.IsZero() {
		return d, err
	}
	if err := s.actor.runs(d.Stage); err != nil {
		return Desk{}, err
	}
	overlays, err := a.store.ListOverlays(ctx, s.stageKey(), fund.MaxOverlays)
	if err != nil {
		return Desk{}, err
	}
	d.Players = map[fund.ID][]fund.AlertPlayer{}
	for _, o := range overlays {
		d.Shows = d.Shows || o.Kind == fund.OverlayAlerts
		if o.PlaysAlerts(overlays) {
			if d.Players[o.ID], err = a.store.ListAlertPlayers(ctx, o.ID); err != nil {
				return Desk{}, err
			}
		}
	}
	if d.Variants, err = a.store.ListAlertVariants(ctx, s.stageKey()); err != nil {
		return Desk{}, err
	}
	if d.Muted = lastPlayer(d.Players).Muted; d.Muted {
		if d.Muted, err = a.audible(ctx, s.fact, d.ID, d.Variants); err != nil {
			return Desk{}, err
		}
	}
	return d, a.readDesk(ctx, &d)
}

// audible reports whether any alert of a stage with the variants is to be heard.
func (a *App) audible(ctx context.Context, f fund.Fact, stage fund.ID, variants []fund.AlertVariant) (bool, error) {
	settings, err := alertSettingsOf(ctx, a.store.Queries, f, stage)
	heard := a.PlayedSound(settings) != nil || settings.Speaks()
	for _, v := range variants {
		heard = heard || a.PlayedSound(v.Over(settings)) != nil
	}
	return heard, err
}

// lastPlayer is the page that may play, and was there last; the zero page for none.
func lastPlayer(of map[fund.ID][]fund.AlertPlayer) (last fund.AlertPlayer) {
	for _, players := range of {
		for _, one := range players {
			if one.Allowed && one.SeenAt.After(last.SeenAt) {
				last = one
			}
		}
	}
	return last
}

// readDesk reads the alerts of a desk.
func (a *App) readDesk(ctx context.Context, d *Desk) error {
	playing, err := a.store.PlayingAlert(ctx, d.ID)
	if err != nil {
		return err
	}
	ended, err := a.store.ListEndedAlerts(ctx, d.ID, DeskEnded)
	if err != nil {
		return err
	}
	now := a.Now()
	if playing != nil && playing.Shows(now) {
		shown, err := a.store.AlertShown(ctx, *playing, fund.AlertNames)
		if err != nil {
			return err
		}
		d.Playing, d.Until = &shown, playing.EndsAt
	} else if playing != nil {
		ended = append([]fund.Alert{*playing}, ended...)
		if !playing.Broken(now) {
			d.Until = playing.EndsAt.Add(fund.AlertGrace + time.Microsecond)
		}
	}
	queue, err := a.store.AlertQueue(ctx, d.Stage)
	if err != nil {
		return err
	}
	d.Waiting = queue.Waiting
	next, err := a.store.ListAlerts(ctx, d.ID, fund.AlertQueued, DeskWaiting)
	if err != nil {
		return err
	}
	all, err := a.store.AlertsShown(ctx, slices.Concat(next, ended))
	if err == nil {
		d.Next, d.Ended = all[:len(next)], all[len(next):]
	}
	return err
}

// RunStage does something at the alert desk of a stage; alert is the one that it is about, if it is about one. With the zero id that is what is shown now, and to show
// again the one that was shown last. To do a thing twice is to do it once.
func (a *App) RunStage(ctx context.Context, actor Actor, key FactKey, do fund.DeskAct, alert fund.ID) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	var wrong fault.Fields
	if fund.CheckOneOf(&wrong, "act", do, fund.DeskActs()); len(wrong) > 0 {
		return wrong.Err()
	}
	return a.changeStage(ctx, actor, f, runStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		stage, err := tx.LockStage(ctx, key.stageOf(f))
		if err == nil {
			err = actor.runs(stage)
		}
		if err != nil {
			return err
		}
		if stage.ID.IsZero() {
			return fault.New(fault.Conflict, "The stage has no overlays yet.")
		}
		if do.OnAlert() {
			err = runAlert(ctx, tx, stage, do, alert, e.now)
		} else {
			err = runStageAct(ctx, tx, stage, do, e.now)
		}
		if err != nil {
			return err
		}
		tx.Append(store.StageChanged(stage.ID, f.ID, e.now))
		return logGranted(ctx, tx, actor, runStage, f, doneOnStage(stage, e.now).with("act", string(do)))
	})
}

// doneOnStage is an act at the desk of a stage. Of the first one, the fact says enough.
func doneOnStage(s fund.Stage, now time.Time) done {
	d := doneOn(fund.ActRunStage, s.FactID, now)
	if s.Main {
		return d
	}
	return d.with("stage", s.ID.String())
}

// runStageAct does what is about the whole stage.
func runStageAct(ctx context.Context, tx *store.Tx, s fund.Stage, do fund.DeskAct, now time.Time) error {
	switch do {
	case fund.DeskPause:
		if s.PausedAt.IsZero() {
			s.PausedAt = now
		}
	case fund.DeskResume:
		s.PausedAt = time.Time{}
	case fund.DeskOff:
		if s.OffAt.IsZero() {
			s.OffAt = now
		}
		if err := tx.EndAlerts(ctx, s.ID, fund.AlertSkipped, now); err != nil {
			return err
		}
	case fund.DeskOn, fund.DeskOnEmpty:
		s.OffAt = time.Time{}
		if do == fund.DeskOnEmpty {
			if err := tx.SkipAlerts(ctx, s.ID, now); err != nil {
				return err
			}
		}
	}
	return tx.UpdateStage(ctx, s)
}

// runAlert does what is about one alert.
func runAlert(ctx context.Context, tx *store.Tx, s fund.Stage, do fund.DeskAct, id fund.ID, now time.Time) error {
	if id.IsZero() {
		var err error
		if id, err = alertMeant(ctx, tx, s, do, now); err != nil || id.IsZero() {
			return err
		}
	}
	one, err := tx.GetAlert(ctx, s.ID, id)
	if err != nil {
		return err
	}
	switch {
	case do == fund.DeskSkip && one.State == fund.AlertPlaying:
		return endAlert(ctx, tx, s, one, fund.AlertSkipped, now)
	case do == fund.DeskSkip:
		return tx.SkipAlert(ctx, id, now)
	case do == fund.DeskAgain && !one.Shows(now):
		if one.State == fund.AlertPlaying {
			if err := tx.EndAlerts(ctx, s.ID, fund.AlertBroken, one.EndsAt); err != nil {
				return err
			}
		}
		return tx.QueueAgain(ctx, one, now)
	case do == fund.DeskPin && one.Shows(now):
		return tx.PinAlerts(ctx, s.ID)
	case do == fund.DeskUnpin && one.Pinned():
		return endAlert(ctx, tx, s, one, fund.AlertPlayed, now)
	default:
		return nil
	}
}

// alertMeant is the alert that an act without one is about; zero for none.
func alertMeant(ctx context.Context, tx *store.Tx, s fund.Stage, do fund.DeskAct, now time.Time) (fund.ID, error) {
	playing, err := tx.PlayingAlert(ctx, s.ID)
	if err != nil {
		return fund.ID{}, err
	}
	if do != fund.DeskAgain {
		if playing == nil || !playing.Shows(now) {
			return fund.ID{}, nil
		}
		return playing.ID, nil
	}
	queue, err := tx.AlertQueue(ctx, s)
	if err != nil || queue.First != nil && queue.First.Front && queue.First.Sample == nil {
		return fund.ID{}, err // one that is to be shown again waits already
	}
	if playing != nil && !playing.Shows(now) {
		return playing.ID, nil
	}
	ended, err := tx.ListEndedAlerts(ctx, s.ID, DeskEnded)
	for _, one := range ended {
		if !one.Lead.IsZero() {
			return one.ID, err
		}
	}
	return fund.ID{}, err
}

// endAlert ends the alert that is shown. What waited while one was pinned waited for the desk, not for other alerts.
func endAlert(ctx context.Context, tx *store.Tx, s fund.Stage, one fund.Alert, as fund.AlertState, now time.Time) error {
	if one.Pinned() {
		s.BusySince = time.Time{}
		if err := tx.BeginStage(ctx, s); err != nil {
			return err
		}
	}
	return tx.EndAlerts(ctx, s.ID, as, now)
}

// TestAlert queues an alert of a donation that is made up, before all others. It counts nowhere. A stage has shield.RehearsalsAnHour of them at most; more
// are RateLimited.
func (a *App) TestAlert(ctx context.Context, actor Actor, key FactKey, sample fund.AlertSample) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	if err := requireRole(ctx, a.store.Queries, actor, runStage, f); err != nil {
		return err
	}
	if err := a.shield.Rehearse(f.ID); err != nil {
		return err
	}
	return a.changeStage(ctx, actor, f, runStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		stage, err := tx.GetStage(ctx, key.stageOf(f))
		if err == nil {
			err = actor.runs(stage)
		}
		if err != nil {
			return err
		}
		if stage.ID.IsZero() {
			return fault.New(fault.Conflict, "The stage has no overlays yet.")
		}
		if err := a.queueTest(ctx, tx, stage, sample, e.now); err != nil {
			return err
		}
		return logGranted(ctx, tx, actor, runStage, f, doneOnStage(stage, e.now).with("act", "test"))
	})
}

// queueTest queues an alert of a donation that is made up, before all others.
func (a *App) queueTest(ctx context.Context, tx *store.Tx, s fund.Stage, sample fund.AlertSample, now time.Time) error {
	id, err := a.newID(now)
	if err != nil {
		return err
	}
	if err := tx.InsertAlert(ctx, fund.Alert{ID: id, StageID: s.ID, State: fund.AlertQueued, Amount: sample.Amount, Sample: &sample, Front: true, QueuedAt: now}); err != nil {
		return err
	}
	tx.Append(store.StageChanged(s.ID, s.FactID, now))
	return nil
}

// queueTests queues alerts of a rehearsed donation, on the stages that would show it.
func (a *App) queueTests(ctx context.Context, tx *store.Tx, e fund.Event, made Rehearsal, now time.Time) error {
	if e.Topic != fund.TopicDonationCompleted || made.Donation == nil {
		return nil
	}
	stages, err := tx.StagesWithAlerts(ctx, fund.StagedDonation{To: made.Fact.ID, Facts: e.Facts})
	if err != nil {
		return err
	}
	shown := made.Donation.Public()
	for _, s := range stages {
		if err := a.queueTest(ctx, tx, s, fund.AlertSample{Name: shown.Name, Amount: shown.Amount, Comment: shown.Comment}, now); err != nil {
			return err
		}
	}
	return nil
}
