package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// ListAlertPlayers lists the pages of an overlay that asked to play alerts, the oldest first.
func (q Queries) ListAlertPlayers(ctx context.Context, overlay fund.ID) ([]fund.AlertPlayer, error) {
	s := selecting("SELECT overlay_id, secret_hash, allowed, muted, created_at, seen_at, heard_at FROM alert_players").and("overlay_id = ?", overlay).
		then("ORDER BY created_at, secret_hash LIMIT ?", fund.MaxAlertPlayers)
	all, err := list(ctx, q.db, s, func(r row) (p fund.AlertPlayer, err error) {
		err = r.Scan(&p.OverlayID, &p.Hash, &p.Allowed, &p.Muted, instant{&p.CreatedAt}, instant{&p.SeenAt}, instant{&p.HeardAt})
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("players of overlay %s: %w", overlay, err)
	}
	return all, nil
}

// InsertAlertPlayer inserts a page of an overlay.
func (t *Tx) InsertAlertPlayer(ctx context.Context, p fund.AlertPlayer) error {
	return t.insert(ctx, thing{"player of overlay", p.OverlayID.String()}, "alert_players", columns{
		{"overlay_id", p.OverlayID}, {"secret_hash", p.Hash}, {"allowed", p.Allowed}, {"created_at", micros(p.CreatedAt)}, {"seen_at", micros(p.SeenAt)},
	})
}

// UpdateAlertPlayer writes whether a page may play, whether it makes no sound, and when it was seen and said that it can.
func (t *Tx) UpdateAlertPlayer(ctx context.Context, p fund.AlertPlayer) error {
	return t.update(ctx, thing{"player of overlay", p.OverlayID.String()}, updating("alert_players", columns{
		{"allowed", p.Allowed}, {"muted", p.Muted}, {"seen_at", micros(p.SeenAt)}, {"heard_at", nullMicros(p.HeardAt)},
	}).
		and("overlay_id = ?", p.OverlayID).and("secret_hash = ?", p.Hash))
}

// DeleteAlertPlayer forgets a page of an overlay.
func (t *Tx) DeleteAlertPlayer(ctx context.Context, overlay fund.ID, hash []byte) error {
	return t.change(ctx, thing{"player of overlay", overlay.String()}, "DELETE FROM alert_players WHERE overlay_id = $1 AND secret_hash = $2", overlay, hash)
}

// forgetAlertPlayers forgets all pages of an overlay.
func (t *Tx) forgetAlertPlayers(ctx context.Context, overlay fund.ID) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM alert_players WHERE overlay_id = $1", overlay); err != nil {
		return fmt.Errorf("players of overlay %s: %w", overlay, err)
	}
	return nil
}

// SeenPlayer is when a page of an overlay was last seen, and whether it may play; false for one that is not known.
func (q Queries) SeenPlayer(ctx context.Context, overlay fund.ID, hash []byte) (p fund.AlertPlayer, known bool, err error) {
	all, err := q.ListAlertPlayers(ctx, overlay)
	for _, one := range all {
		if string(one.Hash) == string(hash) {
			return one, true, err
		}
	}
	return p, false, err
}
