package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// readScreening reads how every fact to which money arrives is screened now, by its own settings and those that it inherits.
func (t *Tx) readScreening(ctx context.Context, incoming []*incomingDonation, chains chains) (map[fund.ID]fund.Screener, error) {
	above := map[fund.ID][]fund.ID{}
	var ids []fund.ID
	for _, g := range incoming {
		if _, known := above[g.fact.id]; known || !g.arrives() {
			continue
		}
		cause, event := g.fact.above()
		above[g.fact.id] = append(chains.above(g.fact.id), event, cause)
		ids = append(ids, above[g.fact.id]...)
	}
	set, err := t.ListDonationSettings(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("screening of a group: %w", err)
	}
	rules := make(map[fund.ID]fund.Screener, len(above))
	for fact, chain := range above {
		var g fund.DonationSettings
		for _, id := range chain {
			g = g.Over(set[id])
		}
		rules[fact] = g.Over(fund.DefaultDonationSettings()).Screener()
	}
	return rules, nil
}

// screen decides whether the public sees what the donor wrote, now that the money has arrived. What somebody held or hid before stays so.
func (g *incomingDonation) screen(rules map[fund.ID]fund.Screener) {
	if g.settles != nil && g.settles.reviewed {
		return
	}
	rules[g.fact.id].Screen(&g.Donation)
}

// ScreenDonation sets whether the public sees the name and comment of a donation. It is no longer released
// automatically, and no screener has it any more.
func (t *Tx) ScreenDonation(ctx context.Context, id fund.ID, s fund.Screening, now time.Time) error {
	if err := t.EndLease(ctx, id); err != nil {
		return err
	}
	return t.change(ctx, thing{"donation", id.String()}, "UPDATE donations SET screening = $1, release_at = NULL, screen_after = 0, updated_at = $2 WHERE id = $3",
		string(s), micros(now), id)
}

// SetRelease sets when a held donation is released automatically; the zero time for never.
func (t *Tx) SetRelease(ctx context.Context, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"donation", id.String()}, "UPDATE donations SET release_at = $1, updated_at = $2 WHERE id = $3",
		nullMicros(at), micros(t.now()), id)
}

// ScreenerSeen is when somebody who may screen last looked at what waits at a fact; the zero time for never.
func (q Queries) ScreenerSeen(ctx context.Context, fact fund.ID) (time.Time, error) {
	var at int64
	if err := q.db.QueryRowContext(ctx, "SELECT screener_seen_at FROM facts WHERE id = $1", fact).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("last screener of fact %s: %w", fact, err)
	}
	if at == 0 {
		return time.Time{}, nil
	}
	return time.UnixMicro(at).UTC(), nil
}

// SeeScreener writes that somebody looks at what waits at a fact.
func (t *Tx) SeeScreener(ctx context.Context, fact fund.ID, now time.Time) error {
	return t.change(ctx, thing{"fact", fact.String()}, "UPDATE facts SET screener_seen_at = $1 WHERE id = $2", micros(now), fact)
}

// ReleaseParked has everything that waits at a fact for its release wait until an instant.
func (t *Tx) ReleaseParked(ctx context.Context, fact fund.ID, until time.Time) error {
	_, err := t.db.ExecContext(ctx, `UPDATE donations SET release_at = $1 WHERE fact_id = $2 AND release_at IS NOT NULL AND listed AND completed_at IS NOT NULL
		AND screening IN ('held', 'comment_held')`, micros(until), fact)
	if err != nil {
		return fmt.Errorf("release of what waits at fact %s: %w", fact, err)
	}
	return nil
}
