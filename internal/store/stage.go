package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectStage = "SELECT s.id, s.fact_id, s.main, s.name, s.takes, s.takes_below, s.takes_via, s.language, s.shown_currency, s.paused_at, s.off_at, s.busy_since, " + selectPolicy +
	" FROM stages s LEFT JOIN alert_settings a ON a.stage_id = s.id"

func scanStage(r row) (fund.Stage, error) {
	s := fund.Stage{Policy: fund.DefaultAlertPolicy()}
	err := r.Scan(append([]any{
		&s.ID, &s.FactID, &s.Main, &s.Name, &s.Takes, &s.Below, &s.Via, &s.Language, &s.ShownCurrency, instant{&s.PausedAt}, instant{&s.OffAt}, instant{&s.BusySince},
	}, policyFields(&s.Policy)...)...)
	return s, err
}

// onStage adds the condition for a stage, which is a table called alias.
func (s *statement) onStage(alias string, key fund.StageKey) *statement {
	s.and(alias+".fact_id = ?", key.Fact)
	if key.ID.IsZero() {
		return s.and(alias + ".main")
	}
	return s.and(alias+".id = ?", key.ID)
}

func stageThing(key fund.StageKey) thing {
	if key.ID.IsZero() {
		return thing{"stage of fact", key.Fact.String()}
	}
	return thing{"stage", key.ID.String()}
}

// GetStage finds a stage. A fact without overlays has no first one yet: that is a stage without an id, which takes all donations. Another one that is not there
// is NotFound.
func (q Queries) GetStage(ctx context.Context, key fund.StageKey) (fund.Stage, error) {
	all, err := list(ctx, q.db, selecting(selectStage).onStage("s", key), scanStage)
	switch {
	case err != nil:
		return fund.Stage{}, fmt.Errorf("stage of fact %s: %w", key.Fact, err)
	case len(all) > 0:
		return all[0], nil
	case key.ID.IsZero():
		return fund.Stage{FactID: key.Fact, Main: true, StageFilter: fund.StageFilter{Takes: fund.TakesAll}, Policy: fund.DefaultAlertPolicy()}, nil
	}
	return fund.Stage{}, stageThing(key).missing()
}

// ListStages lists the stages of a fact that were made, the first one before the others, which are in the order in which they were.
func (q Queries) ListStages(ctx context.Context, fact fund.ID) ([]fund.Stage, error) {
	all, err := list(ctx, q.db, selecting(selectStage).and("s.fact_id = ?", fact).then("ORDER BY s.main DESC, s.id LIMIT ?", fund.MaxStages), scanStage)
	if err != nil {
		return nil, fmt.Errorf("stages of fact %s: %w", fact, err)
	}
	return all, nil
}

// LockStage is GetStage for a change that writes what follows from it: until that ends, no other one reads the stage this way.
func (t *Tx) LockStage(ctx context.Context, key fund.StageKey) (fund.Stage, error) {
	if lock := t.store.dialect.lockRows(); lock != "" {
		if _, err := list(ctx, t.db, selecting("SELECT s.id FROM stages s").onStage("s", key).then(lock), scanID); err != nil {
			return fund.Stage{}, fmt.Errorf("stage of fact %s: %w", key.Fact, err)
		}
	}
	return t.GetStage(ctx, key)
}

// LockQueueing waits until no node queues alerts, and lets none do so until the change ends: alerts are queued either by the stages as they were before it, where it
// sees them, or as they are after it.
func (t *Tx) LockQueueing(ctx context.Context) error {
	if _, err := t.projected(ctx, alerts, t.store.dialect.lockRows()); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return nil
}

// stageID is the id of a stage, which is there.
func (q Queries) stageID(ctx context.Context, key fund.StageKey) (fund.ID, error) {
	return one(ctx, q.db, selecting("SELECT s.id FROM stages s").onStage("s", key), scanID, stageThing(key))
}

// stageOf is stageID that makes the first stage of a fact with the id where there is none.
func (t *Tx) stageOf(ctx context.Context, key fund.StageKey, id fund.ID, at time.Time) (fund.ID, error) {
	if key.ID.IsZero() {
		_, err := t.db.ExecContext(ctx, "INSERT INTO stages (id, fact_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (fact_id) WHERE main DO NOTHING", id, key.Fact, micros(at))
		if err != nil {
			return id, fmt.Errorf("stage of fact %s: %w", key.Fact, err)
		}
	}
	return t.stageID(ctx, key)
}

// MakeFirstStage makes the first stage of a fact with the id where there is none.
func (t *Tx) MakeFirstStage(ctx context.Context, fact, id fund.ID, at time.Time) error {
	_, err := t.stageOf(ctx, fund.FirstStage(fact), id, at)
	return err
}

