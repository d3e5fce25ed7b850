package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectOverlay = `SELECT o.id, o.stage_id, s.fact_id, o.name, o.kind, o.theme, o.title, o.about_id, o.parts, o.key, s.off_at IS NOT NULL, s.language, s.shown_currency, o.created_at, o.updated_at
	FROM overlays o JOIN stages s ON s.id = o.stage_id`

// openOverlay scans an overlay, and opens its key.
func (q Queries) openOverlay(r row) (fund.Overlay, error) {
	var o fund.Overlay
	err := r.Scan(&o.ID, &o.StageID, &o.FactID, &o.Name, &o.Kind, &o.Theme, &o.Title, &o.About, textJSON{&o.Parts}, &o.Key, &o.OffAir, &o.Language, &o.ShownCurrency, instant{&o.CreatedAt}, instant{&o.UpdatedAt})
	if err != nil {
		return o, err
	}
	o.Key, err = q.open(sealedOverlays.place("key", o.ID), o.Key)
	return o, err
}

// GetOverlay finds an overlay.
func (q Queries) GetOverlay(ctx context.Context, id fund.ID) (fund.Overlay, error) {
	return one(ctx, q.db, selecting(selectOverlay).and("o.id = ?", id), q.openOverlay, thing{"overlay", id.String()})
}

// GetOverlayByKey finds an overlay by the SHA-256 of its key.
func (q Queries) GetOverlayByKey(ctx context.Context, hash []byte) (fund.Overlay, error) {
	return one(ctx, q.db, selecting(selectOverlay).and("o.key_hash = ?", hash), q.openOverlay, thing{noun: "overlay"})
}

// ListOverlays lists the overlays of a stage, the oldest first, at most limit.
func (q Queries) ListOverlays(ctx context.Context, key fund.StageKey, limit int) ([]fund.Overlay, error) {
	all, err := list(ctx, q.db, selecting(selectOverlay).onStage("s", key).then("ORDER BY o.id LIMIT ?", limit), q.openOverlay)
	if err != nil {
		return nil, fmt.Errorf("overlays of fact %s: %w", key.Fact, err)
	}
	return all, nil
}

// ListAllOverlays lists the overlays of all stages of a fact, the oldest first.
func (q Queries) ListAllOverlays(ctx context.Context, fact fund.ID) ([]fund.Overlay, error) {
	s := selecting(selectOverlay).and("s.fact_id = ?", fact).then("ORDER BY o.id LIMIT ?", fund.MaxOverlays*fund.MaxStages)
	all, err := list(ctx, q.db, s, q.openOverlay)
	if err != nil {
		return nil, fmt.Errorf("overlays of fact %s: %w", fact, err)
	}
	return all, nil
}

// InsertOverlay inserts an overlay with the SHA-256 of its key, on its stage, or else on the first one of its fact, which it makes with the id where there is none.
func (t *Tx) InsertOverlay(ctx context.Context, o *fund.Overlay, hash []byte, stage fund.ID) error {
	what := thing{"overlay", o.ID.String()}
	var err error
	if o.StageID, err = t.stageOf(ctx, fund.StageKey{Fact: o.FactID, ID: o.StageID}, stage, o.CreatedAt); err != nil {
		return what.refused(err)
	}
	sealed, err := t.seal(ctx, sealedOverlays.place("key", o.ID), o.Key)
	if err != nil {
		return err
	}
	row, err := overlayRow(*o)
	if err != nil {
		return err
	}
	return t.insert(ctx, what, "overlays", append(columns{
		{"id", o.ID}, {"stage_id", o.StageID}, {"key", sealed}, {"key_hash", hash}, {"created_at", micros(o.CreatedAt)},
	}, row...))
}

// overlayRow lists the columns of overlays that an update may change.
func overlayRow(o fund.Overlay) (columns, error) {
	var parts string
	if len(o.Parts) > 0 {
		var err error
		if parts, err = encodeJSON(o.Parts); err != nil {
			return nil, err
		}
	}
	return columns{{"name", o.Name}, {"kind", string(o.Kind)}, {"theme", string(o.Theme)}, {"title", o.Title}, {"about_id", o.About}, {"parts", parts}, {"updated_at", micros(o.UpdatedAt)}}, nil
}

// UpdateOverlay writes everything about an overlay except its stage and its key.
func (t *Tx) UpdateOverlay(ctx context.Context, o fund.Overlay) error {
	row, err := overlayRow(o)
	if err != nil {
		return err
	}
	return t.update(ctx, thing{"overlay", o.ID.String()}, updating("overlays", row).and("id = ?", o.ID))
}

// RenewOverlay gives an overlay another key, by its SHA-256, and forgets which pages had the old one.
func (t *Tx) RenewOverlay(ctx context.Context, id fund.ID, key string, hash []byte, at time.Time) error {
	sealed, err := t.seal(ctx, sealedOverlays.place("key", id), key)
	if err != nil {
		return err
	}
	if err := t.forgetAlertPlayers(ctx, id); err != nil {
		return err
	}
	return t.change(ctx, thing{"overlay", id.String()}, "UPDATE overlays SET key = $1, key_hash = $2, updated_at = $3 WHERE id = $4", sealed, hash, micros(at), id)
}

// DeleteOverlay deletes an overlay, and with it its key.
func (t *Tx) DeleteOverlay(ctx context.Context, id fund.ID) error {
	if err := t.forgetAlertPlayers(ctx, id); err != nil {
		return err
	}
	return t.change(ctx, thing{"overlay", id.String()}, "DELETE FROM overlays WHERE id = $1", id)
}
