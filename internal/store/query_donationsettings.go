package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// ListDonationSettings is how the facts take donations, by their ids; a fact that says nothing of its own is missing.
func (q Queries) ListDonationSettings(ctx context.Context, facts []fund.ID) (map[fund.ID]fund.DonationSettings, error) {
	all := map[fund.ID]fund.DonationSettings{}
	err := q.eachOf(ctx, `SELECT fact_id, minimum, maximum, presets, screening, words, release_after, updated_at FROM giving
		WHERE fact_id IN `, facts, func(scan func(...any) error) error {
		var g fund.DonationSettings
		var seconds int64
		err := scan(&g.FactID, &g.Minimum, &g.Maximum, textJSON{&g.Presets}, &g.Screening, textJSON{&g.Words}, &seconds, instant{&g.UpdatedAt})
		g.ReleaseAfter = time.Duration(seconds) * time.Second
		all[g.FactID] = g
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("how facts take gifts: %w", err)
	}
	return all, nil
}

// PutDonationSettings says how a fact takes donations.
func (t *Tx) PutDonationSettings(ctx context.Context, g fund.DonationSettings) error {
	presets, err := encodeJSON(g.Presets)
	if err != nil {
		return err
	}
	words, err := encodeJSON(g.Words)
	if err != nil {
		return err
	}
	_, err = t.db.ExecContext(ctx, `INSERT INTO giving (fact_id, minimum, maximum, presets, screening, words, release_after, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (fact_id) DO UPDATE SET minimum = excluded.minimum,
		maximum = excluded.maximum, presets = excluded.presets, screening = excluded.screening, words = excluded.words,
		release_after = excluded.release_after, updated_at = excluded.updated_at`,
		g.FactID, g.Minimum, g.Maximum, presets, string(g.Screening), words, int64(g.ReleaseAfter/time.Second), micros(g.UpdatedAt))
	if err != nil {
		return thing{"giving", g.FactID.String()}.refused(err)
	}
	return nil
}
