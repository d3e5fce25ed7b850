package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectVariant = `SELECT v.id, v.stage_id, s.fact_id, v.position, v.name, v.kind, v.amount_from, v.reward_id, v.template, v.sound, v.volume, v.lasts, v.theme, v.speak,
	v.created_at, v.updated_at, ` + soundColumns + ` FROM alert_variants v JOIN stages s ON s.id = v.stage_id LEFT JOIN variant_sounds f ON f.variant_id = v.id`

func scanVariant(r row) (v fund.AlertVariant, err error) {
	var file soundScan
	to := []any{
		&v.ID, &v.StageID, &v.FactID, &v.Position, &v.Name, &v.Kind, &v.From, &v.Reward, &v.Template, &v.Sound, &v.Volume, length{&v.Lasts}, &v.Theme, &v.Speak,
		instant{&v.CreatedAt}, instant{&v.UpdatedAt},
	}
	err = r.Scan(append(to, file.fields(&v.File)...)...)
	file.done(&v.File)
	return v, err
}

// ListAlertVariants lists the variants of the alerts of a stage in their order.
func (q Queries) ListAlertVariants(ctx context.Context, key fund.StageKey) ([]fund.AlertVariant, error) {
	s := selecting(selectVariant).onStage("s", key).then("ORDER BY v.position, v.id LIMIT ?", fund.MaxAlertVariants)
	all, err := list(ctx, q.db, s, scanVariant)
	if err != nil {
		return nil, fmt.Errorf("variants of alerts of fact %s: %w", key.Fact, err)
	}
	return all, nil
}

// GetAlertVariant finds a variant.
func (q Queries) GetAlertVariant(ctx context.Context, id fund.ID) (fund.AlertVariant, error) {
	return one(ctx, q.db, selecting(selectVariant).and("v.id = ?", id), scanVariant, thing{"variant", id.String()})
}

// InsertAlertVariant inserts a variant on its stage, or else on the first one of its fact, which it makes with the id where there is none.
func (t *Tx) InsertAlertVariant(ctx context.Context, v *fund.AlertVariant, stage fund.ID) error {
	what := thing{"variant", v.ID.String()}
	var err error
	if v.StageID, err = t.stageOf(ctx, fund.StageKey{Fact: v.FactID, ID: v.StageID}, stage, v.CreatedAt); err != nil {
		return what.refused(err)
	}
	return t.insert(ctx, what, "alert_variants", append(columns{
		{"id", v.ID}, {"stage_id", v.StageID}, {"position", v.Position}, {"created_at", micros(v.CreatedAt)},
	}, variantRow(*v)...))
}

// variantRow lists the columns of variants that an update may change.
func variantRow(v fund.AlertVariant) columns {
	return columns{
		{"name", v.Name}, {"kind", string(v.Kind)}, {"amount_from", v.From}, {"reward_id", v.Reward}, {"template", v.Template}, {"sound", string(v.Sound)},
		{"volume", nullInt(v.Volume)}, {"lasts", v.Lasts.Microseconds()}, {"theme", string(v.Theme)}, {"speak", v.Speak}, {"updated_at", micros(v.UpdatedAt)},
	}
}

// UpdateAlertVariant writes everything about a variant except its stage, its place and its file.
func (t *Tx) UpdateAlertVariant(ctx context.Context, v fund.AlertVariant) error {
	return t.update(ctx, thing{"variant", v.ID.String()}, updating("alert_variants", variantRow(v)).and("id = ?", v.ID))
}

// PlaceAlertVariant gives a variant a place among those of its stage.
func (t *Tx) PlaceAlertVariant(ctx context.Context, to fund.Placed) error {
	return t.change(ctx, thing{"variant", to.ID.String()}, "UPDATE alert_variants SET position = $1 WHERE id = $2", to.Position, to.ID)
}

// DeleteAlertVariant deletes a variant with its file. Alerts that have it keep it.
func (t *Tx) DeleteAlertVariant(ctx context.Context, id fund.ID) error {
	if err := t.DeleteVariantSound(ctx, id); err != nil {
		return err
	}
	return t.change(ctx, thing{"variant", id.String()}, "DELETE FROM alert_variants WHERE id = $1", id)
}

// AlertTraits reads what the variant of an alert is chosen by that is shown at an instant.
func (q Queries) AlertTraits(ctx context.Context, a fund.Alert, at time.Time) (t fund.AlertTraits, err error) {
	shown, err := q.AlertShown(ctx, a, 1)
	t.Amount, t.Count, t.Test = shown.Total, shown.Count, a.Sample != nil
	if err != nil || shown.Count != 1 || len(shown.Donations) != 1 {
		return t, err
	}
	d := shown.Donations[0]
	t.Late = at.Sub(d.CompletedAt) > fund.AlertsTogetherAfter
	err = q.db.QueryRowContext(ctx, "SELECT poll_option_id IS NOT NULL, target_id IS NOT NULL, is_match FROM donations WHERE id = $1", d.ID).Scan(&t.Poll, &t.Target, &t.Match)
	if err == nil {
		t.Rewards, err = list(ctx, q.db, selecting("SELECT c.reward_id FROM reward_claims c").and("c.donation_id = ?", d.ID), func(r row) (id fund.ID, err error) {
			err = r.Scan(&id)
			return id, err
		})
	}
	if err != nil {
		return t, fmt.Errorf("what alert %s is of: %w", a.ID, err)
	}
	return t, nil
}

// ClaimedRewards are the names of the rewards that a donation claims, by their age.
func (q Queries) ClaimedRewards(ctx context.Context, donation fund.ID) ([]string, error) {
	s := selecting("SELECT r.name FROM reward_claims c JOIN rewards r ON r.id = c.reward_id").and("c.donation_id = ?", donation).then("ORDER BY r.id")
	names, err := list(ctx, q.db, s, func(r row) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	})
	if err != nil {
		return nil, fmt.Errorf("rewards of donation %s: %w", donation, err)
	}
	return names, nil
}
