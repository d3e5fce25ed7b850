package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// alerts is the name of the projection that queues alerts.
const alerts = "alerts.1"

// alertOverlays selects the overlays that show alerts.
const alertOverlays = "SELECT 1 FROM overlays WHERE kind = '" + string(fund.OverlayAlerts) + "'"

// QueueAlerts queues alerts of the donations in the next events of the log, on the stages of all facts that they count for which take them and have an overlay for alerts, and
// returns how many events it has read; 0 when it has caught up, nobody shows alerts, or another node is at work. A donation is queued once on each
// stage, when it is completed and shown to the public, whatever comes first. What is hidden, or goes back, waits. newID makes the id of an alert.
func (s *Store) QueueAlerts(ctx context.Context, now time.Time, newID func(time.Time) (fund.ID, error)) (done int, err error) {
	begin := func(ctx context.Context) error { return s.beginProjection(ctx, alerts) }
	return s.follow(ctx, projection{alerts, alertOverlays, begin, func(_ context.Context, events []fund.Event) (projected, error) {
		f := queueing{now: now, newID: newID}
		return func(ctx context.Context, t *Tx) error { return f.queue(ctx, t, events) }, nil
	}})
}

// queueing queues alerts of some events.
type queueing struct {
	now   time.Time
	newID func(time.Time) (fund.ID, error)
}

// alertStage is a stage that shows alerts.
type alertStage struct {
	id, fact fund.ID
	takes    fund.StageFilter
	// least is the least donation that it shows, in minor units, since when it shows any.
	least  int64
	since  time.Time
	policy fund.AlertPolicy
}

// news is a donation that is news, or not any more.
type news struct {
	id, fact  fund.ID
	amount    int64
	via       string
	completed time.Time
	// shown reports whether everybody may see it, and its money is there; fresh whether it may be queued, unless it is too old for the stage.
	shown, fresh bool
}

// mayAlert reports whether an event may make a donation news, or take it back.
func mayAlert(e fund.Event) bool {
	switch e.Topic {
	case fund.TopicDonationCompleted, fund.TopicDonationScreened, fund.TopicDonationRefunded, fund.TopicDonationDisputed, fund.TopicDonationRestored:
		return !e.Test
	default:
		return false
	}
}

func (f queueing) queue(ctx context.Context, t *Tx, events []fund.Event) error {
	var facts, ids []fund.ID
	for _, e := range events {
		if mayAlert(e) {
			facts, ids = append(facts, e.Facts...), append(ids, e.Subject)
		}
	}
	stages, err := t.alertStages(ctx, facts)
	if err != nil || len(stages) == 0 {
		return err
	}
	donations, err := t.newsOf(ctx, ids)
	if err != nil {
		return err
	}
	s := batchStatement{insert: "alerts", merge: "ON CONFLICT (donation_id, stage_id) DO NOTHING"}
	touched := map[fund.ID]alertStage{}
	for _, e := range events {
		d, known := donations[e.Subject]
		if !mayAlert(e) || !known {
			continue
		}
		for _, stage := range takers(stages, fund.StagedDonation{To: d.fact, Facts: e.Facts, Via: d.via}) {
			if e.At.Before(stage.since) || d.amount < stage.least {
				continue
			}
			touched[stage.id] = stage
			if !d.fresh || f.now.Sub(d.completed) >= stage.policy.Age {
				continue
			}
			row, err := f.row(stage, d, e.Position)
			if err != nil {
				return err
			}
			s.add(row)
		}
	}
	if len(s.values) > 0 {
		if err := t.store.dialect.run(ctx, t, s); err != nil {
			return fmt.Errorf("queue alerts: %w", err)
		}
	}
	if err := t.holdAlerts(ctx, donations, f.now); err != nil {
		return err
	}
	for _, stage := range touched {
		t.Append(StageChanged(stage.id, stage.fact, f.now))
	}
	return nil
}

// takers are the stages that take a donation, of those of the facts that it counts for.
func takers(stages map[fund.ID][]alertStage, d fund.StagedDonation) (all []alertStage) {
	for _, fact := range d.Facts {
		for _, stage := range stages[fact] {
			if stage.takes.Lets(fact, d) {
				all = append(all, stage)
			}
		}
	}
	return all
}

// row is a new alert of a donation on a stage.
func (f queueing) row(s alertStage, d news, position int64) (columns, error) {
	id, err := f.newID(f.now)
	if err != nil {
		return nil, err
	}
	return alertRow(fund.Alert{
		ID: id, StageID: s.id, DonationID: d.id, State: fund.AlertQueued, Amount: d.amount, Ahead: s.policy.Jumps(d.amount), Position: position, QueuedAt: f.now,
	})
}

