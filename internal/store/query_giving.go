package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// ListGiving is how the facts take gifts, by their ids; a fact that says nothing of its own is missing.
func (q Queries) ListGiving(ctx context.Context, facts []fund.ID) (map[fund.ID]fund.Giving, error) {
	all := map[fund.ID]fund.Giving{}
	err := q.eachOf(ctx, `SELECT fact_id, minimum, maximum, presets, screening, words, release_after, updated_at FROM giving
		WHERE fact_id IN `, facts, func(scan func(...any) error) error {
		var g fund.Giving
		var seconds int64
		err := scan(&g.FactID, &g.Minimum, &g.Maximum, textBag{&g.Presets}, &g.Screening, textBag{&g.Words}, &seconds, instant{&g.UpdatedAt})
		g.ReleaseAfter = time.Duration(seconds) * time.Second
		all[g.FactID] = g
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("how facts take gifts: %w", err)
	}
	return all, nil
}

// PutGiving says how a fact takes gifts.
func (t *Tx) PutGiving(ctx context.Context, g fund.Giving) error {
	presets, err := encodeBag(g.Presets)
	if err != nil {
		return err
	}
	words, err := encodeBag(g.Words)
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