// stageRow lists the columns of stages that those who set one up change.
func stageRow(s fund.Stage) columns {
	return columns{{"name", s.Name}, {"takes", string(s.Takes)}, {"takes_below", s.Below}, {"takes_via", s.Via}, {"language", s.Language}, {"shown_currency", s.ShownCurrency}}
}

// InsertStage inserts a stage that is not the first one.
func (t *Tx) InsertStage(ctx context.Context, s fund.Stage, at time.Time) error {
	return t.insert(ctx, thing{"stage", s.ID.String()}, "stages", append(columns{
		{"id", s.ID}, {"fact_id", s.FactID}, {"main", false}, {"created_at", micros(at)},
	}, stageRow(s)...))
}

// SetUpStage writes what a stage is called, which donations it takes, and how its overlays show them.
func (t *Tx) SetUpStage(ctx context.Context, s fund.Stage) error {
	return t.update(ctx, thing{"stage", s.ID.String()}, updating("stages", stageRow(s)).and("id = ?", s.ID))
}

// UpdateStage writes whether alerts wait on a stage, and whether it is off air.
func (t *Tx) UpdateStage(ctx context.Context, s fund.Stage) error {
	return t.update(ctx, thing{"stage", s.ID.String()}, updating("stages", columns{{"paused_at", nullMicros(s.PausedAt)}, {"off_at", nullMicros(s.OffAt)}}).and("id = ?", s.ID))
}

// BeginStage writes since when a stage shows one alert after the other.
func (t *Tx) BeginStage(ctx context.Context, s fund.Stage) error {
	return t.update(ctx, thing{"stage", s.ID.String()}, updating("stages", columns{{"busy_since", nullMicros(s.BusySince)}}).and("id = ?", s.ID))
}

// LeaveAlerts takes the alerts of donations that a stage does not take off it: those that wait, the one that is shown, and those that ended.
func (t *Tx) LeaveAlerts(ctx context.Context, s fund.Stage, at time.Time) error {
	if s.Takes == fund.TakesAll {
		return nil
	}
	left := updating("alerts", columns{{"state", string(fund.AlertLeft)}, {"lead_id", fund.ID{}}, {"front", false}, {"ended_at", micros(at)}}).
		and("stage_id = ?", s.ID).and("donation_id IS NOT NULL").and("state <> ?", string(fund.AlertLeft))
	switch s.Takes {
	case fund.TakesOwn:
		left.and("donation_id NOT IN (SELECT d.id FROM donations d WHERE d.id = alerts.donation_id AND d.fact_id = ?)", s.FactID)
	case fund.TakesBelow:
		left.and(`donation_id NOT IN (SELECT d.id FROM donations d WHERE d.id = alerts.donation_id AND d.fact_id IN (WITH RECURSIVE below (id) AS (SELECT id FROM facts WHERE id = ?
			UNION SELECT f.id FROM facts f JOIN below b ON f.parent_id = b.id) SELECT id FROM below))`, s.Below)
	case fund.TakesVia:
		left.and("donation_id NOT IN (SELECT p.donation_id FROM payments p WHERE p.donation_id = alerts.donation_id AND p.via = ?)", s.Via)
	}
	return t.changeAlerts(ctx, left)
}

// DeleteStage deletes a stage that is not the first one, with all that is on it.
func (t *Tx) DeleteStage(ctx context.Context, id fund.ID) error {
	for _, query := range onStages("= $1") {
		if _, err := t.db.ExecContext(ctx, query, id); err != nil {
			return thing{"stage", id.String()}.refused(err)
		}
	}
	return t.change(ctx, thing{"stage", id.String()}, "DELETE FROM stages WHERE id = $1 AND NOT main", id)
}

// onStages delete what is on stages whose ids are what a condition says.
func onStages(are string) []string {
	return []string{
		"DELETE FROM alerts WHERE stage_id " + are,
		"DELETE FROM alert_players WHERE overlay_id IN (SELECT o.id FROM overlays o WHERE o.stage_id " + are + ")",
		"DELETE FROM overlays WHERE stage_id " + are,
		"DELETE FROM alert_settings WHERE stage_id " + are,
		"DELETE FROM variant_sounds WHERE variant_id IN (SELECT v.id FROM alert_variants v WHERE v.stage_id " + are + ")",
		"DELETE FROM alert_variants WHERE stage_id " + are,
		"DELETE FROM stage_sounds WHERE stage_id " + are,
		"DELETE FROM desk_keys WHERE stage_id " + are,
	}
}