// StageChanged says that what a stage shows, or what waits there, has changed.
func StageChanged(stage, fact fund.ID, at time.Time) fund.Event {
	return fund.Event{Topic: fund.TopicStageChanged, Subject: stage, Facts: []fund.ID{fact}, At: at}
}

// alertStages finds the stages of facts that show alerts.
func (q Queries) alertStages(ctx context.Context, facts []fund.ID) (map[fund.ID][]alertStage, error) {
	found := map[fund.ID][]alertStage{}
	err := q.eachOf(ctx, `SELECT s.id, s.fact_id, s.takes, s.takes_below, s.takes_via, f.currency, a.least, `+selectPolicy+`, (SELECT MIN(o.created_at) FROM overlays o WHERE o.stage_id = s.id AND o.kind = '`+string(fund.OverlayAlerts)+`')
		FROM stages s JOIN facts f ON f.id = s.fact_id LEFT JOIN alert_settings a ON a.stage_id = s.id WHERE s.fact_id IN `, facts, func(scan func(...any) error) error {
		var s alertStage
		var currency string
		var least sql.NullInt64
		s.policy = fund.DefaultAlertPolicy()
		err := scan(append(append([]any{&s.id, &s.fact, &s.takes.Takes, &s.takes.Below, &s.takes.Via, &currency, &least}, policyFields(&s.policy)...), instant{&s.since})...)
		if s.least = least.Int64; !least.Valid {
			s.least = fund.DefaultAlertSettings(s.fact, currency).Least
		}
		if err != nil || s.since.IsZero() {
			return err
		}
		found[s.fact] = append(found[s.fact], s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("stages of facts: %w", err)
	}
	return found, nil
}

// StagesWithAlerts finds the stages that would show an alert of a donation.
func (q Queries) StagesWithAlerts(ctx context.Context, d fund.StagedDonation) (all []fund.Stage, err error) {
	found, err := q.alertStages(ctx, d.Facts)
	for _, one := range takers(found, d) {
		all = append(all, fund.Stage{ID: one.id, FactID: one.fact})
	}
	slices.SortFunc(all, func(a, b fund.Stage) int { return compareIDs(a.ID, b.ID) })
	return all, err
}

// newsOf reads which of the donations are news. Those that came with an import are not.
func (q Queries) newsOf(ctx context.Context, ids []fund.ID) (map[fund.ID]news, error) {
	found := map[fund.ID]news{}
	err := q.eachOf(ctx, `SELECT d.id, d.fact_id, d.state, d.amount, d.refunded, d.disputed, d.screening, d.origin, d.completed_at, COALESCE(p.via, '')
		FROM donations d LEFT JOIN payments p ON p.donation_id = d.id WHERE d.id IN `, ids, func(scan func(...any) error) error {
		var d fund.Donation
		var fact fund.ID
		var via string
		err := scan(&d.ID, &fact, &d.State, &d.Amount, &d.Refunded, &d.Disputed, &d.Screening, &d.Origin, instant{&d.CompletedAt}, &via)
		shown := d.Listed() && d.Screening.CommentShown()
		found[d.ID] = news{id: d.ID, fact: fact, amount: d.Net(), via: via, completed: d.CompletedAt, shown: shown, fresh: shown && d.Origin != fund.OriginImport}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("donations for alerts: %w", err)
	}
	return found, nil
}

// holdAlerts holds the waiting alerts of donations that are not shown any more, and queues those of which are again, as new ones.
func (t *Tx) holdAlerts(ctx context.Context, donations map[fund.ID]news, now time.Time) error {
	for _, to := range []struct {
		from, to fund.AlertState
		shown    bool
	}{{fund.AlertQueued, fund.AlertHeld, false}, {fund.AlertHeld, fund.AlertQueued, true}} {
		var ids []fund.ID
		for _, d := range donations {
			if d.shown == to.shown {
				ids = append(ids, d.id)
			}
		}
		slices.SortFunc(ids, compareIDs)
		for chunk := range slices.Chunk(ids, groupSize) {
			args := append([]any{string(to.to), micros(now), string(to.from)}, padded(idArgs(chunk))...)
			text := "UPDATE alerts SET state = $1, queued_at = $2 WHERE state = $3 AND donation_id IN " + placeholders(4, len(args)-3)
			if _, err := t.db.ExecContext(ctx, text, args...); err != nil {
				return fmt.Errorf("hold alerts: %w", err)
			}
		}
	}
	return nil
}
